-- Extensions and default privileges of one portal database; run in it by a superuser, may be run again.
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
