"""Clocks of a complaint that begin with it: from service to filing, from filing to saying whether it is complete."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from biroumum.web.subjects import subject_key
from biroumum.worktime.models import TimeLimit
from biroumum.worktime.queries import clocks_of
from complaints.models import Complaint
from complaints.services import deadlines
from complaints.states import Kind
from tests.complaints.citizen import Citizen
from tests.complaints.test_intake import content, file

WARNED = "Kejadian ini sudah lama"


def test_whether_it_is_complete_must_be_said_within_fourteen_days(road):
    clock = road.clock("complaint.completeness")
    assert (clock.due_at.date() - road.at.date()).days == 14
    assert not clock.limit.verified  # nobody has read the statute
    assert road.case.clock.code == "complaint.verification"  # three working days come first


@pytest.mark.parametrize("said", ["verify", "ask_completion"])
def test_both_answers_end_that_clock_and_leave_the_others_as_they_were(road, said):
    if said == "verify":
        road.verify()
    else:
        road.go("sekar", said, text="Di mana?", reason_code="place")
    clock = road.clock("complaint.completeness")
    assert clock.stopped_at == road.at
    assert clock.outcome == {"verify": "complete", "ask_completion": "incomplete"}[said]
    assert road.clock("complaint.verification").stopped_at is None


def test_no_limit_says_it_was_checked_against_an_original_that_nobody_has_read(db):
    """Of those seeded only UU 14/2008 was read itself (field notes, K1); a person ticks the others."""
    read = TimeLimit.objects.filter(verified=True)
    assert all("UU 14/2008" in limit.legal_basis for limit in read)


def test_said_too_late_shows_as_late(road):
    road.go("sekar", "ask_completion", days=15, text="Di mana?", reason_code="place")
    assert road.clock("complaint.completeness").standing.tone == "bad"


def test_a_case_that_only_waits_for_that_word_is_counted_as_overdue(road):
    """The deadline is the earliest that runs, also when an administrator makes this one the shorter."""
    today = road.at.date()
    before = TimeLimit.objects.filter(code="complaint.completeness")
    before.update(valid_until=today)
    row = before.get()
    row.pk, row.days, row.valid_from, row.valid_until = None, 1, today, None
    row.save()
    case = file(road.at).complaint
    assert case.clock.code == "complaint.completeness"
    assert Complaint.objects.overdue(road.at + dt.timedelta(days=2)).get() == case


def test_a_complaint_that_ends_at_once_leaves_no_clock_of_the_office(road):
    road.hand_over()
    running = clocks_of(subject_key(road.case)).filter(stopped_at=None)
    assert [clock.code for clock in running] == ["complaint.objection"]


@pytest.mark.parametrize(
    ("kind", "days", "late"),
    [(Kind.COMPLAINT, 31, True), (Kind.COMPLAINT, 30, False), (Kind.ASPIRATION, 400, False)],
)
def test_only_a_complaint_is_filed_late_and_only_after_the_last_day(db, now, kind, days, late):
    happened = timezone.localdate(now) - dt.timedelta(days=days)
    assert bool(deadlines.filed_late(kind, happened, now)) == late
    assert deadlines.filed_late(kind, None, now) is None


@pytest.mark.parametrize(("days", "warned"), [(3, False), (45, True)])
def test_a_citizen_is_told_before_sending_and_is_not_stopped(db, days, warned):
    citizen = Citizen()
    citizen.fill_in()
    happened = (timezone.localdate() - dt.timedelta(days=days)).strftime("%d-%m-%Y")
    citizen.answer("kejadian", title="Lampu mati", description="Lorong gedung B.", occurred_on=happened)
    page = citizen.client.get("/pengaduan/baru/periksa/").content.decode()
    assert (WARNED in page) == warned
    assert citizen.send(citizen.token()).status_code == 201


def test_the_verifier_sees_it_on_the_case_and_the_desk_on_its_receipt(cast, client_for, now):
    happened = timezone.localdate(now) - dt.timedelta(days=60)
    case = file(now, content=content(occurred_on=happened)).complaint
    assert "Lewat batas pengajuan" in client_for(cast.sekar).get(case.get_absolute_url()).content.decode()
    told = content(
        category=case.category_id,
        occurred_on="01-01-2026",
        submit_token=uuid.uuid4(),
        source="desk",
        more="1",
    )
    response = client_for(cast.danu).post("/kerja/pengaduan/catat/", told)
    assert response.status_code == 201
    assert WARNED in response.content.decode()
