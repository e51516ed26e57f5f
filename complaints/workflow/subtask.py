"""Who may do what to a subtask: the asked unit does it, the asking unit takes it back, an ending case drops it."""

from django.utils.translation import gettext_lazy as _

from biroumum.workflow.engine import SYSTEM, Transition, Workflow
from complaints import forms, guards, services
from complaints.states import SubtaskState as S

SUBTASK = Workflow(
    "complaints.Subtask",
    Transition(
        name="finish",
        label=_("Selesaikan"),
        sources=(S.OPEN,),
        target=S.DONE,
        permission="complaints.handle_complaint",
        form=forms.FinishSubtaskForm,
        guard=guards.of_the_asked_unit,
        effect=services.finish_subtask,
        tone="main",
    ),
    Transition(
        name="cancel",
        label=_("Batalkan"),
        sources=(S.OPEN,),
        target=S.CANCELLED,
        permission="complaints.handle_complaint",
        form=forms.CancelSubtaskForm,
        guard=guards.of_the_asking_unit,
        effect=services.cancel_subtask,
    ),
    Transition(
        name="drop",
        label=_("Batal bersama pengaduannya"),
        sources=(S.OPEN,),
        target=S.CANCELLED,
        permission=SYSTEM,
        effect=services.cancel_subtask,
    ),
    initial=S.OPEN,
    terminal=(S.DONE, S.CANCELLED),
    step_view="complaints:subtask_step",
)
