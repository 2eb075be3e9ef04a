-- Who came near whom without being known: mentions, replies, quotes and boosts, kept for 28 days,
-- so that a pile is seen against a person's own normal (POLICY section 2).
CREATE TABLE approaches (
    target_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    from_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    at        timestamptz NOT NULL
);
CREATE INDEX approaches_target ON approaches (target_id, at DESC);
CREATE INDEX approaches_from ON approaches (from_id);
CREATE INDEX approaches_at ON approaches (at);

CREATE TABLE shields (
    account_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    raised_at  timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    raised_by  text NOT NULL                           -- as in audit_log.actor; 'burst' by itself
);

-- Known to a member is whom they follow, and to whom they wrote themselves.
CREATE FUNCTION knows(member bigint, other bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM follows f
                   WHERE f.follower_id = member AND f.followed_id = other AND f.accepted)
        OR EXISTS (SELECT 1 FROM mentions m JOIN statuses s ON s.id = m.status_id
                   WHERE m.account_id = other AND s.account_id = member);
END $$;

-- Behind a shield what strangers do is put aside: it stands in the requests, without a sound. The
-- notification policy decides as before about everybody else.
ALTER FUNCTION notification_verdict(bigint, bigint, text, bigint, timestamptz)
    RENAME TO notification_policy_verdict;
CREATE FUNCTION notification_verdict(recipient bigint, sender bigint, kind text, status bigint,
                                     at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    verdict text := notification_policy_verdict(recipient, sender, kind, status, at);
BEGIN
    IF verdict = 'accept' AND recipient <> sender
       AND EXISTS (SELECT 1 FROM shields x WHERE x.account_id = recipient AND x.until > at)
       AND NOT EXISTS (SELECT 1 FROM users staff
                       WHERE staff.account_id = sender AND staff.role <> '')
       AND NOT knows(recipient, sender) THEN
        RETURN 'filter';
    END IF;
    RETURN verdict;
END $$;
