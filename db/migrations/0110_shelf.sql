-- Lists of people. A row goes with the follow that it stands on; only oneself needs none.
CREATE TABLE lists (
    id             bigint PRIMARY KEY DEFAULT new_id(),
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    title          text NOT NULL,
    replies_policy text NOT NULL DEFAULT 'list' CHECK (replies_policy IN ('followed', 'list', 'none')),
    exclusive      boolean NOT NULL DEFAULT false       -- its people are not in the home timeline
);
CREATE INDEX lists_account ON lists (account_id, id);

CREATE TABLE list_accounts (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    list_id    bigint NOT NULL REFERENCES lists ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    follow_id  bigint REFERENCES follows ON DELETE CASCADE,
    UNIQUE (list_id, account_id)
);
CREATE INDEX list_accounts_account ON list_accounts (account_id);
CREATE INDEX list_accounts_follow ON list_accounts (follow_id) WHERE follow_id IS NOT NULL;

CREATE TABLE followed_tags (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    tag_id     bigint NOT NULL REFERENCES tags ON DELETE CASCADE,
    UNIQUE (account_id, tag_id)
);
CREATE INDEX followed_tags_tag ON followed_tags (tag_id);

-- Whole servers that one member does not want to hear of; peers are the moderators'.
CREATE TABLE member_domain_blocks (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    domain     text NOT NULL,                          -- of the handle (accounts.domain)
    UNIQUE (account_id, domain)
);

-- As in 0022, and: whose domain the author blocked is a stranger who is blocked.
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
      AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                      WHERE d.account_id IN (s.account_id, o.account_id)
                        AND d.domain = (SELECT r.domain FROM accounts r WHERE r.id = reader))
      AND (NOT o.local_only
           OR EXISTS (SELECT 1 FROM accounts r WHERE r.id = reader AND r.host = ''))
$$;

-- As in 0021, and: nobody from a domain that the reader blocked.
CREATE OR REPLACE FUNCTION listed_statuses(reader bigint) RETURNS TABLE (status_id bigint)
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
      AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                      WHERE d.account_id = reader AND d.domain IN (a.domain, oa.domain))
      AND (a.limited_at IS NULL OR s.account_id = reader
           OR EXISTS (SELECT 1 FROM follows f
                      WHERE f.follower_id = reader AND f.followed_id = a.id AND f.accepted))
      AND (oa.limited_at IS NULL OR o.account_id = reader
           OR EXISTS (SELECT 1 FROM follows f
                      WHERE f.follower_id = reader AND f.followed_id = oa.id AND f.accepted))
$$;

-- As in 0022; people of an exclusive list are read there, not at home; public posts with a followed
-- tag come home whoever wrote them. A post may stand here twice.
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
               LIMIT 1))
      AND (SELECT true FROM list_accounts la JOIN lists l ON l.id = la.list_id
           WHERE la.follow_id = f.id AND l.exclusive LIMIT 1) IS NOT TRUE
    UNION ALL
    SELECT ft.account_id, s.id, s.account_id
    FROM followed_tags ft
    JOIN users u ON u.account_id = ft.account_id
    JOIN status_tags st ON st.tag_id = ft.tag_id
    JOIN statuses s ON s.id = st.status_id
    JOIN accounts a ON a.id = s.account_id
    WHERE s.visibility = 'public' AND s.reblog_of_id IS NULL AND NOT s.muted_reach
      AND s.account_id <> ft.account_id AND a.limited_at IS NULL
      AND (SELECT true FROM list_accounts la JOIN lists l ON l.id = la.list_id
           WHERE la.account_id = s.account_id AND l.account_id = ft.account_id AND l.exclusive
           LIMIT 1) IS NOT TRUE;

-- A member's conversations: direct posts of one thread among the same people.
CREATE TABLE conversations (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    thread_id    bigint NOT NULL,
    participants bigint[] NOT NULL,                    -- the others, in order of their ids
    unread       boolean NOT NULL DEFAULT false,
    UNIQUE (account_id, thread_id, participants)
);
-- What is last in a conversation is read from here, so that it stays right when posts go.
CREATE TABLE conversation_statuses (
    account_id      bigint NOT NULL,                   -- of the conversation, to read from the newest on
    status_id       bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    conversation_id bigint NOT NULL REFERENCES conversations ON DELETE CASCADE,
    PRIMARY KEY (conversation_id, status_id)
);
CREATE INDEX conversation_statuses_account ON conversation_statuses (account_id, status_id DESC);
CREATE INDEX conversation_statuses_status ON conversation_statuses (status_id);

-- Who takes part in a direct post: its author and those addressed.
CREATE VIEW direct_participants AS
    SELECT s.id AS status_id, s.account_id FROM statuses s
    WHERE s.visibility IN ('direct', 'limited') AND s.reblog_of_id IS NULL
    UNION
    SELECT s.id, m.account_id FROM statuses s JOIN mentions m ON m.status_id = s.id
    WHERE s.visibility IN ('direct', 'limited') AND s.reblog_of_id IS NULL;

-- Into which conversation of each member a direct post belongs.
CREATE VIEW conversation_definition AS
    SELECT u.account_id, s.id AS status_id, s.thread_id, s.account_id AS author_id,
           ARRAY(SELECT p.account_id FROM direct_participants p
                 WHERE p.status_id = s.id AND p.account_id <> u.account_id
                 ORDER BY p.account_id) AS participants
    FROM statuses s
    JOIN direct_participants d ON d.status_id = s.id
    JOIN users u ON u.account_id = d.account_id
    WHERE NOT s.muted_reach;

INSERT INTO conversations (account_id, thread_id, participants)
SELECT DISTINCT account_id, thread_id, participants FROM conversation_definition;
INSERT INTO conversation_statuses (account_id, status_id, conversation_id)
SELECT c.account_id, d.status_id, c.id
FROM conversation_definition d JOIN conversations c USING (account_id, thread_id, participants);
