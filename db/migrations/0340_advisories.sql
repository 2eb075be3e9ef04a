-- Lists of hosts that others made, taken in from a file; what they say counts when a person
-- approved it (filter 11, decision 340).
CREATE TABLE advisory_lists (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    name       text NOT NULL UNIQUE,
    origin     text NOT NULL,                          -- the file's form, and its SHA-256
    created_by text NOT NULL,                          -- as in audit_log.actor
    created_at timestamptz NOT NULL
);
CREATE TABLE advisories (
    list_id    bigint NOT NULL REFERENCES advisory_lists ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('host', 'link-host')),
    subject    text NOT NULL,
    severity   text NOT NULL CHECK (severity IN ('limit', 'hold')),
    reason     text NOT NULL DEFAULT '',               -- the list's words
    in_force   boolean NOT NULL DEFAULT false,         -- else a draft
    PRIMARY KEY (list_id, kind, subject)
);
CREATE INDEX advisories_in_force ON advisories (kind, subject) WHERE in_force;

-- What no list may say: the house's own word.
CREATE TABLE advisory_exceptions (
    host       text PRIMARY KEY,
    reason     text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
);
