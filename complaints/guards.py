"""Conditions a step must meet beyond right and state. A refused guard is a sentence for the person who tried."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit, User
from biroumum.accounts.queries import holders, offices_above, positions_for, units_of
from biroumum.web.templatetags.web import tanggal
from biroumum.workflow.engine import Refused
from complaints.models import Complaint, Disposal, Subtask
from complaints.queries import INSPECT
from complaints.services import deadlines
from complaints.services.accused import has_another_head, is_of_the_accused, sits_on
from complaints.services.subtasks import open_subtasks
from complaints.services.whistle import taken_up
from complaints.states import Fate, Kind, Result, Visibility


def not_the_accused(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """Whom the case complains about, office or officer, neither works on it nor ends it (field notes 3.7).

    Nor does anyone but the Inspektorat with what is for the Inspektorat alone.
    """
    if actor.user and case.accuses(actor.user):
        raise Refused(
            _("Anda atau unit Anda adalah pihak yang dilaporkan, jadi pengaduan ini ditangani orang lain.")
        )
    if actor.user and case.bars(actor.user):
        raise Refused(_("Laporan ini hanya ditangani Inspektorat."))


def is_whistle(case: Complaint) -> bool:
    return case.is_whistle


def is_ordinary(case: Complaint) -> bool:
    return not case.is_whistle


def of_the_inspectorate(case: Complaint, *, actor: Actor, **data: Any) -> None:
    not_the_accused(case, actor=actor)
    if not case.is_whistle:
        raise Refused(_("Pengaduan ini bukan laporan pelanggaran pegawai."))


def may_judge_whistle(case: Complaint, *, actor: Actor, **data: Any) -> None:
    of_the_inspectorate(case, actor=actor)
    another_than_the_answerer(case, actor=actor)


def stays_ordinary(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """For steps that would take a case out of the Inspektorat's hands; there is one way back, `hand_back`."""
    not_the_accused(case, actor=actor)
    if case.is_whistle:
        raise Refused(_("Laporan pelanggaran pegawai tetap di Inspektorat."))


def may_hand_in(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """Only where somebody is left to read it."""
    stays_ordinary(case, actor=actor)
    readers = holders(INSPECT)
    if all(case.accuses(user) for user in readers):
        raise Refused(_("Di Inspektorat tidak ada petugas yang dapat membacanya."))


def is_not_begun(case: Complaint) -> bool:
    """For the button of `may_hand_back`: the Inspektorat's, and nothing of its own work in it."""
    return case.is_whistle and not taken_up(case)


def may_hand_back(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """Not with what the Inspektorat wrote in it: verifiers will read all of the case."""
    of_the_inspectorate(case, actor=actor)
    if taken_up(case):
        raise Refused(
            _("Inspektorat sudah menanganinya atau menyurati pelapornya, jadi laporan ini tetap di sini.")
        )


def may_restore(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """What was destroyed by the archive schedule cannot be looked at again."""
    not_the_accused(case, actor=actor)
    if Disposal.objects.filter(complaint=case, fate=Fate.DESTROYED).exists():
        raise Refused(_("Pengaduan ini sudah dimusnahkan menurut jadwal retensi arsip."))


def may_assign(
    case: Complaint, *, actor: Actor, unit: Unit, position: Position | None = None, **data: Any
) -> None:
    """Not to whom it complains about, and to someone: a case nobody holds would wait without a word."""
    stays_ordinary(case, actor=actor)
    if position is not None and position.unit_id != unit.pk:
        raise Refused(_("Pilih petugas dari unit yang sama"), field="position")
    if is_of_the_accused(unit, case):
        raise Refused(_("Pengaduan tidak dapat diteruskan ke unit yang dilaporkan."))
    if sits_on(case.accused_officer, position):
        raise Refused(_("Jabatan ini dipegang petugas yang dilaporkan. Pilih atasannya."))
    if position is None and not has_another_head(unit, case.accused_officer):
        raise Refused(_("Unit ini belum punya kepala yang membagi tugas. Pilih petugasnya."))
    if (
        position is not None
        and not positions_for("complaints.handle_complaint").filter(pk=position.pk).exists()
    ):
        raise Refused(_("Jabatan ini sedang kosong atau tidak menangani pengaduan. Pilih yang lain."))


def may_delegate(case: Complaint, *, actor: Actor, position: Position | None = None, **data: Any) -> None:
    """To someone in the office that has the case, by who heads it or the verifier."""
    not_the_accused(case, actor=actor)
    if case.unit is None or position is None:
        raise Refused(_("Pilih petugasnya."), field="position")
    if position.pk == case.position_id:
        raise Refused(_("Petugas ini sudah memegang pengaduannya."), field="position")
    may_assign(case, actor=actor, unit=case.unit, position=position)


def may_resume(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """To whom it was with, as long as that is still someone."""
    may_assign(case, actor=actor, unit=case.unit, position=case.position)  # type: ignore[arg-type]  # answered by it


def may_verify(
    case: Complaint,
    *,
    actor: Actor,
    kind: str = "",
    oversight: bool = False,
    documents: bool = False,
    accused_unit: Unit | None = None,
    accused_officer: User | None = None,
    visibility: str = "",
    visibility_reason: str = "",
    **data: Any,
) -> None:
    """Who is complained about, or works in the office that is, does not classify the complaint.

    Nor does anyone let more people know of it than the reporter chose, without telling them why; nor of what the
    Inspektorat has sealed.
    """
    stays_ordinary(case, actor=actor)
    if case.sealed and visibility not in ("", Visibility.CONFIDENTIAL):
        raise Refused(_("Yang pernah disegel Inspektorat tetap rahasia."), field="visibility")
    if visibility and Visibility(visibility).is_lower_than(case.visibility) and not visibility_reason:
        raise Refused(
            _("Isi alasan: pilihan ini lebih terbuka daripada pilihan pelapor"), field="visibility_reason"
        )
    _names_another(actor.person, accused_unit, accused_officer)
    _class_fits(kind, oversight, documents)


def _names_another(verifier: User, unit: Unit | None, officer: User | None) -> None:
    if officer is not None and officer == verifier:
        raise Refused(
            _("Anda sendiri yang dilaporkan. Minta verifikator lain, atau limpahkan ke Inspektorat.")
        )
    if unit is not None and unit.pk in offices_above(verifier):
        raise Refused(
            _("Anda bekerja di unit yang dilaporkan. Minta verifikator lain, atau limpahkan ke Inspektorat.")
        )


def _class_fits(kind: str, oversight: bool, documents: bool) -> None:
    if oversight and kind != Kind.COMPLAINT:
        raise Refused(_("Hanya pengaduan yang dapat berkadar pengawasan"), field="oversight")
    if documents and kind != Kind.INFORMATION:
        raise Refused(_("Hanya permintaan informasi yang dapat meminta dokumen"), field="documents")


def may_reclassify(
    case: Complaint,
    *,
    actor: Actor,
    kind: str = "",
    oversight: bool = False,
    documents: bool = False,
    **data: Any,
) -> None:
    stays_ordinary(case, actor=actor)
    _class_fits(kind, oversight, documents)
    if (kind, oversight, documents) == (case.kind, case.oversight, case.documents):
        raise Refused(_("Tidak ada yang berubah: pilih jenis yang lain."), field="kind")


def asks_for_documents(case: Complaint) -> bool:
    return case.documents


def may_extend(case: Complaint, *, actor: Actor, at: dt.datetime, **data: Any) -> None:
    """Only for documents, once, and before the time is over (UU 14/2008 article 22)."""
    not_the_accused(case, actor=actor)
    clock = deadlines.running_clock(case, deadlines.DOCUMENTS)
    if clock is None:
        raise Refused(_("Hanya permintaan dokumen yang batasnya dapat diperpanjang."))
    if clock.extension_id is not None:
        raise Refused(_("Batas ini sudah pernah diperpanjang, dan hanya boleh satu kali."))
    if clock.is_late(at):
        raise Refused(_("Batasnya sudah lewat, jadi tidak dapat diperpanjang lagi."))


def may_answer(
    case: Complaint,
    *,
    actor: Actor,
    text: str = "",
    result: str = "",
    inspection_ref: str = "",
    files: Sequence[Any] = (),
    subtasks_reason: str = "",
    **data: Any,
) -> None:
    """A public answer with its result; evidence for "done", the report for an oversight case (field notes 2.1, 1.12)."""
    not_the_accused(case, actor=actor)
    if not text.strip() or result not in Result.values:
        raise Refused(_("Isi jawaban untuk pelapor dan pilih hasilnya."))
    if result == Result.RESOLVED and not files:
        raise Refused(_("Lampirkan bukti bahwa pekerjaan sudah selesai"), field="files")
    if case.oversight and not inspection_ref:
        raise Refused(_("Isi nomor laporan hasil pemeriksaan (LHP)"), field="inspection_ref")
    if not subtasks_reason and open_subtasks(case).exists():
        raise Refused(_("Masih ada subtugas terbuka. Tulis mengapa tidak ditunggu."), field="subtasks_reason")


def of_the_asked_unit(part: Subtask, *, actor: Actor, **data: Any) -> None:
    if part.complaint.bars(actor.person) or part.unit_id not in units_of(actor.person):
        raise Refused(_("Subtugas ini dikerjakan unit yang diminta."))


def of_the_asking_unit(part: Subtask, *, actor: Actor, **data: Any) -> None:
    not_the_accused(part.complaint, actor=actor)
    if part.complaint.unit_id not in units_of(actor.person):
        raise Refused(_("Subtugas ini hanya dapat dibatalkan unit yang memintanya."))


def may_schedule(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    scheduled_for: dt.date,
    beyond: bool = False,
    **data: Any,
) -> None:
    """A day after the answer is due only by whoever says that they know."""
    not_the_accused(case, actor=actor)
    if scheduled_for < timezone.localdate(at):
        raise Refused(_("Pilih tanggal hari ini atau sesudahnya"), field="scheduled_for")
    if not beyond and (due := deadlines.answer_due_before(case, scheduled_for)):
        warning = _("Tanggal ini sesudah batas jawaban, %(due)s. Pilih yang lain, atau centang di bawah.")
        raise Refused(warning % {"due": tanggal(due)}, field="scheduled_for")


def may_object(case: Complaint, *, actor: Actor, at: dt.datetime, **data: Any) -> None:
    if case.objected:
        raise Refused(_("Keputusan ini sudah pernah disanggah."))
    if not deadlines.objection_open(case, at):
        raise Refused(_("Masa sanggah sudah lewat. Anda dapat menyampaikan pengaduan baru."))


def objection_window_over(case: Complaint, *, actor: Actor, at: dt.datetime, **data: Any) -> None:
    if deadlines.objection_open(case, at):
        raise Refused(_("Masa sanggah belum lewat."))


def another_than_the_answerer(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """Nobody judges an objection to their own answer."""
    not_the_accused(case, actor=actor)
    if actor.user and case.was_answered_by(actor.user):
        raise Refused(_("Anda yang menjawab pengaduan ini, jadi petugas lain yang memutus sanggahannya."))


def reminded_and_silent(case: Complaint, *, actor: Actor, at: dt.datetime, **data: Any) -> None:
    """Nothing lapses without a reminder after the question (field notes 2.1)."""
    asked = deadlines.running_clock(case, deadlines.COMPLETION)
    if asked is not None and case.reminded_at is None:
        raise Refused(_("Pelapor belum diingatkan."))
    if asked is None or deadlines.completion_ends(case, asked) >= at:
        raise Refused(_("Waktu pelapor untuk melengkapi belum habis."))
