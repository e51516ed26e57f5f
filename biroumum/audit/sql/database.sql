-- Extensions, default privileges and the watch over the schema of one portal database; run in it by a superuser, may
-- be run again, which leaves no traces in the log.
SET event_triggers = off;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
ALTER SCHEMA public OWNER TO biro_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO biro_app, biro_sequencer, biro_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE biro_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO biro_app;
ALTER DEFAULT PRIVILEGES FOR ROLE biro_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO biro_app;
ALTER DEFAULT PRIVILEGES FOR ROLE biro_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Changes of the schema are entries of the log, and what keeps the log is not taken down. These functions belong to the
-- superuser: whoever acts as biro_owner can neither replace nor drop them. They run with the rights of who changes
-- something, and before the log exists they do nothing.
CREATE SCHEMA IF NOT EXISTS audit_ddl;
GRANT USAGE ON SCHEMA audit_ddl TO PUBLIC;

-- One entry per command, of the history of what it changed first. No text of the command: it may hold values of rows.
CREATE OR REPLACE FUNCTION audit_ddl.tell(tag text, kind text, what text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regprocedure('audit.append(text,text,text,text)') IS NOT NULL THEN
        PERFORM audit.append('ddl', lower(tag),
            'schema.' || coalesce(nullif(regexp_replace(lower(kind), '[^a-z]+', '_', 'g'), ''), 'other') || '/' || what[1],
            json_build_object('objects', what[:20], 'count', cardinality(what), 'role', session_user,
                'program', current_setting('application_name'), 'pid', pg_backend_pid())::text);
    ELSIF to_regclass('audit.entry') IS NOT NULL THEN
        IF EXISTS (SELECT FROM audit.entry) THEN
            RAISE EXCEPTION '% is refused: the log has entries and cannot tell of it', tag
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
END $$;

DROP FUNCTION IF EXISTS audit_ddl.weakened(oid[], boolean);
-- After a change of these tables and triggers: what would be weaker. Guards that exist are always on, under their own
-- names, and refuse as they did; no rule and no policy stands before a table of the log; partitions of the log are
-- attached, under their names, in its schema; its tables are where they were.
CREATE OR REPLACE FUNCTION audit_ddl.weakened(tag text, changed oid[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('trigger %s of %s would not always fire, or have another name', t.tgname, t.tgrelid::regclass)
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE tag LIKE 'ALTER%' AND (t.tgrelid = ANY (changed) OR t.oid = ANY (changed))
        AND p.pronamespace = to_regnamespace('audit') AND (t.tgenabled <> 'A' OR t.tgname !~ '^(audit|refuse)_')
    UNION ALL
    SELECT format('trigger %s of %s would be another one', t.tgname, t.tgrelid::regclass)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = to_regnamespace('audit') AND NOT t.tgisinternal
        AND (t.tgqual IS NOT NULL OR t.tgattr::text <> '' OR NOT EXISTS (
            SELECT FROM (VALUES ('refuse_change', 27, 'audit.refuse()'), ('refuse_change', 27, 'audit.only_grow()'),
                ('refuse_truncate', 34, 'audit.refuse()'),
                ('refuse_beyond', 7, 'audit.refuse_beyond()')) g (name, type, body)
            WHERE (g.name, g.type, to_regprocedure(g.body)::oid) = (t.tgname, t.tgtype, t.tgfoid)
                AND (g.body = 'audit.only_grow()') = (c.relname = 'tree' AND g.name = 'refuse_change')))
    UNION ALL
    SELECT format('%s would stand apart from the log, or have another name', c.oid::regclass) FROM pg_class c
    WHERE tag <> 'CREATE TABLE' AND c.relnamespace = to_regnamespace('audit') AND c.relkind = 'r'
        AND c.relispartition <> (c.relname ~ '^(entry|payload)_(default|\d{4}_\d\d)$')
    UNION ALL
    SELECT format('%s would be a part of the log outside of its schema', i.inhrelid::regclass)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN (to_regclass('audit.entry'), to_regclass('audit.payload'))
        AND c.relnamespace <> to_regnamespace('audit')
    UNION ALL
    SELECT format('a rule or a policy would stand before %s', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('audit') AND c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relhasrules)
    UNION ALL
    SELECT format('audit.%s would be gone', name) FROM unnest('{context,shape,entry,payload,pending,erasure,leaf,node,tree,
        checkpoint,cosignature,recovery}'::text[]) name
    WHERE to_regclass('audit.' || name) IS NULL AND to_regprocedure('audit.standing(text)') IS NOT NULL
    LIMIT 1
$$;

-- What refuses and what writes entries is replaced by the functions of functions.sql alone, told by their hash, and
-- never altered: a guard that lets one change pass needs no other harm. A new body goes into this file first.
CREATE OR REPLACE FUNCTION audit_ddl.replaced(tag text, changed oid[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s would be another one (%s) than database.sql knows; of an update, run that first',
        p.oid::regprocedure, h.found)
    FROM (VALUES
        ('audit.refuse()', '0fc823287a5c156b7229113d2a35ca8696a5c3ce2e432719acea524781b9f55b'),
        ('audit.only_grow()', 'f4e699eba6c6e2e8be6d8bc132827b060ddd7e81a63d15b4ad979396c3dd8d99'),
        ('audit.refuse_beyond()', 'b5b9be5f594aca6e4b581014edff1a70d13f9900e29d73154b3200cc83d61bc6'),
        ('audit.refuse_key_change()', 'dce8da5a5a297bb78d71a00fee8748a75e1db33c941b865855935ef06267bba0'),
        ('audit.append(text,text,text,text)', '1aef65668d23b37127743f850c7a1bc7d79084c351fc44b014e02c82aa43a6b9')
    ) genuine (name, hash)
    JOIN pg_proc p ON p.oid = to_regprocedure(genuine.name) AND p.oid = ANY (changed)
    JOIN pg_language l ON l.oid = p.prolang CROSS JOIN LATERAL (
        SELECT encode(sha256(convert_to(concat_ws(' ', l.lanname, p.prosecdef, p.proconfig, p.prosrc), 'UTF8')), 'hex')
    ) h (found)
    WHERE tag = 'CREATE FUNCTION' AND h.found <> genuine.hash
    UNION ALL
    SELECT format('%s of the log would be altered', p.oid::regprocedure) FROM pg_proc p
    WHERE tag <> 'CREATE FUNCTION' AND p.oid = ANY (changed) AND (p.pronamespace = to_regnamespace('audit')
        OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgname ~ '^(audit|refuse)_'))
    LIMIT 1
$$;

CREATE OR REPLACE FUNCTION audit_ddl.ended() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE kind text; what text[]; changed oid[]; of_log boolean; harm text;
BEGIN
    SELECT (array_agg(c.object_type))[1], array_agg(coalesce(c.object_identity, c.object_type)), array_agg(c.objid),
        bool_or(c.schema_name = 'audit') INTO kind, what, changed, of_log
    FROM pg_event_trigger_ddl_commands() c WHERE c.schema_name IS DISTINCT FROM 'pg_temp';
    IF what IS NULL THEN
        RETURN;
    END IF;
    IF TG_TAG IN ('ALTER TABLE', 'ALTER TRIGGER', 'CREATE TABLE', 'CREATE TRIGGER', 'CREATE RULE') THEN
        harm := audit_ddl.weakened(TG_TAG, changed);
    ELSIF TG_TAG IN ('CREATE FUNCTION', 'ALTER FUNCTION', 'ALTER ROUTINE', 'ALTER PROCEDURE') THEN
        harm := audit_ddl.replaced(TG_TAG, changed);
    ELSIF TG_TAG = 'ALTER SCHEMA' THEN
        harm := 'the log is found by the name of its schema';
    ELSIF TG_TAG = 'ALTER SEQUENCE' AND of_log THEN
        harm := 'ids of the log would be given twice';
    END IF;
    IF harm IS NOT NULL THEN
        RAISE EXCEPTION '% is refused: %', TG_TAG, harm USING ERRCODE = 'insufficient_privilege',
            HINT = 'The log is only added to. What must be, a superuser does with event_triggers off, and writes down why.';
    END IF;
    PERFORM audit_ddl.tell(TG_TAG, kind, what);
END $$;

-- Nothing of the log goes, and no trigger of it from a table that stays. Bringing capture in line with the models
-- (`migrate`) says so in biro.upkeep, and may take away functions, their triggers and indexes; that is told like all.
CREATE OR REPLACE FUNCTION audit_ddl.dropped() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE kind text; what text[]; harm text;
BEGIN
    SELECT min(o.object_identity) INTO harm FROM pg_event_trigger_dropped_objects() o
    WHERE CASE
        WHEN o.object_type = 'trigger' THEN o.address_names[3] ~ '^(audit|refuse)_'
            AND to_regclass(format('%I.%I', o.address_names[1], o.address_names[2])) IS NOT NULL
            AND (o.address_names[1] = 'audit' OR coalesce(current_setting('biro.upkeep', true), '') <> 'on')
        WHEN o.schema_name = 'audit' OR o.object_type = 'schema' AND o.object_identity = 'audit' THEN
            o.object_type NOT IN ('function', 'procedure', 'index', 'table constraint')
            OR coalesce(current_setting('biro.upkeep', true), '') <> 'on'
        ELSE false END;
    IF harm IS NOT NULL THEN
        RAISE EXCEPTION '% is refused: % belongs to the log', TG_TAG, harm USING ERRCODE = 'insufficient_privilege',
            HINT = 'The log is only added to. What must be, a superuser does with event_triggers off, and writes down why.';
    END IF;
    SELECT (array_agg(o.object_type))[1], array_agg(o.object_identity) INTO kind, what
    FROM pg_event_trigger_dropped_objects() o WHERE o.original AND NOT o.is_temporary;
    IF what IS NOT NULL AND TG_TAG LIKE 'DROP%' THEN
        PERFORM audit_ddl.tell(TG_TAG, kind, what);
    END IF;
END $$;

-- A rewrite gives every row of a table new values without a trigger.
CREATE OR REPLACE FUNCTION audit_ddl.rewritten() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF starts_with(pg_event_trigger_table_rewrite_oid()::regclass::text, 'audit.') THEN
        RAISE EXCEPTION '% is refused: it writes % anew', TG_TAG, pg_event_trigger_table_rewrite_oid()::regclass
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

DROP EVENT TRIGGER IF EXISTS audit_ended;
DROP EVENT TRIGGER IF EXISTS audit_dropped;
DROP EVENT TRIGGER IF EXISTS audit_rewritten;
CREATE EVENT TRIGGER audit_ended ON ddl_command_end EXECUTE FUNCTION audit_ddl.ended();
CREATE EVENT TRIGGER audit_dropped ON sql_drop EXECUTE FUNCTION audit_ddl.dropped();
CREATE EVENT TRIGGER audit_rewritten ON table_rewrite EXECUTE FUNCTION audit_ddl.rewritten();
ALTER EVENT TRIGGER audit_ended ENABLE ALWAYS;
ALTER EVENT TRIGGER audit_dropped ENABLE ALWAYS;
ALTER EVENT TRIGGER audit_rewritten ENABLE ALWAYS;
RESET event_triggers;
