-- A member says that what is attested of them, or listed in the roster, is wrong. One row for each:
-- who asks again overwrites what was answered, so that no history of complaints gathers.
CREATE TABLE correction_requests (
    account_id  bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    id          bigint NOT NULL UNIQUE DEFAULT new_id(), -- of this asking, so that no answer hits another
    text        text NOT NULL,
    asked_at    timestamptz NOT NULL,
    answered_at timestamptz,
    answered_by text NOT NULL DEFAULT '',                -- the officer's uri
    answer      text NOT NULL DEFAULT ''                 -- for the member
);
CREATE INDEX correction_requests_open ON correction_requests (id) WHERE answered_at IS NULL;
