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
from biroumum.worktime.calendar import working_days_between
from biroumum.worktime.queries import holidays_since
from complaints.models import Complaint
from complaints.reports import public


@pytest.fixture
def cases(cast):
    cache.clear()
    return create_complaints(vars(cast))


def test_a_portal_without_cases_boasts_of_nothing(db, client):
    cache.clear()
    assert "pengaduan diterima" not in client.get("/").content.decode()


def test_the_numbers_for_everyone_are_counted(cases):
    received, on_time, days, steps = (figure.value for figure in public_figures())
    year = public.year(timezone.localdate())
    assert received == Complaint.objects.for_reports().filter(received_at__date__gte=year.since).count() > 10
    assert re.fullmatch(r"\d{1,3} %", on_time)
    holidays = holidays_since(dt.date.min)
    waits = sorted(
        working_days_between(*map(timezone.localdate, (case.received_at, case.first_answered_at)), holidays)
        for case in Complaint.objects.for_reports().filter(first_answered_at__date__gte=year.since)
    )
    assert days == str(waits[(len(waits) - 1) // 2])
    assert steps > len(cases)


def test_late_cases_lower_the_share(cases):
    before = next(figure.value for figure in public_figures() if "tepat waktu" in str(figure.label))
    cache.clear()
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


@pytest.mark.parametrize("who", ["sekar", "bagas", "hartono", "laras"])
def test_a_number_of_the_work_list_is_as_long_as_its_list(cases, cast, client_for, who):
    client = client_for(getattr(cast, who))
    for figure in figures_of(getattr(cast, who), timezone.now()):
        html = client.get(figure["url"]).content.decode()
        found = re.search(r"<caption[^>]*>(\d+) ", html)
        assert int(found[1] if found else 0) == figure["value"], figure["label"]


def test_who_may_see_no_cases_gets_no_numbers(cast, client_for):
    assert figures_of(cast.admin, timezone.now()) == []
    assert client_for(cast.admin).get("/kerja/").status_code == 200
