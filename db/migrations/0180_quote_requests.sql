-- Requests to quote a post of ours whose author wants to be asked (FEP-044f). A decided one stays:
-- who asks again gets the same answer.
CREATE TABLE quote_requests (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    status_id   bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,  -- ours, to be quoted
    author_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,  -- its author
    asker_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    quoting_uri text NOT NULL,
    request_uri text NOT NULL,                                          -- '' from a member
    created_at  timestamptz NOT NULL,
    decided_at  timestamptz,
    accepted    boolean NOT NULL DEFAULT false,
    UNIQUE (status_id, quoting_uri)
);
CREATE INDEX quote_requests_open ON quote_requests (author_id, id) WHERE decided_at IS NULL;
CREATE INDEX quote_requests_asker ON quote_requests (asker_id);

-- Boosts that need leave stand here as well. Until it comes nobody but the booster sees them; then
-- they get the visibility that was wanted.
ALTER TABLE reply_requests ADD COLUMN wanted_visibility text;

-- The rule of 0110, but for boosts that are open to nobody yet.
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
      AND (s.visibility IN ('public', 'unlisted') OR s.reblog_of_id IS NULL OR s.account_id = reader
           OR (s.visibility = 'private'
               AND (SELECT f.accepted FROM follows f
                    WHERE f.follower_id = reader AND f.followed_id = s.account_id LIMIT 1)))
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE b.account_id IN (s.account_id, o.account_id) AND b.target_id = reader)
      AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                      WHERE d.account_id IN (s.account_id, o.account_id)
                        AND d.domain = (SELECT r.domain FROM accounts r WHERE r.id = reader))
      AND (NOT o.local_only
           OR EXISTS (SELECT 1 FROM accounts r WHERE r.id = reader AND r.host = ''))
$$;
