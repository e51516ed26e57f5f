"""What guards the log: triggers, functions, rights, partitions, owners and settings, against what they should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from biroumum.audit.upkeep import SQL, capture_drift, routines
from biroumum.audit.verification.finding import Finding

WATCH_FILE = SQL / "database.sql"
READ = {"SELECT"}
ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
SEQUENCER = {
    "entry": READ,
    "pending": {"SELECT", "DELETE"},
    "tree": {"SELECT", "UPDATE"},
    "sequencer": {"SELECT", "UPDATE"},
    **{name: {"SELECT", "INSERT"} for name in ("leaf", "node", "checkpoint", "cosignature")},
    "recovery": READ,
}
# The watch over the schema (sql/database.sql) belongs to a superuser.
WATCH = """
    SELECT e.evtname, p.proname, p.prosrc FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid
    JOIN pg_roles r ON r.oid = p.proowner AND r.rolsuper JOIN pg_roles o ON o.oid = e.evtowner AND o.rolsuper
    WHERE p.pronamespace = to_regnamespace('audit_ddl') AND e.evtenabled = 'A'
    UNION ALL SELECT '', p.proname, p.prosrc FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner AND r.rolsuper
    WHERE p.pronamespace = to_regnamespace('audit_ddl')"""
GRANTS = """
    SELECT n.nspname, c.relname, c.relkind::text, coalesce(r.rolname, 'PUBLIC'), array_agg(a.privilege_type)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN aclexplode(coalesce(c.relacl,
        acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname IN ('public', 'audit') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee <> c.relowner
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4"""
# What should give no row: place, column, and what is said of it.
ODD = {
    "partitions": """
        SELECT 'audit.' || relname, '', 'this part of the log is not attached to it, so its entries are not read. '
            'As a superuser: attach it again, as audit.ensure_partitions does, and call audit.guard for it.'
        FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'r' AND NOT relispartition
            AND (starts_with(relname, 'entry_') OR starts_with(relname, 'payload_'))
        UNION ALL SELECT 'audit.' || base, '', 'it has no default partition: a month nobody made would stop all writing. '
            'Run `manage.py migrate`.'
        FROM unnest(ARRAY['entry', 'payload']) base WHERE to_regclass('audit.' || base || '_default') IS NULL""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname::text, 'a trigger that is not ours could change or drop what is written. '
            'Look what it does, and drop it as a superuser.'
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'audit'::regnamespace
            AND NOT t.tgisinternal AND t.tgname NOT IN ('refuse_change', 'refuse_truncate', 'refuse_beyond')
        UNION ALL SELECT t.tgrelid::regclass::text, t.tgname::text, 'this guard does not call audit.refuse. '
            'As a superuser drop it and call audit.guard for the table.'
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'audit'::regnamespace
            AND t.tgname IN ('refuse_change', 'refuse_truncate', 'refuse_beyond')
            AND (t.tgqual IS NOT NULL OR t.tgfoid <> to_regprocedure(CASE WHEN t.tgname = 'refuse_change'
                AND c.relname = 'tree' THEN 'audit.only_grow()'
                WHEN t.tgname = 'refuse_beyond' THEN 'audit.refuse_beyond()' ELSE 'audit.refuse()' END))""",
    "rules": """
        SELECT schemaname || '.' || tablename, rulename::text, 'a rule rewrites what is said to this table. '
            'Drop it as a superuser, and look for the entry `ddl` that made it.'
        FROM pg_rules WHERE schemaname IN ('public', 'audit')
        UNION ALL SELECT oid::regclass::text, '', 'row security hides rows of this table. Switch it off as a superuser.'
        FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'audit'::regnamespace) AND relrowsecurity""",
    "roles": """
        SELECT rolname::text, '', 'this role may more than it should. As a superuser: see biroumum/audit/sql/roles.sql.'
        FROM pg_roles WHERE starts_with(rolname, 'biro_')
            AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
        UNION ALL SELECT pg_get_userbyid(member), pg_get_userbyid(roleid), 'this role acts as another one. '
            'As a superuser: REVOKE it.'
        FROM pg_auth_members WHERE (starts_with(pg_get_userbyid(roleid), 'biro_')
            OR starts_with(pg_get_userbyid(member), 'biro_')) AND pg_get_userbyid(member) <> 'postgres'
            AND (pg_get_userbyid(roleid), pg_get_userbyid(member)) <> ('biro_owner', 'biro_migrate')
        UNION ALL SELECT oid::regclass::text, pg_get_userbyid(relowner), 'the owner of this table is not biro_owner. '
            'As a superuser: ALTER TABLE … OWNER TO biro_owner.'
        FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'audit'::regnamespace) AND relkind IN ('r', 'p')
            AND pg_get_userbyid(relowner) <> 'biro_owner'""",
    "settings": """
        SELECT 'postgresql.conf', name, 'it is off: what was confirmed may be lost in a crash. Set it to on.'
        FROM pg_settings WHERE name = 'synchronous_commit' AND setting IN ('off', 'local') AND source <> 'session'
        UNION ALL SELECT coalesce(r.rolname, 'database'), s.said, 'set for this role, it weakens the log. '
            'As a superuser: ALTER ROLE … RESET.'
        FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole CROSS JOIN unnest(setconfig) s (said)
        WHERE s.said IN ('synchronous_commit=off', 'synchronous_commit=local', 'session_replication_role=replica',
            'session_replication_role=local', 'event_triggers=off', 'event_triggers=false')""",
}


def check_inventory(db: psycopg.Connection) -> Iterator[Finding]:
    for line in capture_drift(db):
        place, _colon, what = line.partition(": ")
        yield Finding("inventory", place, "", "", f"{what}. {_MEND}")
    for check, sql in ODD.items():
        for place, column, sentence in db.execute(sql):
            yield Finding(check, place, "", column, sentence)
    yield from check_watch(db)
    yield from check_grants(db)


def check_watch(db: psycopg.Connection) -> Iterator[Finding]:
    """The event triggers stand, always on, and they and their functions are as the file says."""
    found = {(trigger, name): body for trigger, name, body in db.execute(WATCH)}
    bodies = routines("audit_ddl", WATCH_FILE)
    wanted = {("", name): body for name, body in bodies.items()}
    wanted |= {(f"audit_{name}", name): bodies[name] for name in ("ended", "dropped", "rewritten")}
    for trigger, name in sorted(key for key in wanted if found.get(key) != wanted[key]):
        yield Finding("watch", f"audit_ddl.{name}", trigger, "", _WATCH)


def check_grants(db: psycopg.Connection) -> Iterator[Finding]:
    views = {name for (name,) in db.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'")}
    for schema, name, kind, role, rights in db.execute(GRANTS).fetchall():
        if more := set(rights) - allowed(role, schema, name, kind, views):
            sentence = f"{role} may {', '.join(sorted(more))}, which it should not. As biro_owner: REVOKE it."
            yield Finding("grants", f"{schema}.{name}", "", "", sentence)


def allowed(role: str, schema: str, name: str, kind: str, views: set[str]) -> set[Any]:
    """What a role may do with a relation at most. `kind`: as pg_class has it."""
    if schema == "public" and role == "biro_app":
        return {"USAGE", "SELECT"} if kind == "S" else READ if name in views else ROWS
    if schema == "public":
        return READ if role == "biro_auditor" and name in views else set()
    if role == "biro_auditor":
        return READ
    return SEQUENCER.get(name, set()) if role == "biro_sequencer" else set()


_WATCH = (
    "the watch over the schema is missing, asleep or another one, so changes of it are not told and not refused. "
    "As a superuser: psql -f biroumum/audit/sql/database.sql, and ask who put it out."
)
_MEND = (
    "Run `manage.py migrate`, which puts it right and hides no row that was written meanwhile, and look for the entries "
    "`ddl` that changed it"
)
