-- Ids are 63 bits, ordered by time: milliseconds since 1970, 16 bits of a sequence that all
-- processes share. A status that arrives late gets an id of its own time, so id order is time order.
CREATE SEQUENCE id_sequence;

CREATE FUNCTION id_at(at timestamptz) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (floor(extract(epoch FROM at) * 1000)::bigint << 16) | (nextval('id_sequence') & 65535)
$$;

CREATE FUNCTION new_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT id_at(clock_timestamp())
$$;

-- What belongs to the whole instance: its fixed name, its secrets, its settings.
CREATE TABLE instance_values (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- Everybody whom we know: our members, remote actors, server actors.
CREATE TABLE accounts (
    id                bigint PRIMARY KEY DEFAULT new_id(),
    uri               text NOT NULL UNIQUE,            -- the actor id, compared byte for byte
    username          text NOT NULL,
    domain            text NOT NULL DEFAULT '',        -- host of the handle; '' for our own
    host              text NOT NULL DEFAULT '',        -- host of the id, the name in `peers`; '' for our own
    actor_type        text NOT NULL DEFAULT 'Person',  -- Person Service Application Group Organization
    is_server_actor   boolean NOT NULL DEFAULT false,  -- never listed, never followed
    display_name      text NOT NULL DEFAULT '',
    note              text NOT NULL DEFAULT '',        -- clean HTML
    note_source       text NOT NULL DEFAULT '',        -- what a member wrote
    fields            jsonb NOT NULL DEFAULT '[]',     -- [{name, value (clean HTML), source, verified_at}]
    emojis            jsonb NOT NULL DEFAULT '[]',     -- [{shortcode, url}]
    url               text NOT NULL DEFAULT '',        -- profile page
    avatar_url        text NOT NULL DEFAULT '',
    header_url        text NOT NULL DEFAULT '',
    avatar_description text NOT NULL DEFAULT '',
    header_description text NOT NULL DEFAULT '',
    inbox             text NOT NULL DEFAULT '',
    shared_inbox      text NOT NULL DEFAULT '',
    outbox            text NOT NULL DEFAULT '',
    followers_uri     text NOT NULL DEFAULT '',
    following_uri     text NOT NULL DEFAULT '',
    featured_uri      text NOT NULL DEFAULT '',
    moderators_uri    text NOT NULL DEFAULT '',        -- of a Group (FEP-1b12)
    locked            boolean NOT NULL DEFAULT false,
    discoverable      boolean NOT NULL DEFAULT false,
    indexable         boolean NOT NULL DEFAULT false,
    hide_collections  boolean NOT NULL DEFAULT false,
    memorial          boolean NOT NULL DEFAULT false,
    attribution_domains text[] NOT NULL DEFAULT '{}',
    aliases           text[] NOT NULL DEFAULT '{}',
    moved_to_uri      text NOT NULL DEFAULT '',
    moved_at          timestamptz,
    suspended_at      timestamptz,                     -- by our moderators
    origin_suspended  boolean NOT NULL DEFAULT false,  -- by its own server
    limited_at        timestamptz,                     -- by our moderators: shown to followers only
    deleted_at        timestamptz,                     -- the row stays, so that the name is never reused
    statuses_count    bigint NOT NULL DEFAULT 0,
    followers_count   bigint NOT NULL DEFAULT 0,
    following_count   bigint NOT NULL DEFAULT 0,
    last_status_at    timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    fetched_at        timestamptz,                     -- remote: when the document was last read
    featured_at       timestamptz                      -- remote: when pins were last read
);
CREATE UNIQUE INDEX accounts_handle ON accounts (lower(username), domain);
CREATE INDEX accounts_domain ON accounts (domain);
CREATE INDEX accounts_host ON accounts (host) WHERE host <> '';
CREATE INDEX accounts_directory ON accounts (last_status_at DESC NULLS LAST) WHERE discoverable AND domain = '';

-- Keys of our actors (with the private half) and of remote ones.
CREATE TABLE account_keys (
    key_uri     text PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    algorithm   text NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),
    public_pem  text NOT NULL,
    private_pem text,                                  -- only of our own
    created_at  timestamptz NOT NULL DEFAULT now(),
    retired_at  timestamptz                            -- own: no longer signs
);
CREATE INDEX account_keys_account ON account_keys (account_id);

-- A key, actor or handle that could not be had: asked again after `until`, not before.
CREATE TABLE failed_lookups (
    uri    text PRIMARY KEY,
    reason text NOT NULL,
    until  timestamptz NOT NULL
);

-- A (handle, actor) pair that was confirmed is never bound to another actor (ATTACKS A27).
-- accounts_handle holds it; this table holds what was refused, for the administrator to see.
CREATE TABLE key_changes (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    at         timestamptz NOT NULL DEFAULT now(),
    old_pem    text NOT NULL,
    new_pem    text NOT NULL
);

-- The columns that db/accounts.cpp reads, in its order.
CREATE VIEW account_rows AS
    SELECT id, uri, username, domain, host, actor_type, is_server_actor, display_name, note, note_source,
           fields, emojis, url, avatar_url, header_url, inbox, shared_inbox, outbox, followers_uri,
           following_uri, featured_uri, moderators_uri, locked, discoverable, indexable,
           hide_collections, memorial, attribution_domains, aliases, moved_to_uri, moved_at,
           suspended_at, origin_suspended, limited_at, deleted_at, statuses_count, followers_count,
           following_count, last_status_at, created_at, fetched_at
    FROM accounts;
