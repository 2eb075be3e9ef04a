-- Objects of ours that were withdrawn everywhere, and who confirmed it.
CREATE TABLE recalls (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    object_uri  text NOT NULL UNIQUE,
    author_uri  text NOT NULL,
    recalled_by text NOT NULL,                         -- as in audit_log.actor
    reason      text NOT NULL,
    recalled_at timestamptz NOT NULL
);
CREATE TABLE recall_hosts (
    recall_id    bigint NOT NULL REFERENCES recalls ON DELETE CASCADE,
    host         text NOT NULL,
    server_actor text NOT NULL DEFAULT '',             -- '': it has none, so it cannot confirm
    tries        integer NOT NULL DEFAULT 0,
    next_at      timestamptz,                          -- null: asked no more
    confirmed_at timestamptz,
    PRIMARY KEY (recall_id, host)
);
CREATE INDEX recall_hosts_due ON recall_hosts (next_at) WHERE next_at IS NOT NULL;

-- What others recalled stays buried, however late it comes again.
ALTER TABLE tombstones ADD COLUMN recalled boolean NOT NULL DEFAULT false;
