-- The second level of an appeal: moderators of two other districts.
CREATE TABLE appeal_reviews (
    strike_id  bigint NOT NULL REFERENCES strikes ON DELETE CASCADE,
    host       text NOT NULL,                          -- who was asked
    asked_at   timestamptz NOT NULL,
    decision   text NOT NULL DEFAULT '' CHECK (decision IN ('', 'upheld', 'overturned')),
    note       text NOT NULL DEFAULT '',
    decided_at timestamptz,
    PRIMARY KEY (strike_id, host)
);

-- What other districts ask of us. Whom it is about they do not say.
CREATE TABLE foreign_appeals (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    host        text NOT NULL,
    uri         text NOT NULL UNIQUE,
    act         text NOT NULL,
    reason      text NOT NULL,
    appeal      text NOT NULL,
    answer      text NOT NULL,
    received_at timestamptz NOT NULL,
    decision    text NOT NULL DEFAULT '' CHECK (decision IN ('', 'upheld', 'overturned')),
    note        text NOT NULL DEFAULT '',
    decided_by  text NOT NULL DEFAULT '',
    decided_at  timestamptz
);
CREATE INDEX foreign_appeals_open ON foreign_appeals (received_at) WHERE decided_at IS NULL;
CREATE INDEX foreign_appeals_host ON foreign_appeals (host, received_at);
