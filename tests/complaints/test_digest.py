"""The mails the timers bring: each officer's urgent cases of the morning, and the bureau head's week."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from biroumum.notifications.models import Message
from biroumum.reports.models import Schedule
from biroumum.reports.services import run
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


def test_the_head_of_the_bureau_gets_the_week(late):
    mails = send("complaints-weekly", timezone.now())
    assert set(mails) == {"hartono"}
    assert kinds(mails["hartono"]) == ["pdf", "xlsx"]
