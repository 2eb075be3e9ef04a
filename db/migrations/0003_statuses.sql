CREATE TABLE statuses (
    id               bigint PRIMARY KEY DEFAULT new_id(),
    uri              text NOT NULL UNIQUE,
    url              text NOT NULL DEFAULT '',
    account_id       bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    local            boolean NOT NULL,
    object_type      text NOT NULL DEFAULT 'Note',     -- Announce for a boost
    activity_uri     text NOT NULL DEFAULT '',         -- a boost's Announce, a post's Create
    reblog_of_id     bigint REFERENCES statuses ON DELETE CASCADE,
    in_reply_to_id   bigint REFERENCES statuses ON DELETE SET NULL,
    in_reply_to_uri  text NOT NULL DEFAULT '',         -- kept also while the parent is unknown
    in_reply_to_account_id bigint REFERENCES accounts ON DELETE SET NULL,
    thread_id        bigint NOT NULL,                  -- id of the first known post of the thread
    context_uri      text NOT NULL DEFAULT '',         -- theirs: a hint for grouping (FEP-7888)
    conversation     text NOT NULL DEFAULT '',
    title            text NOT NULL DEFAULT '',
    content          text NOT NULL DEFAULT '',         -- clean HTML
    text             text NOT NULL DEFAULT '',         -- what a member wrote
    spoiler_text     text NOT NULL DEFAULT '',
    sensitive        boolean NOT NULL DEFAULT false,
    language         text NOT NULL DEFAULT '',
    visibility       text NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private', 'direct', 'limited')),
    local_only       boolean NOT NULL DEFAULT false,
    muted_reach      boolean NOT NULL DEFAULT false,   -- a `limit` verdict: no timelines, no notifications
    app_id           bigint REFERENCES oauth_apps ON DELETE SET NULL,
    poll_id          bigint,
    emojis           jsonb NOT NULL DEFAULT '[]',
    card             jsonb,
    interaction_policy jsonb,
    quote_uri        text NOT NULL DEFAULT '',
    quote_id         bigint REFERENCES statuses ON DELETE SET NULL,
    quote_state      text NOT NULL DEFAULT '' CHECK (quote_state IN
                       ('', 'pending', 'accepted', 'rejected', 'revoked', 'deleted', 'unauthorized')),
    quote_authorization_uri text NOT NULL DEFAULT '',
    quote_checked_at timestamptz,
    group_uri        text NOT NULL DEFAULT '',         -- `audience`
    replies_uri      text NOT NULL DEFAULT '',
    document         text NOT NULL DEFAULT '',         -- ours: the object as it is served and sent
    replies_count    bigint NOT NULL DEFAULT 0,
    reblogs_count    bigint NOT NULL DEFAULT 0,
    favourites_count bigint NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL,
    edited_at        timestamptz,
    fetched_at       timestamptz,                      -- remote: last read from its origin
    backfilled_at    timestamptz                       -- when the thread below was last asked for
);
CREATE UNIQUE INDEX statuses_one_boost ON statuses (account_id, reblog_of_id) WHERE reblog_of_id IS NOT NULL;
CREATE INDEX statuses_account ON statuses (account_id, id DESC);
CREATE INDEX statuses_reblogs ON statuses (reblog_of_id, id DESC) WHERE reblog_of_id IS NOT NULL;
CREATE INDEX statuses_replies ON statuses (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX statuses_orphans ON statuses (in_reply_to_uri) WHERE in_reply_to_id IS NULL AND in_reply_to_uri <> '';
CREATE INDEX statuses_thread ON statuses (thread_id, id);
CREATE INDEX statuses_public ON statuses (id DESC) WHERE visibility = 'public' AND reblog_of_id IS NULL;
CREATE INDEX statuses_local ON statuses (id DESC) WHERE visibility = 'public' AND reblog_of_id IS NULL AND local;
CREATE INDEX statuses_quotes ON statuses (quote_id) WHERE quote_id IS NOT NULL;
CREATE INDEX statuses_url ON statuses (url) WHERE url <> '';

-- Who is addressed. `silent`: a reader that no Mention tag names (no notification).
CREATE TABLE mentions (
    status_id  bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    silent     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (status_id, account_id)
);
CREATE INDEX mentions_account ON mentions (account_id, status_id DESC);

CREATE TABLE tags (
    id      bigint PRIMARY KEY DEFAULT new_id(),
    name    text NOT NULL UNIQUE,                      -- folded
    display text NOT NULL
);
CREATE TABLE status_tags (
    status_id bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    tag_id    bigint NOT NULL REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (tag_id, status_id)
);
CREATE INDEX status_tags_status ON status_tags (status_id);

CREATE TABLE media_attachments (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    account_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id   bigint REFERENCES statuses ON DELETE CASCADE,
    position    integer NOT NULL DEFAULT 0,
    type        text NOT NULL CHECK (type IN ('image', 'gifv', 'video', 'audio', 'unknown')),
    media_type  text NOT NULL DEFAULT '',
    remote_url  text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    blurhash    text NOT NULL DEFAULT '',
    width       integer,
    height      integer,
    duration_ms bigint,
    focus_x     real,
    focus_y     real,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX media_attachments_status ON media_attachments (status_id, position);

CREATE TABLE status_edits (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    status_id    bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    content      text NOT NULL,
    text         text NOT NULL DEFAULT '',
    spoiler_text text NOT NULL DEFAULT '',
    sensitive    boolean NOT NULL DEFAULT false,
    language     text NOT NULL DEFAULT '',
    poll_options text[],
    media        jsonb NOT NULL DEFAULT '[]',
    emojis       jsonb NOT NULL DEFAULT '[]',
    created_at   timestamptz NOT NULL                  -- when this version was written
);
CREATE INDEX status_edits_status ON status_edits (status_id, id);

CREATE TABLE polls (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    status_id    bigint NOT NULL UNIQUE REFERENCES statuses ON DELETE CASCADE,
    options      text[] NOT NULL,
    tallies      bigint[] NOT NULL,                    -- same length
    multiple     boolean NOT NULL,
    hide_totals  boolean NOT NULL DEFAULT false,
    voters_count bigint,                               -- NULL: the origin does not say
    expires_at   timestamptz,                          -- NULL: open end
    closed_at    timestamptz,
    announced_at timestamptz,                          -- ours: when tallies were last sent
    dirty        boolean NOT NULL DEFAULT false,       -- ours: tallies changed since
    end_handled  boolean NOT NULL DEFAULT false        -- notifications and last Update were made
);
CREATE INDEX polls_to_announce ON polls (expires_at) WHERE dirty OR NOT end_handled;
CREATE TABLE poll_votes (
    poll_id    bigint NOT NULL REFERENCES polls ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    choice     integer NOT NULL,
    uri        text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (poll_id, account_id, choice)
);

CREATE TABLE favourites (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id    bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    activity_uri text NOT NULL DEFAULT '',
    UNIQUE (account_id, status_id)
);
CREATE INDEX favourites_status ON favourites (status_id, id DESC);
CREATE INDEX favourites_account ON favourites (account_id, id DESC);
CREATE TABLE bookmarks (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    UNIQUE (account_id, status_id)
);
CREATE INDEX bookmarks_account ON bookmarks (account_id, id DESC);
CREATE INDEX bookmarks_status ON bookmarks (status_id);
CREATE TABLE pins (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT new_id(),
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX pins_status ON pins (status_id);
CREATE TABLE featured_tags (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    tag_id     bigint NOT NULL REFERENCES tags ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT new_id(),
    PRIMARY KEY (account_id, tag_id)
);
CREATE TABLE muted_threads (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    thread_id  bigint NOT NULL,
    PRIMARY KEY (account_id, thread_id)
);

-- Which ids once were, so that a late Create cannot bring them back and a GET answers 410.
CREATE TABLE tombstones (
    uri        text PRIMARY KEY,
    account_uri text NOT NULL DEFAULT '',
    local      boolean NOT NULL DEFAULT false,
    deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tombstones_age ON tombstones (deleted_at);

-- An id that answered 404 once; a second 404 a day later deletes.
CREATE TABLE missing_objects (
    uri        text PRIMARY KEY,
    first_seen timestamptz NOT NULL DEFAULT now()
);

-- The columns that db/statuses.cpp reads, in its order.
CREATE VIEW status_rows AS
    SELECT id, uri, url, account_id, local, object_type, activity_uri, reblog_of_id, in_reply_to_id,
           in_reply_to_uri, in_reply_to_account_id, thread_id, context_uri, conversation, title,
           content, text, spoiler_text, sensitive, language, visibility, local_only, muted_reach,
           app_id, poll_id, emojis, card, interaction_policy, quote_uri, quote_id, quote_state,
           quote_authorization_uri, group_uri, replies_uri, document, replies_count, reblogs_count,
           favourites_count, created_at, edited_at, fetched_at
    FROM statuses;
