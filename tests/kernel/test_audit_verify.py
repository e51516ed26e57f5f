"""Attacks on the log: each is found, by table, key and column, with a sentence that says what to do."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DataError, transaction

from biroumum.accounts.actors import SYSTEM
from biroumum.accounts.models import Unit
from biroumum.audit.services import record
from biroumum.audit.verification import WARNINGS
from tests.kernel.break_in import break_in


def test_a_log_nobody_touched_is_clean(log):
    assert log.found() == log.found("--quick") == []
    log.write()
    assert log.found() == []  # what waits for its place is no finding at once


def test_triggers_off_a_row_changed_triggers_on_again(log):
    break_in(log.root, f"UPDATE accounts_unit SET name = 'Kantor Pencuri' WHERE id = {log.key}")
    assert log.found() == [("row", "accounts_unit", log.key, "name")]


E, L = "audit.entry", "audit.leaf"
UNIT = ("accounts.unit", "KEY")
ATTACKS = {
    "a payload reworded": (
        "UPDATE audit.payload SET body = convert_to(replace(convert_from(body, 'UTF8'), 'Sasaran', 'Lain'), 'UTF8') "
        "WHERE entry_id = ENTRY",
        {("payload", *UNIT, "body")},
    ),
    "a payload written anew by jsonb": (
        "UPDATE audit.payload SET body = convert_to(convert_from(body, 'UTF8')::jsonb::text, 'UTF8') "
        "WHERE entry_id = ENTRY",
        {("payload", *UNIT, "body")},
    ),
    "a payload taken away without an erasure": (
        "DELETE FROM audit.payload WHERE entry_id = ENTRY",
        {("payload", *UNIT, "body")},
    ),
    "a payload taken away under an erasure that is none": (
        "INSERT INTO audit.erasure (entry_id, erased_by) VALUES (ENTRY, ENTRY); "
        "DELETE FROM audit.payload WHERE entry_id = ENTRY",
        {("erasure", "audit.erasure", "ENTRY", "erased_by")},
    ),
    "an entry reworded with its payload and commitment": (
        "UPDATE audit.payload SET body = '{}' WHERE entry_id = ENTRY; "
        "UPDATE audit.entry e SET commitment = sha256(p.salt || p.body) FROM audit.payload p "
        "WHERE p.entry_id = e.id AND e.id = ENTRY",
        {("leaf", *UNIT, "commitment")},
    ),
    "an entry taken away": (
        "DELETE FROM audit.entry WHERE id = ENTRY",
        {("entry", L, "IDX", "entry_id"), ("entry", "audit.payload", "ENTRY", "entry_id")},
    ),
    "an entry put in without its place": (
        "INSERT INTO audit.entry (id, at, xid, op, ent, pk, commitment) SELECT nextval('audit.entry_id'), at, xid, "
        "'event', 'documents.document', '77', commitment FROM audit.entry WHERE id = ENTRY",
        {("place", "documents.document", "77", "")},
    ),
    "an entry taken from the queue before it had its place": (
        "INSERT INTO audit.entry (id, at, xid, op, ent, pk, commitment) SELECT 900000, at, xid, 'event', "
        "'documents.document', '77', sha256(p.salt || p.body) FROM audit.entry JOIN audit.payload p USING (at) "
        "WHERE id = ENTRY AND p.entry_id = ENTRY; INSERT INTO audit.payload SELECT 900000, at, salt, body "
        "FROM audit.payload WHERE entry_id = ENTRY; SELECT setval('audit.entry_id', 900000)",
        {("place", "documents.document", "77", "")},
    ),
    "two leaves swapped": (
        "UPDATE audit.leaf SET idx = -1 - idx WHERE idx IN (IDX, IDX + 1); "
        "UPDATE audit.leaf SET idx = IDX * 2 + 2 + idx WHERE idx < 0",
        {("file", "tile/entries/NUMBER", "IDX", ""), ("file", "tile/0/NUMBER", "IDX", ""), ("root",)},
    ),
    "a leaf taken out": (
        "DELETE FROM audit.leaf WHERE idx = IDX",
        {("density", L, "IDX+1", "idx"), ("place", *UNIT, "")},
    ),
    "the tree made smaller": ("UPDATE audit.tree SET size = size - 1", {("size", "audit.tree", "1", "size")}),
    "a node of the tree changed": (
        "UPDATE audit.node SET hash = sha256(hash) WHERE level = 1 AND idx = 0",
        {("node", "audit.node", "1/0", "hash")},
    ),
    "a signed root changed in the database": (
        "UPDATE audit.checkpoint SET root = sha256(root)",
        {("root", "audit.checkpoint", "SIZE", "root"), ("signature", "audit.checkpoint", "SIZE", "note")},
    ),
    "the sequence of ids set back": (
        "SELECT setval('audit.entry_id', 1)",
        {("size", "audit.entry_id", "", "last_value")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_on_the_database_is_found(log, name):
    deeds, expected = ATTACKS[name]
    words = {
        "ENTRY": log.entry, "IDX+1": log.idx + 1, "IDX": log.idx, "KEY": log.key, "SIZE": log.sequencer.size,
        "NUMBER": f"{log.idx // 256:03}",
    }  # fmt: skip

    def filled(text):
        for word, value in words.items():
            text = text.replace(word, str(value))
        return text

    # A check of the table itself would stop the swap half way; a thief takes it away as well.
    break_in(
        log.root,
        "ALTER TABLE audit.leaf DROP CONSTRAINT IF EXISTS leaf_idx_check",
        *filled(deeds).split("; "),
    )
    wanted = {tuple(filled(part) for part in place) for place in expected}
    found = log.found()
    missing = [place for place in wanted if place not in {one[: len(place)] for one in found}]
    assert not missing, found
    entries = {("payload",), ("leaf",), ("entry",), ("erasure",), ("place",)}
    assert all(
        one[1:3] == ("accounts.unit", log.key) or one in wanted for one in found if one[:1] in entries
    ), found


def lawful_erasure(log):
    log.root.execute(
        "SELECT audit.erase('x', %s, (SELECT json_build_object('rule', 'worktime.timelimit/' || min(id), 'case', "
        "'documents.document/1') FROM worktime_timelimit), ARRAY[%s]::bigint[])",
        [
            "documents.document/1",
            log.one("SELECT min(id) FROM audit.entry WHERE subject = 'documents.document/1'"),
        ],
    )


@pytest.mark.parametrize("other", [True, False])
def test_a_payload_taken_under_a_lawful_erasure_that_did_not_order_it_is_found(log, other):
    """Of another subject by its name, of the same one by the number that the erasure tells."""
    log.write(2)
    lawful_erasure(log)
    log.sequence()
    erasing = log.one("SELECT max(id) FROM audit.entry WHERE op = 'erase'")
    same = "SELECT max(id) FROM audit.entry WHERE subject = 'documents.document/1' AND op = 'event'"
    victim = log.entry if other else log.one(same)
    log.root.execute("INSERT INTO audit.erasure (entry_id, erased_by) VALUES (%s, %s)", [victim, erasing])
    log.root.execute("DELETE FROM audit.payload WHERE entry_id = %s", [victim])
    assert log.found() == [("erasure", "audit.erasure", str(victim if other else erasing), "erased_by")]


def test_a_lawful_erasure_is_no_finding_and_its_payload_put_back_is_one(log):
    entry = log.one("SELECT min(id) FROM audit.entry WHERE subject = 'documents.document/1'")
    kept = log.root.execute(
        "SELECT at, salt, body FROM audit.payload WHERE entry_id = %s", [entry]
    ).fetchone()
    lawful_erasure(log)
    log.sequence()
    assert log.found() == []
    log.root.execute("INSERT INTO audit.payload VALUES (%s, %s, %s, %s)", [entry, *kept])
    assert log.found() == [("erasure", "documents.document", "1", "body")]


@pytest.mark.parametrize(
    ("deed", "place"),
    [
        ("ALTER TABLE accounts_unit DISABLE TRIGGER audit_update", ("inventory", "accounts_unit")),
        ("DROP TRIGGER audit_delete ON accounts_unit", ("inventory", "accounts_unit")),
        ("ALTER TABLE audit.entry DISABLE TRIGGER refuse_change", ("inventory", "audit.entry")),
        ("ALTER TABLE audit.payload DETACH PARTITION audit.payload_default", ("partitions", "audit.payload_default")),
        ("GRANT UPDATE ON audit.entry TO biro_app", ("grants", "audit.entry")),
        ("GRANT TRIGGER ON accounts_unit TO biro_app", ("grants", "public.accounts_unit")),
        ("GRANT SELECT ON accounts_unit TO PUBLIC", ("grants", "public.accounts_unit")),
        ("CREATE RULE x AS ON INSERT TO accounts_unit DO INSTEAD NOTHING", ("rules", "public.accounts_unit")),
        ("ALTER TABLE audit.entry ENABLE ROW LEVEL SECURITY", ("rules", "audit.entry")),
        ("ALTER TABLE accounts_unit OWNER TO postgres", ("roles", "accounts_unit")),
        (
            "CREATE FUNCTION public.drop_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
            "CREATE TRIGGER x BEFORE INSERT ON audit.pending FOR EACH ROW EXECUTE FUNCTION public.drop_it()",
            ("triggers", "audit.pending"),
        ),
        (
            "CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            ("inventory", "audit.refuse"),
        ),
    ],
)  # fmt: skip
def test_what_was_taken_from_the_guards_is_found(log, deed, place):
    log.root.execute("SET event_triggers = off")
    for part in deed.split("; C"):
        log.root.execute(part if part[0] in "ACDG" else "C" + part)
    assert place in {one[:2] for one in log.found("--quick")}


def test_a_setting_that_forgets_confirmed_writes_is_found(log):
    log.root.execute(f"ALTER DATABASE {log.name} SET synchronous_commit = off")
    assert {one[:2] for one in log.found("--quick")} >= {("settings", "database")}


def test_a_clock_that_went_back_is_a_warning(log):
    break_in(
        log.root,
        "WITH e AS (INSERT INTO audit.entry (id, at, xid, op, ent, pk, commitment) SELECT nextval('audit.entry_id'), "
        "now() - interval '1 hour', xid, 'event', 'a.b', '1', sha256('\\x00'::bytea || '{}') FROM audit.entry LIMIT 1 "
        "RETURNING id, at), p AS (INSERT INTO audit.payload SELECT id, at, sha256(''), '{}' FROM e) "
        "INSERT INTO audit.pending SELECT id, at FROM e",
        "UPDATE audit.entry e SET commitment = sha256(p.salt || p.body) FROM audit.payload p WHERE p.entry_id = e.id",
    )
    log.sequence()
    assert log.found() == []
    assert log.warned == {"clock"} <= WARNINGS


def test_large_rows_and_odd_signs_stay_provable(log):
    with transaction.atomic():
        record("test.told", "documents.document/1", actor=SYSTEM, data={"text": "x" * 200_000})
        record(
            "test.told", "documents.document/2", actor=SYSTEM, data={"text": "a\x00b \ud800 \udfff \u2028"}
        )
        Unit.objects.create(code="besar", name="Besar", short_name="'\"\\ \u2028 🙂")
    with pytest.raises(DataError), transaction.atomic():
        Unit.objects.create(code="nul", name="a\x00b")
    with log.root.cursor() as cursor:  # past the portal, an escape nobody took out
        cursor.execute("SELECT audit.append('event', 'told', 'a.b/3', %s)", [r'{"t":"\u0000 \ud800"}'])
    log.sequence()
    assert log.found() == []
    break_in(log.root, f"UPDATE accounts_unit SET name = 'X' WHERE id = {log.key}")
    assert log.found() == [("row", "accounts_unit", log.key, "name")]


def test_it_says_when_it_could_not_run(log, tmp_path, settings):
    kept = tmp_path / "kept"
    kept.write_text("no checkpoint\n")
    with pytest.raises(CommandError) as stopped:
        call_command("audit_verify", "--since", str(kept))
    assert stopped.value.returncode == 2
    settings.AUDITOR_DATABASE_URL = "postgres://biro_auditor:wrong@127.0.0.1:1/x"
    with pytest.raises(CommandError) as stopped:
        call_command("audit_verify")
    assert stopped.value.returncode == 2


def test_it_speaks_in_lines_for_people(log):
    break_in(log.root, f"UPDATE accounts_unit SET name = 'X' WHERE id = {log.key}")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_verify", stdout=out)
    first, *_rest, last = out.getvalue().strip().split("\n")
    assert first.startswith(f"row: accounts_unit {log.key} (name): the row was changed past its triggers")
    assert last.endswith("1 findings.")


def test_rows_whose_last_entry_was_erased_are_a_warning_that_names_their_table(log):
    unit = f"accounts.unit/{log.key}"
    rule = f"worktime.timelimit/{log.one('SELECT min(id) FROM worktime_timelimit')}"
    why = json.dumps({"rule": rule, "case": unit})
    log.root.execute("SELECT audit.erase('x', %s, %s::json, ARRAY[%s]::bigint[])", [unit, why, log.entry])
    log.sequence()
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    assert "unchecked: accounts_unit: 1 rows can be held against nothing" in out.getvalue()
    assert log.found() == []
    assert log.warned == {"unchecked"}
