"""Changes of the schema are entries, and nothing that keeps the log is taken down: by the owner, or by a slip."""

import json

import psycopg
import pytest

from biroumum.audit.models import Entry
from biroumum.audit.upkeep import capture_drift

REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def root(cluster, real_db):
    with psycopg.connect(cluster.url(real_db), autocommit=True) as db:
        yield db


def told():
    entries = Entry.objects.filter(op="ddl").order_by("pk")
    return [(one.verb, one.ent, one.pk_text, json.loads(one.body)["data"]) for one in entries]


def test_each_command_is_one_entry_that_says_what_and_who(real_db, owner_db):
    before = len(told())
    owner_db.execute("CREATE TABLE public.aside (id serial PRIMARY KEY, word text UNIQUE)")
    owner_db.execute("ALTER TABLE public.aside ADD number int, DROP word")
    owner_db.execute("DROP TABLE public.aside")
    owner_db.execute("CREATE TEMP TABLE passing (id int)")
    made, altered, gone = told()[before:]
    assert made[:3] == ("create table", "schema.sequence", "public.aside_id_seq")
    assert "public.aside" in made[3]["objects"]
    assert made[3]["role"] == "biro_migrate"
    assert altered[:3] == ("alter table", "schema.table", "public.aside")
    assert gone[:3] == ("drop table", "schema.table", "public.aside")


def test_the_words_of_a_command_are_not_kept(real_db, owner_db):
    owner_db.execute("CREATE TABLE public.aside (word text DEFAULT 'sangat rahasia')")
    assert not [one for one in Entry.objects.filter(op="ddl") if "rahasia" in one.body]


PART = "audit.entry_default"
HARMS = [
    "ALTER TABLE accounts_unit DISABLE TRIGGER audit_insert",
    "ALTER TABLE accounts_unit DISABLE TRIGGER ALL",
    "ALTER TABLE accounts_unit DISABLE TRIGGER USER",
    "ALTER TABLE accounts_unit ENABLE TRIGGER audit_insert",
    "ALTER TABLE accounts_unit ENABLE REPLICA TRIGGER audit_key",
    "ALTER TRIGGER audit_insert ON accounts_unit RENAME TO aside",
    "DROP TRIGGER audit_insert ON accounts_unit",
    "DROP FUNCTION audit.accounts_unit_insert() CASCADE",
    "DROP FUNCTION audit.append(text, text, text, text)",
    "DROP FUNCTION audit.refuse() CASCADE",
    "DROP SCHEMA audit CASCADE",
    "DROP OWNED BY biro_owner CASCADE",
    "DROP TABLE audit.leaf CASCADE",
    "DROP TABLE audit.entry CASCADE",
    f"DROP TABLE {PART}",
    f"ALTER TABLE audit.entry DETACH PARTITION {PART}",
    f"ALTER TABLE {PART} RENAME TO aside",
    "ALTER TABLE audit.entry RENAME TO aside",
    "ALTER TABLE audit.payload SET SCHEMA public",
    "ALTER SCHEMA audit RENAME TO aside",
    "ALTER SCHEMA audit OWNER TO biro_migrate",
    "SET biro.upkeep = 'on'; ALTER SCHEMA audit RENAME TO aside; DROP SCHEMA aside CASCADE",
    f"ALTER TABLE {PART} SET SCHEMA public",
    "CREATE TABLE public.entry_2999_01 PARTITION OF audit.entry FOR VALUES FROM ('2999-01-01') TO ('2999-02-01')",
    "CREATE OR REPLACE TRIGGER refuse_change BEFORE DELETE ON audit.leaf FOR EACH ROW WHEN (false)"
    " EXECUTE FUNCTION audit.refuse()",
    "CREATE OR REPLACE TRIGGER refuse_change BEFORE DELETE ON audit.leaf FOR EACH ROW EXECUTE FUNCTION"
    " audit.only_grow()",
    "CREATE TRIGGER lost BEFORE INSERT ON audit.pending FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE lost AS ON INSERT TO audit.pending DO INSTEAD NOTHING",
    "ALTER TABLE audit.payload ENABLE ROW LEVEL SECURITY",
    *(
        f"CREATE OR REPLACE FUNCTION audit.{name}() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN coalesce(NEW, OLD); END'"
        for name in ("refuse", "only_grow", "refuse_key_change")
    ),
    "CREATE OR REPLACE FUNCTION audit.append(op text, verb text, subject text, data text) RETURNS bigint"
    " LANGUAGE sql AS 'SELECT 1::bigint'",
    "ALTER FUNCTION audit.refuse() SET SCHEMA public",
    "ALTER FUNCTION audit.refuse() RENAME TO aside",
    "ALTER ROUTINE audit.append(text, text, text, text) SECURITY INVOKER",
    "ALTER FUNCTION audit.accounts_unit_insert() SET search_path = public",
    "ALTER TABLE audit.entry DROP COLUMN row_hash",
    "ALTER TABLE audit.entry ALTER shape TYPE bigint USING 1",
    "ALTER TABLE audit.leaf DISABLE TRIGGER refuse_change",
    "ALTER TABLE audit.tree DISABLE TRIGGER ALL",
    f"ALTER TABLE {PART} DISABLE TRIGGER refuse_truncate",
    "DROP TRIGGER refuse_change ON audit.checkpoint",
    "ALTER TRIGGER refuse_change ON audit.leaf RENAME TO aside",
    "DROP INDEX audit.entry_subject",
    "ALTER SEQUENCE audit.entry_id RESTART 1",
    "ALTER SEQUENCE audit.entry_id CACHE 100",
    "DROP SEQUENCE audit.entry_id",
    "TRUNCATE audit.payload",
    "UPDATE audit.tree SET size = size - 1",
    "DELETE FROM audit.shape",
]


@pytest.mark.parametrize("who", ["owner", "a superuser's slip", "a superuser in replica mode"])
def test_nothing_that_keeps_the_log_is_taken_down(owner_db, root, cluster, who):
    db = owner_db if who == "owner" else root
    if "replica" in who:
        db.execute("SET session_replication_role = replica")
    before = Entry.objects.count()
    went = []
    for harm in HARMS:
        try:
            db.execute(harm)
            went.append(harm)
        except REFUSED:
            pass
        except psycopg.Error as error:
            went.append(f"{harm}: {error}")
    assert went == []
    assert Entry.objects.count() == before
    assert capture_drift() == []
    assert (
        "is refused" in (cluster.data / "server.log").read_text()
    )  # the attempt itself ends with its transaction


def test_who_acts_as_the_owner_cannot_put_the_watch_to_sleep(owner_db):
    for deed in (
        "DROP EVENT TRIGGER audit_dropped",
        "ALTER EVENT TRIGGER audit_ended DISABLE",
        "SET event_triggers = off",
        "SET session_replication_role = replica",
        "DROP FUNCTION audit_ddl.ended() CASCADE",
        "CREATE OR REPLACE FUNCTION audit_ddl.tell(text, text, text[]) RETURNS void LANGUAGE sql AS ''",
        "DROP SCHEMA audit_ddl CASCADE",
    ):
        with pytest.raises(REFUSED):
            owner_db.execute(deed)


def test_a_table_may_go_with_its_triggers_and_is_told(owner_db):
    owner_db.execute("DROP TABLE complaints_subtask CASCADE")
    assert told()[-1][:3] == ("drop table", "schema.table", "public.complaints_subtask")


def test_without_the_watch_the_log_could_be_taken_down(owner_db, root):
    root.execute("ALTER EVENT TRIGGER audit_ended DISABLE")
    owner_db.execute("ALTER TABLE accounts_unit DISABLE TRIGGER audit_insert")
    assert capture_drift() != []


def test_an_installation_prepared_once_more_tells_nothing_new(cluster, real_db, root):
    from biroumum.local.postgres import SQL

    before = Entry.objects.count()
    root.execute((SQL / "database.sql").read_bytes())
    assert Entry.objects.count() == before
