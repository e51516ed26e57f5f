#!/bin/sh
# Roles and database of a new PostgreSQL. The postgres image runs it once, on an empty volume; on a server of your
# own run it by hand as the superuser, with the same variables. SQL_DIR holds the portal's biroumum/audit/sql.
set -eu
: "${BIRO_MIGRATE_PASSWORD:?}" "${BIRO_APP_PASSWORD:?}" "${BIRO_SEQUENCER_PASSWORD:?}" "${BIRO_AUDITOR_PASSWORD:?}"
export PGUSER="${POSTGRES_USER:-postgres}"
psql --no-psqlrc -v ON_ERROR_STOP=1 -d postgres -f "${SQL_DIR:=/sql}/roles.sql"
psql --no-psqlrc -v ON_ERROR_STOP=1 -d postgres <<'SQL'
\getenv migrate BIRO_MIGRATE_PASSWORD
\getenv app BIRO_APP_PASSWORD
\getenv sequencer BIRO_SEQUENCER_PASSWORD
\getenv auditor BIRO_AUDITOR_PASSWORD
ALTER ROLE biro_migrate PASSWORD :'migrate';
ALTER ROLE biro_app PASSWORD :'app';
ALTER ROLE biro_sequencer PASSWORD :'sequencer';
ALTER ROLE biro_auditor PASSWORD :'auditor';
CREATE DATABASE biro OWNER biro_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE biro FROM PUBLIC;
GRANT CONNECT ON DATABASE biro TO biro_migrate, biro_app, biro_sequencer, biro_auditor;
SQL
psql --no-psqlrc -v ON_ERROR_STOP=1 -d biro -f "$SQL_DIR/database.sql"
