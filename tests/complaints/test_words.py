"""The words a search finds: made by the database of what stands in the row, wherever the search is asked."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import Q

from complaints.models import Complaint
from complaints.queries import Words
from tests.complaints.road import Road


def found(words: str) -> Any:
    query = SearchQuery(words, config="indonesian", search_type="websearch")
    return Complaint.objects.alias(words=Words()).filter(words=query)


def test_a_text_is_found_by_its_words_of_now_whoever_wrote_it(road: Road) -> None:
    assert not found("perbaikan jembatan")
    with transaction.atomic():
        Complaint.objects.filter(pk=road.case.pk).update(description="Jembatan perlu diperbaiki.")
    assert list(found("perbaikan jembatan")) == [road.case]  # of one stem
    with transaction.atomic():
        Complaint.objects.filter(pk=road.case.pk).update(title="Taman", description="Rumput tinggi.")
    assert not found("jembatan")


def test_a_search_within_a_search_looks_at_its_own_rows(road: Road, django_assert_num_queries: Any) -> None:
    inner = found("lampu").values("pk")
    with django_assert_num_queries(1):
        assert list(Complaint.objects.filter(Q(pk__in=inner) | Q(duplicate_of__in=inner))) == [road.case]
    with django_assert_num_queries(1):
        assert found("lampu").filter(pk__in=inner)[:200].count() == 1


def test_the_search_reads_the_index_and_no_text(road: Road) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = found("lampu").explain()
    assert "complaint_words" in plan
    assert "to_tsvector" not in plan
