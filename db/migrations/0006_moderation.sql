-- Who may speak with us, and how it goes between us.
CREATE TABLE peers (
    host            text PRIMARY KEY,
    level           text NOT NULL DEFAULT 'unknown' CHECK (level IN
                      ('member', 'partner', 'guest', 'pending', 'unknown', 'blocked')),
    note            text NOT NULL DEFAULT '',
    added_at        timestamptz NOT NULL DEFAULT now(),
    server_actor_uri text NOT NULL DEFAULT '',
    our_follow_uri  text NOT NULL DEFAULT '',          -- the peering Follow that we sent
    our_follow_state text NOT NULL DEFAULT '' CHECK (our_follow_state IN ('', 'pending', 'accepted', 'rejected')),
    their_follow_uri text NOT NULL DEFAULT '',         -- and the one that they sent
    -- what we learnt of its wire
    scheme          text NOT NULL DEFAULT '' CHECK (scheme IN ('', 'cavage', 'rfc9421')),
    scheme_at       timestamptz,
    -- the breaker of deliveries
    failures        integer NOT NULL DEFAULT 0,        -- in a row
    failing_since   timestamptz,
    open_until      timestamptz,
    unavailable_at  timestamptz,                       -- failed seven days running
    last_success_at timestamptz,
    last_seen_at    timestamptz                        -- last verified request from it
);

-- A peering Follow of an unknown host: one per host, 20 a day; no foreign text.
CREATE TABLE peering_requests (
    host        text PRIMARY KEY,
    actor_uri   text NOT NULL,
    follow_uri  text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);

-- What a filter held: released or rejected by a person, or at the deadline by its default.
CREATE TABLE held_items (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    direction   text NOT NULL CHECK (direction IN ('in', 'out')),
    account_id  bigint REFERENCES accounts ON DELETE CASCADE,   -- the sender
    host        text NOT NULL DEFAULT '',
    payload     text NOT NULL,                         -- the job to go on with
    filter      text NOT NULL,
    reason      text NOT NULL,
    rule_version integer NOT NULL,
    at_deadline text NOT NULL CHECK (at_deadline IN ('release', 'reject')),
    deadline    timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    decided_at  timestamptz,
    decision    text NOT NULL DEFAULT '' CHECK (decision IN ('', 'released', 'rejected'))
);
CREATE INDEX held_items_open ON held_items (deadline) WHERE decided_at IS NULL;

-- Every verdict other than accept on a verified sender, and every act of an administrator.
CREATE TABLE audit_log (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT now(),
    actor        text NOT NULL,                        -- "filter", "command line", an account's uri
    act          text NOT NULL,                        -- "verdict", "peer.add", ...
    subject      text NOT NULL,                        -- whom or what it concerns: a uri or host
    verdict      text NOT NULL DEFAULT '',
    filter       text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT '',
    rule_version integer NOT NULL DEFAULT 0,
    details      jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_subject ON audit_log (subject, id DESC);

-- What was refused at the door: a counter per host and hour, so that strangers cannot fill the disk.
CREATE TABLE door_refusals (
    host   text NOT NULL,
    hour   timestamptz NOT NULL,
    reason text NOT NULL,
    count  bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (host, hour, reason)
);

CREATE TABLE reports (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    target_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    reporter_id bigint REFERENCES accounts ON DELETE SET NULL,  -- NULL: a server, named by host
    host        text NOT NULL DEFAULT '',
    uri         text NOT NULL DEFAULT '',
    comment     text NOT NULL DEFAULT '',
    status_ids  bigint[] NOT NULL DEFAULT '{}',
    category    text NOT NULL DEFAULT 'other',
    forwarded   boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz
);
CREATE INDEX reports_target ON reports (target_id, created_at DESC);

-- A Reject that told a sender why: at most one per sender and hour.
CREATE TABLE told_rejects (
    account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    at         timestamptz NOT NULL
);

-- A ban of one of our people from somebody's group (Lemmy): no personal block.
CREATE TABLE group_bans (
    group_uri  text NOT NULL,
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    until      timestamptz,
    PRIMARY KEY (group_uri, account_id)
);

-- New remote accounts per host, against account floods (PROTOCOL section 19).
CREATE TABLE discovery_budgets (
    host         text NOT NULL,
    window_start timestamptz NOT NULL,
    count        integer NOT NULL DEFAULT 1,
    PRIMARY KEY (host, window_start)
);
