"""Live rows against the hash in their last entry: what no trigger saw is found, by key and column, without a value."""

import psycopg
import pytest
from django.db import connection, transaction

from biroumum.accounts.models import Unit
from biroumum.audit import registry, upkeep
from biroumum.audit.models import Entry
from biroumum.audit.verification.adoptions import check_adoptions
from tests.conftest import PASSWORD
from tests.kernel.break_in import break_in, unguarded


@pytest.fixture
def auditor(cluster, real_db):
    with psycopg.connect(cluster.url(real_db, "biro_auditor", PASSWORD), autocommit=True) as db:
        yield db


@pytest.fixture
def unseen(cluster, real_db):
    """A superuser who silences the triggers of a table while he writes."""
    with psycopg.connect(cluster.url(real_db), autocommit=True) as db:

        def write(table, statement):
            with unguarded(db, [table]):
                db.execute(statement)

        yield write


@pytest.fixture
def units(real_db):
    with transaction.atomic():
        return [Unit.objects.create(code=f"u{n}", name=f'Ünit "{n}" 🙂', short_name="lama") for n in range(3)]


def live(db, label="accounts.unit"):
    rows = db.execute("SELECT fault, pk, columns FROM audit.live(%s) ORDER BY 2", [label])
    return rows.fetchall()


def as_owner(statement):
    """Like a migration: the statement, then capture is brought in line."""
    settings = connection.settings_dict
    before = settings["USER"], settings["OPTIONS"]
    connection.close()
    settings.update(USER="biro_migrate", OPTIONS={"options": "-c role=biro_owner"})
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        upkeep.install(connection)
    finally:
        connection.close()
        settings.update(USER=before[0], OPTIONS=before[1])


def test_every_row_of_every_table_is_as_its_last_entry_says(real_db, cast, units, auditor):
    with transaction.atomic():
        Unit.objects.filter(pk=units[0].pk).update(name="Lain", is_active=False)
        units[1].delete()
    known = auditor.execute("SELECT DISTINCT ent FROM audit.entry WHERE op = 'insert'").fetchall()
    assert len(known) > 10
    for (label,) in known:
        assert live(auditor, label) == [], label


def test_a_table_stands_under_the_name_of_its_label(db):
    assert [t.label for t in registry.captured() if t.table != t.label.replace(".", "_")] == []


def test_a_change_no_trigger_saw_is_told_by_key_and_column(units, unseen, auditor):
    unseen(
        "accounts_unit",
        f"UPDATE accounts_unit SET name = 'X', is_active = false WHERE id = {units[1].pk}",
    )
    assert live(auditor) == [("changed", str(units[1].pk), ["is_active", "name"])]


def test_a_change_is_found_after_the_row_had_lawful_ones(units, unseen, auditor):
    with transaction.atomic():
        Unit.objects.filter(pk=units[0].pk).update(name="Sah")
    unseen("accounts_unit", f"UPDATE accounts_unit SET name = 'lama' WHERE id = {units[0].pk}")
    assert live(auditor) == [("changed", str(units[0].pk), ["name"])]


def test_rows_that_went_came_and_came_back_unseen_are_found(units, unseen, auditor):
    first, second, third = (unit.pk for unit in units)
    with transaction.atomic():
        Unit.objects.filter(pk=second).delete()
    unseen(
        "accounts_unit",
        f"DELETE FROM accounts_unit WHERE id = {first};"
        "INSERT INTO accounts_unit (id, code, name, short_name, email, is_active)"
        f"VALUES ({second}, 'b', 'B', '', '', true), ({third + 5}, 'c', 'C', '', '', true)",
    )
    assert [(fault, int(key)) for fault, key, _columns in live(auditor)] == [
        ("gone", first),
        ("revived", second),
        ("unlogged", third + 5),
    ]


def test_of_a_secret_only_that_one_of_the_secrets_differs(real_db, cast, unseen, auditor):
    unseen("accounts_user", f"UPDATE accounts_user SET password = 'x' WHERE id = {cast.sekar.pk}")
    ((fault, key, columns),) = live(auditor, "accounts.user")
    assert (fault, key) == ("changed", str(cast.sekar.pk))
    assert "password" in columns
    assert set(columns) <= {n for t in registry.captured() if t.label == "accounts.user" for n in t.classes}


def test_the_auditor_is_told_no_value(units, auditor):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        auditor.execute("SELECT name FROM accounts_unit")
    assert live(auditor, "no.table") == []
    assert live(auditor, "pg_authid") == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE accounts_unit ALTER name TYPE text",
        "ALTER TABLE accounts_unit ALTER code TYPE varchar(900)",
        "ALTER TABLE accounts_unit ADD aside text NOT NULL DEFAULT 'x'",
    ],
)
def test_a_migration_that_leaves_the_texts_as_they_are_makes_no_entries(units, auditor, change):
    before = Entry.objects.exclude(op="ddl").count()
    as_owner(change)
    assert live(auditor) == []
    assert Entry.objects.exclude(op="ddl").count() == before


@pytest.fixture
def fewer_columns(monkeypatch):
    """The model of a later version, without one of its columns."""
    original = registry.captured

    def captured():
        for table in original():
            kept = {name: kind for name, kind in table.classes.items() if name != "short_name"}
            yield (
                registry.Captured(table.model, kept, table.case) if table.label == "accounts.unit" else table
            )

    monkeypatch.setattr(upkeep, "captured", captured)


def test_rows_of_a_table_that_lost_a_column_are_entered_anew(units, unseen, auditor, fewer_columns):
    as_owner("ALTER TABLE accounts_unit DROP short_name")
    assert live(auditor) == []
    adopted = Entry.objects.filter(ent="accounts.unit").order_by("id")[3:]
    assert [(one.op, one.pk_text, one.task, one.outside) for one in adopted] == [
        ("insert", str(unit.pk), "migrate", False) for unit in units
    ]
    unseen("accounts_unit", f"UPDATE accounts_unit SET name = 'X' WHERE id = {units[1].pk}")
    assert live(auditor) == [("changed", str(units[1].pk), ["name"])]


def test_rows_whose_values_are_written_otherwise_now_are_entered_anew_once(units, auditor):
    as_owner("ALTER TABLE accounts_unit ALTER is_active TYPE text USING is_active::text")
    assert live(auditor) == []
    assert Entry.objects.filter(ent="accounts.unit").count() == 6
    as_owner("SELECT 1")
    assert Entry.objects.filter(ent="accounts.unit").count() == 6


def test_without_that_the_hashes_could_not_be_made_again(units, owner_db, auditor):
    owner_db.execute("ALTER TABLE accounts_unit ALTER is_active TYPE text USING is_active::text")
    assert [fault for fault, *_ in live(auditor)] == ["shape"] * 3


def test_what_was_changed_unseen_before_such_a_migration_is_found_after_it(
    units, unseen, auditor, fewer_columns
):
    with transaction.atomic():
        Unit.objects.filter(pk=units[0].pk).update(name="Sah")
        Unit.objects.filter(pk=units[2].pk).delete()
    unseen("accounts_unit", f"UPDATE accounts_unit SET name = 'X', email = 'y' WHERE id = {units[1].pk}")
    as_owner("ALTER TABLE accounts_unit DROP short_name, ALTER is_active TYPE text USING is_active::text")
    assert live(auditor) == []
    found = [(one.check, one.table, one.key, one.column) for one in check_adoptions(auditor)]
    assert found == [("adoption", "accounts.unit", str(units[1].pk), "email, name")]


def test_a_migration_enters_no_row_anew_that_was_written_while_triggers_were_off(units, owner_db, auditor):
    owner_db.execute("SET biro.upkeep = 'on'")
    for op in ("insert", "update", "delete"):
        owner_db.execute(f"DROP TRIGGER audit_{op} ON accounts_unit")
    changed, gone, _kept = units
    owner_db.execute(f"UPDATE accounts_unit SET name = 'Pencuri' WHERE id = {changed.pk}")
    owner_db.execute(f"DELETE FROM accounts_unit WHERE id = {gone.pk}")
    copied = "SELECT * FROM accounts_unit LIMIT 1"
    owner_db.execute(
        f"CREATE TEMP TABLE one AS {copied}; UPDATE one SET id = 990, code = 'baru'; INSERT INTO accounts_unit TABLE one"
    )
    before = Entry.objects.exclude(op="ddl").count()
    as_owner("SELECT 1")
    assert upkeep.capture_drift() == []
    assert Entry.objects.exclude(op="ddl").count() == before
    assert sorted((fault, int(pk)) for fault, pk, _columns in live(auditor)) == [
        ("changed", changed.pk), ("gone", gone.pk), ("unlogged", 990)
    ]  # fmt: skip


def test_a_row_that_came_back_is_not_entered_anew_with_a_changed_table(units, unseen, auditor, fewer_columns):
    with transaction.atomic():
        Unit.objects.filter(pk=units[2].pk).delete()
    unseen("accounts_unit", f"INSERT INTO accounts_unit SELECT (jsonb_populate_record(u, jsonb_build_object("
        f"'id', {units[2].pk}, 'code', 'lagi'))).* FROM accounts_unit u WHERE id = {units[1].pk}")  # fmt: skip
    as_owner("ALTER TABLE accounts_unit DROP short_name")
    assert live(auditor) == [("revived", str(units[2].pk), None)]


def test_rows_of_a_table_the_log_never_told_of_are_entered(real_db, owner_db, auditor):
    """As of a table that a migration made and filled."""
    assert not Entry.objects.filter(ent="accounts.unit").exists()
    owner_db.execute("SET biro.upkeep = 'on'; DROP TRIGGER audit_insert ON accounts_unit")
    with transaction.atomic():
        unit = Unit.objects.create(code="lama", name="Kantor Lama")
    as_owner("SELECT 1")
    assert [(one.op, one.pk_text) for one in Entry.objects.filter(ent="accounts.unit")] == [
        ("insert", str(unit.pk))
    ]
    assert live(auditor) == []


def test_a_spoilt_payload_hides_no_changed_row(units, unseen, auditor, cluster, real_db):
    key = units[1].pk
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        for spoilt in (r"'\xff'", "'[1]'", "'{\"new\":5}'", "'{'", "'null'"):
            break_in(
                root,
                f"UPDATE accounts_unit SET name = name || 'x' WHERE id = {key}",
                f"UPDATE audit.payload SET body = {spoilt} WHERE entry_id IN "
                f"(SELECT id FROM audit.entry WHERE ent = 'accounts.unit' AND pk = '{key}')",
            )
            assert [(fault, int(pk)) for fault, pk, _columns in live(auditor)] == [("changed", key)]
