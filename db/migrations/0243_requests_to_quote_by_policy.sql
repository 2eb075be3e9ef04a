-- Who asks for leave to quote comes near somebody, too: the policy decides as about a quote. What
-- waits stays among the interaction requests. The body is that of 0191.
CREATE OR REPLACE FUNCTION notification_policy_verdict(recipient bigint, sender bigint, kind text,
                                                       status bigint, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT CASE
            WHEN kind NOT IN ('mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite',
                              'quote', 'pending.quote')
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
        ) AS policy);
END $$;
