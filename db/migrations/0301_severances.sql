-- Where to answer a request that nobody has looked at yet.
ALTER TABLE peering_requests ADD COLUMN inbox_uri text NOT NULL DEFAULT '';

-- Follows that ended because a host left the list: told to our members, who can take the list away.
CREATE TABLE severances (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    type        text NOT NULL CHECK (type IN ('domain_block', 'user_domain_block', 'account_suspension')),
    target_name text NOT NULL,                         -- the host
    created_at  timestamptz NOT NULL
);
CREATE TABLE severed_follows (
    severance_id bigint NOT NULL REFERENCES severances ON DELETE CASCADE,
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,  -- our member
    outgoing     boolean NOT NULL,                     -- the member followed; else was followed
    handle       text NOT NULL,                        -- name@host, as it stood
    show_reblogs boolean NOT NULL,
    notify       boolean NOT NULL,
    languages    text[] NOT NULL,
    PRIMARY KEY (severance_id, account_id, outgoing, handle)
);
CREATE INDEX severed_follows_account ON severed_follows (account_id, severance_id DESC);

ALTER TABLE notifications ADD COLUMN severance_id bigint REFERENCES severances ON DELETE CASCADE;
CREATE INDEX notifications_severance ON notifications (severance_id) WHERE severance_id IS NOT NULL;
