"""Which event writes which mail to whom: one table, which each app fills at start and administrators read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise

Words = str | Promise


class MailRule(NamedTuple):
    """`template` under `templates/mail/`; `sample` gives the context of an invented mail to look at."""

    template: str
    when: Words
    to: Words
    sample: Callable[[], Mapping[str, Any]]


RULES: dict[str, MailRule] = {}


def register(rules: Iterable[MailRule]) -> None:
    RULES.update({rule.template: rule for rule in rules})
