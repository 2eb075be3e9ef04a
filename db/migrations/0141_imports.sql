-- What members bring along from elsewhere, row by row.
CREATE TABLE imports (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    account_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind        text NOT NULL,                         -- following blocks mutes domain_blocks lists bookmarks
    overwrite   boolean NOT NULL,
    -- removing: what stands here and not in the file goes first, when `overwrite`
    state       text NOT NULL CHECK (state IN ('preview', 'removing', 'working', 'done')),
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX imports_account ON imports (account_id, id DESC);
CREATE INDEX imports_age ON imports (created_at);

CREATE TABLE import_rows (
    import_id bigint NOT NULL REFERENCES imports ON DELETE CASCADE,
    line      integer NOT NULL,                        -- in the file, from 1
    subject   text NOT NULL,                           -- name@host in lower case, a domain, or an address
    fields    jsonb NOT NULL,                          -- the columns in the order of an export
    state     text NOT NULL CHECK (state IN ('bad', 'waiting', 'done', 'failed')),
    problem   text NOT NULL DEFAULT '',                -- for people
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_rows_waiting ON import_rows (import_id, line) WHERE state = 'waiting';
CREATE INDEX import_rows_subject ON import_rows (import_id, subject);
