-- A stamp that was withdrawn is not given again.
ALTER TABLE quote_authorizations ADD COLUMN revoked_at timestamptz;

-- Whether `reader` is among those whom a list of an interaction policy names (statuses/policy.h).
CREATE FUNCTION policy_names(list jsonb, author bigint, reader bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(list ? 'public'
        OR (list ? 'followers'
            AND (SELECT f.accepted FROM follows f
                 WHERE f.follower_id = reader AND f.followed_id = author LIMIT 1))
        OR (list ? 'following'
            AND (SELECT f.accepted FROM follows f
                 WHERE f.follower_id = author AND f.followed_id = reader LIMIT 1))
        OR list ? (SELECT r.uri FROM accounts r WHERE r.id = reader), false)
$$;
