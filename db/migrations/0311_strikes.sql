-- What moderators did to members and to posts of theirs, how it is undone, and the member's appeal.
CREATE TABLE strikes (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    act          text NOT NULL CHECK (act IN ('none', 'sensitive', 'disable', 'silence', 'suspend',
                     'remove-media', 'mark-sensitive', 'label')),
    status_id    bigint REFERENCES statuses ON DELETE SET NULL,
    status_uri   text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT '',
    made_by      text NOT NULL,                        -- as in audit_log.actor
    created_at   timestamptz NOT NULL,
    undone_at    timestamptz,
    appeal       text NOT NULL DEFAULT '',
    appealed_at  timestamptz,
    decision     text NOT NULL DEFAULT '' CHECK (decision IN ('', 'upheld', 'overturned')),
    answer       text NOT NULL DEFAULT '',
    decided_by   text NOT NULL DEFAULT '',
    decided_at   timestamptz
);
CREATE INDEX strikes_account ON strikes (account_id, id DESC);
CREATE INDEX strikes_appeals ON strikes (appealed_at)
    WHERE appealed_at IS NOT NULL AND decided_at IS NULL;

-- Marks on single posts. They stand until they are taken back: no edit, ours or from elsewhere,
-- takes them away (ATTACKS H13).
ALTER TABLE statuses
    ADD COLUMN forced_sensitive boolean NOT NULL DEFAULT false,
    ADD COLUMN forced_label text NOT NULL DEFAULT '',
    ADD COLUMN media_removed boolean NOT NULL DEFAULT false;
ALTER TABLE media_attachments
    ADD COLUMN removed_from bigint REFERENCES statuses ON DELETE CASCADE;
CREATE INDEX media_attachments_removed ON media_attachments (removed_from)
    WHERE removed_from IS NOT NULL;

CREATE FUNCTION keep_forced_marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.forced_sensitive AND NOT NEW.sensitive THEN
        NEW.sensitive := true;
        NEW.made_sensitive := true;
    END IF;
    IF NEW.forced_label <> '' AND NOT starts_with(NEW.spoiler_text, NEW.forced_label) THEN
        NEW.spoiler_text := NEW.forced_label
            || CASE WHEN NEW.spoiler_text = '' THEN '' ELSE ' · ' || NEW.spoiler_text END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statuses_forced_marks
    BEFORE UPDATE OF sensitive, spoiler_text, forced_sensitive, forced_label ON statuses
    FOR EACH ROW WHEN (NEW.forced_sensitive OR NEW.forced_label <> '')
    EXECUTE FUNCTION keep_forced_marks();

-- Media that come to a post whose media were removed go where those are.
CREATE FUNCTION keep_media_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM statuses WHERE id = NEW.status_id AND media_removed) THEN
        NEW.removed_from := NEW.status_id;
        NEW.status_id := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER media_attachments_removed BEFORE INSERT OR UPDATE OF status_id ON media_attachments
    FOR EACH ROW WHEN (NEW.status_id IS NOT NULL) EXECUTE FUNCTION keep_media_removed();
