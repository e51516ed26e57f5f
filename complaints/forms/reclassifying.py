"""Forms of the steps that move the deadline of an answer; the citizen reads their reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.workflow.forms import StepForm
from complaints.forms.common import long_text
from complaints.models import Complaint
from complaints.states import ORDINARY

READ = _("Pelapor membacanya di halaman lacak, bersama tenggat yang lama dan yang baru.")


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Jenis"),
        choices=ORDINARY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis pengaduan")},
    )


def oversight_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Berkadar pengawasan"),
        help_text=_("Dugaan pelanggaran yang perlu diperiksa di lapangan: batas jawaban 60 hari kerja."),
        required=False,
    )


def documents_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Meminta dokumen"),
        help_text=_(
            "Permintaan informasi yang meminta dokumen mempunyai batas waktunya sendiri (UU 14/2008)."
        ),
        required=False,
    )


class ReclassifyForm(StepForm):
    kind = kind_field()
    oversight = oversight_field()
    documents = documents_field()
    reason = long_text(_("Alasan"), required=_("Isi alasan"), help_text=READ, rows=4)

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        names = ("kind", "oversight", "documents")
        kwargs["initial"] = {name: getattr(case, name) for name in names} | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)


class ExtendForm(StepForm):
    reason = long_text(_("Alasan"), required=_("Isi alasan"), help_text=READ, rows=4)
