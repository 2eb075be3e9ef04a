-- As in 0113, and: what is said of its pictures and the choices of its poll are words of a post, too.
CREATE FUNCTION status_words(status bigint) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT search_words(
        s.title || ' ' || s.spoiler_text || ' ' || s.content || ' '
        || COALESCE((SELECT string_agg(m.description, ' ') FROM media_attachments m WHERE m.status_id = s.id), '')
        || ' ' || COALESCE((SELECT array_to_string(p.options, ' ') FROM polls p WHERE p.status_id = s.id), ''),
        s.language)
    FROM statuses s WHERE s.id = status
$$;

CREATE OR REPLACE FUNCTION keep_status_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO status_search (status_id, account_id, open, words)
    SELECT NEW.id, NEW.account_id,
        NEW.visibility = 'public' AND NOT NEW.muted_reach AND a.indexable,
        -- What is new has neither yet, and there are many new ones.
        CASE TG_OP WHEN 'INSERT'
            THEN search_words(NEW.title || ' ' || NEW.spoiler_text || ' ' || NEW.content, NEW.language)
            ELSE status_words(NEW.id) END
    FROM accounts a WHERE a.id = NEW.account_id
    ON CONFLICT (status_id) DO UPDATE SET open = excluded.open, words = excluded.words;
    RETURN NULL;
END
$$;

-- Pictures and polls are tied to a post after its row is there.
CREATE FUNCTION keep_search_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE status_search SET words = status_words(status_id)
    WHERE status_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.status_id ELSE NEW.status_id END;
    RETURN NULL;
END
$$;
CREATE TRIGGER media_search_insert AFTER INSERT ON media_attachments
    FOR EACH ROW WHEN (NEW.status_id IS NOT NULL AND NEW.description <> '')
    EXECUTE FUNCTION keep_search_of_part();
CREATE TRIGGER media_search_update AFTER UPDATE OF status_id, description ON media_attachments
    FOR EACH ROW WHEN (NEW.status_id IS NOT NULL
        AND (OLD.status_id, OLD.description) IS DISTINCT FROM (NEW.status_id, NEW.description)
        AND (OLD.description <> '' OR NEW.description <> ''))
    EXECUTE FUNCTION keep_search_of_part();
CREATE TRIGGER media_search_delete AFTER DELETE ON media_attachments
    FOR EACH ROW WHEN (OLD.status_id IS NOT NULL AND OLD.description <> '')
    EXECUTE FUNCTION keep_search_of_part();
CREATE TRIGGER poll_search_insert AFTER INSERT ON polls
    FOR EACH ROW EXECUTE FUNCTION keep_search_of_part();
CREATE TRIGGER poll_search_update AFTER UPDATE OF options ON polls
    FOR EACH ROW WHEN (OLD.options IS DISTINCT FROM NEW.options) EXECUTE FUNCTION keep_search_of_part();

UPDATE status_search SET words = status_words(status_id)
WHERE status_id IN (SELECT status_id FROM media_attachments WHERE description <> ''
                    UNION SELECT status_id FROM polls);
