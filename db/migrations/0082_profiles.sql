-- What a profile page shows beside posts.
ALTER TABLE accounts ADD COLUMN show_media boolean NOT NULL DEFAULT true;
ALTER TABLE accounts ADD COLUMN show_media_replies boolean NOT NULL DEFAULT true;
ALTER TABLE accounts ADD COLUMN show_featured boolean NOT NULL DEFAULT true;

CREATE OR REPLACE VIEW account_rows AS
    SELECT id, uri, username, domain, host, actor_type, is_server_actor, display_name, note, note_source,
           fields, emojis, url, avatar_url, header_url, inbox, shared_inbox, outbox, followers_uri,
           following_uri, featured_uri, moderators_uri, locked, discoverable, indexable,
           hide_collections, memorial, attribution_domains, aliases, moved_to_uri, moved_at,
           suspended_at, origin_suspended, limited_at, deleted_at, statuses_count, followers_count,
           following_count, last_status_at, created_at, fetched_at, show_media,
           show_media_replies, show_featured
    FROM accounts;

-- Whom a member recommends on the own profile.
CREATE TABLE endorsements (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT new_id(),
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX endorsements_target ON endorsements (target_id);

-- Suggestions that a member does not want to see again.
CREATE TABLE dismissed_suggestions (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX dismissed_suggestions_target ON dismissed_suggestions (target_id);

-- The directory lists people from elsewhere too.
CREATE INDEX accounts_discoverable ON accounts (id) WHERE discoverable;
