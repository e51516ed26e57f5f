"""Where personal data of a case stands, and taking it out of there. No rule of time and no trace: see `retention`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import PurePath
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from biroumum.accounts.models import User
from biroumum.documents.models import Attachment
from biroumum.documents.services import remove_all, rename_all
from biroumum.notifications.services import forget_mails
from biroumum.web.sealing import Unsealable, sealed_fields
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import ClockEvent
from biroumum.worktime.services import HIDDEN as HIDDEN_REASON, hide_reasons
from complaints.models import (
    Answer,
    Complaint,
    Disposition,
    Follower,
    Handover,
    Hold,
    Message,
    Publication,
    PublishedFile,
    Reporter,
    Subtask,
    Unsealing,
)
from complaints.services.redaction import WORDS as MASKS, masked

Cleaner = Callable[[str], str]
# Free texts of a case. What is searched is made of these columns by the database and follows them.
WORDS: dict[type[Model], tuple[str, ...]] = {
    Complaint: ("title", "description", "place", "details", "letter_ref", "rating_comment"),
    Message: ("text",),
    Answer: ("text", "inspection_ref"),
    Handover: ("agency", "reason", "follow_up"),
    Disposition: ("instruction",),
    Subtask: ("text", "result"),
    Publication: ("title", "description", "answer"),
    PublishedFile: ("caption",),
    Unsealing: ("reason", "decision"),
    Hold: ("reason",),
}
SEARCHED: dict[type[Model], tuple[str, ...]] = {**WORDS, Attachment: ("name",), ClockEvent: ("reason",)}
CONTACT = tuple(field.name for field in sealed_fields(Reporter))
HIDDEN = "[pelapor disembunyikan]"
EMPTIED = "[dimusnahkan]"
NAMELESS = MASKS["name"][1]
SHORTEST = 3  # a shorter name is part of too many words


def known_of(case: Complaint) -> list[str]:
    """What the reporter said of themselves, as it may stand in texts.

    Nothing when no key opens it any more: what nobody can read goes all the same.
    """
    with suppress(Unsealable):
        said = [getattr(row, name) for row in Reporter.objects.filter(complaint=case) for name in CONTACT]
        return [value for value in said if len(value) >= SHORTEST]
    return []


def pattern_of(known: list[str]) -> re.Pattern[str]:
    """Finds them however they are spaced: a name with underscores in that of a file, a telephone in groups."""
    words = "|".join(_anyhow(word) for word in sorted(known, key=len, reverse=True)) or r"\b\B"
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)


def _anyhow(word: str) -> str:
    if word.startswith("+62") and word[1:].isdigit():
        return r"(?:\+?62|\(?0)" + "".join(rf"[ .\-()_]{{0,2}}{digit}" for digit in word[3:])
    return r"[\s_.\-]+".join(map(re.escape, word.split()))


def forget_contact(case: Complaint) -> int:
    """The reporter and the followers go, to whom mails went, and the reporter's own name from all texts."""
    known, key = known_of(case), subject_key(case)
    fields = clean(case, partial(pattern_of(known).sub, HIDDEN)) if known else 0
    fields += Complaint.objects.filter(pk=case.pk).exclude(watched=None).update(watched=None)
    fields += len(known)
    Reporter.objects.filter(complaint=case).delete()
    return fields + Follower.objects.filter(complaint=case).delete()[0] + forget_mails(key)


def mask_words(case: Complaint) -> int:
    """What has the form of personal data goes from all texts, and the exact place: what stays is the region."""
    there = ~Q(place="") | Q(latitude__isnull=False)
    placed = Complaint.objects.filter(there, pk=case.pk).update(place="", latitude=None, longitude=None)
    return placed + clean(case, partial(_nameless, case.accused_officer))


def _nameless(officer: User | None, text: str) -> str:
    """The officer complained about has a name that is known; of others, what the detector finds."""
    return masked(pattern_of([officer.name]).sub(NAMELESS, text) if officer else text)


def empty(case: Complaint) -> int:
    """Nothing that was said of the case is left, and nobody and no place it was about."""
    nothing: Any = {"details": {}, "place": "", "letter_ref": "", "rating_comment": ""}
    about = "occurred_on region latitude longitude accused_unit accused_officer watched".split()
    Complaint.objects.filter(pk=case.pk).update(**nothing, **dict.fromkeys(about))
    return len(nothing) + len(about) + clean(case, lambda text: text and EMPTIED)


def remove_files(case: Complaint) -> int:
    PublishedFile.objects.filter(publication__complaint=case).delete()
    return remove_all(subject_key(case))


def clean(case: Complaint, cleaner: Cleaner) -> int:
    """Every free text of the case and every name of a file through the cleaner; returns how many changed.

    A reason in the ledger of clocks goes whole or stays: the database lets nobody write another.
    """
    key = subject_key(case)
    others = rename_all(key, cleaner) + hide_reasons(key, lambda reason: cleaner(reason) != reason)
    return others + sum(
        _clean_row(row, columns, cleaner) for model, columns in WORDS.items() for row in rows_of(model, case)
    )


def texts_of(case: Complaint) -> Iterator[str]:
    """What `clean` would look through, each column, name of a file and reason in the ledger by itself; one statement."""
    columns = [(_searched(model, case), name) for model, names in SEARCHED.items() for name in names]
    first, *others = (rows.order_by().values_list(Cast(name, TextField())) for rows, name in columns)
    yield from (said for (said,) in first.union(*others, all=True))


def nameless(names: Sequence[str]) -> Cleaner:
    return partial(pattern_of(list(names)).sub, NAMELESS)


def columns_telling(case: Complaint, names: Sequence[str]) -> list[str]:
    """Keys like `complaints.message/5#text` of the columns any of these words stands in."""
    telling = pattern_of(list(names)).search
    return [
        f"{subject_key(row)}#{column}"
        for model, columns in SEARCHED.items()
        for row in _searched(model, case)
        for column in columns
        if telling(str(getattr(row, column)))
    ]


def blank(case: Complaint, columns: Collection[str]) -> None:
    """Of these columns nobody knows any more which words are to go, so all of each goes."""
    models = {model._meta.label_lower: model for model in SEARCHED}
    for row_key, _hash, column in (key.partition("#") for key in columns):
        label, _slash, pk = row_key.partition("/")
        for row in _searched(models[label], case).filter(pk=pk):
            type(row)._base_manager.filter(pk=pk).update(**{column: _blanked(row, column)})


def _blanked(row: Model, column: str) -> Any:
    if isinstance(row, Attachment):
        return f"berkas{PurePath(row.name).suffix}"
    if isinstance(row, ClockEvent):
        return HIDDEN_REASON
    value = getattr(row, column)
    return {} if isinstance(value, dict) else value and EMPTIED


def _searched(model: type[Model], case: Complaint) -> QuerySet[Any]:
    beside = {Attachment: "subject", ClockEvent: "clock__subject"}.get(model)
    return model._base_manager.filter(**{beside: subject_key(case)}) if beside else rows_of(model, case)


def rows_of(model: type[Model], case: Complaint) -> QuerySet[Any]:
    path = {Complaint: "pk", PublishedFile: "publication__complaint"}.get(model, "complaint")
    return model._base_manager.filter(**{path: case.pk})


def _clean_row(row: Model, columns: tuple[str, ...], cleaner: Cleaner) -> int:
    changed = {}
    for name in columns:
        old, longest = getattr(row, name), getattr(row._meta.get_field(name), "max_length", None)
        new = _through(old, cleaner)
        if new != old:  # a mask may be longer than what it hides
            changed[name] = new[:longest] if isinstance(new, str) else new
    if changed:
        type(row)._base_manager.filter(pk=row.pk).update(**changed)
    return len(changed)


def _through(value: Any, cleaner: Cleaner) -> Any:
    """Answers to a category's own questions are texts and lists by the question's code."""
    if isinstance(value, dict):
        return {key: _through(item, cleaner) for key, item in value.items()}
    if isinstance(value, list):
        return [_through(item, cleaner) for item in value]
    return cleaner(value) if isinstance(value, str) else value
