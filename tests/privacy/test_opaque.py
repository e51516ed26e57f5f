"""Whoever reads the published leaves of a case, of its files, mails, clocks and erasure learns no table and no hour."""

import pytest

from biroumum.audit.leaves import is_opaque
from biroumum.audit.models import Entry


@pytest.fixture
def before(real_db):
    """The newest entry of the database before there is a case."""
    return Entry.objects.latest("id").pk


def test_nothing_of_a_cases_life_and_of_its_erasure_tells_its_table(before, asking):
    asking.erase()
    written = Entry.objects.filter(pk__gt=before).values_list("ent", "subject")
    told = {ent for ent, subject in written if not is_opaque(ent, subject)}
    assert {"documents.attachment", "notifications.message", "worktime.clock"} < {
        ent for ent, _subject in written
    }
    assert told == set()


@pytest.mark.parametrize(
    ("ent", "subject", "told"),
    [
        ("worktime.holiday", None, True),
        ("worktime.clockevent", None, False),
        ("worktime.timelimit", "worktime.timelimit/1", True),
        ("worktime.timelimit", "worktime.clock/1", False),
        ("assets.asset", "complaints.complaint/1", False),
        ("privacy.erasurerequest", None, False),
    ],
)
def test_an_app_or_one_table_of_it_is_opaque_by_itself_and_as_a_subject(ent, subject, told):
    assert is_opaque(ent, subject) is not told
