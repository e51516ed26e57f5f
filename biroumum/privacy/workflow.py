"""Who may do what to a request to erase: one records it, another decides it, the portal ends it."""

from django.utils.translation import gettext_lazy as _

from biroumum.privacy import guards, services
from biroumum.privacy.forms import DecisionForm
from biroumum.privacy.models import State as S
from biroumum.privacy.queries import DECIDE, RECORD
from biroumum.workflow.engine import SYSTEM, Transition, Workflow

ERASURE = Workflow(
    "privacy.ErasureRequest",
    Transition(
        name="approve",
        label=_("Setujui dan hapus"),
        description=_("Yang dihapus tidak dapat dikembalikan, juga tidak dari cadangan."),
        sources=(S.REQUESTED,),
        target=S.ERASING,
        permission=DECIDE,
        form=DecisionForm,
        guard=guards.may_approve,
        effect=services.carry_out,
        confirm=True,
    ),
    Transition(
        name="refuse",
        label=_("Tolak permohonan"),
        description=_("Pemohon berhak tahu alasannya."),
        sources=(S.REQUESTED,),
        target=S.REFUSED,
        permission=DECIDE,
        form=DecisionForm,
        guard=guards.may_decide,
        effect=services.refuse,
        confirm=True,
    ),
    Transition(
        name="withdraw",
        label=_("Tarik permohonan"),
        description=_("Bila pemohon menariknya, atau salah catat."),
        sources=(S.REQUESTED,),
        target=S.WITHDRAWN,
        permission=RECORD,
        form=DecisionForm,
        guard=guards.may_withdraw,
        effect=services.withdraw,
        confirm=True,
    ),
    Transition(
        name="complete",
        label=_("Nyatakan selesai"),
        sources=(S.ERASING,),
        target=S.DONE,
        permission=SYSTEM,
        guard=guards.files_are_gone,
        effect=services.complete,
    ),
    initial=S.REQUESTED,
    terminal=(S.DONE, S.REFUSED, S.WITHDRAWN),
    step_view="privacy:step",
)
