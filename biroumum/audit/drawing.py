"""A step of a history, drawn by Python: a page has thirty, and through a template they would cost more than all else."""

from __future__ import annotations

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from biroumum.audit.queries import Change, Step
from biroumum.web.tables import markup
from biroumum.web.templatetags.web import status, waktu


def drawn(step: Step) -> SafeString:
    at = markup('<time datetime="{}">{}</time>', timezone.localtime(step.at).isoformat(), waktu(step.at))
    outside = status(_("di luar portal"), "bad") if step.outside else ""
    line = '<li class="outside">' if step.outside else "<li>"
    line += "<strong>{}</strong> {}\n<p>{} {}</p>{}</li>\n"
    return markup(line, step.label, at, step.who, outside, _more(step))


def _more(step: Step) -> SafeString:
    """What the step gave as its reason, where it sent the case, and what changed."""
    parts, data = [], step.data
    if data.get("reason"):
        reason = _(str(data["reason"]))  # ours, kept in Indonesian, or an officer's own words
        parts.append(markup('<p class="text-user" lang="id">{} {}</p>', _("Alasan:"), reason))
    if data.get("unit"):
        place = f"{data['unit']}, {data['position']}" if data.get("position") else data["unit"]
        parts.append(markup("<p>{}</p>", place))
    if step.erased:
        parts.append(markup('<p class="muted">{}</p>', _("Isinya sudah dihapus menurut aturan.")))
    if step.changes:
        head = markup('{}<span class="visually-hidden">: {}</span>', _("Yang berubah"), step.label)
        changes = markup("{}" * len(step.changes), *map(_change, step.changes))
        form = '<details><summary>{}</summary><dl class="summary">{}</dl></details>'
        parts.append(markup(form, head, changes))
    return markup("{}" * len(parts), *parts)


def _change(change: Change) -> SafeString:
    told = f"{change.old} → {change.new}" if change.shown else _("diubah")
    return markup("<div><dt>{}</dt><dd>{}</dd></div>", change.label, told)
