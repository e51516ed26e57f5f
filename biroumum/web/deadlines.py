"""How a deadline stands, in a word: the same on pages, in mails and in files."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext, ngettext

SOON = 2  # days before a deadline from which it is marked


def due_words(due_at: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    """Late, today, soon or far in days of the province's calendar; and the tone of it."""
    if due_at is None:
        return gettext("Tanpa batas"), ""
    days = (timezone.localdate(due_at) - timezone.localdate(now)).days
    if due_at < now:
        late = ngettext("Lewat %(days)s hari", "Lewat %(days)s hari", -days) % {"days": -days}
        return late if days else gettext("Lewat waktu"), "bad"
    if days == 0:
        return gettext("Hari ini"), "warn"
    left = ngettext("%(days)s hari lagi", "%(days)s hari lagi", days) % {"days": days}
    return left, "warn" if days <= SOON else ""
