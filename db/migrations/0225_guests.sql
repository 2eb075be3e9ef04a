-- Guests of one circle: no educators, here until a day, and only for the members who were named
-- (POLICY section 1).
ALTER TABLE invitations
    ADD COLUMN guest_until timestamptz,                -- not NULL: who comes by it is a guest
    ADD COLUMN circle bigint[] NOT NULL DEFAULT '{}';  -- members' account ids

CREATE TABLE guests (
    account_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    until      timestamptz NOT NULL,
    invited_by text NOT NULL,                          -- as in audit_log.actor
    ended_at   timestamptz
);
CREATE INDEX guests_due ON guests (until) WHERE ended_at IS NULL;

CREATE TABLE guest_circles (
    guest_id  bigint NOT NULL REFERENCES guests ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (guest_id, member_id)
);
CREATE INDEX guest_circles_member ON guest_circles (member_id);

-- Of `targets` those to whom the guest may write: the circle, and who wrote to the guest.
CREATE FUNCTION reached_by_guest(guest bigint, targets bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
        SELECT t.id FROM unnest(targets) AS t (id)
        WHERE t.id = guest
           OR EXISTS (SELECT 1 FROM guest_circles c
                      WHERE c.guest_id = guest AND c.member_id = t.id)
           OR EXISTS (SELECT 1 FROM mentions m JOIN statuses s ON s.id = m.status_id
                      WHERE m.account_id = guest AND s.account_id = t.id);
END $$;

-- The profile field of a guest is ours as the one of an attested educator is: the view puts it
-- first, and nobody writes it.
ALTER TABLE accounts ADD COLUMN guest_until date;

CREATE OR REPLACE VIEW account_rows AS
    SELECT id, uri, username, domain, host, actor_type, is_server_actor, display_name, note, note_source,
           CASE WHEN guest_until IS NOT NULL
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
