"""What someone who passes by is told of a published case: on its page, in its feed, and in Open311."""

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from biroumum.audit.queries import Step, events_of
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal, waktu
from complaints.models import Complaint
from complaints.services.deadlines import entered_late
from complaints.states import State


def received_words(case: Complaint) -> str:
    """When the office received it; of what the desk wrote down on a later day only the day, and when that was."""
    if case.entered_at is None:
        return waktu(case.received_at)
    known = {"day": tanggal(case.received_at), "entered": waktu(case.entered_at)}
    return _("%(day)s; dicatat %(entered)s") % known


def entered_words(case: Complaint) -> str:
    """How many working days the clocks had lost when the desk wrote it down; "" when none."""
    lost = entered_late(case)
    words = ngettext(
        "Dicatat %(days)s hari kerja sesudah diterima", "Dicatat %(days)s hari kerja sesudah diterima", lost
    )
    return words % {"days": lost} if lost else ""


PUBLIC_MEANINGS = {
    State.RECEIVED: gettext_lazy("Pengaduan ini menunggu diperiksa."),
    State.INCOMPLETE: gettext_lazy("Kantor menunggu kelengkapan dari pelapor."),
    State.VERIFIED: gettext_lazy("Pengaduan ini sudah diperiksa dan akan diteruskan."),
    State.ASSIGNED: gettext_lazy("Pengaduan ini sudah sampai di kantor yang menangani."),
    State.IN_PROGRESS: gettext_lazy("Pengaduan ini sedang ditangani."),
    State.AWAITING_REPORTER: gettext_lazy("Kantor menunggu jawaban pelapor."),
    State.SCHEDULED: gettext_lazy("Pekerjaan sudah dijadwalkan."),
    State.ANSWERED: gettext_lazy("Kantor sudah menjawab. Pelapor masih dapat menyanggah."),
    State.CLOSED: gettext_lazy("Pengaduan ini selesai."),
    State.REOPEN_REQUESTED: gettext_lazy("Pelapor menyanggah jawaban. Petugas lain sedang memutus."),
    State.REOPENED: gettext_lazy("Sanggahan diterima, dan pengaduan dibuka kembali."),
    State.HANDED_OVER: gettext_lazy("Pengaduan ini wewenang instansi lain dan sudah dilimpahkan."),
    State.ARCHIVED: gettext_lazy("Pengaduan ini tidak dapat ditindaklanjuti."),
    State.DUPLICATE: gettext_lazy("Pengaduan ini digabung dengan pengaduan yang sama."),
    State.WITHDRAWN: gettext_lazy("Pengaduan ini dicabut."),
}
# Steps a passer-by is told; what is said between the office and the reporter is theirs alone.
PUBLIC_STEPS = (
    "submit verify assign start schedule answer accept close_silent object grant_reopening refuse_reopening "
    "hand_over hand_over_work publish"
).split()


def public_steps(*cases: Complaint) -> dict[int, list[Step]]:
    """What the public is told of the way of these cases, by their key and oldest first."""
    verbs = [f"complaints.complaint.{name}" for name in PUBLIC_STEPS]
    found = events_of([subject_key(case) for case in cases], verbs)
    return {case.pk: found[subject_key(case)] for case in cases}
