"""Forms of the verifier's steps."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Unit
from biroumum.web.names import KeptChoiceField
from biroumum.workflow.forms import StepForm
from complaints.forms.common import ReasonForm, long_text, officer_field, reason_code
from complaints.forms.reclassifying import documents_field, kind_field, oversight_field
from complaints.models import Category, Complaint
from complaints.services.suggesting import Suggestion, suggestions
from complaints.states import Reason, State, Visibility


class VerifyForm(StepForm):
    title = forms.CharField(
        label=_("Perihal"),
        help_text=_("Satu baris tanpa nama orang."),
        max_length=120,
        error_messages={"required": _("Isi perihal pengaduan")},
    )
    kind = kind_field()
    oversight = oversight_field()
    documents = documents_field()
    category = KeptChoiceField(
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
    visibility_reason = forms.CharField(
        label=_("Alasan bila lebih terbuka"),
        help_text=_(
            "Wajib bila lebih terbuka daripada pilihan pelapor. Pelapor membacanya di halaman lacak."
        ),
        max_length=500,
        required=False,
    )
    accused_unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label=_("Unit yang dilaporkan"),
        help_text=_("Unit ini tidak dapat melihat maupun menangani pengaduan."),
        required=False,
    )

    accused_officer = officer_field()

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        names = "title kind oversight documents category accused_unit accused_officer".split()
        held = {name: case._meta.get_field(name).value_from_object(case) for name in names}  # type: ignore[union-attr]
        kwargs["initial"] = held | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)
        # Not chosen beforehand: it is to be decided, with the reporter's choice in view.
        chosen = _("Sekarang: %(choice)s.") % {"choice": case.get_visibility_display()}
        self.fields["visibility"].help_text = chosen
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


def _sure(suggestion: Suggestion, name: str) -> str:
    words = _("%(name)s (sering)") if suggestion.often else _("%(name)s (mungkin)")
    return str(words % {"name": name})


class CompletionForm(StepForm):
    reason_code = reason_code(State.INCOMPLETE, _("Apa yang kurang?"))
    text = long_text(
        _("Pertanyaan untuk pelapor"),
        required=_("Isi pertanyaan untuk pelapor"),
        help_text=_("Pelapor membacanya di halaman lacak. Jam berhenti sampai ia melengkapi."),
    )


class WithdrawalForm(ReasonForm):
    reason_code = reason_code(State.WITHDRAWN, _("Sebab"))
    field_order = ("reason_code", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["reason_code"].choices  # type: ignore[attr-defined]
        self.fields["reason_code"].choices = [  # type: ignore[attr-defined]
            (code, label) for code, label in choices if code != Reason.NO_REPLY
        ]


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
    reason = long_text(
        _("Penjelasan untuk pelapor"),
        required=_("Isi penjelasan untuk pelapor"),
        help_text=_("Pelapor membacanya di halaman lacak. Jangan menyebut isi pengaduan orang lain."),
        rows=4,
    )

    def clean_original(self) -> Complaint:
        number = self.cleaned_data["original"].upper()
        found = Complaint.objects.visible_to(self.actor.person).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("Tidak ada pengaduan dengan nomor itu"))
        return found
