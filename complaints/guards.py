"""Conditions a step must meet beyond right and state. A refused guard is a sentence for the person who tried."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.accounts.queries import units_of
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.models import Complaint
from complaints.services import deadlines


def not_the_accused(case: Complaint, *, actor: Actor, **data: Any) -> None:
    """The office complained about neither works on the case nor ends it (field notes 3.7)."""
    if case.accused_unit_id and actor.user and case.accused_unit_id in units_of(actor.user):
        raise Refused(_("Unit Anda adalah pihak yang dilaporkan, jadi pengaduan ini ditangani unit lain."))


def not_to_the_accused(case: Complaint, *, actor: Actor, unit: Unit | None = None, **data: Any) -> None:
    not_the_accused(case, actor=actor)
    while unit is not None:
        if unit.pk == case.accused_unit_id:
            raise Refused(_("Pengaduan tidak dapat diteruskan ke unit yang dilaporkan."))
        unit = unit.parent


def may_answer(case: Complaint, *, actor: Actor, inspection_ref: str = "", **data: Any) -> None:
    not_the_accused(case, actor=actor)
    if case.oversight and not inspection_ref:
        raise Refused(
            _("Pengaduan berkadar pengawasan dijawab dengan nomor laporan hasil pemeriksaan (LHP).")
        )


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
    if asked is None or asked.due_at >= at:
        raise Refused(_("Waktu pelapor untuk melengkapi belum habis."))
    if not services.reminded(case):
        raise Refused(_("Pelapor belum diingatkan."))
