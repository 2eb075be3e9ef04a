-- What a member's policy keeps apart until the member decides, and the group in which a
-- notification is shown: favourites and boosts of one post, follows, each of half a day. The key is
-- made from the row alone (ids begin with the milliseconds), so a group never changes.
ALTER TABLE notifications
    ADD COLUMN filtered boolean NOT NULL DEFAULT false,
    ADD COLUMN group_key text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN type IN ('favourite', 'reblog') AND status_id IS NOT NULL
                 THEN type || '-' || status_id || '-' || ((id >> 16) / 43200000)
             WHEN type IN ('follow', 'admin.sign_up')
                 THEN type || '-' || ((id >> 16) / 43200000)
             ELSE 'ungrouped-' || id END) STORED;
CREATE INDEX notifications_groups ON notifications (account_id, group_key, id DESC);
CREATE INDEX notifications_filtered ON notifications (account_id, from_id, id DESC) WHERE filtered;

-- Who has no row has the defaults.
CREATE TABLE notification_policies (
    account_id           bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    for_not_following    text NOT NULL DEFAULT 'accept',
    for_not_followers    text NOT NULL DEFAULT 'accept',
    for_new_accounts     text NOT NULL DEFAULT 'accept',
    for_private_mentions text NOT NULL DEFAULT 'filter',
    for_limited_accounts text NOT NULL DEFAULT 'filter',
    CHECK (ARRAY[for_not_following, for_not_followers, for_new_accounts, for_private_mentions,
                 for_limited_accounts] <@ ARRAY['accept', 'filter', 'drop'])
);

-- Senders whom a member lets through whatever the policy says.
CREATE TABLE notification_permissions (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    from_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, from_id)
);

-- Senders about whom a member has to decide. One without filtered notifications is not shown.
CREATE TABLE notification_requests (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    from_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (account_id, from_id)
);
CREATE INDEX notification_requests_account ON notification_requests (account_id, id);

-- What a member may see of the notifications now: no senders and posts that are hidden from them.
CREATE FUNCTION shown_notifications(reader bigint)
RETURNS TABLE (id bigint, account_id bigint, type text, from_id bigint, status_id bigint,
               created_at timestamptz, filtered boolean, group_key text)
LANGUAGE sql STABLE AS $$
    SELECT n.id, n.account_id, n.type, n.from_id, n.status_id, n.created_at, n.filtered, n.group_key
    FROM notifications n
    JOIN accounts f ON f.id = n.from_id AND f.deleted_at IS NULL AND f.suspended_at IS NULL
    WHERE n.account_id = reader
      AND (n.status_id IS NULL
           OR EXISTS (SELECT 1 FROM visible_statuses(reader) v WHERE v.status_id = n.status_id))
$$;

-- Is `sender` new to `recipient` in each of the ways that a policy knows? 'accept', 'filter' or
-- 'drop', the strictest of what applies. Followers of less than three days and accounts of less than
-- thirty count as none and new, as everywhere in the field; a direct post in a thread in which the
-- recipient wrote to the sender is an answer, not an approach; what our own staff says is never lost.
CREATE FUNCTION notification_verdict(recipient bigint, sender bigint, kind text, status bigint,
                                     at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN kind NOT IN ('mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite',
                          'quote')
             OR EXISTS (SELECT 1 FROM notification_permissions y
                        WHERE y.account_id = recipient AND y.from_id = sender)
            THEN 'accept'
        WHEN 'drop' = ANY (policy.words) AND NOT EXISTS (
                 SELECT 1 FROM users staff WHERE staff.account_id = sender AND staff.role <> '')
            THEN 'drop'
        WHEN 'filter' = ANY (policy.words) THEN 'filter'
        ELSE 'accept' END
    FROM (
        SELECT ARRAY[
            CASE WHEN stranger THEN COALESCE(p.for_not_following, 'accept') END,
            CASE WHEN NOT EXISTS (
                     SELECT 1 FROM follows b
                     WHERE b.follower_id = sender AND b.followed_id = recipient AND b.accepted
                       AND b.created_at <= at - interval '3 days')
                 THEN COALESCE(p.for_not_followers, 'accept') END,
            CASE WHEN stranger AND a.created_at > at - interval '30 days'
                 THEN COALESCE(p.for_new_accounts, 'accept') END,
            CASE WHEN stranger AND kind = 'mention' AND s.visibility IN ('direct', 'limited')
                     AND NOT EXISTS (
                         SELECT 1 FROM statuses mine JOIN mentions m ON m.status_id = mine.id
                         WHERE mine.thread_id = s.thread_id AND mine.account_id = recipient
                           AND m.account_id = sender)
                 THEN COALESCE(p.for_private_mentions, 'filter') END,
            CASE WHEN stranger AND a.limited_at IS NOT NULL
                 THEN COALESCE(p.for_limited_accounts, 'filter') END
        ] AS words
        FROM accounts a
        CROSS JOIN LATERAL (
            SELECT NOT EXISTS (
                SELECT 1 FROM follows f
                WHERE f.follower_id = recipient AND f.followed_id = sender AND f.accepted) AS stranger
        ) AS relation
        LEFT JOIN notification_policies p ON p.account_id = recipient
        LEFT JOIN statuses s ON s.id = status
        WHERE a.id = sender
    ) AS policy
$$;
