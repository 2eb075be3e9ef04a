-- The one rule of who may read a post (statuses/may_see.h). A function with a single SELECT is
-- expanded into the query around it, so that list queries join it at no cost:
--     ... JOIN visible_statuses($reader) v ON v.status_id = s.id ...
-- `reader` is an account, ours or a peer's; 0 is somebody of whom nothing is known.
--
-- A boost is as visible as what it boosts: `o` is the boosted post, or the post itself.
CREATE FUNCTION visible_statuses(reader bigint) RETURNS TABLE (status_id bigint)
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
           OR EXISTS (SELECT 1 FROM mentions m WHERE m.status_id = o.id AND m.account_id = reader)
           OR (o.visibility = 'private'
               AND EXISTS (SELECT 1 FROM follows f
                           WHERE f.follower_id = reader AND f.followed_id = o.account_id AND f.accepted)))
      AND (s.visibility <> 'private' OR s.reblog_of_id IS NULL OR s.account_id = reader
           OR EXISTS (SELECT 1 FROM follows f
                      WHERE f.follower_id = reader AND f.followed_id = s.account_id AND f.accepted))
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE b.account_id IN (s.account_id, o.account_id) AND b.target_id = reader)
      AND (NOT o.local_only
           OR EXISTS (SELECT 1 FROM accounts r WHERE r.id = reader AND r.host = ''))
$$;

CREATE FUNCTION status_visible(status bigint, reader bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM visible_statuses(reader) v WHERE v.status_id = status)
$$;

-- What a reader's lists show (timelines, context, search, tags): visible, and neither author is
-- blocked or muted by the reader, the post was not limited by a filter, and authors whom moderators
-- limited are shown to their followers only.
CREATE FUNCTION listed_statuses(reader bigint) RETURNS TABLE (status_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.id
    FROM statuses s
    JOIN visible_statuses(reader) v ON v.status_id = s.id
    JOIN accounts a ON a.id = s.account_id
    LEFT JOIN statuses o ON o.id = s.reblog_of_id
    LEFT JOIN accounts oa ON oa.id = o.account_id
    WHERE NOT s.muted_reach AND NOT COALESCE(o.muted_reach, false)
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE b.account_id = reader AND b.target_id IN (s.account_id, o.account_id))
      AND NOT EXISTS (SELECT 1 FROM mutes m
                      WHERE m.account_id = reader AND m.target_id IN (s.account_id, o.account_id)
                        AND (m.expires_at IS NULL OR m.expires_at > now()))
      AND (a.limited_at IS NULL OR s.account_id = reader
           OR EXISTS (SELECT 1 FROM follows f
                      WHERE f.follower_id = reader AND f.followed_id = a.id AND f.accepted))
      AND (oa.limited_at IS NULL OR o.account_id = reader
           OR EXISTS (SELECT 1 FROM follows f
                      WHERE f.follower_id = reader AND f.followed_id = oa.id AND f.accepted))
$$;

-- What belongs into a member's home timeline, stated once: fan-out, rebuild and the nightly check all
-- read it. Blocks, mutes and suspensions come and go; they are applied when the home is read
-- (listed_statuses).
--
-- A reply to somebody whom the member does not follow is left out, as everywhere in the field; direct
-- posts are in only for those they address.
CREATE VIEW home_definition AS
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
           OR EXISTS (SELECT 1 FROM mentions m
                      WHERE m.status_id = s.id AND m.account_id = f.follower_id))
      AND ((s.in_reply_to_uri = '' AND s.in_reply_to_id IS NULL)
           OR s.in_reply_to_account_id IN (s.account_id, f.follower_id)
           OR EXISTS (SELECT 1 FROM follows p
                      WHERE p.follower_id = f.follower_id
                        AND p.followed_id = s.in_reply_to_account_id AND p.accepted));
