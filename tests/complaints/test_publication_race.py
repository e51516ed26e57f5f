"""A case is published, joined to another and taken down in one moment."""

import pytest
from django.db.models import QuerySet

from biroumum.accounts.actors import Actor
from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from complaints import services
from complaints.models import Publication
from complaints.services import publication
from tests.complaints.road import Road
from tests.complaints.test_publication import WORDS, publish
from tests.races import at_once, meeting, overtake, went


@pytest.fixture
def publish_while_joined(real_db, cast, now, client_for, monkeypatch):
    """Once the publisher has seen that the case may be public, another verifier joins it to one that may not.

    Gives the page's status, whether the case can be read by everyone, and what the joining answered.
    """
    road, original, publisher = Road(cast, now), Road(cast, now), client_for(cast.sekar)
    road.verify()
    joined = overtake(monkeypatch, publication, "_personal", went(lambda: road.merge(original.case)))

    def run():
        answer = publisher.post(f"/kerja/pengaduan/{road.case.pk}/publikasi/", WORDS | {"answer": ""})
        return answer.status_code, joined(), Publication.objects.live().exists()

    return run


def test_a_case_joined_while_it_is_published_goes_down_with_the_joining(publish_while_joined):
    assert publish_while_joined() == (302, True, False)


def test_without_the_row_lock_it_would_stay_public(publish_while_joined, no_row_locks):
    assert publish_while_joined() == (302, True, True)


def test_joined_just_before_it_is_published_the_page_says_so_and_keeps_the_words(
    real_db, cast, now, client_for, monkeypatch
):
    road, original, publisher = Road(cast, now), Road(cast, now), client_for(cast.sekar)
    road.verify()
    overtake(monkeypatch, services, "check_publishable", lambda: road.merge(original.case))
    page = publisher.post(f"/kerja/pengaduan/{road.case.pk}/publikasi/", WORDS | {"answer": ""})
    assert page.status_code == 409
    assert WORDS["description"] in page.text
    assert "berkeadaan" in page.text
    assert not Publication.objects.exists()


@pytest.fixture
def take_down_twice(real_db, cast, now, monkeypatch):
    """How often the log says that it was taken down, after two did so at once."""
    road, update, meet = Road(cast, now), QuerySet.update, meeting(5)
    sekar = Actor.staff(cast.sekar)
    road.verify()
    publish(road, sekar)

    def together(rows, **changes):
        if "withdrawn_at" in changes:
            meet()
        return update(rows, **changes)

    monkeypatch.setattr(QuerySet, "update", together)

    def run():
        at_once(*[lambda: services.unpublish(road.case, actor=sekar, reason="Salah.")] * 2)
        verbs = [step.verb for step in history(subject_key(road.case))]
        return verbs.count("complaints.complaint.unpublish")

    return run


def test_taken_down_by_two_at_once_it_is_taken_down_once(take_down_twice):
    assert take_down_twice() == 1


def test_looked_at_first_and_written_then_it_would_be_taken_down_twice(take_down_twice, monkeypatch):
    """The statement's own condition is the lock; without it each writes what it has seen before."""
    together = QuerySet.update

    def by_key(rows, **changes):
        seen = rows.model._base_manager.filter(pk__in=[row.pk for row in rows])
        return together(seen, **changes)

    monkeypatch.setattr(QuerySet, "update", by_key)
    assert take_down_twice() == 2
