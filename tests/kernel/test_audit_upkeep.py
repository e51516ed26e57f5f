"""What watches in the database is what the models say; a difference is found, and mended by the next migration."""

import json

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.models import Unit
from biroumum.audit import registry, tasks, upkeep
from biroumum.audit.models import Entry
from biroumum.audit.upkeep import capture_drift


@pytest.fixture
def as_owner(real_db):
    """Django's connection with the rights a migration has."""
    settings = connection.settings_dict
    before = settings["USER"], settings["OPTIONS"]
    connection.close()
    settings.update(USER="biro_migrate", OPTIONS={"options": "-c role=biro_owner"})
    yield connection
    connection.close()
    settings.update(USER=before[0], OPTIONS=before[1])


@pytest.fixture
def unwatched(cluster, real_db):
    """A superuser who has put the watch over the schema to sleep."""
    with psycopg.connect(cluster.url(real_db), autocommit=True) as db:
        db.execute("SET event_triggers = off")
        yield db


def test_every_table_is_watched_as_its_model_says(real_db):
    assert capture_drift() == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("ALTER TABLE accounts_unit DISABLE TRIGGER audit_update", "trigger audit_update"),
        ("ALTER TABLE accounts_unit ENABLE TRIGGER audit_key", "trigger audit_key"),
        ("DROP TRIGGER audit_delete ON accounts_unit", "trigger audit_delete"),
        (
            "CREATE OR REPLACE FUNCTION audit.accounts_unit_insert() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NULL; END'",
            "audit.accounts_unit_insert",
        ),
        (
            "ALTER FUNCTION audit.accounts_unit_update() SET search_path = public",
            "audit.accounts_unit_update",
        ),
        (
            "CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "audit.refuse: not as in",
        ),
        ("ALTER TABLE audit.entry DISABLE TRIGGER refuse_change", "audit.entry: not guarded"),
        (
            "ALTER TABLE audit.payload_default DISABLE TRIGGER refuse_truncate",
            "audit.payload_default: not guarded",
        ),
        ("CREATE TABLE public.aside ()", "aside: neither captured nor excused"),
        (
            "CREATE FUNCTION audit.aside() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "audit.aside: nobody's function",
        ),
    ],
)
def test_each_difference_is_told_and_mended(real_db, unwatched, as_owner, harm, told):
    unwatched.execute(harm)
    assert any(told in line for line in capture_drift()), capture_drift()
    upkeep.install(as_owner)
    left = [line for line in capture_drift() if "aside: neither" not in line]
    assert left == []


def test_what_is_watched_rightly_is_not_touched_by_a_migration(as_owner):
    entries = Entry.objects.count()
    with CaptureQueriesContext(as_owner) as said:
        upkeep.install(as_owner)
    assert not [query["sql"] for query in said if "TRIGGER audit_" in query["sql"]]
    assert Entry.objects.count() == entries


def test_rows_that_stood_before_their_capture_get_an_entry(unwatched, owner_db, as_owner):
    unwatched.execute("DROP TRIGGER audit_insert ON accounts_unit")
    owner_db.execute(
        "INSERT INTO accounts_unit (code, name, short_name, email, is_active) VALUES ('a','A','','',true)"
    )
    assert not Entry.objects.filter(ent="accounts.unit").exists()
    upkeep.install(as_owner)
    entry = Entry.objects.get(ent="accounts.unit")
    assert json.loads(entry.body)["new"]["code"] == "a"


def test_a_new_class_of_a_column_changes_what_is_kept(as_owner, monkeypatch):
    """The generated function follows the registry: a column that becomes secret is no longer stored."""
    monkeypatch.setattr(Unit.Audit, "public", tuple(name for name in Unit.Audit.public if name != "name"))
    monkeypatch.setattr(Unit.Audit, "secret", ("name",), raising=False)
    assert any("accounts_unit" in line for line in capture_drift())
    upkeep.install(as_owner)
    with transaction.atomic():
        unit = Unit.objects.create(code="x", name="sangat rahasia")
    assert "rahasia" not in Entry.objects.get(ent="accounts.unit", pk_text=str(unit.pk)).body


def test_a_table_of_a_model_without_classes_stops_everything(monkeypatch):
    monkeypatch.delattr(Unit, "Audit")
    with pytest.raises(Exception, match=r"accounts\.unit: no audit class"):
        list(registry.captured())


def test_reasons_stand_beside_every_table_left_out():
    assert all(len(reason) > 5 for reason in (registry.UNCAPTURED | registry.FRAMEWORK_TABLES).values())
    labels = {model._meta.label_lower for model in registry.apps.get_models(include_auto_created=True)}
    assert registry.UNCAPTURED.keys() <= labels


def months(db, base="entry"):
    rows = db.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = to_regclass('audit.' || %s) ORDER BY 1",
        [base],
    )
    return [name for (name,) in rows]


def test_partitions_of_the_coming_months_are_made_with_their_guards(real_db, owner_db, unwatched):
    before = months(owner_db)
    unwatched.execute(
        "DROP TABLE audit.entry_"
        + owner_db.execute("SELECT to_char(now() + '1 month', 'YYYY_MM')").fetchone()[0]
    )
    tasks.ensure_partitions()
    assert months(owner_db) == before
    assert len(before) == len(months(owner_db, "payload")) == tasks.MONTHS_AHEAD + 2
    assert capture_drift() == []


def test_a_month_whose_rows_lie_in_the_default_partition_stays_there_and_the_others_are_made(
    real_db, owner_db, unwatched
):
    month = owner_db.execute("SELECT to_char(now(), 'YYYY_MM')").fetchone()[0]
    for base in ("entry", "payload"):
        unwatched.execute(f"DROP TABLE audit.{base}_{month}")
    with transaction.atomic():
        unit = Unit.objects.create(code="x", name="X")
    tasks.ensure_partitions()
    assert f"entry_{month}" not in months(owner_db)
    assert Entry.objects.get(ent="accounts.unit", pk_text=str(unit.pk)).body
    assert owner_db.execute("SELECT count(*) FROM audit.entry_default").fetchone()[0] > 0


def test_making_partitions_waits_for_no_writer(real_db, owner_db, unwatched):
    month = owner_db.execute("SELECT to_char(now() + '1 month', 'YYYY_MM')").fetchone()[0]
    unwatched.execute(f"DROP TABLE audit.entry_{month}")
    with transaction.atomic():
        Unit.objects.create(code="x", name="X")
        owner_db.execute("SET statement_timeout = '2s'")
        owner_db.execute("SELECT audit.ensure_partitions(3)")
    assert f"entry_{month}" in months(owner_db)


def test_every_model_there_is_has_its_triggers_and_a_class_for_each_column(db):
    """Read from Django and the catalog themselves, beside the code that installs them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE tgenabled = 'A'"
        )
        always = set(cursor.fetchall())
    classes = {table.label: table.classes for table in registry.captured()}
    wrong = []
    for model in registry.apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or meta.label_lower in registry.UNCAPTURED:
            continue
        triggers = {
            (meta.db_table, f"audit_{name}") for name in ("insert", "update", "delete", "key", "truncate")
        }
        columns = {field.column for field in meta.concrete_fields}
        if not triggers <= always or columns != classes.get(meta.label_lower, {}).keys():
            wrong.append(meta.label)
    assert len(classes) > 40
    assert wrong == []
