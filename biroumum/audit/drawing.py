"""A step of a history, drawn by Python: a page has thirty, and through a template they would cost more than all else."""

from __future__ import annotations

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from biroumum.audit.queries import Change, Step
from biroumum.web.tables import esc
from biroumum.web.templatetags.web import status, waktu


def drawn(step: Step) -> SafeString:
    at = f'<time datetime="{timezone.localtime(step.at).isoformat()}">{esc(waktu(step.at))}</time>'
    outside = " " + status(_("di luar portal"), "bad") if step.outside else ""
    line = f"<strong>{esc(step.label)}</strong> {at}\n<p>{esc(step.who)}{outside}</p>{_more(step)}</li>\n"
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
    if step.changes:
        head = esc(_("Yang berubah")) + f'<span class="visually-hidden">: {esc(step.label)}</span>'
        changes = "".join(map(_change, step.changes))
        parts += f'<details><summary>{head}</summary><dl class="summary">{changes}</dl></details>'
    return parts


def _change(change: Change) -> str:
    told = f"{change.old} → {change.new}" if change.shown else _("diubah")
    return f"<div><dt>{esc(change.label)}</dt><dd>{esc(told)}</dd></div>"
