"""Published cases like the one being told, so that a citizen may follow one instead of filing it again.

It reads published words alone, and candidates come in one statement from two sides: cases that share two words of the
typed title, among the newest with each of its words, so many index entries however common the word is; and cases of any
age that have all its words, or all but one. What else they share ranks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from django.db import connection

from biroumum.regions.models import Region
from complaints.models import Category, Publication
from complaints.services.suggesting import stem, words_of

SHOWN, CANDIDATES, NEWEST, OLD, WORDS = 3, 60, 300, 20, 8
COMMON = frozenset(
    "ada agar akan atau belum bila bisa dalam dan dapat dari dengan di hari ini itu jadi juga kami karena ke lagi lalu "
    "mohon oleh pada para pernah saat sangat saya sejak sekali selama serta sudah telah tidak tolong untuk yang".split()
)
_SHARED = """
(SELECT publication_id FROM unnest(tsvector_to_array(to_tsvector('indonesian', %s))) AS typed (word)
CROSS JOIN LATERAL (
    SELECT publication_id FROM complaints_publishedword AS known WHERE known.word = typed.word
    ORDER BY publication_id DESC LIMIT %s
) AS newest GROUP BY 1 HAVING count(*) >= %s ORDER BY count(*) DESC, 1 DESC LIMIT %s)"""
_OF_ANY_AGE = """
UNION (SELECT id FROM complaints_publication
WHERE to_tsvector('indonesian'::regconfig, COALESCE(title, '')) @@ to_tsquery('indonesian', %s)
AND withdrawn_at IS NULL LIMIT %s)"""


class Told(NamedTuple):
    """What is known so far of the case being told."""

    title: str
    description: str = ""
    place: str = ""
    category: Category | None = None
    region: Region | None = None


def similar_cases(told: Told) -> list[Publication]:
    """At most three, the most alike first; none for a title of common words only."""
    words = [word for word in dict.fromkeys(words_of(told.title)) if word not in COMMON][:WORDS]
    if not words:
        return []
    found = Publication.objects.live().filter(pk__in=_candidates(words))
    shown = "title region complaint__number complaint__state complaint__category".split()
    rows = found.select_related("complaint").only(*shown).order_by("-id")
    return sorted(rows, key=lambda row: -_likeness(row, told))[:SHOWN]  # stable: of equal ones the newest


def _candidates(words: Sequence[str]) -> list[int]:
    strong = [" & ".join(words)]
    if len(words) > 2:  # all but one of two would be one
        strong.append(" | ".join(f"({' & '.join(some)})" for some in combinations(words, len(words) - 1)))
    given: list[str | int] = [" ".join(words), NEWEST, min(2, len(words)), CANDIDATES]
    for query in strong:
        given += [query, OLD]
    with connection.cursor() as cursor:
        cursor.execute(_SHARED + _OF_ANY_AGE * len(strong), given)
        return [key for (key,) in cursor.fetchall()]


def _likeness(row: Publication, told: Told) -> int:
    """Words of the title count twice, those of text and place once, the same sector or regency as one word."""
    theirs, titled = _stems(row.title), _stems(told.title)
    rest = _stems(f"{told.description} {told.place}") - titled
    near = told.region is not None and (row.region_id or "")[:5] == told.region.pk[:5]
    same = told.category is not None and row.complaint.category_id == told.category.pk
    return 2 * len(theirs & titled) + len(theirs & rest) + near + same


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text) if word not in COMMON}
