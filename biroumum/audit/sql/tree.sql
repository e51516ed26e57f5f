-- Tables of the tree: leaves, hashes of whole tiles, checkpoints. Run before functions.sql, and may be run again.

-- Place in the tree. `data` are the bytes of a leaf whose entry no backup has any more (audit.recovery).
CREATE TABLE IF NOT EXISTS audit.leaf (
    idx bigint PRIMARY KEY CHECK (idx >= 0),
    entry_id bigint UNIQUE,
    at timestamptz,
    opaque boolean NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    data bytea,
    CHECK (num_nulls(entry_id, at) IN (0, 2) AND (entry_id IS NULL) = (data IS NOT NULL))
);
-- Root of the whole subtree of 256^level leaves with this number.
CREATE TABLE IF NOT EXISTS audit.node (
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 7),
    idx bigint NOT NULL CHECK (idx >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, idx)
);
-- One row, that only grows.
CREATE TABLE IF NOT EXISTS audit.tree (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL CHECK (size >= 0),
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO audit.tree (size) SELECT 0 WHERE NOT EXISTS (SELECT FROM audit.tree);
-- What was signed. `note` is the signed note of the log alone; witnesses' lines stand in audit.cosignature.
CREATE TABLE IF NOT EXISTS audit.checkpoint (
    origin text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (origin, size)
);
CREATE INDEX IF NOT EXISTS checkpoint_size ON audit.checkpoint (size); -- the largest, asked for with each history
CREATE TABLE IF NOT EXISTS audit.cosignature (
    origin text NOT NULL,
    size bigint NOT NULL,
    witness text NOT NULL,
    line text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (origin, size, witness)
);
-- After a restore: leaves first..stop-1 were taken back from what was published. Those without an entry are of entries
-- that are in no backup any more.
CREATE TABLE IF NOT EXISTS audit.recovery (
    first bigint PRIMARY KEY,
    stop bigint NOT NULL CHECK (stop > first),
    why text NOT NULL CHECK (why <> ''),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Working state of the sequencer: when it last looked, and what keeps it from signing.
CREATE TABLE IF NOT EXISTS audit.sequencer (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    trouble text NOT NULL DEFAULT ''
);
INSERT INTO audit.sequencer (trouble) SELECT '' WHERE NOT EXISTS (SELECT FROM audit.sequencer);
