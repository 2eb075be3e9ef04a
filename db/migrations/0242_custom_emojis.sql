-- Pictures of the house that stand for :shortcode: in what our people write.
CREATE TABLE custom_emojis (
    id            bigint PRIMARY KEY DEFAULT new_id(),
    shortcode     text NOT NULL UNIQUE,
    category      text NOT NULL DEFAULT '',
    original_file text NOT NULL,
    listed        boolean NOT NULL DEFAULT true,       -- offered by apps; else only known
    created_at    timestamptz NOT NULL
);
CREATE TRIGGER custom_emojis_files
    AFTER DELETE OR UPDATE OF original_file ON custom_emojis
    FOR EACH ROW EXECUTE FUNCTION collect_media_files();
