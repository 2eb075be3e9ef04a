-- The student-privacy guard (filter 9). By what a student is known again in a text: 64 bits of an
-- HMAC with the roster's key of each pair of given and family name, of given names and of numbers.
-- Rows of before get them with the next import.
ALTER TABLE roster_others ADD COLUMN marks bigint[] NOT NULL DEFAULT '{}';
CREATE INDEX roster_others_marks ON roster_others USING gin (marks) WITH (fastupdate = off);

-- The same of staff: who is called as a student is may be named.
CREATE TABLE staff_marks (
    mark bigint PRIMARY KEY
);

-- Posts whose author was asked whether they name a student. Kept for a week.
CREATE TABLE asked_posts (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    account_id   bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    draft        jsonb NOT NULL,
    digest       text NOT NULL,                        -- of the draft: an app that asks again
    reason       text NOT NULL,
    scheduled_at timestamptz,
    asked_at     timestamptz NOT NULL,
    UNIQUE (account_id, digest)
);
CREATE INDEX asked_posts_asked ON asked_posts (asked_at);

-- When the privacy contact of a peer was last told that a post of theirs is held here.
CREATE TABLE privacy_notes (
    host text PRIMARY KEY,
    at   timestamptz NOT NULL
);

-- Members see what of theirs is held.
CREATE INDEX held_items_account ON held_items (account_id, created_at DESC);

-- What peers told of posts of ours that they hold.
CREATE TABLE received_privacy_notes (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    host       text NOT NULL,
    object_uri text NOT NULL,
    reason     text NOT NULL,
    at         timestamptz NOT NULL,
    seen_at    timestamptz,
    UNIQUE (host, object_uri)
);
CREATE INDEX received_privacy_notes_host ON received_privacy_notes (host, at DESC);
