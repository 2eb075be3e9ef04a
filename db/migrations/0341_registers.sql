-- Registers: signed, append-only lists of others (POLICY section 1, decision 341). Those that we
-- follow, and ours.

-- One that we follow. What it says of senders and links becomes advisories of its list.
CREATE TABLE registers (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    name         text NOT NULL UNIQUE,                -- also its list's
    url          text NOT NULL UNIQUE,
    list_id      bigint NOT NULL REFERENCES advisory_lists,
    takes_effect boolean NOT NULL,                    -- else everything is a draft
    pinned_key   text NOT NULL DEFAULT '',            -- multikey that a person gave; '': none yet
    signing_key  text NOT NULL DEFAULT '',            -- that, or what it was handed over to
    shown_key    text NOT NULL DEFAULT '',            -- before: what its head showed
    version      bigint NOT NULL DEFAULT 0,           -- so many entries are verified
    last_hash    text NOT NULL DEFAULT '',
    head_at      timestamptz,
    applied      bigint NOT NULL DEFAULT 0,           -- so many have had their effect
    refused      bigint NOT NULL DEFAULT 0,           -- up to here a person said no
    window_from  timestamptz,                         -- since then counted without a person:
    window_base  bigint NOT NULL DEFAULT 0,           -- what it said at the beginning
    window_moved bigint NOT NULL DEFAULT 0,           -- and how much of it changed
    state        text NOT NULL CHECK (state IN ('unconfirmed', 'good', 'unreachable', 'invalid',
                     'too-large', 'forged', 'rewritten', 'rolled-back', 'stale')),
    problem      text NOT NULL DEFAULT '',            -- in our words
    state_at     timestamptz NOT NULL,
    checked_at   timestamptz,
    next_check   timestamptz NOT NULL,
    failures     integer NOT NULL DEFAULT 0,
    created_by   text NOT NULL,                       -- as in audit_log.actor
    created_at   timestamptz NOT NULL
);

-- Its entries, as they were verified.
CREATE TABLE register_entries (
    register_id bigint NOT NULL REFERENCES registers ON DELETE CASCADE,
    number      bigint NOT NULL,
    type        text NOT NULL,
    kind        text NOT NULL,
    subject     text NOT NULL,
    word        text NOT NULL,
    issuer      text NOT NULL,
    reason      text NOT NULL,
    hash        text NOT NULL,
    said_at     timestamptz NOT NULL,                 -- by its own clock
    taken_at    timestamptz NOT NULL,
    PRIMARY KEY (register_id, number)
);

-- What it says now, of the entries that were applied. Of filter and reject `in_force` is in
-- advisories; of drop nothing is ever in force by itself.
CREATE TABLE register_statements (
    register_id bigint NOT NULL REFERENCES registers ON DELETE CASCADE,
    kind        text NOT NULL,
    subject     text NOT NULL,
    word        text NOT NULL CHECK (word IN ('accept', 'filter', 'reject', 'drop')),
    issuer      text NOT NULL,
    reason      text NOT NULL,
    number      bigint NOT NULL,
    in_force    boolean NOT NULL DEFAULT false,       -- of accept: its issuer counts
    PRIMARY KEY (register_id, kind, subject)
);
CREATE INDEX register_issuers ON register_statements (subject, issuer)
    WHERE in_force AND word = 'accept';

-- Ours, as it is published.
CREATE TABLE own_register_entries (
    number   bigint PRIMARY KEY,
    document text NOT NULL,
    hash     text NOT NULL,
    at       timestamptz NOT NULL,
    made_by  text NOT NULL
);
