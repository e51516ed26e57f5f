-- Tables of the log: contexts, entries, their erasable payloads, and the queue of the sequencer. Owned by biro_owner.
-- What works on them is in functions.sql, which is run after this file and again after each migration.
CREATE SCHEMA audit;

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

-- Catch a month nobody made in time.
CREATE TABLE audit.entry_default PARTITION OF audit.entry DEFAULT;
CREATE TABLE audit.payload_default PARTITION OF audit.payload DEFAULT;

-- Entries that have no place in the tree yet. A queue and no cursor over ids: a late commit just comes later.
CREATE TABLE audit.pending (entry_id bigint PRIMARY KEY, at timestamptz NOT NULL);
