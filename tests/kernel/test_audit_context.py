"""Who wrote: one context for each transaction, said once, never another transaction's."""

import json
import random
import threading

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from biroumum.accounts.actors import SYSTEM
from biroumum.accounts.models import Unit
from biroumum.audit.models import Entry
from biroumum.audit.services import record
from biroumum.audit.wrapper import WriteOutsideTransaction, open_context, writes
from biroumum.web import context

LABEL = "accounts.unit"


def make(code):
    with transaction.atomic():
        return Unit.objects.create(code=code, name="Unit")


def entry(code) -> Entry:
    return Entry.objects.get(ent=LABEL, op="insert", body__contains=f'"code":"{code}"')


def contexts(said) -> int:
    return sum("audit.open_context" in query["sql"] for query in said)


def test_a_captured_write_in_autocommit_is_refused(real_db):
    with pytest.raises(WriteOutsideTransaction):
        Unit.objects.create(code="x", name="X")
    with pytest.raises(WriteOutsideTransaction), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_unit SET name = 'x'")
    assert not Unit.objects.filter(code="x").exists()


def test_the_context_is_said_once_at_the_first_write_whatever_comes_after(real_db):
    with CaptureQueriesContext(connection) as said, transaction.atomic():
        Unit.objects.count()
        assert contexts(said) == 0
        for code in "abc":
            make(code)
        record("test.event", "accounts.unit/1", actor=SYSTEM)
    assert contexts(said) == 1
    with CaptureQueriesContext(connection) as said, transaction.atomic():
        Unit.objects.count()
    assert contexts(said) == 0


@pytest.mark.parametrize("params", [None, (), ("ganti",)])
def test_what_is_said_along_with_a_write_comes_through_whatever_stands_in_it(real_db, params):
    make("awal")
    reason = "naik 50% dari 'pagu' \\ %s; -- ☂"
    new = "%s" if params else "'ganti'"
    with context.fresh(reason=reason), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_unit SET name = {new} WHERE code = 'awal' RETURNING name", params)
        assert (cursor.rowcount, cursor.fetchall()) == (1, [("ganti",)])
    assert Entry.objects.filter(ent=LABEL, op="update").get().reason == reason


def test_many_at_once_have_their_context_too(real_db):
    with context.fresh(task="kerja"), transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO accounts_unit (code, name, short_name, email, is_active) VALUES (%s, 'x', '', '', true)",
            [("satu",), ("dua",)],
        )
    assert {entry(code).task for code in ("satu", "dua")} == {"kerja"}


def test_after_the_savepoint_that_said_it_is_rolled_back_it_is_said_again(real_db):
    with context.fresh(task="kerja"), transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            make("dua")
            Unit.objects.create(code="dua", name="lagi")
        make("tiga")
    assert not Entry.objects.filter(ent=LABEL, body__contains='"dua"').exists()
    assert (entry("tiga").outside, entry("tiga").task) == (False, "kerja")


def test_after_a_whole_transaction_is_rolled_back_the_next_says_its_own(real_db):
    with context.fresh(task="kerja"):
        with pytest.raises(IntegrityError), transaction.atomic():
            make("dua")
            Unit.objects.create(code="dua", name="lagi")
        make("tiga")
    assert (entry("tiga").outside, entry("tiga").task) == (False, "kerja")
    assert Entry.objects.filter(ent=LABEL).count() == 1


def test_a_new_actor_within_one_transaction_and_the_first_one_again(real_db):
    with context.fresh(task="satu") as first, transaction.atomic():
        make("a")
        with context.fresh(task="dua"):
            make("b")
        assert context.get() is first
        make("c")
    assert [entry(code).task for code in "abc"] == ["satu", "dua", "satu"]


def test_a_rolled_back_actor_leaves_the_one_before_in_force(real_db):
    with context.fresh(task="satu"), transaction.atomic():
        make("a")
        with pytest.raises(IntegrityError), context.fresh(task="dua"), transaction.atomic():
            make("b")
            make("b")
        with CaptureQueriesContext(connection) as said:
            make("c")
    assert contexts(said) == 0
    assert entry("c").task == "satu"


def test_it_says_who_and_what_the_server_saw(real_db, owner_db, cast):
    values = {
        "user_id": cast.sekar.pk,
        "assignment_id": 3,
        "unit_id": 4,
        "impersonator_id": 5,
        "address": "10.1.2.3",
    }
    with context.fresh(view="uji", task="t", reason="sebab", **values) as said:
        make("a")
    row = owner_db.execute(
        "SELECT c.request_id, user_id, assignment_id, unit_id, impersonator_id, host(address), view, task, reason, "
        "session_role, pid > 0 FROM audit.context c JOIN audit.entry e ON e.context = c.id "
        "WHERE e.ent = %s ORDER BY e.id DESC LIMIT 1",
        [LABEL],
    ).fetchone()
    assert row == (said.request_id, cast.sekar.pk, 3, 4, 5, "10.1.2.3", "uji", "t", "sebab", "biro_app", True)


def test_a_context_counts_for_its_own_transaction_only(real_db, owner_db, cast):
    """Whoever names an old context to pass for its person is shown as outside the portal."""
    with context.fresh(user_id=cast.sekar.pk):
        make("a")
    old = owner_db.execute("SELECT context FROM audit.entry WHERE ent = %s", [LABEL]).fetchone()[0]
    with owner_db.transaction():
        owner_db.execute("SELECT set_config('biro.context', %s, true)", [str(old)])
        owner_db.execute("UPDATE accounts_unit SET name = 'palsu'")
    forged = Entry.objects.filter(ent=LABEL).latest("id")
    assert (forged.op, forged.outside, forged.user_id) == ("update", True, None)


def work(worker: int) -> None:
    """Transactions of many contexts on one connection: kept, rolled back, and written past the portal."""
    dice = random.Random(worker)
    for turn in range(50):
        code = f"w{worker}-{turn}"
        kind = dice.choice(("kept", "dropped", "past"))
        if kind == "past":
            connection.ensure_connection()
            connection.connection.execute(
                "INSERT INTO accounts_unit (code, name, short_name, email, is_active) VALUES (%s, 'past', '', '', true)",
                [code],
            )
            continue
        with context.fresh(task=code), transaction.atomic():
            Unit.objects.create(code=code, name=kind)
            transaction.set_rollback(kind == "dropped")
    connection.close()


def test_a_thousand_mixed_transactions_each_keep_their_own_context(real_db):
    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found: dict[str, int] = {"kept": 0, "past": 0}
    for row in Entry.objects.filter(ent=LABEL):
        new = json.loads(row.body)["new"]
        found[new["name"]] += 1
        past = new["name"] == "past"
        assert (row.task, row.outside) == ((None, True) if past else (new["code"], False))
    assert found["kept"] + found["past"] == Unit.objects.count() < 1000
    assert min(found.values()) > 200


def test_what_cannot_be_kept_is_shown_as_a_question_mark_and_stops_nothing(real_db):
    ugly = 'a\x00b\ud800c "\\u0000" \u202e 🙂'
    with context.fresh(reason=ugly), transaction.atomic():
        record("test.event", "accounts.unit/1", actor=SYSTEM, data={"reason": ugly, "list": [ugly]})
    row = Entry.objects.get(verb="test.event")
    clean = 'a?b?c "\\u0000" \u202e 🙂'
    assert json.loads(row.body)["data"] == {"actor": {"kind": "system"}, "reason": clean, "list": [clean]}
    assert row.reason == clean


@pytest.mark.parametrize("ugly", ["nul \x00", "half \ud800"])
def test_a_row_the_database_cannot_keep_is_refused_whole(real_db, ugly):
    with pytest.raises((ValueError, DataError), match=r"NUL|surrogates"), transaction.atomic():
        Unit.objects.create(code="x", name=ugly)
    assert not Entry.objects.filter(ent=LABEL).exists()


def test_what_cannot_be_recorded_does_not_happen(real_db):
    with pytest.raises(Exception, match="invalid input syntax"), transaction.atomic():
        make("x")
        record("test.event", "accounts.unit/1", actor=SYSTEM, data={"number": float("nan")})
    assert not Unit.objects.filter(code="x").exists()


def test_copy_under_an_opened_context_belongs_to_it(real_db):
    with context.fresh(task="salin"), transaction.atomic(), connection.cursor() as cursor:
        open_context()
        with cursor.copy("COPY accounts_unit (code, name, short_name, email, is_active) FROM STDIN") as copy:
            copy.write_row(("x", "X", "", "", True))
    assert (entry("x").task, entry("x").outside) == ("salin", False)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('INSERT INTO "accounts_unit" ("a") VALUES (1)', True),
        ("update only public.accounts_unit set a = 1", True),
        ("  DELETE\n FROM accounts_unit", True),
        ("WITH x AS (SELECT 1) DELETE FROM accounts_unit", True),
        ("WITH x AS (INSERT INTO accounts_unit VALUES (1) RETURNING 1) SELECT * FROM x", True),
        ("MERGE INTO accounts_unit u USING x ON true WHEN MATCHED THEN DELETE", True),
        ("SELECT * FROM accounts_unit FOR UPDATE", False),
        ("INSERT INTO django_session VALUES (1)", False),
        ("SELECT 'UPDATE accounts_unit'", False),
    ],
)
def test_writes_are_recognised_by_their_first_words(statement, expected):
    assert writes(statement) is expected


def test_composed_and_byte_statements_are_recognised_too(real_db):
    composed = sql.SQL("UPDATE {} SET name = 'x'").format(sql.Identifier("accounts_unit"))
    for statement in (composed, b"UPDATE accounts_unit SET name = 'x'"):
        with pytest.raises(WriteOutsideTransaction), connection.cursor() as cursor:
            cursor.execute(statement)
