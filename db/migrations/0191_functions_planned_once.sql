-- A function in SQL that is not taken apart into its statement is parsed and planned at each call; one
-- in PL/pgSQL is planned once for a connection. The bodies are those of 0080, 0111, 0113 and 0130.
CREATE OR REPLACE FUNCTION policy_names(list jsonb, author bigint, reader bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT COALESCE(list ? 'public'
            OR (list ? 'followers'
                AND (SELECT f.accepted FROM follows f
                     WHERE f.follower_id = reader AND f.followed_id = author LIMIT 1))
            OR (list ? 'following'
                AND (SELECT f.accepted FROM follows f
                     WHERE f.follower_id = author AND f.followed_id = reader LIMIT 1))
            OR list ? (SELECT r.uri FROM accounts r WHERE r.id = reader), false));
END $$;

CREATE OR REPLACE FUNCTION notification_verdict(recipient bigint, sender bigint, kind text, status bigint,
                                     at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
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
        ) AS policy);
END $$;

CREATE OR REPLACE FUNCTION add_follower(followed bigint, follower accounts) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO follower_inboxes AS kept (account_id, host, inbox, followers, reachable, digest)
    VALUES (followed, follower.host, inbox_to_reach(follower), 1, is_reachable(follower)::int,
            digest_of(follower.uri))
    ON CONFLICT (account_id, host, inbox) DO UPDATE SET
        followers = kept.followers + 1,
        reachable = kept.reachable + excluded.reachable,
        digest = kept.digest # excluded.digest;
END $$;

CREATE OR REPLACE FUNCTION remove_follower(followed bigint, follower accounts) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    UPDATE follower_inboxes SET
        followers = followers - 1,
        reachable = reachable - is_reachable(follower)::int,
        digest = digest # digest_of(follower.uri)
    WHERE account_id = followed AND host = follower.host AND inbox = inbox_to_reach(follower);
    DELETE FROM follower_inboxes
    WHERE account_id = followed AND host = follower.host AND inbox = inbox_to_reach(follower)
      AND followers <= 0;
END $$;

CREATE OR REPLACE FUNCTION search_words(written text, language text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN (
        SELECT to_tsvector('pg_catalog.simple', written)
            || CASE WHEN search_config(language) <> 'pg_catalog.simple'::regconfig
                    THEN to_tsvector(search_config(language), written) ELSE ''::tsvector END);
END $$;
