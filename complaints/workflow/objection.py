"""The citizen has the last word on an answer, and a way back from "not ours"."""

from django.utils.translation import gettext_lazy as _

from biroumum.workflow.engine import HOLDER, SYSTEM, Transition
from complaints import forms, guards, services
from complaints.states import State as S

OBJECTION = (
    Transition(
        name="accept",
        label=_("Terima jawaban"),
        sources=(S.ANSWERED,),
        target=S.CLOSED,
        permission=HOLDER,
        form=forms.AcceptForm,
        effect=services.accept_answer,
        tone="main",
    ),
    Transition(
        name="close_silent",
        label=_("Tutup otomatis"),
        sources=(S.ANSWERED,),
        target=S.CLOSED,
        permission=SYSTEM,
        guard=guards.objection_window_over,
        effect=services.close,
    ),
    Transition(
        name="object",
        label=_("Sanggah jawaban"),
        sources=(S.ANSWERED, S.CLOSED),
        target=S.REOPEN_REQUESTED,
        permission=HOLDER,
        form=forms.ObjectionForm,
        guard=guards.may_object,
        effect=services.object_to_answer,
    ),
    Transition(
        name="grant_reopening",
        label=_("Buka kembali"),
        sources=(S.REOPEN_REQUESTED,),
        target=S.REOPENED,
        permission="complaints.decide_reopening",
        form=forms.DecisionForm,
        fits=guards.is_ordinary,
        guard=guards.another_than_the_answerer,
        effect=services.grant_reopening,
        tone="main",
    ),
    Transition(
        name="refuse_reopening",
        label=_("Tolak dibuka kembali"),
        sources=(S.REOPEN_REQUESTED,),
        target=S.CLOSED,
        permission="complaints.decide_reopening",
        form=forms.DecisionForm,
        fits=guards.is_ordinary,
        guard=guards.another_than_the_answerer,
        effect=services.refuse_reopening,
        confirm=True,
    ),
    Transition(
        name="resume_reopened",
        label=_("Kembalikan ke penangan semula"),
        sources=(S.REOPENED,),
        target=S.IN_PROGRESS,
        permission="complaints.verify_complaint",
        fits=guards.is_ordinary,
        guard=guards.may_resume,
        effect=services.resume_reopened,
    ),
    # -- a way back from "not ours"
    Transition(
        name="object_outcome",
        label=_("Sanggah keputusan ini"),
        sources=(S.HANDED_OVER, S.ARCHIVED, S.DUPLICATE),
        target=S.RECEIVED,
        permission=HOLDER,
        form=forms.ObjectionForm,
        guard=guards.may_object,
        effect=services.object_to_outcome,
    ),
    Transition(
        name="restore",
        label=_("Periksa kembali"),
        sources=(S.HANDED_OVER, S.ARCHIVED, S.DUPLICATE),
        target=S.RECEIVED,
        permission="complaints.decide_reopening",
        form=forms.ReasonForm,
        guard=guards.may_restore,
        effect=services.restore,
    ),
)
