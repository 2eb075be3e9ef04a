-- Private posts of a member, read by an officer after a second person approved (decision 215). What
-- was done with a request is in audit_log.
CREATE TABLE glass_requests (
    id            bigint PRIMARY KEY DEFAULT new_id(),
    account_id    bigint NOT NULL REFERENCES accounts,    -- whose posts
    requester_id  bigint NOT NULL REFERENCES accounts,
    first_at      timestamptz NOT NULL,
    end_at        timestamptz NOT NULL CHECK (end_at > first_at),    -- not included
    reason        text NOT NULL CHECK (reason <> ''),
    requested_at  timestamptz NOT NULL,
    decided_by_id bigint REFERENCES accounts CHECK (decided_by_id <> requester_id),
    decided_at    timestamptz,
    decision      text NOT NULL DEFAULT '' CHECK (decision IN ('', 'approved', 'refused')),
    refusal       text NOT NULL DEFAULT '',
    read_at       timestamptz,                            -- first
    told_at       timestamptz,                            -- the member was told
    CHECK ((decision = '') = (decided_at IS NULL) AND (decision = '') = (decided_by_id IS NULL)),
    CHECK (account_id <> requester_id AND account_id <> decided_by_id)
);
CREATE INDEX glass_requests_account ON glass_requests (account_id, id DESC);
CREATE INDEX glass_requests_untold ON glass_requests (id) WHERE decision = 'approved' AND told_at IS NULL;

-- Why a member is told later. One that is approved and not over keeps the member from being told.
CREATE TABLE glass_holds (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    request_id   bigint NOT NULL REFERENCES glass_requests ON DELETE CASCADE,
    reason       text NOT NULL CHECK (reason <> ''),
    end_at       timestamptz NOT NULL,
    asked_by_id  bigint NOT NULL REFERENCES accounts,
    asked_at     timestamptz NOT NULL,
    approved_by_id bigint REFERENCES accounts CHECK (approved_by_id <> asked_by_id),
    approved_at  timestamptz,
    CHECK ((approved_at IS NULL) = (approved_by_id IS NULL)),
    CHECK (end_at <= asked_at + interval '90 days')
);
CREATE INDEX glass_holds_request ON glass_holds (request_id, id);
