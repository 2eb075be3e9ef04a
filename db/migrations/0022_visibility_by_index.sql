-- The same rules as in 0021. EXISTS inside OR may be planned as one hash of all mentions or follows;
-- with statistics that are behind, that costs a scan of the table for each post. A scalar subquery is
-- always a look into the index.
CREATE OR REPLACE FUNCTION visible_statuses(reader bigint) RETURNS TABLE (status_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.id
    FROM statuses s
    JOIN accounts a ON a.id = s.account_id
    JOIN statuses o ON o.id = COALESCE(s.reblog_of_id, s.id)
    JOIN accounts oa ON oa.id = o.account_id
    WHERE a.deleted_at IS NULL AND a.suspended_at IS NULL AND NOT a.origin_suspended
      AND oa.deleted_at IS NULL AND oa.suspended_at IS NULL AND NOT oa.origin_suspended
      AND (o.visibility IN ('public', 'unlisted')
           OR o.account_id = reader
           OR (SELECT true FROM mentions m WHERE m.status_id = o.id AND m.account_id = reader LIMIT 1)
           OR (o.visibility = 'private'
               AND (SELECT f.accepted FROM follows f
                    WHERE f.follower_id = reader AND f.followed_id = o.account_id LIMIT 1)))
      AND (s.visibility <> 'private' OR s.reblog_of_id IS NULL OR s.account_id = reader
           OR (SELECT f.accepted FROM follows f
               WHERE f.follower_id = reader AND f.followed_id = s.account_id LIMIT 1))
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE b.account_id IN (s.account_id, o.account_id) AND b.target_id = reader)
      AND (NOT o.local_only
           OR EXISTS (SELECT 1 FROM accounts r WHERE r.id = reader AND r.host = ''))
$$;

CREATE OR REPLACE VIEW home_definition AS
    SELECT u.account_id, s.id AS status_id, s.account_id AS author_id
    FROM users u
    JOIN statuses s ON s.account_id = u.account_id
    WHERE NOT s.muted_reach
    UNION ALL
    SELECT f.follower_id, s.id, s.account_id
    FROM follows f
    JOIN users u ON u.account_id = f.follower_id
    JOIN statuses s ON s.account_id = f.followed_id
    WHERE f.accepted AND NOT s.muted_reach
      AND (f.show_reblogs OR s.reblog_of_id IS NULL)
      AND (f.languages = '{}' OR s.language = '' OR s.language = ANY (f.languages))
      AND (s.visibility IN ('public', 'unlisted', 'private')
           OR (SELECT true FROM mentions m
               WHERE m.status_id = s.id AND m.account_id = f.follower_id LIMIT 1))
      AND ((s.in_reply_to_uri = '' AND s.in_reply_to_id IS NULL)
           OR s.in_reply_to_account_id IN (s.account_id, f.follower_id)
           OR (SELECT p.accepted FROM follows p
               WHERE p.follower_id = f.follower_id AND p.followed_id = s.in_reply_to_account_id
               LIMIT 1));
