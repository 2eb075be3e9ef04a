-- Public records (POLICY section 3, decision 370). What a post is as a record: private ones are
-- nobody's but their readers'; of the open ones those of groups, and those of accounts that speak for
-- the district, stand apart.
CREATE TABLE official_accounts (
    account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL
);
CREATE FUNCTION record_kind(author bigint, visibility text, group_uri text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF visibility NOT IN ('public', 'unlisted') THEN RETURN 'private'; END IF;
    IF group_uri <> '' THEN RETURN 'group-record'; END IF;
    IF EXISTS (SELECT 1 FROM official_accounts o WHERE o.account_id = author) THEN
        RETURN 'official';
    END IF;
    RETURN 'public';
END $$;

-- How long our posts are kept; of a kind that has no row, for good.
CREATE TABLE retention_rules (
    kind   text PRIMARY KEY CHECK (kind IN ('public', 'official', 'group-record', 'private')),
    days   integer NOT NULL CHECK (days BETWEEN 30 AND 36500),
    set_by text NOT NULL,
    set_at timestamptz NOT NULL
);
CREATE INDEX statuses_by_age ON statuses (created_at) WHERE local AND reblog_of_id IS NULL;

-- What somebody wrote is kept while one of these stands, whoever deletes it.
CREATE TABLE legal_holds (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts,
    matter     text NOT NULL CHECK (matter <> ''),       -- the case's name or number
    reason     text NOT NULL CHECK (reason <> ''),
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL,
    lifted_by  text NOT NULL DEFAULT '',
    lifted_at  timestamptz
);
CREATE INDEX legal_holds_standing ON legal_holds (account_id) WHERE lifted_at IS NULL;

CREATE TABLE kept_posts (
    id           bigint PRIMARY KEY,                     -- the post's
    account_id   bigint NOT NULL REFERENCES accounts,
    uri          text NOT NULL,
    visibility   text NOT NULL,
    group_uri    text NOT NULL,
    created_at   timestamptz NOT NULL,
    edited_at    timestamptz,
    spoiler_text text NOT NULL,
    content      text NOT NULL,
    text         text NOT NULL,
    document     text NOT NULL,
    versions     jsonb NOT NULL,                         -- earlier ones, oldest first
    deleted_at   timestamptz NOT NULL
);
CREATE INDEX kept_posts_account ON kept_posts (account_id, id);

-- In the database, so that no way to delete a post leads around it.
CREATE FUNCTION keep_held_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM legal_holds h
               WHERE h.account_id = OLD.account_id AND h.lifted_at IS NULL) THEN
        INSERT INTO kept_posts (id, account_id, uri, visibility, group_uri, created_at, edited_at,
            spoiler_text, content, text, document, versions, deleted_at)
        VALUES (OLD.id, OLD.account_id, OLD.uri, OLD.visibility, OLD.group_uri, OLD.created_at,
            OLD.edited_at, OLD.spoiler_text, OLD.content, OLD.text, OLD.document,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.created_at,
                        'spoiler_text', e.spoiler_text, 'content', e.content) ORDER BY e.id), '[]')
             FROM status_edits e WHERE e.status_id = OLD.id), now())
        ON CONFLICT (id) DO NOTHING;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER statuses_keep_held BEFORE DELETE ON statuses
    FOR EACH ROW WHEN (OLD.local AND OLD.reblog_of_id IS NULL) EXECUTE FUNCTION keep_held_post();
