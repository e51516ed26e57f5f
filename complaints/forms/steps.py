"""One form per step of the table. Staff read them in fieldsets, citizens one at a time on the tracking page."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Position, Unit
from biroumum.accounts.queries import positions_for
from biroumum.documents.forms import FilesField
from biroumum.web.forms import DateField, PageForm
from biroumum.workflow.forms import StepForm
from complaints.models import Category, Complaint
from complaints.services.routing import proposal
from complaints.services.suggesting import Suggestion, suggestions
from complaints.states import RATINGS, REASONS, Kind, Reason, Result, State, Visibility


def long_text(label: Any, *, required: Any, help_text: Any = "", rows: int = 6) -> forms.CharField:
    """A text area of up to 10,000 characters with its own sentence when it is left empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
    )


def reason_code(state: State, label: Any) -> forms.ChoiceField:
    """Why, from the state's own list; every step into such a state asks for it."""
    return forms.ChoiceField(
        label=label,
        choices=[(code, Reason(code).label) for code in REASONS[state]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih sebab")},
    )


def _sure(suggestion: Suggestion, name: str) -> str:
    words = _("%(name)s (sering)") if suggestion.often else _("%(name)s (mungkin)")
    return str(words % {"name": name})


class VerifyForm(StepForm):
    title = forms.CharField(
        label=_("Perihal"),
        help_text=_("Satu baris tanpa nama orang."),
        max_length=120,
        error_messages={"required": _("Isi perihal pengaduan")},
    )
    kind = forms.ChoiceField(
        label=_("Jenis"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis pengaduan")},
    )
    oversight = forms.BooleanField(
        label=_("Berkadar pengawasan"),
        help_text=_("Dugaan pelanggaran yang perlu diperiksa di lapangan: batas jawaban 60 hari kerja."),
        required=False,
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=_("Kategori"),
        error_messages={"required": _("Pilih kategori")},
    )
    visibility = forms.ChoiceField(
        label=_("Siapa yang boleh tahu"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih siapa yang boleh tahu")},
    )
    accused_unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label=_("Unit yang dilaporkan"),
        help_text=_("Unit ini tidak dapat melihat maupun menangani pengaduan."),
        required=False,
    )

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        names = ("title", "kind", "oversight", "category", "visibility", "accused_unit")
        kwargs["initial"] = {name: getattr(case, name) for name in names} | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)
        self._suggest(case)

    def _suggest(self, case: Complaint) -> None:
        """Categories of like cases come first in the list and are said above it; what is chosen stays as it was."""
        suggested, field = suggestions(case), cast(Any, self.fields["category"])
        if not suggested:
            return
        rows = {row.code: (row.pk, str(row)) for row in field.queryset}
        first = [(rows[each.code][0], _sure(each, rows[each.code][1])) for each in suggested]
        others = [row for code, row in rows.items() if code not in [each.code for each in suggested]]
        field.choices = [("", field.empty_label), (_("Saran"), first), (_("Kategori lain"), others)]
        field.help_text = _("Saran menurut perkara serupa: %(names)s. Anda yang memutuskan.") % {
            "names": ", ".join(label for _pk, label in first)
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("oversight") and data.get("kind") not in (None, Kind.COMPLAINT):
            self.add_error("oversight", _("Hanya pengaduan yang dapat berkadar pengawasan"))
        return data


class CompletionForm(StepForm):
    reason_code = reason_code(State.INCOMPLETE, _("Apa yang kurang?"))
    text = long_text(
        _("Pertanyaan untuk pelapor"),
        required=_("Isi pertanyaan untuk pelapor"),
        help_text=_("Pelapor membacanya di halaman lacak. Jam berhenti sampai ia melengkapi."),
    )


class QuestionForm(StepForm):
    text = long_text(
        _("Pertanyaan untuk pelapor"),
        required=_("Isi pertanyaan untuk pelapor"),
        help_text=_("Pelapor membacanya di halaman lacak. Jam berhenti sampai ia menjawab."),
    )


class ReplyForm(StepForm):
    text = long_text(_("Jawaban Anda"), required=_("Isi jawaban Anda"))


class ReasonForm(StepForm):
    reason = long_text(_("Alasan"), required=_("Isi alasan"), rows=4)


class WithdrawalForm(ReasonForm):
    reason_code = reason_code(State.WITHDRAWN, _("Sebab"))
    field_order = ("reason_code", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["reason_code"].choices  # type: ignore[attr-defined]
        self.fields["reason_code"].choices = [  # type: ignore[attr-defined]
            (code, label) for code, label in choices if code != Reason.NO_REPLY
        ]


class TakeBackForm(StepForm):
    reason = forms.CharField(
        label=_("Alasan"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(StepForm):
    reason = long_text(
        _("Pertimbangan"),
        required=_("Isi pertimbangan keputusan"),
        help_text=_("Pelapor membacanya di halaman lacak."),
    )


class ObjectionForm(StepForm):
    reason = long_text(
        _("Mengapa Anda tidak setuju?"),
        required=_("Isi alasan Anda tidak setuju"),
        help_text=_("Petugas lain yang memutus, bukan yang menjawab."),
    )


class HandoverForm(StepForm):
    reason_code = reason_code(State.HANDED_OVER, _("Sebab"))
    agency = forms.CharField(
        label=_("Instansi tujuan"), max_length=160, error_messages={"required": _("Isi instansi tujuan")}
    )
    reason = forms.CharField(
        label=_("Mengapa bukan wewenang kami"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Isi alasan pelimpahan")},
    )
    follow_up = forms.CharField(
        label=_("Cara menanyakan kelanjutannya"),
        help_text=_("Misalnya nama kanal dan nomor telepon instansi itu."),
        max_length=300,
        error_messages={"required": _("Isi cara menanyakan kelanjutannya")},
    )


class ArchiveForm(StepForm):
    reason_code = reason_code(State.ARCHIVED, _("Sebab"))
    reason = long_text(
        _("Penjelasan untuk pelapor"),
        required=_("Isi penjelasan untuk pelapor"),
        help_text=_("Pelapor membacanya di halaman lacak, dan dapat menyanggah."),
        rows=4,
    )


class DuplicateForm(StepForm):
    reason_code = reason_code(State.DUPLICATE, _("Sebab"))
    original = forms.CharField(
        label=_("Nomor pengaduan induk"),
        help_text=_("Misalnya ADU-2026-000147."),
        max_length=20,
        error_messages={"required": _("Isi nomor pengaduan induk")},
    )

    def clean_original(self) -> Complaint:
        number = self.cleaned_data["original"].upper()
        found = Complaint.objects.visible_to(self.actor.person).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("Tidak ada pengaduan dengan nomor itu"))
        return found


class PositionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Position) -> str:  # type: ignore[override]
        return f"{obj.title}, {obj.unit}"


class AssignForm(StepForm):
    unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label=_("Unit"),
        empty_label=_("Pilih unit"),
        error_messages={"required": _("Pilih unit")},
    )
    position = PositionField(
        Position.objects.none(),
        label=_("Petugas"),
        help_text=_("Kosongkan bila kepala unit yang membagi tugas."),
        required=False,
    )
    instruction = forms.CharField(
        label=_("Petunjuk"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        rule = proposal(case)
        if rule:
            proposed = {"unit": rule.unit_id, "position": rule.position_id}
            kwargs["initial"] = proposed | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)
        self.fields["position"].queryset = positions_for("complaints.handle_complaint")  # type: ignore[attr-defined]
        if rule:
            self.fields["unit"].help_text = _("Usulan aturan “%(rule)s”. Anda yang memutuskan.") % {
                "rule": rule
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        unit, position = data.get("unit"), data.get("position")
        if unit and position and position.unit_id != unit.pk:
            self.add_error("position", _("Pilih petugas dari unit yang sama"))
        return data


class StartForm(StepForm):
    text = forms.CharField(
        label=_("Kabar untuk pelapor"),
        help_text=_("Apa yang akan Anda lakukan, dan kapan."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class ScheduleForm(StepForm):
    scheduled_for = DateField(label=_("Tanggal"), error_messages={"required": _("Isi tanggal")})
    text = long_text(_("Kabar untuk pelapor"), required=_("Isi kabar untuk pelapor"), rows=4)

    def clean_scheduled_for(self) -> Any:
        day = self.cleaned_data["scheduled_for"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Pilih tanggal hari ini atau sesudahnya"))
        return day


class AnswerForm(StepForm):
    text = long_text(
        _("Jawaban untuk pelapor"),
        required=_("Isi jawaban untuk pelapor"),
        help_text=_("Apa yang diperiksa, apa yang dilakukan, dan apa hasilnya."),
        rows=8,
    )
    result = forms.ChoiceField(
        label=_("Hasil"),
        choices=Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih hasil")},
    )
    inspection_ref = forms.CharField(
        label=_("Nomor laporan hasil pemeriksaan (LHP)"), max_length=80, required=False
    )
    files = FilesField(label=_("Bukti"), required=False, staff=True)  # type: ignore[assignment]

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if not case.oversight:
            del self.fields["inspection_ref"]
        self.fields["files"].help_text = _(
            "Wajib untuk hasil “Sudah diselesaikan”, misalnya foto sesudah diperbaiki."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("result") == Result.RESOLVED and not data.get("files") and "files" not in self.errors:
            self.add_error("files", _("Lampirkan bukti bahwa pekerjaan sudah selesai"))
        if self.case.oversight and not data.get("inspection_ref"):  # type: ignore[attr-defined]
            self.add_error("inspection_ref", _("Isi nomor laporan hasil pemeriksaan (LHP)"))
        return data


def rating_field(*, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Seberapa puas Anda?"),
        choices=RATINGS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": _("Pilih seberapa puas Anda")},
    )


def comment_field() -> forms.CharField:
    return forms.CharField(
        label=_("Alasan"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AcceptForm(StepForm):
    rating = rating_field(required=False)
    comment = comment_field()


class RateForm(PageForm):
    """For an answer whose silence closed the case, or that was accepted without a word."""

    rating = rating_field(required=True)
    comment = comment_field()
