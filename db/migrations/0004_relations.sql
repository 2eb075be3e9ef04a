CREATE TABLE follows (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    follower_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    followed_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    accepted     boolean NOT NULL,
    uri          text NOT NULL DEFAULT '',             -- id of the Follow
    show_reblogs boolean NOT NULL DEFAULT true,
    notify       boolean NOT NULL DEFAULT false,
    languages    text[] NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (follower_id, followed_id)
);
CREATE INDEX follows_followed ON follows (followed_id, id DESC);
CREATE INDEX follows_follower ON follows (follower_id, id DESC);
CREATE INDEX follows_uri ON follows (uri) WHERE uri <> '';

CREATE TABLE blocks (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    uri        text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, target_id)
);
CREATE INDEX blocks_target ON blocks (target_id);

CREATE TABLE mutes (
    id                 bigint PRIMARY KEY DEFAULT new_id(),
    account_id         bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id          bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    hide_notifications boolean NOT NULL DEFAULT true,
    expires_at         timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, target_id)
);
CREATE INDEX mutes_target ON mutes (target_id);

CREATE TABLE account_notes (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    comment    text NOT NULL,
    PRIMARY KEY (account_id, target_id)
);

CREATE TABLE notifications (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    type       text NOT NULL,                          -- the names of Notification.type
    from_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint REFERENCES statuses ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notifications_account ON notifications (account_id, id DESC);
CREATE INDEX notifications_status ON notifications (status_id) WHERE status_id IS NOT NULL;
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, type, from_id, status_id) WHERE status_id IS NOT NULL;
CREATE INDEX notifications_pair ON notifications (account_id, from_id, type);

-- The home timeline of members who were active lately; defined by follows, see db/home_timeline.cpp.
CREATE TABLE home_timeline (
    account_id bigint NOT NULL,
    status_id  bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX home_timeline_status ON home_timeline (status_id);
