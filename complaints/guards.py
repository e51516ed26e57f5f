"""Conditions a step must meet beyond right and state. A refused guard is a sentence for the person who tried."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit
from biroumum.accounts.queries import holders, offices_above, positions_for
from biroumum.workflow.engine import Refused
from complaints.models import Complaint
from complaints.services import deadlines
from complaints.services.routing import is_of_the_accused
from complaints.states import Kind, Result


def not_the_accused(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """The office complained about neither works on the case nor ends it (field notes 3.7)."""
    if case.accused_unit_id and actor.user and case.accused_unit_id in offices_above(actor.user):
        raise Refused(_("Unit Anda adalah pihak yang dilaporkan, jadi pengaduan ini ditangani unit lain."))


def may_assign(
    case: Complaint, *, actor: Actor, unit: Unit, position: Position | None = None, **data: Any
) -> None:
    """Not to the office complained about, and to someone: a case nobody holds would wait without a word."""
    not_the_accused(case, actor=actor)
    if position is not None and position.unit_id != unit.pk:
        raise Refused(_("Pilih petugas dari unit yang sama"), field="position")
    if is_of_the_accused(unit, case):
        raise Refused(_("Pengaduan tidak dapat diteruskan ke unit yang dilaporkan."))
    if position is None and not holders("complaints.assign_complaint", unit=unit).exists():
        raise Refused(_("Unit ini belum punya kepala yang membagi tugas. Pilih petugasnya."))
    if (
        position is not None
        and not positions_for("complaints.handle_complaint").filter(pk=position.pk).exists()
    ):
        raise Refused(_("Jabatan ini sedang kosong atau tidak menangani pengaduan. Pilih yang lain."))


def may_verify(
    case: Complaint,
    *,
    actor: Actor,
    kind: str = "",
    oversight: bool = False,
    accused_unit: Unit | None = None,
    **data: Any,
) -> None:
    """Who works in the office complained about does not classify the complaint."""
    if oversight and kind != Kind.COMPLAINT:
        raise Refused(_("Hanya pengaduan yang dapat berkadar pengawasan"), field="oversight")
    if accused_unit is not None and actor.user and accused_unit.pk in offices_above(actor.user):
        raise Refused(
            _("Anda bekerja di unit yang dilaporkan. Minta verifikator lain, atau limpahkan ke Inspektorat.")
        )


def may_answer(
    case: Complaint,
    *,
    actor: Actor,
    text: str = "",
    result: str = "",
    inspection_ref: str = "",
    files: Sequence[Any] = (),
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


def may_schedule(
    case: Complaint, *, actor: Actor, at: dt.datetime, scheduled_for: dt.date, **data: Any
) -> None:
    not_the_accused(case, actor=actor)
    if scheduled_for < timezone.localdate(at):
        raise Refused(_("Pilih tanggal hari ini atau sesudahnya"), field="scheduled_for")


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
    last = case.answers.last()
    if last and actor.user and last.author_id == actor.user.pk:
        raise Refused(_("Anda yang menjawab pengaduan ini, jadi petugas lain yang memutus sanggahannya."))


def reminded_and_silent(case: Complaint, *, actor: Actor, at: dt.datetime, **data: Any) -> None:
    """Nothing lapses without a reminder after the question (field notes 2.1)."""
    asked = deadlines.running_clock(case, deadlines.COMPLETION)
    if asked is not None and case.reminded_at is None:
        raise Refused(_("Pelapor belum diingatkan."))
    if asked is None or deadlines.completion_ends(case, asked) >= at:
        raise Refused(_("Waktu pelapor untuk melengkapi belum habis."))
