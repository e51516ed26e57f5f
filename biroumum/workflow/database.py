"""The table of transitions in the database too: a state that moves past the engine still moves only along it."""

from typing import Any

from django.db import connections, transaction

from biroumum.workflow.engine import WORKFLOWS, Workflow


def moves(workflow: Workflow) -> list[tuple[str, str]]:
    """Every (from, to) the table knows, sorted; a step that stays moves nothing."""
    pairs = {
        (str(source), str(target))
        for step in workflow
        for source in step.sources
        for target in step.targets_from(source)
        if target != source
    }
    return sorted(pairs)


def guard_body(workflow: Workflow) -> str:
    """A row is born in the initial state and moved along the table, and nothing else; as pg_proc.prosrc keeps it."""
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in moves(workflow))
    return f"""
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state <> '{workflow.initial}' THEN
        RAISE EXCEPTION '{workflow.label} begins as {workflow.initial}, not as %', NEW.state USING ERRCODE = 'check_violation';
    ELSIF TG_OP = 'UPDATE' AND OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({pairs}) THEN
        RAISE EXCEPTION '{workflow.label} does not move from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END """


def guard_sql(workflow: Workflow) -> str:
    table = workflow.model._meta.db_table
    return f"""
CREATE OR REPLACE FUNCTION public.{table}_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
$guard${guard_body(workflow)}$guard$;
CREATE OR REPLACE TRIGGER moves BEFORE INSERT OR UPDATE OF state ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.{table}_moves();
ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER moves"""


STANDS = """
    SELECT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = to_regclass(%s) AND t.tgname = 'moves' AND t.tgenabled = 'A'"""


def install(using: str = "default", **kwargs: Any) -> None:
    """After each migration the guards follow the tables; one that stands is let stand, and makes no entry."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for workflow in WORKFLOWS.values():
            cursor.execute(STANDS, [f"public.{workflow.model._meta.db_table}"])
            if cursor.fetchone() != (guard_body(workflow),):
                cursor.execute(guard_sql(workflow))
