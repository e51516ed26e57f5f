"""Forms of the office's steps: disposition, work, answer, and the decision on an objection."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Position, Unit
from biroumum.accounts.queries import positions_for
from biroumum.documents.forms import FilesField
from biroumum.web.forms import DateField, PageForm
from biroumum.web.templatetags.web import tanggal
from biroumum.workflow.forms import StepForm
from complaints.forms.common import PositionField, long_text
from complaints.models import Complaint
from complaints.services import deadlines
from complaints.services.routing import proposal
from complaints.states import Result


class OrderForm(PageForm):
    """To whom, and what to do: for one case, or for several chosen ones together."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions_for("complaints.handle_complaint")  # type: ignore[attr-defined]


class AssignForm(StepForm, OrderForm):
    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        rule = proposal(case)
        if rule:
            proposed = {"unit": rule.unit_id, "position": rule.position_id}
            kwargs["initial"] = proposed | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)
        if rule:
            self.fields["unit"].help_text = _("Usulan aturan “%(rule)s”. Anda yang memutuskan.") % {
                "rule": rule
            }


class DelegateForm(StepForm):
    position = PositionField(
        Position.objects.none(), label=_("Petugas"), error_messages={"required": _("Pilih petugas")}
    )
    instruction = forms.CharField(
        label=_("Petunjuk"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        here = positions_for("complaints.handle_complaint").filter(unit=case.unit)
        self.fields["position"].queryset = here  # type: ignore[attr-defined]


class StartForm(StepForm):
    text = forms.CharField(
        label=_("Kabar untuk pelapor"),
        help_text=_("Apa yang akan Anda lakukan, dan kapan."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class QuestionForm(StepForm):
    text = long_text(
        _("Pertanyaan untuk pelapor"),
        required=_("Isi pertanyaan untuk pelapor"),
        help_text=_("Pelapor membacanya di halaman lacak. Jam berhenti sampai ia menjawab."),
    )


class ScheduleForm(StepForm):
    scheduled_for = DateField(label=_("Tanggal"), error_messages={"required": _("Isi tanggal")})
    beyond = forms.BooleanField(
        label=_("Tetap jadwalkan sesudah batas jawaban; pelapor membaca kedua tanggalnya."), required=False
    )
    text = long_text(_("Kabar untuk pelapor"), required=_("Isi kabar untuk pelapor"), rows=4)

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if clock := deadlines.answer_clock(case):
            due = {"due": tanggal(clock.due_at)}
            self.fields["scheduled_for"].help_text = _("Jawaban paling lambat %(due)s.") % due
        if not self.is_bound:  # asked of whoever chose such a day
            del self.fields["beyond"]


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
        label=_("Nomor laporan hasil pemeriksaan (LHP)"),
        max_length=80,
        error_messages={"required": _("Isi nomor laporan hasil pemeriksaan (LHP)")},
    )
    files = FilesField(label=_("Bukti"), required=False, staff=True)  # type: ignore[assignment]
    subtasks_reason = forms.CharField(
        label=_("Mengapa subtugas tidak ditunggu?"),
        help_text=_("Isi bila masih ada subtugas terbuka: subtugas itu dibatalkan."),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, case: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if not case.oversight:
            del self.fields["inspection_ref"]
        if not case.subtasks_asked:
            del self.fields["subtasks_reason"]
        self.fields["files"].help_text = _(
            "Wajib untuk hasil “Sudah diselesaikan”, misalnya foto sesudah diperbaiki."
        )


class DecisionForm(StepForm):
    reason = long_text(
        _("Pertimbangan"),
        required=_("Isi pertimbangan keputusan"),
        help_text=_("Pelapor membacanya di halaman lacak."),
    )
