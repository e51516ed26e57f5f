-- Functions, guards, rights and views of the log, and what was added to its tables since; run by the first migration
-- and again after each migration.
-- pg_temp stands last in every search path: nothing in a caller's temporary schema is taken for ours.
SELECT set_config('biro.upkeep', 'on', true); -- to audit_ddl, which lets nothing of the log go otherwise

-- The ledger of erasures: a payload that is gone stands here, with the entry that says why.
CREATE TABLE IF NOT EXISTS audit.erasure (
    entry_id bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    erased_by bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS erasure_by ON audit.erasure (erased_by);
CREATE INDEX IF NOT EXISTS entry_erasing ON audit.entry (id) WHERE op = 'erase';
-- Of rows that stand in no case's history by themselves, as files do.
CREATE INDEX IF NOT EXISTS entry_row ON audit.entry (ent, pk) WHERE subject IS NULL;
-- A column of another kind is another shape: its value has another text, so the hash is another one.
ALTER TABLE audit.shape ADD COLUMN IF NOT EXISTS types text[];
ALTER TABLE audit.shape DROP CONSTRAINT IF EXISTS shape_ent_columns_key;
CREATE UNIQUE INDEX IF NOT EXISTS shape_said ON audit.shape (ent, columns, types);
ALTER TABLE audit.sequencer ADD COLUMN IF NOT EXISTS trouble_since timestamptz;

-- A payload may go once its erasure is in the ledger; nothing else ever changes.
CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND starts_with(TG_TABLE_NAME, 'payload') THEN
        IF EXISTS (SELECT FROM audit.erasure WHERE entry_id = OLD.entry_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% on %.% is refused: the log is only added to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- The tree has one row, and it only grows: by leaves that are there, without a gap, and each of an entry unless a
-- recovery tells of it.
CREATE OR REPLACE FUNCTION audit.only_grow() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.size > OLD.size AND NEW.size - OLD.size = (
        SELECT count(*) FROM audit.leaf l WHERE l.idx >= OLD.size AND l.idx < NEW.size AND (l.entry_id IS NOT NULL
            OR EXISTS (SELECT FROM audit.recovery r WHERE l.idx >= r.first AND l.idx < r.stop)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on audit.tree is refused: the tree only grows, by leaves that are there', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Nothing is signed that the tree has not, and nothing cosigned that was not signed.
CREATE OR REPLACE FUNCTION audit.refuse_beyond() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'checkpoint' AND NEW.size <= (SELECT t.size FROM audit.tree t)
        OR EXISTS (SELECT FROM audit.checkpoint c WHERE c.origin = NEW.origin AND c.size = NEW.size) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a % of % leaves is refused: the tree has not so many, or they are not signed', TG_TABLE_NAME, NEW.size
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION audit.refuse_key_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the key of %.% never changes', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Guards of one table or partition of the log; a partition may have inherited its row trigger.
CREATE OR REPLACE PROCEDURE audit.guard(part regclass) LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE guards text[] := ARRAY(SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger WHERE tgrelid = part ORDER BY 1);
BEGIN
    IF guards @> '{refuse_change A,refuse_truncate A}' THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = part AND tgname = 'refuse_change') THEN
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s()',
            part, CASE part WHEN 'audit.tree'::regclass THEN 'audit.only_grow' ELSE 'audit.refuse' END);
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_change, ENABLE ALWAYS TRIGGER refuse_truncate', part);
END $$;

-- Partitions of this month and the coming ones. They are made apart and then attached, which stops no writer; what
-- cannot have its lock at once is left for tomorrow. Months whose rows lie in the default partition stay there.
CREATE OR REPLACE FUNCTION audit.ensure_partitions(months integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
SET lock_timeout = '3s' AS $$
DECLARE base text; part text; first timestamptz;
BEGIN
    FOREACH base IN ARRAY ARRAY['entry', 'payload'] LOOP
        FOR i IN 0 .. least(months, 24) LOOP
            first := date_trunc('month', clock_timestamp()) + make_interval(months => i);
            part := base || to_char(first, '_YYYY_MM');
            CONTINUE WHEN to_regclass('audit.' || part) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE audit.%I (LIKE audit.%I INCLUDING ALL)', part, base);
                EXECUTE format('ALTER TABLE audit.%I ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)',
                    base, part, first, first + interval '1 month');
                EXECUTE format('CALL audit.guard(%L)', 'audit.' || part);
            EXCEPTION WHEN check_violation OR lock_not_available THEN
                RAISE WARNING 'no partition audit.%: %', part, SQLERRM;
            END;
        END LOOP;
    END LOOP;
END $$;

-- Before the first entry, which would lie in the default partition and keep its month there.
CALL audit.guard('audit.entry');
CALL audit.guard('audit.payload');
CALL audit.guard('audit.entry_default');
CALL audit.guard('audit.payload_default');
SELECT audit.ensure_partitions(3);

-- Said once by the portal at the first write of a transaction; it ends with the transaction.
CREATE OR REPLACE FUNCTION audit.open_context(said jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE context uuid := gen_random_uuid();
BEGIN
    INSERT INTO audit.context
        (id, request_id, user_id, assignment_id, unit_id, impersonator_id, view, task, reason, address)
    VALUES (context, said ->> 'request_id', (said ->> 'user_id')::bigint, (said ->> 'assignment_id')::bigint,
        (said ->> 'unit_id')::bigint, (said ->> 'impersonator_id')::bigint, said ->> 'view', said ->> 'task',
        said ->> 'reason', (said ->> 'address')::inet);
    PERFORM set_config('biro.context', context::text, true);
END $$;

CREATE OR REPLACE FUNCTION audit.append(op text, verb text, subject text, data text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry bigint := nextval('audit.entry_id');
    moment timestamptz := clock_timestamp();
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    body bytea := convert_to('{"op":' || to_json(op) || ',"verb":' || to_json(verb) || ',"subject":'
        || to_json(subject) || ',"data":' || data || '}', 'UTF8');
BEGIN
    INSERT INTO audit.entry (id, at, xid, op, ent, pk, verb, subject, context, commitment)
    VALUES (entry, moment, pg_current_xact_id(), op, split_part(subject, '/', 1), split_part(subject, '/', 2), verb,
        subject, nullif(current_setting('biro.context', true), '')::uuid, sha256(salt || body));
    INSERT INTO audit.payload (entry_id, at, salt, body) VALUES (entry, moment, salt, body);
    INSERT INTO audit.pending (entry_id, at) VALUES (entry, moment);
    RETURN entry;
END $$;

-- A named event: a step of a case, a login, a denial, an export, a look at sealed data.
CREATE OR REPLACE FUNCTION audit.record(op text, verb text, subject text, data json) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF op NOT IN ('event', 'access') THEN
        RAISE EXCEPTION 'op % is not one the portal records', op USING ERRCODE = 'check_violation';
    END IF;
    RETURN audit.append(op, verb, subject, data::text);
END $$;

-- The same for somebody who is given a promise of it, with all that the promise is made of.
CREATE OR REPLACE FUNCTION audit.record_promised(verb text, subject text, data json)
RETURNS TABLE (at timestamptz, salt bytea, body bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE entry bigint := audit.append('event', verb, subject, data::text);
BEGIN
    RETURN QUERY SELECT p.at, p.salt, p.body FROM audit.payload p WHERE p.entry_id = entry;
END $$;

-- The legal basis of a rule, a key like worktime.timelimit/7: read in its row, so that no trace tells another one.
CREATE OR REPLACE FUNCTION audit.basis_of(rule text) RETURNS text LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp AS $$
DECLARE basis text;
BEGIN
    EXECUTE format('SELECT legal_basis FROM public.%I WHERE id = $1', replace(split_part(rule, '/', 1), '.', '_'))
        INTO basis USING split_part(rule, '/', 2)::bigint;
    RETURN nullif(btrim(basis), '');
EXCEPTION WHEN undefined_table OR undefined_column OR invalid_text_representation THEN
    RETURN NULL;
END $$;

DO $$ BEGIN -- it once gave a number of payloads back, and the kind of answer cannot be replaced
    IF (SELECT prorettype FROM pg_proc WHERE oid = to_regprocedure('audit.erase(text,text,json,bigint[])'))
        = 'integer'::regtype THEN
        DROP FUNCTION audit.erase(text, text, json, bigint[]);
    END IF;
END $$;
-- A case the log knows, or what has once been recorded in one transaction with it: a subtask, a file, a clock. A draft
-- (biroumum/documents/drafts.py) was recorded before its case.
CREATE OR REPLACE FUNCTION audit.is_part(subject text, of_case text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM audit.entry e WHERE e.subject = of_case) AND (is_part.subject = of_case
        OR is_part.subject LIKE '%.draft/%' OR EXISTS (SELECT FROM audit.entry c WHERE c.subject = of_case AND c.xid IN (
            SELECT p.xid FROM audit.entry p WHERE p.subject = is_part.subject
            UNION ALL SELECT p.xid FROM audit.entry p WHERE p.subject IS NULL
                AND p.ent = split_part(is_part.subject, '/', 1) AND p.pk = split_part(is_part.subject, '/', 2))))
$$;

-- The only way a payload and its salt go, one subject at a time. `data` names the rule and the case. It is an entry
-- itself, whose key is returned and whose own payload never goes: why, and how many. What went once never goes again
-- under another reason.
CREATE OR REPLACE FUNCTION audit.erase(verb text, subject text, data json, entries bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    basis text := audit.basis_of(data ->> 'rule');
    doomed bigint[] := ARRAY(SELECT DISTINCT unnest(entries));
    told jsonb := data::jsonb || jsonb_build_object('basis', basis, 'payloads', cardinality(doomed));
    erasing bigint;
BEGIN
    IF basis IS NULL THEN
        RAISE EXCEPTION 'an erasure names a rule with a legal basis, not %', data ->> 'rule'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT audit.is_part(subject, data ->> 'case') THEN
        RAISE EXCEPTION 'an erasure names the case of the log that % is a part of, not %', subject, data ->> 'case'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM unnest(doomed) wanted LEFT JOIN audit.entry e ON e.id = wanted
        WHERE e.id IS NULL OR e.op IN ('erase', 'ddl', 'heartbeat') OR e.ent LIKE 'audit.%'
            OR e.op = 'access' AND e.ent ~ '^(accounts[.]|report$)'
            OR coalesce(e.subject, e.ent || '/' || e.pk) IS DISTINCT FROM erase.subject) THEN
        RAISE EXCEPTION 'an erasure takes entries of its own subject %, and none of an erasure, a log-in, an export, the '
            'schema or the log itself', subject USING ERRCODE = 'insufficient_privilege';
    END IF;
    erasing := audit.append('erase', verb, subject, told::text);
    INSERT INTO audit.erasure (entry_id, erased_by) SELECT unnest(doomed), erasing;
    DELETE FROM audit.payload p WHERE p.entry_id = ANY (doomed);
    RETURN erasing;
END $$;

-- What makes one case another one than a later bearer of its key: the commitment its history begins with.
CREATE OR REPLACE FUNCTION audit.born(subject text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(e.commitment, 'hex') FROM audit.entry e WHERE e.subject = born.subject ORDER BY e.id LIMIT 1
$$;

-- Erasures, these or all, as the portal keeps them outside the database too. Entries go by number and the beginning
-- of their commitment: after a restore the same number is given to another.
CREATE OR REPLACE FUNCTION audit.erasures(wanted bigint[])
RETURNS TABLE (id text, entry bigint, at timestamptz, verb text, subject text, data text, born text,
    entries bigint[], marks text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(e.commitment, 'hex'), e.id, e.at, e.verb, e.subject, d.told::text, audit.born(d.told ->> 'case'),
        coalesce(g.entries, '{}'), coalesce(g.marks, '{}')
    FROM audit.entry e
    JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
    CROSS JOIN LATERAL (SELECT convert_from(p.body, 'UTF8')::jsonb -> 'data' AS told) d
    CROSS JOIN LATERAL (
        SELECT array_agg(x.id ORDER BY x.id) AS entries,
            array_agg(left(encode(x.commitment, 'hex'), 16) ORDER BY x.id) AS marks
        FROM audit.erasure r JOIN audit.entry x ON x.id = r.entry_id WHERE r.erased_by = e.id
    ) g
    WHERE e.op = 'erase' AND (wanted IS NULL OR e.id = ANY (wanted))
    ORDER BY e.id
$$;

-- The entries that these erasures took, with their place in the tree: to see that it still holds them as they were.
CREATE OR REPLACE FUNCTION audit.erased(erasing bigint[])
RETURNS TABLE (ent text, op text, at timestamptz, commitment bytea, opaque boolean, idx bigint, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.ent, e.op, e.at, e.commitment, l.opaque, l.idx, l.hash
    FROM audit.erasure r JOIN audit.entry e ON e.id = r.entry_id LEFT JOIN audit.leaf l ON l.entry_id = e.id
    WHERE r.erased_by = ANY (erased.erasing) ORDER BY e.id
$$;

-- Of entries named like that, those that are here and still say what they said.
CREATE OR REPLACE FUNCTION audit.unerased(wanted bigint[], marks text[]) RETURNS TABLE (id bigint, subject text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.id, coalesce(e.subject, e.ent || '/' || e.pk)
    FROM unnest(wanted, marks) AS w (id, mark)
    JOIN audit.entry e ON e.id = w.id AND starts_with(encode(e.commitment, 'hex'), w.mark)
    JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
    WHERE e.op <> 'erase' ORDER BY e.id
$$;

-- The newest entries of a subject before one of them, with what the portal may read of each. Which they are is found
-- first: through the view the payloads of a whole long history would be read, to be cut off.
-- They come in the order of the index: the plan is made once for short and long histories, and with a sort it would
-- read the whole of a long one each time.
-- `proven`: it stands in the tree below a signed checkpoint.
CREATE OR REPLACE FUNCTION audit.history(subject text, before bigint, count integer)
RETURNS TABLE (id bigint, at timestamptz, xid text, op text, ent text, verb text, body text,
    user_id bigint, assignment_id bigint, view text, outside boolean, proven boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_sort = off AS $$
    SELECT e.id, e.at, e.xid::text, e.op, e.ent, e.verb, convert_from(p.body, 'UTF8'),
        c.user_id, c.assignment_id, c.view, c.id IS NULL,
        coalesce(l.idx < (SELECT max(k.size) FROM audit.checkpoint k WHERE k.size <= (SELECT t.size FROM audit.tree t)), false)
    FROM (
        SELECT * FROM audit.entry n WHERE n.subject = history.subject AND n.id < history.before
        ORDER BY n.id DESC LIMIT history.count
    ) e
    LEFT JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
    LEFT JOIN audit.context c ON c.id = e.context AND c.xid = e.xid
    LEFT JOIN audit.leaf l ON l.entry_id = e.id
    ORDER BY e.id DESC
$$;

-- Hourly from the sequencer, so that a log nobody writes to is seen to live.
CREATE OR REPLACE FUNCTION audit.beat() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT audit.append('heartbeat', 'heartbeat', 'audit.tree/1', '{}')
$$;

-- What a restore cost the log, told in the log: leaves first..stop-1 are taken back from what was published; they stand
-- there, and the tree grows by them next. With both the same the published files were lost instead.
CREATE OR REPLACE FUNCTION audit.recovered(first bigint, stop bigint, why text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF recovered.first IS DISTINCT FROM (SELECT t.size FROM audit.tree t) OR recovered.stop - recovered.first
        <> (SELECT count(*) FROM audit.leaf l WHERE l.idx >= recovered.first AND l.idx < recovered.stop) THEN
        RAISE EXCEPTION 'leaves % to % are not those that were taken back', first, stop
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF stop > first THEN
        INSERT INTO audit.recovery (first, stop, why) VALUES (recovered.first, recovered.stop, recovered.why);
    END IF;
    RETURN audit.append('event', 'recovered', 'audit.tree/1',
        json_build_object('first', first, 'stop', stop, 'why', why)::text);
END $$;

-- Hashes of whole subtrees of 256^level leaves, as tiles hold them: what a proof is made of.
CREATE OR REPLACE FUNCTION audit.hashes(level integer, first bigint, stop bigint) RETURNS SETOF bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF level = 0 THEN
        RETURN QUERY SELECT l.hash FROM audit.leaf l WHERE l.idx >= first AND l.idx < stop ORDER BY l.idx;
    ELSE
        RETURN QUERY SELECT n.hash FROM audit.node n
            WHERE n.level = hashes.level AND n.idx >= first AND n.idx < stop ORDER BY n.idx;
    END IF;
END $$;

-- The first event of this name in a subject's history, with all that proves it; `idx` is NULL until it has its place.
CREATE OR REPLACE FUNCTION audit.receipt(subject text, verb text)
RETURNS TABLE (entry_id bigint, at timestamptz, ent text, op text, salt bytea, body bytea, commitment bytea,
    idx bigint, opaque boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.id, e.at, e.ent, e.op, p.salt, p.body, e.commitment, l.idx, l.opaque
    FROM audit.entry e
    JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
    LEFT JOIN audit.leaf l ON l.entry_id = e.id
    WHERE e.subject = receipt.subject AND e.verb = receipt.verb AND e.op = 'event'
    ORDER BY e.id LIMIT 1
$$;

-- The note of a checkpoint with the witnesses' lines there are by now.
CREATE OR REPLACE FUNCTION audit.cosigned(one audit.checkpoint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.note || coalesce(string_agg(s.line, '' ORDER BY s.witness), '')
    FROM audit.cosignature s WHERE s.origin = one.origin AND s.size = one.size
$$;

-- How the log stands: leaves, the newest checkpoint of this origin with its witnesses' lines, what is not below it and
-- since when, the sequencer. What has its place and is not signed waits too, and trouble is as old as when it began.
CREATE OR REPLACE FUNCTION audit.standing(origin text)
RETURNS TABLE (size bigint, signed bigint, signed_at timestamptz, note text, waiting bigint, oldest timestamptz,
    seen_at timestamptz, trouble text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.size, c.size, c.at, audit.cosigned(c),
        q.waiting + greatest(t.size - coalesce(c.size, 0), 0), least(q.oldest, w.trouble_since, (SELECT l.at
            FROM audit.leaf l WHERE l.idx >= coalesce(c.size, 0) ORDER BY l.idx LIMIT 1)), w.seen_at, w.trouble
    FROM audit.tree t
    CROSS JOIN audit.sequencer w
    CROSS JOIN (SELECT count(*) AS waiting, min(p.at) AS oldest FROM audit.pending p) q
    LEFT JOIN LATERAL (SELECT * FROM audit.checkpoint k WHERE k.origin = standing.origin
        ORDER BY k.size DESC LIMIT 1) c ON true
$$;

DROP FUNCTION IF EXISTS audit.believed(text, bigint, integer); -- it counted lines of whoever ever was a witness
-- The note, with the witnesses' lines, of the newest checkpoint over leaf `idx` that so many of these witnesses saw;
-- where none has so many, of the newest. Looked for among the newest and the first over the leaf, so many at most.
CREATE OR REPLACE FUNCTION audit.believed(origin text, idx bigint, wanted integer, known text[]) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH near AS (
        (SELECT k.size FROM audit.checkpoint k WHERE k.origin = believed.origin AND k.size > believed.idx
            ORDER BY k.size DESC LIMIT 256)
        UNION
        (SELECT k.size FROM audit.checkpoint k WHERE k.origin = believed.origin AND k.size > believed.idx
            ORDER BY k.size LIMIT 256)
    )
    SELECT audit.cosigned(c)
    FROM audit.checkpoint c WHERE c.origin = believed.origin AND c.size = coalesce(
        (SELECT max(n.size) FROM near n WHERE wanted > 0 AND wanted <= (SELECT count(*) FROM audit.cosignature s
            WHERE s.origin = believed.origin AND s.size = n.size AND s.witness = ANY (known))),
        (SELECT max(n.size) FROM near n))
$$;

-- The newest checkpoint of this origin that each witness has cosigned.
CREATE OR REPLACE FUNCTION audit.witnessed(origin text) RETURNS TABLE (witness text, size bigint, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT ON (s.witness) s.witness, s.size, s.at FROM audit.cosignature s
    WHERE s.origin = witnessed.origin ORDER BY s.witness, s.size DESC
$$;

-- The newest checkpoints of this origin, with who cosigned each.
CREATE OR REPLACE FUNCTION audit.checkpoints(origin text, count integer)
RETURNS TABLE (size bigint, at timestamptz, root bytea, witnesses text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.size, k.at, k.root, ARRAY(SELECT s.witness FROM audit.cosignature s
        WHERE s.origin = k.origin AND s.size = k.size ORDER BY s.witness)
    FROM audit.checkpoint k WHERE k.origin = checkpoints.origin ORDER BY k.size DESC LIMIT checkpoints.count
$$;

-- Leaves whose entries are in no backup any more, and what happened then.
CREATE OR REPLACE FUNCTION audit.recoveries() RETURNS TABLE (first bigint, stop bigint, why text, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.first, r.stop, r.why, r.at FROM audit.recovery r ORDER BY r.first
$$;

CALL audit.guard('audit.leaf');
CALL audit.guard('audit.node');
CALL audit.guard('audit.tree');
CALL audit.guard('audit.checkpoint');
CALL audit.guard('audit.cosignature');
CALL audit.guard('audit.recovery');
DO $$ DECLARE part text; BEGIN
    FOREACH part IN ARRAY '{checkpoint,cosignature}'::text[] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgname = 'refuse_beyond' AND tgenabled = 'A'
            AND tgrelid = ('audit.' || part)::regclass);
        EXECUTE format('CREATE OR REPLACE TRIGGER refuse_beyond BEFORE INSERT ON audit.%I
            FOR EACH ROW EXECUTE FUNCTION audit.refuse_beyond()', part);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER refuse_beyond', part);
    END LOOP;
END $$;
CALL audit.guard('audit.context');
CALL audit.guard('audit.shape');
CALL audit.guard('audit.erasure');

REVOKE ALL ON ALL ROUTINES IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO biro_app, biro_sequencer, biro_auditor;
GRANT EXECUTE ON FUNCTION audit.open_context(jsonb), audit.record(text, text, text, json), audit.record_promised(text, text, json),
    audit.erase(text, text, json, bigint[]), audit.history(text, bigint, integer),
    audit.ensure_partitions(integer), audit.hashes(integer, bigint, bigint), audit.receipt(text, text),
    audit.born(text), audit.erasures(bigint[]), audit.unerased(bigint[], text[]),
    audit.erased(bigint[]),
    audit.standing(text), audit.witnessed(text), audit.checkpoints(text, integer), audit.recoveries(),
    audit.believed(text, bigint, integer, text[]) TO biro_app;
GRANT EXECUTE ON FUNCTION audit.hashes(integer, bigint, bigint), audit.standing(text) TO biro_auditor, biro_sequencer;
GRANT SELECT ON ALL TABLES IN SCHEMA audit TO biro_auditor;
-- The sequencer orders commitments. It has no business with what they stand for.
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM biro_sequencer;
GRANT SELECT ON audit.entry, audit.pending, audit.leaf, audit.node, audit.tree, audit.checkpoint, audit.cosignature,
    audit.recovery, audit.sequencer TO biro_sequencer;
GRANT INSERT ON audit.leaf, audit.node, audit.checkpoint, audit.cosignature TO biro_sequencer;
GRANT UPDATE ON audit.tree, audit.sequencer TO biro_sequencer;
GRANT DELETE ON audit.pending TO biro_sequencer;
GRANT EXECUTE ON FUNCTION audit.beat(), audit.recovered(bigint, bigint, text) TO biro_sequencer;

-- What the portal may read. `outside`: no context of this very transaction, so something else wrote.
-- `proven` as in audit.history.
CREATE OR REPLACE VIEW public.audit_history AS
SELECT e.id, e.at, e.xid::text AS xid, e.op, e.ent, e.pk, e.verb, e.subject,
    convert_from(p.body, 'UTF8') AS body,
    c.request_id, c.user_id, c.assignment_id, c.unit_id, c.view, c.task, c.reason,
    (c.id IS NULL) AS outside,
    coalesce(l.idx < (SELECT max(k.size) FROM audit.checkpoint k WHERE k.size <= (SELECT t.size FROM audit.tree t)), false) AS proven
FROM audit.entry e
LEFT JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
LEFT JOIN audit.context c ON c.id = e.context AND c.xid = e.xid
LEFT JOIN audit.leaf l ON l.entry_id = e.id;
CREATE OR REPLACE VIEW public.audit_shape AS SELECT id, ent, columns, types FROM audit.shape;
REVOKE ALL ON public.audit_history, public.audit_shape FROM biro_app;
GRANT SELECT ON public.audit_history, public.audit_shape TO biro_app, biro_auditor;
