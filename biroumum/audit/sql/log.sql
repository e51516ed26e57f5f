-- The log: contexts, entries, their erasable payloads, and the queue of the sequencer. Owned by biro_owner.
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO biro_app, biro_sequencer, biro_auditor;

-- CACHE 1: ids rise in the order in which dependent transactions take them.
CREATE SEQUENCE audit.entry_id CACHE 1;

-- Who stood behind a transaction, as the portal says, and what the server itself saw.
CREATE TABLE audit.context (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    request_id text, user_id bigint, assignment_id bigint, unit_id bigint, impersonator_id bigint,
    view text, task text, reason text, address inet,
    session_role text NOT NULL DEFAULT session_user,
    pid integer NOT NULL DEFAULT pg_backend_pid(),
    application_name text NOT NULL DEFAULT current_setting('application_name')
);

-- The columns a row hash covers; capture functions carry the number of theirs, so old hashes stay checkable.
CREATE TABLE audit.shape (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ent text NOT NULL,
    columns text[] NOT NULL,
    UNIQUE (ent, columns)
);

CREATE TABLE audit.entry (
    id bigint NOT NULL,
    at timestamptz NOT NULL,
    xid xid8 NOT NULL,
    op text NOT NULL CHECK (op IN
        ('insert', 'update', 'delete', 'event', 'access', 'erase', 'ddl', 'heartbeat')),
    ent text NOT NULL,
    pk text NOT NULL,
    verb text,
    subject text,
    context uuid,
    shape integer,
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    row_hash bytea CHECK (octet_length(row_hash) = 32),
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX entry_subject ON audit.entry (subject, id DESC) WHERE subject IS NOT NULL;
COMMENT ON COLUMN audit.entry.commitment IS 'sha256(payload.salt || payload.body)';
COMMENT ON COLUMN audit.entry.row_hash IS 'sha256(payload.salt || canonical JSON of the whole new row, secrets too)';

-- The only part that may be erased.
CREATE TABLE audit.payload (
    entry_id bigint NOT NULL,
    at timestamptz NOT NULL,
    salt bytea NOT NULL CHECK (octet_length(salt) = 32),
    body bytea NOT NULL,
    PRIMARY KEY (entry_id, at)
) PARTITION BY RANGE (at);

-- Entries that have no place in the tree yet. A queue and no cursor over ids: a late commit just comes later.
CREATE TABLE audit.pending (entry_id bigint PRIMARY KEY, at timestamptz NOT NULL);

CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: the log is only added to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Guards of one table or partition of the log.
CREATE PROCEDURE audit.guard(part regclass) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = part AND tgname = 'refuse_change') THEN
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s
            FOR EACH ROW EXECUTE FUNCTION audit.refuse()', part);
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_change', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_truncate', part);
END $$;

CALL audit.guard('audit.context');
CALL audit.guard('audit.entry');
CALL audit.guard('audit.payload');

-- Partitions of this month and the coming ones. A default partition catches a month nobody made in time.
CREATE FUNCTION audit.ensure_partitions(months integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE base text; part text; first timestamptz;
BEGIN
    FOREACH base IN ARRAY ARRAY['entry', 'payload'] LOOP
        FOR i IN 0 .. months LOOP
            first := date_trunc('month', clock_timestamp()) + make_interval(months => i);
            part := base || to_char(first, '_YYYY_MM');
            IF to_regclass('audit.' || part) IS NULL THEN
                EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I FOR VALUES FROM (%L) TO (%L)',
                    part, base, first, first + interval '1 month');
                EXECUTE format('CALL audit.guard(%L)', 'audit.' || part);
            END IF;
        END LOOP;
    END LOOP;
END $$;
CREATE TABLE audit.entry_default PARTITION OF audit.entry DEFAULT;
CREATE TABLE audit.payload_default PARTITION OF audit.payload DEFAULT;
CALL audit.guard('audit.entry_default');
CALL audit.guard('audit.payload_default');
SELECT audit.ensure_partitions(3);

-- Said once by the portal at the first write of a transaction; it ends with the transaction.
CREATE FUNCTION audit.open_context(said jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE context uuid := gen_random_uuid();
BEGIN
    INSERT INTO audit.context
        (id, request_id, user_id, assignment_id, unit_id, impersonator_id, view, task, reason, address)
    VALUES (context, said ->> 'request_id', (said ->> 'user_id')::bigint, (said ->> 'assignment_id')::bigint,
        (said ->> 'unit_id')::bigint, (said ->> 'impersonator_id')::bigint, said ->> 'view', said ->> 'task',
        said ->> 'reason', (said ->> 'address')::inet);
    PERFORM set_config('biro.context', context::text, true);
END $$;

-- A named event: a step of a case, a login, a denial, an export, a look at sealed data.
CREATE FUNCTION audit.record(op text, verb text, subject text, data json) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    entry bigint := nextval('audit.entry_id');
    moment timestamptz := clock_timestamp();
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    body bytea := convert_to('{"op":' || to_json(op) || ',"verb":' || to_json(verb) || ',"subject":'
        || to_json(subject) || ',"data":' || data || '}', 'UTF8');
BEGIN
    IF op NOT IN ('event', 'access') THEN
        RAISE EXCEPTION 'op % is not one the portal records', op USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO audit.entry (id, at, xid, op, ent, pk, verb, subject, context, commitment)
    VALUES (entry, moment, pg_current_xact_id(), op, split_part(subject, '/', 1), split_part(subject, '/', 2), verb,
        subject, nullif(current_setting('biro.context', true), '')::uuid, sha256(salt || body));
    INSERT INTO audit.payload (entry_id, at, salt, body) VALUES (entry, moment, salt, body);
    INSERT INTO audit.pending (entry_id, at) VALUES (entry, moment);
    RETURN entry;
END $$;

CREATE FUNCTION audit.refuse_key_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the key of %.% never changes', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.open_context(jsonb), audit.record(text, text, text, json),
    audit.ensure_partitions(integer) TO biro_app;
GRANT SELECT ON ALL TABLES IN SCHEMA audit TO biro_auditor, biro_sequencer;
GRANT DELETE ON audit.pending TO biro_sequencer;

-- What the portal may read. `outside`: no context of this very transaction, so something else wrote.
CREATE VIEW public.audit_history AS
SELECT e.id, e.at, e.xid::text AS xid, e.op, e.ent, e.pk, e.verb, e.subject,
    convert_from(p.body, 'UTF8') AS body,
    c.request_id, c.user_id, c.assignment_id, c.unit_id, c.view, c.task, c.reason,
    (c.id IS NULL OR c.xid <> e.xid) AS outside
FROM audit.entry e
LEFT JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
LEFT JOIN audit.context c ON c.id = e.context;
REVOKE ALL ON public.audit_history FROM biro_app;
GRANT SELECT ON public.audit_history TO biro_app, biro_auditor;
