-- The newest archive of a member's own content. The file is in the folder `archives` of the data
-- directory.
CREATE TABLE archives (
    account_id   bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    requested_at timestamptz NOT NULL,
    made_at      timestamptz,                          -- NULL or before requested_at: not made yet
    file         text NOT NULL DEFAULT '',             -- '': none (any more)
    bytes        bigint NOT NULL DEFAULT 0
);
