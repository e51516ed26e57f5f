"""What an officer puts before the public: prepared with personal data masked, checked before it goes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from biroumum.audit.queries import events_of
from biroumum.documents.models import Attachment
from biroumum.documents.queries import attachments_of
from biroumum.regions.models import Region
from biroumum.regions.queries import with_parents
from biroumum.web.forms import PageForm
from biroumum.web.subjects import subject_key
from complaints.forms.common import long_text
from complaints.models import Answer, Complaint, Publication
from complaints.services import redaction

SHOWABLE = ("image/jpeg", "image/png", "image/webp", "application/pdf")
PRIVATE_LEVEL = 4  # a village names too few people


class PublicationForm(PageForm):
    title = forms.CharField(
        label=_("Perihal"), max_length=120, error_messages={"required": _("Isi perihal untuk umum")}
    )
    description = long_text(
        _("Uraian"),
        required=_("Isi uraian untuk umum"),
        help_text=_("Hapus nama orang, alamat rumah, dan keterangan yang menunjuk seseorang."),
        rows=10,
    )
    answer = forms.CharField(
        label=_("Jawaban kantor"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("Wilayah"), required=False, empty_label=_("Tidak ditampilkan")
    )
    checked = forms.BooleanField(
        label=_("Saya sudah memeriksa yang ditandai, dan itu bukan data pribadi"), required=False
    )

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        up = Publication.objects.filter(complaint=case).prefetch_related("files").first()
        files = attachments_of(subject_key(case)).filter(
            state=Attachment.State.CLEAN, media_type__in=SHOWABLE
        )
        captions = {file.attachment_id: file.caption for file in up.files.all()} if up else {}
        kwargs["initial"] = _words(case, up)
        super().__init__(*args, **kwargs)
        places = with_parents(case.region_id).filter(level__in=range(2, PRIVATE_LEVEL))
        self.fields["region"].queryset = places  # type: ignore[attr-defined]
        self.files_of_case = list(files)
        for file in self.files_of_case:
            self.fields[_name(file)] = forms.CharField(
                label=_("Keterangan untuk %(file)s") % {"file": file.name},
                help_text=_hint(file),
                max_length=200,
                required=False,
                initial=captions.get(file.pk, ""),
            )
        if not any(redaction.find(str(self[name].value() or "")) for name in self._written):
            del self.fields["checked"]

    @property
    def _written(self) -> list[str]:
        return ["title", "description", "answer", *(_name(file) for file in self.files_of_case)]

    @property
    def texts(self) -> list[tuple[BoundField, str]]:
        """Fields whose words the public will read, each with its words; only of a cleaned form."""
        return [(self[name], self.cleaned_data.get(name) or "") for name in self._written]

    def clean(self) -> dict[str, Any]:
        """What is only looked at shows the findings marked; what goes out must be free of them or declared so."""
        data = super().clean() or self.cleaned_data
        if not data.get("checked") and "preview" not in self.data:
            for field, text in self.texts:
                for finding in redaction.find(text):
                    sentence = _("Ada %(kind)s: “%(text)s”. Hapus, atau nyatakan sudah diperiksa.")
                    self.add_error(field.name, sentence % {"kind": finding.label, "text": finding.text})
        return data

    def words(self) -> dict[str, Any]:
        """For services.publish."""
        data = self.cleaned_data
        captions = {file: data[_name(file)] for file in self.files_of_case if data[_name(file)]}
        names = ("title", "description", "answer", "region")
        return {name: data[name] for name in names} | {
            "captions": captions,
            "checked": data.get("checked", False),
        }


def _name(file: Attachment) -> str:
    return f"caption_{file.pk}"


def _hint(file: Attachment) -> str:
    """The name itself is never public; what it gives away is often written in the picture too."""
    hint = _("Isi bila berkas ini boleh dilihat umum. Kosongkan bila tidak.")
    if not (found := redaction.find(file.name.replace("_", " "))):
        return str(hint)
    seen = ", ".join(f"{finding.label} “{escape(finding.text)}”" for finding in found)
    warning = _("Nama berkas memuat %(found)s: periksa apakah gambarnya juga memuatnya.") % {"found": seen}
    return f"{warning} {hint}"


def _words(case: Complaint, up: Publication | None) -> dict[str, Any]:
    """What is public already, else the case's own words with what the detector finds masked; so too an answer that
    was given since."""
    last = case.answers.last()
    answer = redaction.masked(last.text)[:10_000] if last else ""
    if up:
        words = {name: getattr(up, name) for name in ("title", "description", "answer", "region")}
        return words | ({"answer": answer} if last and _is_new(last, up) else {})
    return {
        "title": redaction.masked(case.title)[:120],
        "description": redaction.masked(case.description)[:10_000],
        "answer": answer,
    }


def _is_new(answer: Answer, up: Publication) -> bool:
    """Whether the public reads none yet, or what it reads was written before this one."""
    if not up.answer:
        return True
    subject, verb = subject_key(answer.complaint), "complaints.complaint.publish"
    written = events_of([subject], [verb])[subject]
    return bool(written) and written[-1].at < answer.created_at


class UnpublishForm(PageForm):
    reason = forms.CharField(
        label=_("Alasan menurunkan"),
        help_text=_("Pelapor membacanya di halaman lacak."),
        max_length=200,
        error_messages={"required": _("Isi alasan menurunkan")},
    )
