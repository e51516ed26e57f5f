-- What the auditor may ask about rows whose values it may not read; run after functions.sql.

-- Columns of business tables with their kinds. Kinds are equal where a value has the same text in JSON.
CREATE OR REPLACE VIEW public.audit_column AS
SELECT c.relname::text AS relation, a.attname::text AS name, CASE
        WHEN t.typcategory = 'S' THEN 'text'
        WHEN t.typname IN ('int2', 'int4', 'int8') THEN 'integer'
        ELSE format_type(a.atttypid, a.atttypmod) END AS kind
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0;
REVOKE ALL ON public.audit_column FROM biro_app;
GRANT SELECT ON public.audit_column TO biro_app, biro_auditor;

-- Canonical JSON of a live row "t" in each shape its table still has all columns of, as capture writes it.
CREATE OR REPLACE FUNCTION audit.whole(label text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'CASE l.shape' || coalesce(string_agg(format(
        ' WHEN %s THEN (SELECT row_to_json(c)::text FROM (SELECT %s) c)', s.id, s.chosen), ''), ' WHEN 0 THEN NULL') || ' END'
    FROM (
        SELECT s.id, string_agg(format('t.%I', c.name), ', ' ORDER BY c.place) AS chosen
        FROM audit.shape s CROSS JOIN unnest(s.columns) WITH ORDINALITY c (name, place)
        LEFT JOIN public.audit_column k ON k.relation = replace(label, '.', '_') AND k.name = c.name
            AND k.kind = coalesce(s.types[c.place], k.kind)
        WHERE s.ent = label
        GROUP BY s.id HAVING bool_and(k.name IS NOT NULL)
    ) s
$$;

-- What a payload tells of a row's values, NULL for those never kept; nothing for one that somebody has spoilt.
CREATE OR REPLACE FUNCTION audit.told(body bytea) RETURNS TABLE (name text, value text)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE said json;
BEGIN
    said := convert_from(body, 'UTF8')::json;
    RETURN QUERY SELECT n.key, n.value::text FROM json_each(said -> 'new') n
        UNION ALL SELECT c.key, CASE json_typeof(c.value) WHEN 'array' THEN (c.value -> 1)::text END
        FROM json_each(said -> 'changed') c;
EXCEPTION WHEN data_exception THEN
    RETURN;
END $$;

-- Columns of a row, given as canonical JSON, whose values are others than the log told last; those never told when
-- there is none. Json, not jsonb: it keeps how a value is written.
CREATE OR REPLACE FUNCTION audit.differing(label text, key text, whole text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH last AS (
        SELECT DISTINCT ON (t.name) t.name, t.value
        FROM audit.entry e JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at CROSS JOIN audit.told(p.body) t
        WHERE e.ent = label AND e.pk = differing.key AND e.op IN ('insert', 'update')
        ORDER BY t.name, e.id DESC
    )
    SELECT coalesce(array_agg(n.key ORDER BY n.key) FILTER (WHERE t.value <> n.value::text),
        array_agg(n.key ORDER BY n.key) FILTER (WHERE t.value IS NULL))
    FROM json_each(whole::json) n LEFT JOIN last t ON t.name = n.key
$$;

-- Rows of a table that are not as their last entry says, by its hash: keys and names of columns, never a value.
--   changed   by something no trigger saw          revived    stands there although it was deleted
--   gone      without an entry that deletes it     unlogged   has no entry
--   shape     the entry speaks of columns that are no more, or of another kind
--   erased    cannot be held against anything: salt and payload went by an erasure
CREATE OR REPLACE FUNCTION audit.live(label text)
RETURNS TABLE (pk text, entry_id bigint, fault text, columns text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET work_mem = '64MB' SET jit = off AS $$
DECLARE
    source regclass := to_regclass(format('public.%I', replace(label, '.', '_')));
    key text := (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = source AND i.indisprimary);
    described integer := 0;
    whole text;
BEGIN
    IF key IS NULL OR NOT EXISTS (SELECT FROM audit.shape s WHERE s.ent = label) THEN
        RETURN;
    END IF;
    FOR live.pk, live.entry_id, live.fault, whole IN EXECUTE format($q$
        WITH l AS (
            SELECT DISTINCT ON (e.pk COLLATE "C") e.pk, e.id, e.at, e.op, e.shape, e.row_hash FROM audit.entry e
            WHERE e.ent = %1$L AND e.op IN ('insert', 'update', 'delete') ORDER BY e.pk COLLATE "C", e.id DESC
        ), b AS (
            SELECT coalesce(l.pk, t.%3$I::text) AS pk, l.id, l.pk IS NULL AS alone, l.op, l.row_hash, l.at,
                t.%3$I IS NULL AS gone, %4$s AS whole
            FROM l FULL JOIN %2$s t ON t.%3$I::text = l.pk
        )
        SELECT b.pk, b.id, CASE WHEN b.alone THEN 'unlogged' WHEN b.gone THEN 'gone' WHEN b.op = 'delete' THEN 'revived'
            WHEN p.salt IS NULL THEN 'erased' WHEN b.whole IS NULL THEN 'shape' ELSE 'changed' END, b.whole
        FROM b LEFT JOIN LATERAL (SELECT q.salt FROM audit.payload q WHERE q.entry_id = b.id AND q.at = b.at LIMIT 1) p ON true
        WHERE NOT (coalesce(b.op = 'delete', false) AND b.gone)
            AND (b.alone OR b.gone OR b.op = 'delete' OR sha256(p.salt || convert_to(b.whole, 'UTF8')) IS DISTINCT FROM b.row_hash)
        $q$, label, source, key, audit.whole(label))
    LOOP
        live.columns := NULL;
        IF live.fault = 'changed' AND described < 100 THEN
            live.columns := audit.differing(label, live.pk, whole);
            described := described + 1;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

REVOKE ALL ON ALL ROUTINES IN SCHEMA audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.live(text), audit.told(bytea) TO biro_auditor;
GRANT SELECT ON SEQUENCE audit.entry_id TO biro_auditor;
