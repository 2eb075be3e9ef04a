-- What somebody is charged with, apart from what they are (kind) and from moderating (role).
CREATE TABLE member_duties (
    account_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    duty       text NOT NULL CHECK (duty IN ('roster officer', 'privacy officer', 'records officer')),
    given_by   text NOT NULL,
    given_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, duty)
);
