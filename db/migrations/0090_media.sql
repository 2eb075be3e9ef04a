-- Uploads, members' pictures, and copies of remote media. File names are names in the media store.

ALTER TABLE media_attachments
    -- Part of its URL, so that an id cannot be guessed into one. gen_random_uuid is a strong one.
    ADD COLUMN secret text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
    ADD COLUMN state text NOT NULL DEFAULT 'ready' CHECK (state IN ('processing', 'ready', 'failed')),
    ADD COLUMN failure text NOT NULL DEFAULT '',          -- what the member is told
    ADD COLUMN incoming_file text NOT NULL DEFAULT '',    -- as uploaded, until it is processed
    ADD COLUMN original_file text NOT NULL DEFAULT '',
    ADD COLUMN small_file text NOT NULL DEFAULT '',
    ADD COLUMN bytes bigint NOT NULL DEFAULT 0,           -- of all its files
    ADD COLUMN small_width integer NOT NULL DEFAULT 0,
    ADD COLUMN small_height integer NOT NULL DEFAULT 0,
    ADD COLUMN frame_rate text NOT NULL DEFAULT '',
    ADD COLUMN bit_rate bigint NOT NULL DEFAULT 0;
CREATE INDEX media_attachments_owned ON media_attachments (account_id) INCLUDE (bytes) WHERE bytes > 0;

-- Avatars and headers of our own people.
CREATE TABLE account_pictures (
    account_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind          text NOT NULL CHECK (kind IN ('avatar', 'header')),
    original_file text NOT NULL,
    media_type    text NOT NULL,
    description   text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, kind)
);

-- What was fetched from elsewhere, processed. A row without a file remembers that it failed.
CREATE TABLE remote_media (
    id               text PRIMARY KEY,                    -- digest of what it is for and its URL
    original_file    text NOT NULL DEFAULT '',
    small_file       text NOT NULL DEFAULT '',
    bytes            bigint NOT NULL DEFAULT 0,
    failures         integer NOT NULL DEFAULT 0,
    used_at          timestamptz NOT NULL,                -- to about an hour
    tried_at         timestamptz NOT NULL
);
CREATE INDEX remote_media_used ON remote_media (used_at);

-- Files that no row names, or will soon name none. Removed when their time has come: so a crash
-- between file and row leaves nothing behind, and a file goes with its row, however that went.
CREATE TABLE media_garbage (
    file         text PRIMARY KEY,
    remove_after timestamptz NOT NULL
);
CREATE INDEX media_garbage_due ON media_garbage (remove_after);

CREATE FUNCTION collect_media_files() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) ELSE '{}'::jsonb END;
    had jsonb := to_jsonb(OLD);
BEGIN
    INSERT INTO media_garbage (file, remove_after)
    SELECT DISTINCT had ->> place, now()
    FROM unnest(ARRAY['incoming_file', 'original_file', 'small_file']) AS place
    WHERE coalesce(had ->> place, '') <> '' AND had ->> place IS DISTINCT FROM kept ->> place
    ON CONFLICT (file) DO UPDATE SET remove_after = now();
    RETURN NULL;
END $$;
CREATE TRIGGER media_attachments_files
    AFTER DELETE OR UPDATE OF incoming_file, original_file, small_file ON media_attachments
    FOR EACH ROW EXECUTE FUNCTION collect_media_files();
CREATE TRIGGER account_pictures_files
    AFTER DELETE OR UPDATE OF original_file ON account_pictures
    FOR EACH ROW EXECUTE FUNCTION collect_media_files();
CREATE TRIGGER remote_media_files
    AFTER DELETE OR UPDATE OF original_file, small_file ON remote_media
    FOR EACH ROW EXECUTE FUNCTION collect_media_files();
