-- The thirty days after somebody left the district, and the ways in to them.

-- Made ready beforehand: the district's mailbox is closed by then.
CREATE TABLE leaver_keys (
    account_id   bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    email        text NOT NULL DEFAULT '',             -- private and confirmed
    wanted_email text NOT NULL DEFAULT '',             -- not confirmed yet
    code_hash    text NOT NULL DEFAULT '',             -- of the printed code: SHA-256, hex
    code_made_at timestamptz
);

CREATE TABLE leavings (
    account_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    left_at    timestamptz NOT NULL
);
CREATE INDEX leavings_at ON leavings (left_at);
-- When those left who did so before is not known; their time begins now.
INSERT INTO leavings (account_id, left_at) SELECT account_id, now() FROM users WHERE state = 'left';

-- A browser on the leaver's page. Apart from `sessions`, so that no other page can take it for one.
CREATE TABLE leaver_sessions (
    token_hash text PRIMARY KEY,                       -- SHA-256, hex
    account_id bigint NOT NULL REFERENCES leavings ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX leaver_sessions_account ON leaver_sessions (account_id);
CREATE INDEX leaver_sessions_expiry ON leaver_sessions (expires_at);

-- Who asks to stay as something else. Gone with the leaving when they are back; audit_log keeps
-- what was decided.
CREATE TABLE stay_requests (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES leavings ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('retired', 'substitute')),
    text       text NOT NULL DEFAULT '',
    asked_at   timestamptz NOT NULL,
    refused_at timestamptz,
    reason     text NOT NULL DEFAULT ''                -- why it was refused; for the leaver
);
CREATE UNIQUE INDEX stay_requests_open ON stay_requests (account_id) WHERE refused_at IS NULL;
CREATE INDEX stay_requests_account ON stay_requests (account_id, id);
