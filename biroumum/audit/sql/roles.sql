-- The portal's database roles; run once by a superuser of the cluster. Passwords are set apart from this file.
--   biro_owner      owns everything, nobody logs in as it
--   biro_migrate    changes the schema, as biro_owner
--   biro_app        the portal at work: rows, never structure, nothing of the log but through views
--   biro_sequencer  orders the log;  biro_auditor  reads it
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['biro_owner', 'biro_migrate', 'biro_app', 'biro_sequencer', 'biro_auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', r);
        END IF;
    END LOOP;
END $$;
ALTER ROLE biro_owner NOLOGIN;
ALTER ROLE biro_migrate LOGIN;
ALTER ROLE biro_app LOGIN;
-- Disks without a moving arm: reading one row by an index costs little more than reading the next one.
ALTER ROLE biro_app SET random_page_cost = 1.1;
-- A refused statement repeats the row it was refused for: names and numbers, in a file nobody erases from.
ALTER ROLE biro_app SET log_error_verbosity = terse;
ALTER ROLE biro_app SET log_min_error_statement = panic;
ALTER ROLE biro_sequencer LOGIN;
ALTER ROLE biro_auditor LOGIN;
GRANT biro_owner TO biro_migrate;
