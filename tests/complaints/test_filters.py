"""Every filter of the staff list and of the public one against a plain predicate, and what a search finds."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from biroumum.accounts.models import Position, Unit
from biroumum.regions.models import Region
from biroumum.worktime.models import Clock, TimeLimit
from biroumum.worktime.queries import horizon
from complaints.filters import NOBODY, ComplaintFilter, PublicationFilter
from complaints.models import Category, Complaint, Publication
from complaints.states import ENDED, ORDINARY, Kind, Source, State, Visibility
from tests.complaints.citizen import make_regions
from tests.complaints.test_intake import content, file

LIST = "/kerja/pengaduan/"
WORDS = ("lampu", "atap", "jalan", "gudang")
REGIONS = (None, "33.72", "33.74", "33.74.01", "33.74.01.1001")
ROAD = (State.VERIFIED, State.ASSIGNED, State.IN_PROGRESS, State.ANSWERED, State.CLOSED)
WAYS = {State.RECEIVED: (), State.WITHDRAWN: (State.WITHDRAWN,)}
WAYS |= {state: ROAD[: ROAD.index(state) + 1] for state in ROAD}
STATES = tuple(WAYS)
SOURCES = (Source.WEB, Source.DESK, Source.LETTER, Source.OPEN311)


def made(now: dt.datetime, n: int) -> None:
    """The nth of a set in which every value of every filter stands beside another."""
    at, state, kind, source = now - dt.timedelta(days=9 * n), STATES[n % 7], list(Kind)[n % 3], SOURCES[n % 4]
    seat = Position.objects.get(title=("Pengelola Rumah Tangga", "Pengelola Aset")[n % 2])
    case = Complaint.objects.create(
        number=f"ADU-2026-{n + 1:06d}",
        state=State.RECEIVED,
        kind=kind,
        oversight=n % 3 == 0 and kind == Kind.COMPLAINT,
        documents=kind == Kind.INFORMATION and n % 2 == 0,
        visibility=list(Visibility)[(n // 2) % 3],
        category=Category.objects.order_by("code")[n % 2],
        title=f"{WORDS[n % 4]} rusak",
        description=f"Dekat {WORDS[(n // 4) % 4]}.",
        region_id=REGIONS[n % 5],
        source=source,
        external_ref=f"SP4N{n}",
        letter_date=at.date() if source == Source.LETTER else None,
        letter_ref=f"045/{n}" if source == Source.LETTER else "",
        submit_hash=bytes([n]) * 32,
        code_hash=b"0" * 32,
        untested=n % 2 == 0,
        received_at=at,
        breached=n % 7 == 0,
        clock=clock(at, n, state in ENDED),
    )
    written = {
        State.ASSIGNED: {"unit": seat.unit, "position": seat},
        State.ANSWERED: {"first_answered_at": at + dt.timedelta(days=2)},
        State.CLOSED: {"ended_at": at + dt.timedelta(days=n)},
        State.WITHDRAWN: {"ended_at": at + dt.timedelta(days=n), "reason_code": "at_request"},
    }
    for step in WAYS[state]:
        Complaint.objects.filter(pk=case.pk).update(state=step, **written.get(step, {}))


def clock(at: dt.datetime, n: int, over: bool) -> Clock:
    """Late, soon due or far off; stopped before or after its time; standing still since before or after it."""
    limit = TimeLimit.objects.get(code="complaint.answer.complaint")
    due = timezone.now() + dt.timedelta(days=(-3, 1, 40)[n % 3], hours=1)
    stop = {"stopped_at": due + dt.timedelta(hours=(-2, 2)[n % 2]), "outcome": "x"} if over else {}
    pause = {"paused_at": due + dt.timedelta(hours=(-1, 1)[n // 4 % 2])} if not over and n % 4 == 0 else {}
    began = min(at, due) - dt.timedelta(days=1)
    about = {"subject": f"complaints.complaint/{n}", "limit": limit, "code": limit.code}
    return Clock.objects.create(**about, started_at=began, due_at=due, **stop, **pause)


@pytest.fixture
def cases(cast: Any, now: dt.datetime) -> list[Complaint]:
    with transaction.atomic():
        make_regions()
        for n in range(24):
            made(now, n)
    return list(Complaint.objects.select_related("clock"))


def day(moment: dt.datetime | None) -> dt.date | None:
    return moment and timezone.localdate(moment, timezone.get_default_timezone())


def in_progress(case: Any, value: str, now: dt.datetime) -> bool:
    clock, open_ = case.clock, case.state not in ENDED
    running = open_ and clock.stopped_at is None
    punctual = (
        not open_ and not case.breached and clock.stopped_at is not None and clock.stopped_at <= clock.due_at
    )
    return {
        "open": open_,
        "ended": not open_,
        "late": running and clock.due_at < now and not (clock.paused_at and clock.paused_at <= clock.due_at),
        "soon": running and now <= clock.due_at <= horizon(now) and clock.paused_at is None,
        "held": case.state == State.RECEIVED and (case.untested or case.watched_id is not None),
        "punctual": punctual,
        "tardy": not open_ and not punctual,
    }[value]


def said(text: str, value: str) -> bool:
    return value in text.lower().replace(".", "").split()


def in_region(region: str | None, value: str) -> bool:
    return region is not None and (region == value or region.startswith(f"{value}."))


def has(case: Any, value: str) -> bool:
    exact = (case.number, case.external_ref, case.letter_ref or None)
    suffix = value.isdecimal() and case.number.endswith(f"-{int(value):06d}")
    return value.strip().upper() in exact or suffix or said(f"{case.title} {case.description}", value)


def fits(case: Any, asked: dict[str, Any], now: dt.datetime, seats: set[int]) -> bool:
    """What the staff list's fields mean, in plain words."""
    dated = getattr(case, asked.get("dated") or "received_at")
    held_by_me = case.position_id in seats
    means: dict[str, Callable[[Any], bool]] = {
        "q": lambda value: has(case, value),
        "progress": lambda value: in_progress(case, value, now),
        "state": lambda values: case.state in values,
        "kind": lambda value: case.kind == value,
        "category": lambda value: case.category_id == value,
        "unit": lambda values: (case.unit_id or NOBODY) in values,
        "source": lambda value: case.source == value,
        "visibility": lambda value: case.visibility == value,
        "region": lambda value: in_region(case.region_id, value),
        "marked": lambda value: getattr(case, value),
        "mine": lambda value: held_by_me,
        "dated": lambda value: True,
        "after": lambda value: dated is not None and day(dated) >= value,
        "before": lambda value: dated is not None and day(dated) <= value,
    }
    return all(means[name](value) for name, value in asked.items())


def query(asked: dict[str, Any]) -> QueryDict:
    given = QueryDict(mutable=True)
    for name, value in asked.items():
        given.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return given


def some(*values: Any) -> Any:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


def days() -> Any:
    return st.dates(dt.date(2026, 4, 1), dt.date(2026, 12, 31))


IN_PEACE = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def staff_fields() -> dict[str, Any]:
    units = list(Unit.objects.filter(code__startswith="subbag").values_list("pk", flat=True))
    return {
        "q": st.sampled_from([*WORDS, "SP4N3", "045/2", "3", "000012", "ADU-2026-000001", "tidakada"]),
        "progress": st.sampled_from(["open", "late", "ended", "soon", "held", "punctual", "tardy"]),
        "state": some(*STATES),
        "kind": st.sampled_from([kind for kind, _label in ORDINARY]),
        "category": st.sampled_from(list(Category.objects.order_by("code").values_list("pk", flat=True)[:3])),
        "unit": some(NOBODY, *units),
        "source": st.sampled_from([*SOURCES, Source.PHONE]),
        "visibility": st.sampled_from(Visibility.values),
        "region": st.sampled_from(["33.72", "33.74"]),
        "marked": st.sampled_from(["oversight", "documents"]),
        "mine": st.just("1"),
        "dated": st.sampled_from(["first_answered_at", "ended_at"]),
        "after": days(),
        "before": days(),
    }


def test_every_filter_of_the_staff_list_gives_the_cases_its_words_mean(cases: Any, cast: Any) -> None:
    fields, user = staff_fields(), cast.bagas
    assert set(fields) == set(ComplaintFilter.base_filters)
    seats, now = {seat.position_id for seat in user.live}, timezone.now()
    request = SimpleNamespace(user=user)

    @IN_PEACE
    @given(st.fixed_dictionaries({}, optional=fields))
    def check(asked: dict[str, Any]) -> None:
        chosen = ComplaintFilter(query(asked), queryset=Complaint.objects.all(), request=request)
        assert chosen.is_valid() or not asked, chosen.errors
        assert {case.pk for case in chosen.qs} == {case.pk for case in cases if fits(case, asked, now, seats)}

    check()


def test_every_filter_of_the_public_list_gives_the_cases_its_words_mean(cases: Any, cast: Any) -> None:
    with transaction.atomic():
        for case in cases[::2]:
            told = {"title": case.title, "description": case.description, "told_at": case.received_at}
            by = {"published_by": cast.sekar, "published_at": case.received_at}
            region = (case.region_id or "")[:8] or None
            Publication.objects.create(complaint=case, region_id=region, **told, **by)
    rows, now = list(Publication.objects.select_related("complaint__clock")), timezone.now()
    regencies = list(Region.objects.filter(level=2).values_list("pk", flat=True))
    fields = {
        "q": st.sampled_from([*WORDS, "ADU-2026-000001", "tidakada"]),
        "category": staff_fields()["category"],
        "regency": st.sampled_from(regencies),
        "progress": st.sampled_from(["open", "late", "ended"]),
    }
    assert set(fields) == set(PublicationFilter.base_filters)

    def fits_public(row: Any, asked: dict[str, Any]) -> bool:
        number = row.complaint.number
        means: dict[str, Callable[[Any], bool]] = {
            "q": lambda value: value == number or said(f"{row.title} {row.description}", value),
            "category": lambda value: row.complaint.category_id == value,
            "regency": lambda value: in_region(row.region_id, value),
            "progress": lambda value: in_progress(row.complaint, value, now),
        }
        return all(means[name](value) for name, value in asked.items())

    @IN_PEACE
    @given(st.fixed_dictionaries({}, optional=fields))
    def check(asked: dict[str, Any]) -> None:
        chosen = PublicationFilter(query(asked), queryset=Publication.objects.all(), request=None)
        assert {row.pk for row in chosen.qs} == {row.pk for row in rows if fits_public(row, asked)}

    check()


# -- what a search finds when nobody wrote it that way


@pytest.fixture
def lamp(cast: Any, now: dt.datetime) -> Complaint:
    told = {"place": "Gedung Cendana, lantai tiga"}
    case: Complaint = file(now, content=content(**told)).complaint
    file(now, content=content(title="Pagar roboh", description="Pagar depan roboh."))
    return case


@pytest.mark.parametrize("sought", ["lampuu", "lmapu lorong", "Cendanna", "gedung cendana"])
def test_what_is_spelled_otherwise_is_found_by_likeness_and_said_to_be(
    lamp: Complaint, cast: Any, client_for: Callable[..., Client], sought: str
) -> None:
    client = client_for(cast.sekar)
    page = client.get(LIST, {"q": sought})
    assert [row.number for row in page.context["page"].rows] == [lamp.number]
    assert "Ini yang ejaannya mirip." in page.content.decode()
    file_ = b"".join(client.get(f"{LIST}ekspor.csv", {"q": sought}).streaming_content)  # type: ignore[arg-type]
    assert lamp.number.encode() in file_
    assert not client.get(LIST, {"q": sought, "kind": "aspiration"}).context["page"].rows
    assert not client.get(LIST, {"q": "zebra kuning"}).context["page"].rows
    assert not client_for(cast.bagas).get(LIST, {"q": sought}).context["page"].rows  # not theirs to know of


def test_a_search_that_finds_something_asks_no_more_than_before(
    lamp: Complaint, cast: Any, client_for: Callable[..., Client]
) -> None:
    client = client_for(cast.sekar)

    def asked(sought: str) -> int:
        client.get(LIST, {"q": sought})
        with CaptureQueriesContext(connection) as counted:
            client.get(LIST, {"q": sought})
        return len(counted)

    found = asked("lampu")
    assert asked("") == asked(lamp.number[-6:]) == found
    assert asked("lampuu") == found + 2  # that there is none, and what is alike


def test_the_last_digits_of_a_number_find_it_in_any_year(
    cast: Any, now: dt.datetime, client_for: Any
) -> None:
    client, old, new = client_for(cast.sekar), file(now.replace(year=2025)).complaint, file(now).complaint
    for sought in ("1", "000001"):
        page = client.get(LIST, {"q": sought})
        assert [row.number for row in page.context["page"].rows] == [new.number, old.number]
