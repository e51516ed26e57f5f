"""A step of a history, drawn by Python: a page has thirty, and through a template they would cost more than all else."""

from __future__ import annotations

from functools import cache

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext as _

from biroumum.audit.queries import Change, Step
from biroumum.web.tables import esc
from biroumum.web.templatetags.web import status, waktu


def drawn(step: Step) -> SafeString:
    local = timezone.localtime(step.at)
    at = f'<time datetime="{local.isoformat()}">{esc(waktu(local))}</time>'
    outside = " " + status(_("di luar portal"), "bad") if step.outside else ""
    seal = _seal(get_language()) if step.proven else ""
    line = (
        f"<strong>{esc(step.label)}</strong>{seal} {at}\n<p>{esc(step.who)}{outside}</p>{_more(step)}</li>\n"
    )
    return mark_safe(('<li class="outside">' if step.outside else "<li>") + line)  # noqa: S308 - each part is escaped


def _more(step: Step) -> str:
    """What the step gave as its reason, where it sent the case, and what changed."""
    parts, data = "", step.data
    if data.get("reason"):
        reason = _(str(data["reason"]))  # ours, kept in Indonesian, or an officer's own words
        parts += '<p class="text-user" lang="id">' + esc(_("Alasan:")) + f" {esc(reason)}</p>"
    if data.get("unit"):
        place = f"{data['unit']}, {data['position']}" if data.get("position") else data["unit"]
        parts += f"<p>{esc(place)}</p>"
    if step.erased:
        parts += '<p class="muted">' + esc(_("Isinya sudah dihapus menurut aturan.")) + "</p>"
    return parts + changes_of(step)


def changes_of(step: Step) -> SafeString:
    if not step.changes:
        return mark_safe("")
    head = f'{_changed(get_language())}<span class="visually-hidden">: {esc(step.label)}</span>'
    changes = "".join(map(_change, step.changes))
    return mark_safe(f'<details><summary>{head}</summary><dl class="summary">{changes}</dl></details>')  # noqa: S308 - each part is escaped


@cache
def _seal(language: str | None) -> str:
    return f' <span class="seal">✔ {esc(_("terverifikasi"))}</span>'


@cache
def _changed(language: str | None) -> str:
    """Words that stand in nearly every step, and wording them costs as much as the rest of it."""
    return esc(_("Yang berubah"))


def _change(change: Change) -> str:
    return f"<div><dt>{esc(change.label)}</dt><dd>{esc(told(change))}</dd></div>"


def told(change: Change) -> str:
    return f"{change.old} → {change.new}" if change.shown else _("diubah")
