"""The mails the timers bring: urgent cases of the morning to whoever acts on them, and the week to heads."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from biroumum.accounts.models import Unit
from biroumum.notifications.models import Message
from biroumum.reports.models import Schedule
from biroumum.reports.registry import Params
from biroumum.reports.services import run
from complaints.reports import DUE_SOON
from tests.complaints.road import Road


def send(code, now):
    schedule = Schedule.objects.get(code=code)
    with transaction.atomic():
        Schedule.objects.filter(pk=schedule.pk).update(created_at=now - dt.timedelta(days=90))
    run(schedule.pk, now=now)
    return {mail.to.partition("@")[0]: mail for mail in Message.objects.filter(key__startswith="report:")}


@pytest.fixture
def late(db, cast, now):
    """A case of the household office that is long late."""
    road = Road(cast, now - dt.timedelta(days=90))
    road.work()
    return road.case


def kinds(mail):
    return sorted(file.name.rpartition(".")[2] for file in mail.attachments.all())


def test_each_officer_gets_the_urgent_cases_of_their_own_office(late):
    mails = send("complaints-due", timezone.now())
    assert {"bagas", "rini"} <= set(mails)
    assert "wulan" not in mails
    assert late.number in mails["bagas"].text
    assert late.title not in mails["bagas"].text + mails["bagas"].html
    assert kinds(mails["bagas"]) == ["pdf", "xlsx"]


def urgent_for(user) -> list[str]:
    today = timezone.localdate()
    return [row["number"][0] for row in DUE_SOON.rows(Params(user, today, today))]


def test_the_verifiers_get_what_waits_for_them_and_handlers_none_of_it(late, cast, now):
    unseen = Road(cast, now - dt.timedelta(days=30)).case
    assert urgent_for(cast.sekar) == [unseen.number]
    assert urgent_for(cast.bagas) == urgent_for(cast.rini) == [late.number]
    mails = send("complaints-due", timezone.now())
    assert set(mails) == {"bagas", "rini", "sekar"}
    assert unseen.number in mails["sekar"].text
    assert late.number not in mails["sekar"].text


def test_an_objection_is_urgent_for_who_may_decide_it_and_not_for_the_office_that_answered(cast, now):
    road = Road(cast, now - dt.timedelta(days=90))
    road.work()
    road.answer()
    road.go(road.holder, "object", reason="Masih mati.")
    assert urgent_for(cast.sekar) == urgent_for(cast.hartono) == [road.case.number]
    assert urgent_for(cast.bagas) == urgent_for(cast.rini) == urgent_for(cast.danu) == []


def test_the_heads_get_the_week_each_with_the_rows_of_what_they_lead(late, cast, now):
    road = Road(cast, now - dt.timedelta(days=80))
    road.verify()
    road.go(
        "sekar", "assign", unit=Unit.objects.get(code="subbag-aset"), position=cast.wulan.live[0].position
    )
    mails = send("complaints-weekly", timezone.now())
    assert set(mails) == {"hartono", "rini"}
    assert kinds(mails["hartono"]) == kinds(mails["rini"]) == ["pdf", "xlsx"]
    assert "Subbagian Aset" in mails["hartono"].text
    assert "Subbagian Rumah Tangga" in mails["rini"].text
    assert "Subbagian Aset" not in mails["rini"].text
