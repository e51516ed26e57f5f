"""The steps that only wrongs of officials know: into the hands of the Inspektorat, within them, and back."""

from django.utils.translation import gettext_lazy as _

from biroumum.workflow.engine import SYSTEM, Transition
from complaints import forms, guards, services
from complaints.queries import INSPECT
from complaints.states import State as S

WHISTLE = (
    Transition(
        name="hand_in",
        label=_("Serahkan ke Inspektorat"),
        description=_(
            "Untuk dugaan pelanggaran pegawai. Sesudah itu hanya Inspektorat yang membacanya; "
            "Anda pun tidak dapat membacanya lagi."
        ),
        sources=(
            S.RECEIVED,
            S.INCOMPLETE,
            S.VERIFIED,
            S.ASSIGNED,
            S.IN_PROGRESS,
            S.AWAITING_REPORTER,
            S.SCHEDULED,
            S.REOPENED,
        ),
        target=S.RECEIVED,
        permission="complaints.verify_complaint",
        fits=guards.is_ordinary,
        guard=guards.may_hand_in,
        effect=services.hand_in,
        confirm=True,
    ),
    Transition(  # what had joined a case handed in: its reporter must hear an end of their own
        name="release",
        label=_("Pisahkan dari induknya"),
        sources=(S.DUPLICATE,),
        target=S.RECEIVED,
        permission=SYSTEM,
        effect=services.restore,
    ),
    Transition(
        name="inspect",
        label=_("Mulai periksa"),
        sources=(S.RECEIVED, S.REOPENED),
        target=S.IN_PROGRESS,
        permission=INSPECT,
        form=forms.StartForm,
        fits=guards.is_whistle,
        guard=guards.of_the_inspectorate,
        effect=services.inspect,
        tone="main",
    ),
    Transition(
        name="dismiss",
        label=_("Tidak dapat ditindaklanjuti"),
        sources=(S.RECEIVED,),
        target=S.ARCHIVED,
        permission=INSPECT,
        form=forms.ArchiveForm,
        fits=guards.is_whistle,
        guard=guards.of_the_inspectorate,
        effect=services.archive,
        confirm=True,
    ),
    Transition(
        name="uphold",
        label=_("Buka kembali"),
        sources=(S.REOPEN_REQUESTED,),
        target=S.REOPENED,
        permission=INSPECT,
        form=forms.DecisionForm,
        fits=guards.is_whistle,
        guard=guards.may_judge_whistle,
        effect=services.grant_reopening,
        tone="main",
    ),
    Transition(
        name="overrule",
        label=_("Tolak dibuka kembali"),
        sources=(S.REOPEN_REQUESTED,),
        target=S.CLOSED,
        permission=INSPECT,
        form=forms.DecisionForm,
        fits=guards.is_whistle,
        guard=guards.may_judge_whistle,
        effect=services.refuse_reopening,
        confirm=True,
    ),
    Transition(
        name="hand_back",
        label=_("Kembalikan sebagai pengaduan biasa"),
        description=_(
            "Verifikator dan kepala biro lalu membacanya, juga pesan pelapor. Identitas pelapor tetap disegel, "
            "isinya tetap rahasia."
        ),
        sources=(S.RECEIVED,),
        target=S.RECEIVED,
        permission=INSPECT,
        form=forms.DecisionForm,
        fits=guards.is_not_begun,
        guard=guards.may_hand_back,
        effect=services.hand_back,
        confirm=True,
    ),
)
