"""Who may do what in the database: the whole matrix, every schema, every role, each right the server knows."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from biroumum.accounts.models import Unit
from tests.conftest import TEMPLATE

ROLES = ("biro_migrate", "biro_app", "biro_sequencer", "biro_auditor", "public")
RELATION_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
VIEWS = {"audit_history", "audit_shape", "audit_column"}
CALLABLE = {
    "open_context",
    "record",
    "erase",
    "ensure_partitions",
    "history",
    "hashes",
    "receipt",
    "standing",
}
CALLABLE |= {
    "born",
    "erasures",
    "unerased",
    "erased",
    "witnessed",
    "believed",
    "record_promised",
    "checkpoints",
    "recoveries",
}
# Of the log the sequencer sees commitments and the tree, never what they stand for.
SEQUENCER = {
    "entry": {"SELECT"},
    "pending": {"SELECT", "DELETE"},
    "tree": {"SELECT", "UPDATE"},
    "sequencer": {"SELECT", "UPDATE"},
    **{key: {"SELECT", "INSERT"} for key in ("leaf", "node", "checkpoint", "cosignature")},
    "recovery": {"SELECT"},
}


@pytest.fixture
def root(cluster, django_db_setup):
    """The superuser, in whichever database this test has."""
    with psycopg.connect(cluster.url(connection.settings_dict["NAME"]), autocommit=True) as db:
        yield db


def expected(role: str, schema: str, name: str, kind: str) -> set[str]:
    """What a role may do with a table ("r"), partitioned table ("p"), view ("v") or sequence ("S")."""
    if role == "biro_app" and schema == "public":
        if kind == "S":
            return {"USAGE", "SELECT"}
        return {"SELECT"} if name in VIEWS else ROWS
    if role == "biro_auditor" and name in VIEWS:
        return {"SELECT"}
    if role == "biro_auditor" and schema == "audit" and (kind != "S" or name == "entry_id"):
        return {"SELECT"}
    if role == "biro_sequencer" and schema == "audit":
        return SEQUENCER.get(name, set())
    return set()


def granted(root) -> dict[tuple[str, str, str, str], set[str]]:
    """Rights of each role on each relation, read from the access lists themselves, so that none is overlooked."""
    rows = root.execute(
        "SELECT n.nspname, c.relname, c.relkind, coalesce(r.rolname, 'public'), a.privilege_type FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(coalesce(c.relacl, acldefault("
        "CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner))) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE n.nspname IN ('public', 'audit') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    )
    found: dict[tuple[str, str, str, str], set[str]] = {}
    for schema, name, kind, role, right in rows:
        found.setdefault((role, schema, name, kind), set()).add(right)
    return found


def test_every_role_has_exactly_its_rights_on_every_relation(root):
    found = granted(root)
    relations = {key[1:] for key in found}
    assert len([name for schema, name, kind in relations if schema == "public" and kind == "r"]) > 30
    wrong = {
        (role, *relation): (found.get((role, *relation), set()), expected(role, *relation))
        for role in ROLES
        for relation in relations
        if found.get((role, *relation), set()) != expected(role, *relation)
    }
    assert wrong == {}
    assert {role for role, *_ in found} <= {*ROLES, "biro_owner"}


def test_everything_belongs_to_the_owner_and_nobody_but_the_extensions(root):
    owners = root.execute(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname IN ('public', 'audit') UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace "
        "WHERE nspname IN ('public', 'audit')"
    ).fetchall()
    assert owners == [("biro_owner",)]


def test_roles_are_what_they_are_called(root):
    rows = root.execute(
        "SELECT rolname, rolcanlogin, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls, "
        "ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = r.oid) "
        "FROM pg_roles r WHERE starts_with(rolname, 'biro_') ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("biro_app", True, False, []),
        ("biro_auditor", True, False, []),
        ("biro_migrate", True, False, ["biro_owner"]),
        ("biro_owner", False, False, []),
        ("biro_sequencer", True, False, []),
    ]


def test_schemas_and_database_let_nobody_make_anything(root):
    for role in ("biro_app", "biro_sequencer", "biro_auditor"):
        rights = root.execute(
            "SELECT has_schema_privilege(%(r)s, 'public', 'CREATE'), has_schema_privilege(%(r)s, 'audit', 'CREATE'), "
            "has_database_privilege(%(r)s, %(d)s, 'CREATE'), "
            "has_database_privilege(%(r)s, %(d)s, 'TEMP')",
            {"r": role, "d": TEMPLATE},  # a clone does not inherit the rights of its database
        ).fetchone()
        assert not any(rights), (role, rights)


def test_of_the_logs_functions_each_role_may_call_its_own_and_no_other(root):
    rows = root.execute(
        "SELECT r.rolname, p.proname FROM pg_proc p, pg_roles r WHERE p.pronamespace = 'audit'::regnamespace "
        "AND r.rolname IN ('biro_app', 'biro_sequencer', 'biro_auditor') "
        "AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
    ).fetchall()
    both = {(role, name) for role in ("biro_sequencer", "biro_auditor") for name in ("hashes", "standing")}
    wanted = (
        {("biro_app", name) for name in CALLABLE}
        | both
        | {
            ("biro_sequencer", "beat"),
            ("biro_sequencer", "recovered"),
            ("biro_auditor", "live"),
            ("biro_auditor", "told"),
        }
    )
    assert set(rows) == wanted
    assert len(rows) == len(wanted)


def test_functions_with_the_owners_rights_look_nowhere_else(root):
    """A caller's temporary type or table must not stand before ours."""
    rows = root.execute(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef "
        "AND pronamespace IN ('audit'::regnamespace, 'public'::regnamespace)"
    ).fetchall()
    assert len(rows) > 30
    assert [name for name, said in rows if "search_path=pg_catalog, pg_temp" not in (said or [])] == []


REFUSED = """SELECT * FROM audit.entry
SELECT * FROM audit.payload_default
SELECT * FROM audit.context
INSERT INTO audit.pending VALUES (1, now())
INSERT INTO audit.entry SELECT * FROM audit.entry
UPDATE audit.entry SET verb = 'x'
DELETE FROM audit.payload
INSERT INTO audit.erasure VALUES (1, now(), 1)
SELECT audit.append('erase', 'x', 'a/1', '{}')
TRUNCATE audit.entry
DROP TABLE audit.payload_default
ALTER TABLE audit.entry DETACH PARTITION audit.entry_default
ALTER TABLE audit.entry DISABLE TRIGGER refuse_change
ALTER TABLE accounts_unit DISABLE TRIGGER audit_insert
ALTER TABLE accounts_unit DISABLE TRIGGER USER
DROP TRIGGER audit_insert ON accounts_unit
DROP TABLE accounts_unit
CREATE OR REPLACE FUNCTION audit.accounts_unit_insert() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'
CREATE TABLE public.x ()
TRUNCATE accounts_unit CASCADE
DELETE FROM audit_history
UPDATE audit_history SET verb = 'x'
SELECT audit.refuse()
SELECT nextval('audit.entry_id')
SELECT setval('audit.entry_id', 1)
SET session_replication_role = replica
SET ROLE biro_owner
SET SESSION AUTHORIZATION biro_owner
CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION audit.refuse()"""


NOT_ALLOWED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ObjectNotInPrerequisiteState,  # a view of several tables takes no writes
)


@pytest.mark.parametrize("statement", REFUSED.splitlines())
def test_the_portals_own_role_can_do_none_of_this(db, statement):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(caught.value.__cause__, NOT_ALLOWED)


def every_part(db) -> list[str]:
    rows = db.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'p') "
        "AND relname NOT IN ('pending', 'sequencer')"
    )
    return [name for (name,) in rows]


@pytest.mark.parametrize("who", ["owner", "superuser in replica mode"])
def test_the_past_is_refused_to_the_owner_and_in_replica_mode_on_every_partition(
    real_db, owner_db, root, who
):
    with transaction.atomic():
        Unit.objects.create(code="x", name="X")
    db = owner_db if who == "owner" else root
    if db is root:
        db.execute("SET session_replication_role = replica")
    parts = every_part(db)
    assert len(parts) >= 12
    for part in parts:
        column = {"shape": "ent = ent", "tree": "size = size", "node": "hash = hash"}.get(part, "at = at")
        with_rows = db.execute(f"SELECT count(*) FROM audit.{part}").fetchone()[0]
        for statement in (f"UPDATE audit.{part} SET {column}", f"DELETE FROM audit.{part}"):
            if with_rows:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(f"TRUNCATE audit.{part}")
