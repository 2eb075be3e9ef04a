-- Stores as many posts as an instance gathers in a term: psql -v statuses=100000 -f bench/fill.sql
-- Through the real schema, its triggers included; the same rows each time but for their ids. For
-- load and for a second look with mastodon-api-check (bench/api_check.sh), never for a real instance.
\set ON_ERROR_STOP on
\if :{?statuses}
\else
\set statuses 100000
\endif
BEGIN;
SELECT setseed(0.25) \g /dev/null

-- 2,000 people on 40 servers, and 200 here; the first of them write the most.
INSERT INTO peers (host, level)
SELECT format('district-%s.example', n), 'member' FROM generate_series(1, 40) n ON CONFLICT DO NOTHING;
INSERT INTO accounts (id, uri, username, domain, host, display_name, note, url, inbox, shared_inbox, outbox,
                      followers_uri, discoverable, indexable, created_at, fetched_at)
SELECT id_at(now() - interval '200 days' + n * interval '1 minute'), origin || '/users/' || name, name, host, host, initcap(name) || ' of ' || host, '<p>Teaches</p>',
       origin || '/@' || name, origin || '/users/' || name || '/inbox', origin || '/inbox',
       origin || '/users/' || name || '/outbox', origin || '/users/' || name || '/followers',
       n % 3 = 0, n % 2 = 0, now() - interval '200 days', now()
FROM (SELECT n, format('teacher%s', n) AS name, format('district-%s.example', 1 + n % 40) AS host
      FROM generate_series(1, 2000) n) AS people,
     LATERAL (SELECT 'https://' || host AS origin) AS at;
INSERT INTO accounts (id, uri, username, display_name, url, inbox, discoverable, indexable, created_at)
SELECT id_at(now() - interval '201 days' + n * interval '1 minute'), origin.value || '/users/' || name, name, initcap(name), origin.value || '/@' || name,
       origin.value || '/users/' || name || '/inbox', n % 3 = 0, n % 2 = 0, now() - interval '200 days'
FROM (SELECT n, format('colleague%s', n) AS name FROM generate_series(1, 200) n) AS people,
     (SELECT value FROM instance_values WHERE name = 'origin') AS origin;
INSERT INTO users (account_id, password_hash)
SELECT id, '' FROM accounts WHERE username LIKE 'colleague%' AND host = '';

CREATE TEMP TABLE people AS
SELECT row_number() OVER (ORDER BY md5(username)) AS n, id, host = '' AS local, uri FROM accounts
WHERE NOT is_server_actor AND suspended_at IS NULL;
CREATE TEMP TABLE members AS
SELECT row_number() OVER (ORDER BY p.id) AS n, p.id FROM people p JOIN users u ON u.account_id = p.id
WHERE u.password_hash <> '';
INSERT INTO tags (name, display)
SELECT 'topic' || n, 'Topic' || n FROM generate_series(1, 500) n ON CONFLICT DO NOTHING;

-- In the order of their time; a tenth boosts, a third answers, each something a little older.
CREATE TEMP TABLE drafts AS
SELECT n, at, id_at(at) AS id, visibility, kind,
       (ARRAY(SELECT id FROM people ORDER BY n))
           [1 + floor(power(random(), 3) * (SELECT count(*) FROM people))::int] AS author,
       CASE WHEN kind <> 'post' THEN n - 1 - floor(power(random(), 2) * least(n - 1, 500))::int END AS about
FROM (
    SELECT n, now() - interval '120 days' * (1 - n / :statuses::float) AS at,
           (ARRAY['public', 'public', 'public', 'public', 'unlisted', 'unlisted', 'private', 'direct'])
               [1 + floor(random() * 8)::int] AS visibility,
           CASE WHEN n > 10 THEN (ARRAY['boost', 'reply', 'reply', 'reply', 'post', 'post', 'post', 'post',
                                        'post', 'post'])[1 + floor(random() * 10)::int]
                ELSE 'post' END AS kind
    FROM generate_series(1, :statuses) n
) AS drawn;
CREATE UNIQUE INDEX ON drafts (n);
-- What is not for everybody is neither boosted nor answered by strangers.
UPDATE drafts d SET kind = 'post', about = NULL
FROM drafts o WHERE o.n = d.about AND (o.kind = 'boost' OR o.visibility IN ('private', 'direct'));
UPDATE drafts SET visibility = 'public' WHERE kind = 'boost';
DELETE FROM drafts d USING drafts e
WHERE d.kind = 'boost' AND e.kind = 'boost' AND d.author = e.author AND d.about = e.about AND d.n > e.n;

CREATE TEMP TABLE threads AS
WITH RECURSIVE thread (n, id) AS (
    SELECT n, id FROM drafts WHERE kind = 'post'
    UNION ALL
    SELECT d.n, t.id FROM thread t JOIN drafts d ON d.about = t.n AND d.kind = 'reply'
)
SELECT * FROM thread;
CREATE UNIQUE INDEX ON threads (n);
-- Answers to what went.
DELETE FROM drafts d WHERE d.kind = 'reply' AND NOT EXISTS (SELECT 1 FROM threads t WHERE t.n = d.n);
ANALYZE drafts, threads;

INSERT INTO statuses (id, uri, url, account_id, local, object_type, activity_uri, reblog_of_id,
                      in_reply_to_id, in_reply_to_uri, in_reply_to_account_id, thread_id, content, text,
                      spoiler_text, sensitive, language, visibility, created_at)
SELECT d.id, p.uri || '/statuses/' || d.id, p.uri || '/statuses/' || d.id, d.author, p.local,
       CASE d.kind WHEN 'boost' THEN 'Announce' ELSE 'Note' END,
       CASE d.kind WHEN 'boost' THEN p.uri || '/statuses/' || d.id || '/activity' ELSE '' END,
       CASE d.kind WHEN 'boost' THEN o.id END,
       CASE d.kind WHEN 'reply' THEN o.id END,
       CASE d.kind WHEN 'reply' THEN op.uri || '/statuses/' || o.id ELSE '' END,
       CASE d.kind WHEN 'reply' THEN o.author END,
       COALESCE(t.id, d.id),
       CASE d.kind WHEN 'boost' THEN '' ELSE '<p>' || words.text || '</p>' END,
       CASE WHEN p.local AND d.kind <> 'boost' THEN words.text ELSE '' END,
       CASE WHEN d.n % 25 = 0 AND d.kind <> 'boost' THEN 'Long' ELSE '' END, d.n % 25 = 0,
       (ARRAY['en', 'en', 'en', 'de', 'fr', 'es'])[1 + d.n % 6], d.visibility, d.at
FROM drafts d
JOIN people p ON p.id = d.author
LEFT JOIN drafts o ON o.n = d.about
LEFT JOIN people op ON op.id = o.author
LEFT JOIN threads t ON t.n = d.n AND d.kind = 'reply'
CROSS JOIN LATERAL (
    SELECT string_agg((ARRAY['school', 'lesson', 'pupils', 'reading', 'maths', 'fractions', 'garden',
        'experiment', 'homework', 'parents', 'meeting', 'history', 'music', 'project', 'museum', 'essay',
        'grammar', 'biology', 'chemistry', 'drawing', 'football', 'library', 'exam', 'holiday'])
        [1 + floor(random() * 24)::int] || CASE WHEN g % 4 = 0 THEN (d.n * g % 9973)::text ELSE '' END, ' ')
    AS text FROM generate_series(1, 14) g WHERE d.n > 0
) AS words
ORDER BY d.n;

INSERT INTO mentions (status_id, account_id)
SELECT d.id, o.author FROM drafts d JOIN drafts o ON o.n = d.about WHERE d.kind = 'reply' AND d.author <> o.author
UNION
SELECT d.id, m.id FROM drafts d JOIN members m ON m.n = 1 + d.n % (SELECT count(*) FROM members)
WHERE d.kind <> 'boost' AND d.author <> m.id AND (d.visibility = 'direct' OR d.n % 50 = 0);
INSERT INTO status_tags (status_id, tag_id)
SELECT d.id, t.id FROM drafts d JOIN tags t ON t.name = 'topic' || (1 + floor(power(d.n * 7919 % 500 / 500.0, 3) * 500))
WHERE d.kind <> 'boost' AND d.n % 3 = 0;
INSERT INTO media_attachments (account_id, status_id, type, media_type, remote_url, description, width, height)
SELECT d.author, d.id, 'image', 'image/png', 'https://media.example/' || d.n || '.png', 'A picture of ' || d.n, 800, 600
FROM drafts d JOIN people p ON p.id = d.author AND NOT p.local WHERE d.kind <> 'boost' AND d.n % 8 = 0;
WITH made AS (
    INSERT INTO polls (status_id, options, tallies, multiple, voters_count, expires_at)
    SELECT d.id, '{Yes,No,Perhaps}', '{3,2,1}', false, 6, d.at + interval '7 days'
    FROM drafts d WHERE d.kind = 'post' AND d.n % 100 = 7
    RETURNING id, status_id
)
UPDATE statuses s SET poll_id = made.id FROM made WHERE s.id = made.status_id;
UPDATE polls SET end_handled = true WHERE expires_at < now();
INSERT INTO status_edits (status_id, content, created_at)
SELECT d.id, '<p>An earlier version</p>', d.at FROM drafts d WHERE d.kind = 'post' AND d.n % 60 = 1;
UPDATE statuses s SET edited_at = s.created_at + interval '1 hour'
FROM drafts d WHERE d.id = s.id AND d.kind = 'post' AND d.n % 60 = 1;
UPDATE statuses s SET quote_id = o.id, quote_uri = os.uri, quote_state = 'accepted'
FROM drafts d JOIN drafts o ON o.n = d.n - 9 AND o.kind = 'post' AND o.visibility = 'public'
JOIN statuses os ON os.id = o.id
WHERE s.id = d.id AND d.kind = 'post' AND d.n % 80 = 3;

-- Who follows whom: each member 300 people and the members each other, and 300 follow each member.
INSERT INTO follows (follower_id, followed_id, accepted, created_at)
SELECT m.id, p.id, true, now() - interval '100 days' FROM members m JOIN people p ON p.n % 7 = m.n % 7 AND p.id <> m.id
UNION
SELECT p.id, m.id, true, now() - interval '100 days' FROM members m JOIN people p ON p.n % 7 = (m.n + 3) % 7 AND p.id <> m.id
ON CONFLICT DO NOTHING;
INSERT INTO favourites (account_id, status_id)
SELECT DISTINCT p.id, d.id
FROM drafts d CROSS JOIN generate_series(1, 3) g
JOIN people p ON p.n = 1 + (d.n * 31 + g * 977) % (SELECT count(*) FROM people)
WHERE d.kind <> 'boost' AND d.visibility <> 'direct' AND d.n % 2 = 0;
INSERT INTO favourites (account_id, status_id)
SELECT m.id, d.id FROM members m JOIN drafts d ON d.n % 100 = m.n WHERE d.kind <> 'boost' AND d.visibility = 'public'
ON CONFLICT DO NOTHING;
INSERT INTO bookmarks (account_id, status_id)
SELECT m.id, d.id FROM members m JOIN drafts d ON d.n % 100 = m.n WHERE d.kind <> 'boost' AND d.visibility = 'public';

-- What follows from them.
UPDATE statuses s SET replies_count = c.replies, reblogs_count = c.boosts, favourites_count = c.favourites
FROM (
    SELECT id, sum(replies) AS replies, sum(boosts) AS boosts, sum(favourites) AS favourites FROM (
        SELECT in_reply_to_id AS id, 1 AS replies, 0 AS boosts, 0 AS favourites FROM statuses
        WHERE in_reply_to_id IS NOT NULL AND visibility IN ('public', 'unlisted')
        UNION ALL SELECT reblog_of_id, 0, 1, 0 FROM statuses WHERE reblog_of_id IS NOT NULL
        UNION ALL SELECT status_id, 0, 0, 1 FROM favourites
    ) AS one GROUP BY id
) AS c WHERE s.id = c.id;
UPDATE accounts a SET statuses_count = COALESCE(c.posts, 0), last_status_at = c.last,
    followers_count = (SELECT count(*) FROM follows f WHERE f.followed_id = a.id),
    following_count = (SELECT count(*) FROM follows f WHERE f.follower_id = a.id)
FROM people p LEFT JOIN (
    SELECT account_id, count(*) AS posts, max(created_at) AS last FROM statuses
    WHERE visibility IN ('public', 'unlisted') GROUP BY 1) AS c ON c.account_id = p.id
WHERE a.id = p.id;
INSERT INTO home_timeline (account_id, status_id)
SELECT DISTINCT h.account_id, h.status_id FROM home_definition h JOIN members m ON m.id = h.account_id
ON CONFLICT DO NOTHING;
INSERT INTO notifications (id, account_id, type, from_id, status_id, created_at)
SELECT id_at(s.created_at + interval '1 minute'), m.id, told.type, told.from_id, s.id, s.created_at + interval '1 minute'
FROM (SELECT n.account_id, 'mention' AS type, s.account_id AS from_id, s.id AS status_id
      FROM mentions n JOIN statuses s ON s.id = n.status_id
      UNION ALL
      SELECT s.account_id, 'favourite', f.account_id, s.id FROM favourites f JOIN statuses s ON s.id = f.status_id
      UNION ALL
      SELECT o.account_id, 'reblog', s.account_id, o.id FROM statuses s JOIN statuses o ON o.id = s.reblog_of_id) AS told
JOIN members m ON m.id = told.account_id AND m.id <> told.from_id
JOIN statuses s ON s.id = told.status_id
ON CONFLICT DO NOTHING;
INSERT INTO conversations (account_id, thread_id, participants)
SELECT DISTINCT account_id, thread_id, participants FROM conversation_definition ON CONFLICT DO NOTHING;
INSERT INTO conversation_statuses (account_id, status_id, conversation_id)
SELECT c.account_id, d.status_id, c.id
FROM conversation_definition d JOIN conversations c USING (account_id, thread_id, participants) ON CONFLICT DO NOTHING;
COMMIT;
ANALYZE;
SELECT (SELECT count(*) FROM statuses) AS statuses, (SELECT count(*) FROM accounts) AS accounts,
       (SELECT count(*) FROM home_timeline) AS home_rows, (SELECT count(*) FROM notifications) AS notifications,
       (SELECT count(*) FROM favourites) AS favourites;
