"""Numbers of the home page are real, and each number of the work list is as long as the list it leads to."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.portal.demo.complaints import create_complaints
from biroumum.portal.figures import public_figures
from biroumum.workflow.worklist import figures_of
from complaints.models import Complaint


@pytest.fixture
def cases(cast):
    cache.delete("portal.figures")
    return create_complaints(vars(cast))


def test_a_portal_without_cases_boasts_of_nothing(db, client):
    cache.delete("portal.figures")
    assert "pengaduan diterima" not in client.get("/").content.decode()


def test_the_numbers_for_everyone_are_counted(cases):
    received, on_time, days, steps = (figure.value for figure in public_figures())
    year = timezone.now() - dt.timedelta(days=365)
    assert received == Complaint.objects.filter(received_at__gte=year).count() > 10
    assert re.fullmatch(r"\d{1,3} %", on_time)
    waits = sorted(
        case.first_answered_at - case.received_at
        for case in Complaint.objects.exclude(first_answered_at=None)
    )
    middle = (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
    assert days == max(1, round(middle / dt.timedelta(days=1)))
    assert steps > len(cases)


def test_late_cases_lower_the_share(cases):
    before = next(figure.value for figure in public_figures() if "tepat waktu" in str(figure.label))
    cache.delete("portal.figures")
    later = timezone.now() + dt.timedelta(days=400)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        shares = [figure.value for figure in public_figures() if "tepat waktu" in str(figure.label)]
    assert shares != [before]


def test_they_are_counted_at_most_once_a_minute(cases):
    public_figures()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        public_figures()
    assert all("web_cache" in query["sql"] for query in asked)


@pytest.mark.parametrize("who", ["sekar", "bagas", "hartono"])
def test_a_number_of_the_work_list_is_as_long_as_its_list(cases, cast, client_for, who):
    client = client_for(getattr(cast, who))
    for figure in figures_of(getattr(cast, who), timezone.now()):
        html = client.get(figure["url"]).content.decode()
        found = re.search(r"<caption[^>]*>(\d+) ", html)
        assert int(found[1] if found else 0) == figure["value"], figure["label"]


def test_who_may_see_no_cases_gets_no_numbers(cast, client_for):
    assert figures_of(cast.laras, timezone.now()) == []
    assert client_for(cast.laras).get("/kerja/").status_code == 200
