"""What is told of a case at a glance: the same on its page and on its paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.formats import localize
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from biroumum.regions.queries import full_name
from biroumum.web.tables import markup
from biroumum.web.templatetags.web import due, status, tanggal
from complaints.models import Complaint
from complaints.services import deadlines
from complaints.services.details import answered
from complaints.services.words import entered_words, received_words

OWN = mark_safe(' class="text-user" lang="id"')


class Fact(NamedTuple):
    label: str
    text: str
    standing: SafeString | str = ""  # what the page adds: how it stands at this moment
    own: bool = False  # somebody's own words, in Indonesian whatever the language of the page


def facts(case: Complaint, now: dt.datetime) -> list[Fact]:
    """Without who the reporter is, and without what the case has nothing of."""
    source = case.get_source_display()
    found = [
        *_limit(case, now),
        Fact(_("Jenis"), ", ".join(_kinds(case))),
        Fact(_("Kategori"), str(case.category)),
        Fact(_("Kerahasiaan"), case.get_visibility_display()),
        Fact(_("Diterima"), f"{received_words(case)}, {source}", _warning(entered_words(case))),
        Fact(_("Tanggal kejadian"), tanggal(case.occurred_on), _filed_late(case)),
        Fact(_("Nomor di saluran asal"), case.external_ref or "", own=True),
        Fact(_("Tanggal surat"), tanggal(case.letter_date)),
        Fact(_("Nomor surat"), case.letter_ref, own=True),
        Fact(_("Tempat"), _joined(case.place, full_name(case.region_id) if case.region_id else "")),
        Fact(_("Sebab"), case.get_reason_code_display()),
        Fact(_("Dijadwalkan"), tanggal(case.scheduled_for)),
        Fact(_("Dipegang oleh"), _joined(_office(case), str(case.position or ""))),
        Fact(_("Unit yang dilaporkan"), str(case.accused_unit or "")),
        Fact(_("Petugas yang dilaporkan"), str(case.accused_officer or "")),
        Fact(_("Kepuasan pelapor"), f"{case.get_rating_display()} ({case.rating}/5)" if case.rating else ""),
        Fact(_("Catatan penilaian"), case.rating_comment, own=True),
        *(Fact(question, reply, own=True) for question, reply in answered(case.category, case.details)),
        Fact(_("Titik"), _point(case)),
    ]
    return [fact for fact in found if fact.text or fact.standing]


def drawn(found: Iterable[Fact]) -> SafeString:
    """The rows of the page's summary list."""
    rows = ((fact.label, OWN if fact.own else "", fact.text, fact.standing) for fact in found)
    return format_html_join("\n", "<div><dt>{}</dt><dd{}>{} {}</dd></div>", rows)


def _limit(case: Complaint, now: dt.datetime) -> Iterator[Fact]:
    """The deadline while it runs; where it stands still there is no day to say."""
    clock = case.clock
    if clock is None or clock.stopped_at or case.is_ended:
        return
    if clock.paused_at:
        yield Fact(_("Batas"), "", _warning(_("Berhenti sementara")))
    else:
        yield Fact(_("Batas"), tanggal(clock.due_at), due(clock.due_at, now))


def _kinds(case: Complaint) -> Iterator[str]:
    yield case.get_kind_display()
    if case.oversight:
        yield _("berkadar pengawasan")
    if case.documents:
        yield _("meminta dokumen")


def _filed_late(case: Complaint) -> SafeString | str:
    late = deadlines.filed_late(case.kind, case.occurred_on, case.received_at)
    if late is None:
        return ""
    tag, basis = _warning(_("Lewat batas pengajuan")), _(late.legal_basis)
    return markup('{}<br><small class="muted">{} · {}</small>', tag, late.length, basis)


def _office(case: Complaint) -> str:
    if case.unit or case.is_ended:
        return str(case.unit or "–")
    return _("Inspektorat") if case.is_whistle else _("Verifikator pengaduan")


def _point(case: Complaint) -> str:
    if case.latitude is None:
        return ""
    return ", ".join(str(localize(degrees)) for degrees in (case.latitude, case.longitude))


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _warning(word: str) -> SafeString | str:
    return status(word, "warn") if word else ""
