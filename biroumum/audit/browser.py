"""The log as its auditor reads it, entry by entry: who, when, which step, which row, and public values alone."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from biroumum.accounts.actors import Actor
from biroumum.audit.drawing import changes_of, told
from biroumum.audit.models import Entry
from biroumum.audit.queries import Step, one_by_one
from biroumum.audit.services import record
from biroumum.web.tables import Column, markup
from biroumum.web.templatetags.web import jam, status, tanggal_pendek

Which = Callable[[set[str]], Iterable[int]]
_discreet: dict[str, Which] = {}
OTHERS = {  # no model of ours
    "mfa.authenticator": gettext_lazy("faktor kedua"),
    "schema": gettext_lazy("susunan tabel"),
}


class Line(NamedTuple):
    entry: Entry
    step: Step


def keep_discreet(label: str, which: Which) -> None:
    """Of some cases of this model not even public values are told: `which` of these keys."""
    _discreet[label] = which


def lines(entries: Sequence[Entry]) -> list[Line]:
    """Each entry with its words, in as many statements for many as for one."""
    found = [Line(*pair) for pair in zip(entries, one_by_one(entries), strict=True)]
    silent = _silent({entry.subject for entry in entries if entry.op == "update" and entry.subject})
    for entry, step in found:
        if entry.subject in silent:
            step.changes = [change._replace(old="", new="", shown=False) for change in step.changes]
    return found


def whole(ids: Sequence[Entry]) -> list[Entry]:
    """Rows of which only the keys are known yet, in their order: so no payload is read to be passed over."""
    known = Entry.objects.in_bulk([row.id for row in ids])
    return [known[row.id] for row in ids]


def _silent(subjects: set[str]) -> set[str]:
    keys: dict[str, set[str]] = {}
    for subject in subjects:
        label, _slash, key = subject.partition("/")
        if label in _discreet:
            keys.setdefault(label, set()).add(key)
    return {f"{label}/{key}" for label, some in keys.items() for key in _discreet[label](some)}


@transaction.atomic
def note_look(act: str, query: str, *, actor: Actor) -> None:
    """Whoever reads the log stands in it, with what they asked for. act: look, export."""
    subject = f"accounts.user/{actor.person.pk}"
    record(f"audit.entry.{act}", subject, actor=actor, data={"filter": query}, op="access")


def columns() -> list[Column]:
    return [
        Column(_("Waktu"), _when),
        Column(_("Langkah"), _what, told=False),
        Column(_("Perkara"), _row),
        Column(_("Oleh"), _who),
        Column(_("Lewat"), way),
    ]


def way(line: Line) -> str:
    """The page, task or command it came by."""
    return line.entry.task or (address_of(line.entry.view) if line.entry.view else "–")


@cache
def address_of(view: str) -> str:
    """Where a view stands, with … for what varies: "/kerja/pengaduan/…/". Its name once it stands nowhere any more."""
    *spaces, name = view.split(":")
    resolver, before = get_resolver(), "/"
    try:
        for space in spaces:
            prefix, resolver = resolver.namespace_dict[space]
            before += prefix
        path, parts = resolver.reverse_dict.getlist(name)[0][0][0]
    except LookupError:
        return view
    return before + path % dict.fromkeys(parts, "…")


def in_one_line(step: Step) -> str:
    return "; ".join(f"{change.label}: {told(change)}" for change in step.changes)


def word_of(ent: str) -> str:
    """What a table is called; its own name where no model stands behind it."""
    if other := OTHERS.get(ent) or OTHERS.get(ent.partition(".")[0]):
        return str(other)
    try:
        return str(apps.get_model(ent)._meta.verbose_name)
    except (LookupError, ValueError):
        return ent


def _when(line: Line) -> SafeString:
    at = line.entry.at
    return markup(
        '<time datetime="{}">{}, {}</time>', timezone.localtime(at).isoformat(), tanggal_pendek(at), jam(at)
    )


def _what(line: Line) -> SafeString:
    outside = status(_("di luar portal"), "bad") if line.step.outside else ""
    return markup("<strong>{}</strong> {}{}", line.step.label, outside, changes_of(line.step))


def _row(line: Line) -> SafeString:
    subject = line.entry.subject or f"{line.entry.ent}/{line.entry.pk_text}"
    word = word_of(line.entry.ent)
    if not line.entry.subject:
        return markup('{}<br><small class="muted">{}</small>', word, subject)
    link = '{}<br><small><a href="?{}">{}</a></small>'
    return markup(link, word, urlencode({"subject": subject}), subject)


def _who(line: Line) -> SafeString:
    return markup('{}<br><small class="muted">{}</small>', line.step.who, line.step.office)
