"""What a page shows of the log: steps and not rows, in words, newest first, the same cost whatever its length."""

import datetime as dt
import re

import psycopg
import pytest
from django.db import connection, transaction
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Assignment, Position, Unit
from biroumum.audit import values, verbs
from biroumum.audit.models import Entry
from biroumum.audit.queries import ENTRIES_A_STEP, history, public_history
from biroumum.audit.services import record
from biroumum.audit.values import in_words, may_be_shown
from biroumum.audit.verbs import Verb, register_verbs
from biroumum.web import context
from tests.kernel.break_in import break_in


@pytest.fixture(autouse=True)
def _own_verbs(monkeypatch):
    monkeypatch.setattr(verbs, "VERBS", dict(verbs.VERBS))
    register_verbs({"uji.buka": Verb("Dibuka", public=True), "uji.rahasia": Verb("Dicatat diam-diam")})


@pytest.fixture
def unit(real_db) -> Unit:
    with transaction.atomic():
        return Unit.objects.create(code="uji", name="Unit Uji")


def key(unit: Unit) -> str:
    return f"accounts.unit/{unit.pk}"


def step(unit: Unit, verb: str = "uji.buka", actor: Actor = SYSTEM, **data: object) -> None:
    with transaction.atomic():
        unit.short_name = f"{unit.short_name}x"[-20:]
        unit.save()
        record(verb, key(unit), actor=actor, data=data)


def page(unit: Unit, query: str = "") -> str:
    template = Template("{% load audit %}{% history unit %}")
    return template.render(Context({"unit": unit, "request": RequestFactory().get(f"/{query}")}))


def test_an_event_and_the_rows_it_changed_are_one_step(unit, cast):
    step(unit, actor=Actor.staff(cast.sekar), reason="uji")
    newest, born = history(key(unit))
    assert (newest.verb, newest.label, newest.data) == ("uji.buka", "Dibuka", {"reason": "uji"})
    assert [(change.old, change.new) for change in newest.changes] == [("–", "x")]
    assert newest.who == "Verifikator Pengaduan, Sekar Contohwati"
    assert (born.verb, born.changes) == ("insert", [])


def test_two_events_of_one_transaction_are_two_steps_each_with_its_rows(unit):
    with transaction.atomic():
        step(unit, "uji.buka")
        step(unit, "uji.rahasia")
    assert [(s.verb, len(s.changes)) for s in history(key(unit))[:2]] == [("uji.rahasia", 1), ("uji.buka", 1)]


def test_rows_that_listeners_write_after_the_last_event_belong_to_it(unit):
    with transaction.atomic():
        step(unit, "uji.buka")
        step(unit, "uji.rahasia")
        Unit.objects.filter(pk=unit.pk).update(is_active=False)
    told = history(key(unit))[:2]
    assert [(s.verb, len(s.changes)) for s in told] == [("uji.rahasia", 2), ("uji.buka", 1)]


def test_the_public_history_tells_public_steps_only_oldest_first_and_no_person(unit, cast):
    step(unit, "uji.rahasia", Actor.staff(cast.sekar))
    step(unit, "uji.buka", Actor.staff(cast.sekar))
    step(unit, "uji.buka", Actor.holder(key(unit)))
    told = public_history(key(unit))
    assert [s.verb for s in told] == ["uji.buka", "uji.buka"]
    assert [s.office for s in told] == ["Bagian Tata Usaha", "Pelapor"]
    assert [s.by_holder for s in told] == [False, True]
    assert "Sekar" not in "".join(s.office for s in told)


def test_the_public_history_is_whole_however_much_happened(unit, cast, django_assert_num_queries):
    step(unit, "uji.buka", Actor.holder(key(unit)), nth="first")
    step(unit, "uji.buka", Actor.staff(cast.sekar))
    with transaction.atomic():
        for _time in range(300):
            record("uji.rahasia", key(unit), actor=SYSTEM)
            record("uji.buka", key(unit), actor=SYSTEM)
    with django_assert_num_queries(2):
        told = public_history(key(unit))
    assert len(told) == 302
    assert told[0].data == {"nth": "first"}


def test_the_position_is_the_one_held_then_and_not_now(unit, cast):
    then = Actor.staff(cast.bagas)
    step(unit, actor=then)
    with transaction.atomic():
        Assignment.objects.filter(user=cast.bagas).update(ends=dt.date(2026, 1, 1))
    assert history(key(unit))[0].who.endswith(", Bagas Umpama")
    assert str(then.person.live[0]) in history(key(unit))[0].who


def test_values_are_shown_in_words_and_keys_by_their_names(unit, cast):
    parent = Unit.objects.get(code="tata-usaha")
    with transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent=parent, is_active=False)
    changes = {change.label: (change.old, change.new) for change in history(key(unit))[0].changes}
    assert ("–", parent.name) in changes.values()
    assert ("Ya", "Tidak") in changes.values()


def test_private_columns_are_said_to_have_changed_and_no_more(unit, monkeypatch):
    monkeypatch.setattr(values, "_tables", dict)
    step(unit)
    (change,) = history(key(unit))[0].changes
    assert (change.shown, change.old, change.new) == (False, "", "")
    assert "diubah" in page(unit)
    assert "xx" not in page(unit)


@pytest.mark.parametrize(
    ("ent", "column", "shown"),
    [
        ("accounts.unit", "name", True),
        ("accounts.user", "password", False),
        ("complaints.complaint", "unit_id", True),
        ("complaints.complaint", "clock_id", False),  # a clock has no name of its own
        ("complaints.complaint", "description", False),
        ("complaints.complaint", "dropped_long_ago", False),
        ("gone.model", "name", False),
    ],
)
def test_what_may_be_shown_follows_the_class_of_the_column(ent, column, shown):
    assert may_be_shown(ent, column) is shown


def test_dates_and_choices_are_written_as_people_write_them():
    fields = {field.name: field for field in Assignment._meta.concrete_fields}
    assert in_words(fields["starts"], "2026-11-24", {}) == "Selasa, 24 November 2026"
    assert in_words(fields["kind"], "plt", {}) == dict(fields["kind"].flatchoices)["plt"]
    assert in_words(fields["kind"], "unknown", {}) == "unknown"
    assert in_words(fields["position"], 7, {("accounts.position", "7"): "Kepala"}) == "Kepala"
    assert in_words(fields["position"], 8, {}) == "8"


def test_a_step_past_the_portal_is_shown_red(unit, owner_db):
    owner_db.execute("UPDATE accounts_unit SET name = 'Lewat psql'")
    step_ = history(key(unit))[0]
    assert (step_.outside, step_.who) == (True, "Di luar portal")
    assert '<li class="outside">' in page(unit)
    assert "di luar portal" in page(unit)


def test_an_erased_step_says_so_and_keeps_its_place(unit, cluster, real_db):
    step(unit, reason="sangat pribadi")
    assert "sangat pribadi" in page(unit)
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        break_in(root, "DELETE FROM audit.payload")
    assert [s.erased for s in history(key(unit))] == [True, True]
    assert "Isinya sudah dihapus menurut aturan." in page(unit)
    assert "sangat pribadi" not in page(unit)


def test_older_steps_follow_without_gap_or_repetition_while_new_ones_arrive(unit):
    for number in range(70):
        step(unit, number=number)
    seen, query = [], ""
    while query is not None:
        text = page(unit, query)
        seen += re.findall(r"<time datetime=\"([^\"]+)\"", text)
        link = re.search(r'href="(\?riwayat=\d+)#riwayat">Langkah sebelumnya', text)
        query = link and link[1]
        step(unit, number=99)
    assert len(seen) == len(set(seen)) == 71


def test_a_page_is_full_however_many_rows_its_steps_wrote(unit):
    for _number in range(33):
        with transaction.atomic():
            for word in "abcdefghijkl":
                Unit.objects.filter(pk=unit.pk).update(short_name=word)
            record("uji.buka", key(unit), actor=SYSTEM, data={})
    assert [len(told.changes) for told in history(key(unit), limit=31)] == [12] * 31
    shown = page(unit)
    assert shown.count("<time") == 30
    assert "Langkah sebelumnya" in shown


@pytest.mark.parametrize("asked", ["x", "²", "-1", "9" * 40, ""])
def test_a_nonsense_place_in_the_history_is_no_error(unit, asked):
    assert "<ol" in page(unit, f"?riwayat={asked}") or "Belum ada langkah" in page(unit, f"?riwayat={asked}")


def test_the_statements_do_not_grow_with_the_steps(unit, cast):
    def statements() -> int:
        with CaptureQueriesContext(connection) as said:
            history(key(unit))
        return len(said)

    for user in (cast.sekar, cast.bagas):
        with context.bind(user_id=user.pk):
            step(unit, actor=Actor.staff(user))
    few = statements()
    for user in (cast.sekar, cast.bagas, cast.wulan, cast.rini) * 6:
        step(unit, actor=Actor.staff(user))
    assert statements() == few <= 4


@pytest.fixture
def rows_read(unit, owner_db):
    """How many entries PostgreSQL reads to show the newest of 600, once it keeps the plan for all histories."""
    with transaction.atomic():
        for number in range(600):
            record("uji.buka", key(unit), actor=SYSTEM, data={"number": number})
    owner_db.execute("ANALYZE audit.entry")
    asked = """SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_all_tables
        WHERE schemaname = 'audit' AND starts_with(relname, 'entry_')"""

    def run() -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            for _time in range(10):
                history(key(unit), limit=2)
            before = cursor.execute(asked).fetchone()[0]
            history(key(unit), limit=2)
            return cursor.execute(asked).fetchone()[0] - before

    return run


def test_of_a_long_history_what_is_shown_is_read_and_not_the_rest(rows_read):
    assert rows_read() <= 2 * ENTRIES_A_STEP


def test_with_a_plan_that_sorts_all_of_it_would_be(rows_read, cluster, real_db):
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        root.execute("SET event_triggers = off")
        root.execute("ALTER FUNCTION audit.history(text, bigint, integer) RESET enable_sort")
    assert rows_read() >= 600


def test_markup_in_what_someone_wrote_is_inert(unit):
    step(unit, reason="<script>alert(1)</script>")
    assert "<script>" not in page(unit)
    assert "&lt;script&gt;" in page(unit)


def test_the_log_is_read_and_never_written_through_its_model(unit):
    with pytest.raises(Exception, match=r"cannot|denied"), transaction.atomic():
        Entry.objects.filter(subject=key(unit)).delete()


def test_each_position_of_the_cast_has_a_name_for_the_history(cast):
    assert all(str(position) for position in Position.objects.all())


def test_what_happened_before_it_was_recorded_is_told_with_its_own_time(real_db, now):
    """A case brought in from elsewhere: its steps keep their days, the log keeps its own time beside them."""
    then = now - dt.timedelta(days=30)
    for at in (then, timezone.now()):
        with transaction.atomic():
            record("uji.buka", "uji/1", actor=SYSTEM, at=at)
    first, second = public_history("uji/1")
    assert (first.at, first.data) == (then, {})
    entries = Entry.objects.filter(subject="uji/1").order_by("id")
    assert second.at == entries[1].at
    assert entries[0].at > then
