-- Commercial partners: organisations that a district carries, and the people who speak for them
-- (POLICY section 1). Of theirs and of others' the mark is one column.
ALTER TABLE accounts ADD COLUMN commercial jsonb; -- {"id": of the organisation, "name", "text", "stopped"}
CREATE INDEX accounts_commercial ON accounts ((commercial ->> 'id')) WHERE commercial IS NOT NULL;

CREATE TABLE partners (
    account_id      bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE, -- the Organization
    name            text NOT NULL,
    name_key        text NOT NULL,                    -- what the name looks like
    website         text NOT NULL DEFAULT '',         -- its host
    sponsor_id      bigint REFERENCES users ON DELETE SET NULL, -- NULL: the district itself
    until           timestamptz NOT NULL,
    weekly_posts    int NOT NULL,
    weekly_mentions int NOT NULL,
    added_by        text NOT NULL,                    -- as in audit_log.actor
    ended_at        timestamptz
);
CREATE INDEX partners_sponsor ON partners (sponsor_id);
CREATE INDEX partners_due ON partners (until) WHERE ended_at IS NULL;

CREATE TABLE partner_people (
    account_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    partner_id bigint NOT NULL REFERENCES partners ON DELETE CASCADE,
    removed_at timestamptz
);
CREATE INDEX partner_people_partner ON partner_people (partner_id);

-- What an organisation of ours sent, for its caps: a deleted post has been read, too.
CREATE TABLE partner_posts (
    organisation text NOT NULL,
    at           timestamptz NOT NULL,
    posts        int NOT NULL,
    mentions     int NOT NULL
);
CREATE INDEX partner_posts_week ON partner_posts (organisation, at);

-- "Not wanted", of organisations here and elsewhere: by one of ours, or told by another district.
CREATE TABLE partner_strikes (
    organisation text NOT NULL,                       -- an actor id, or "host:" and a server
    member_id    bigint,                              -- stays when the member is gone: it counts on
    host         text NOT NULL DEFAULT '',
    uri          text,                                -- of the Flag
    account_id   bigint REFERENCES accounts ON DELETE SET NULL, -- whose post or profile it was
    at           timestamptz NOT NULL
);
CREATE INDEX partner_strikes_organisation ON partner_strikes (organisation, at);
CREATE INDEX partner_strikes_account ON partner_strikes (account_id);
CREATE UNIQUE INDEX partner_strikes_uri ON partner_strikes (uri);

CREATE TABLE partner_stops (
    organisation text PRIMARY KEY,
    name         text NOT NULL,                       -- as it was then, so that it is known again
    stopped_at   timestamptz NOT NULL,
    lifted_at    timestamptz                          -- strikes before count no more
);

-- A hostile district alone reaches no stop: two of its strikes count.
CREATE FUNCTION count_partner_strikes(asked text, since timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    start timestamptz := greatest(
        since, (SELECT x.lifted_at FROM partner_stops x WHERE x.organisation = asked));
BEGIN
    RETURN (SELECT count(DISTINCT s.member_id) FROM partner_strikes s
            WHERE s.organisation = asked AND s.at > start AND s.member_id IS NOT NULL)
         + (SELECT coalesce(sum(least(told.flags, 2)), 0)
            FROM (SELECT count(*) AS flags FROM partner_strikes s
                  WHERE s.organisation = asked AND s.at > start AND s.member_id IS NULL
                  GROUP BY s.host) AS told);
END $$;

-- Of organisations that write to us: how many of our people they addressed since then, all their
-- accounts together, and whether ours have stopped them.
CREATE FUNCTION partner_weeks(asked text[], since timestamptz)
RETURNS TABLE (organisation text, mentions bigint, is_stopped boolean)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
        SELECT o.key,
               (SELECT count(*)
                FROM (SELECT a.id FROM accounts a
                      WHERE o.key LIKE 'host:_%' AND a.host = substr(o.key, 6)
                      UNION SELECT a.id FROM accounts a
                      WHERE a.commercial IS NOT NULL AND a.commercial ->> 'id' = o.key
                      UNION SELECT a.id FROM accounts a WHERE a.uri = o.key) AS one (id)
                JOIN statuses s ON s.account_id = one.id AND s.id >= (SELECT id_at(since))
                JOIN mentions m ON m.status_id = s.id AND NOT m.unaddressed
                JOIN users u ON u.account_id = m.account_id),
               EXISTS (SELECT 1 FROM partner_stops x
                       WHERE x.organisation = o.key AND x.lifted_at IS NULL)
        FROM unnest(asked) AS o (key);
END $$;

CREATE FUNCTION commercial_label(commercial jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN (commercial ->> 'stopped')::boolean THEN '[Stopped commercial partner] '
                ELSE '[Commercial partner] ' END
$$;

-- The mark is ours: it stands before the name and first among the fields, and nobody writes it. Who
-- is commercial is never shown as attested.
CREATE OR REPLACE VIEW account_rows AS
    SELECT id, uri, username, domain, host, actor_type, is_server_actor,
           CASE WHEN commercial IS NULL OR starts_with(display_name, commercial_label(commercial))
                THEN display_name
                ELSE commercial_label(commercial) || coalesce(nullif(display_name, ''), username)
                END AS display_name,
           note, note_source,
           CASE WHEN commercial IS NOT NULL
                THEN jsonb_build_array(jsonb_build_object(
                         'commercial', commercial, 'name', 'Commercial partner', 'source', '',
                         'value', commercial ->> 'text')) || fields
                WHEN guest_until IS NOT NULL
                THEN jsonb_build_array(jsonb_build_object(
                         'guest', guest_until, 'name', 'Guest', 'source', '',
                         'value', 'Not confirmed as an educator, here until ' || guest_until)) || fields
                WHEN attested IS NULL THEN fields
                ELSE jsonb_build_array(jsonb_build_object('attested', attested)) || fields END AS fields,
           emojis, url, avatar_url, header_url, inbox, shared_inbox, outbox, followers_uri,
           following_uri, featured_uri, moderators_uri, locked, discoverable, indexable,
           hide_collections, memorial, attribution_domains, aliases, moved_to_uri, moved_at,
           suspended_at, origin_suspended, limited_at, deleted_at, statuses_count, followers_count,
           following_count, last_status_at, created_at, fetched_at,
           show_media, show_media_replies, show_featured
    FROM accounts;
