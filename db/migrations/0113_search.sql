-- The words of every post. In a table of its own, since rows of `statuses` are written again with
-- each favourite; kept by triggers, so that no writer can forget an edit.
CREATE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE split_part(lower(language), '-', 1)
        WHEN 'ar' THEN 'arabic'     WHEN 'ca' THEN 'catalan'    WHEN 'da' THEN 'danish'
        WHEN 'de' THEN 'german'     WHEN 'el' THEN 'greek'      WHEN 'en' THEN 'english'
        WHEN 'es' THEN 'spanish'    WHEN 'eu' THEN 'basque'     WHEN 'fi' THEN 'finnish'
        WHEN 'fr' THEN 'french'     WHEN 'ga' THEN 'irish'      WHEN 'hi' THEN 'hindi'
        WHEN 'hu' THEN 'hungarian'  WHEN 'hy' THEN 'armenian'   WHEN 'id' THEN 'indonesian'
        WHEN 'it' THEN 'italian'    WHEN 'lt' THEN 'lithuanian' WHEN 'nb' THEN 'norwegian'
        WHEN 'ne' THEN 'nepali'     WHEN 'nl' THEN 'dutch'      WHEN 'nn' THEN 'norwegian'
        WHEN 'no' THEN 'norwegian'  WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian'
        WHEN 'ru' THEN 'russian'    WHEN 'sr' THEN 'serbian'    WHEN 'sv' THEN 'swedish'
        WHEN 'ta' THEN 'tamil'      WHEN 'tr' THEN 'turkish'    WHEN 'yi' THEN 'yiddish'
        ELSE 'simple' END)::regconfig
$$;

-- As written, and by their stems in the post's language. The parser passes over tags of HTML.
CREATE FUNCTION search_words(written text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT to_tsvector('pg_catalog.simple', written)
        || CASE WHEN search_config(language) <> 'pg_catalog.simple'::regconfig
                THEN to_tsvector(search_config(language), written) ELSE ''::tsvector END
$$;

CREATE TABLE status_search (
    status_id  bigint PRIMARY KEY REFERENCES statuses ON DELETE CASCADE,
    account_id bigint NOT NULL,
    open       boolean NOT NULL,                       -- public, by somebody who lets it be found
    words      tsvector NOT NULL
);
CREATE INDEX status_search_words ON status_search USING gin (words) WHERE open;
CREATE INDEX status_search_newest ON status_search (status_id DESC) WHERE open;
CREATE INDEX status_search_account ON status_search (account_id, status_id DESC);

CREATE FUNCTION keep_status_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO status_search (status_id, account_id, open, words)
    SELECT NEW.id, NEW.account_id,
        NEW.visibility = 'public' AND NOT NEW.muted_reach AND a.indexable,
        search_words(NEW.title || ' ' || NEW.spoiler_text || ' ' || NEW.content, NEW.language)
    FROM accounts a WHERE a.id = NEW.account_id
    ON CONFLICT (status_id) DO UPDATE SET open = excluded.open, words = excluded.words;
    RETURN NULL;
END
$$;
CREATE TRIGGER status_search_insert AFTER INSERT ON statuses
    FOR EACH ROW WHEN (NEW.reblog_of_id IS NULL) EXECUTE FUNCTION keep_status_search();
CREATE TRIGGER status_search_update
    AFTER UPDATE OF title, spoiler_text, content, language, visibility, muted_reach ON statuses
    FOR EACH ROW WHEN (NEW.reblog_of_id IS NULL) EXECUTE FUNCTION keep_status_search();

CREATE FUNCTION keep_account_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE status_search x SET open = NEW.indexable
    FROM statuses s
    WHERE x.account_id = NEW.id AND s.id = x.status_id AND s.visibility = 'public'
      AND NOT s.muted_reach;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_search_update AFTER UPDATE OF indexable ON accounts
    FOR EACH ROW WHEN (OLD.indexable IS DISTINCT FROM NEW.indexable)
    EXECUTE FUNCTION keep_account_search();

INSERT INTO status_search (status_id, account_id, open, words)
SELECT s.id, s.account_id, s.visibility = 'public' AND NOT s.muted_reach AND a.indexable,
    search_words(s.title || ' ' || s.spoiler_text || ' ' || s.content, s.language)
FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.reblog_of_id IS NULL;

-- Any word of a display name.
CREATE INDEX accounts_display_words ON accounts
    USING gin (to_tsvector('pg_catalog.simple', display_name));
CREATE INDEX poll_votes_account ON poll_votes (account_id);
