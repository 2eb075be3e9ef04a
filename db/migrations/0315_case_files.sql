-- The files of reported posts, kept for who decides the case (decision 315). A name here keeps the
-- file from the garbage's collection, whatever becomes of the post.
CREATE TABLE case_files (
    case_id     bigint NOT NULL REFERENCES cases ON DELETE CASCADE,
    status_id   bigint NOT NULL,
    position    integer NOT NULL,
    media_id    bigint NOT NULL,
    description text NOT NULL DEFAULT '',
    remote_url  text NOT NULL DEFAULT '',  -- of others' posts: where the copy comes from
    file        text NOT NULL DEFAULT '',  -- in the media store; '': not there (yet)
    PRIMARY KEY (case_id, media_id)
);
CREATE INDEX case_files_file ON case_files (file) WHERE file <> '';

-- A moderator deleted a post: it can be appealed, too.
ALTER TABLE strikes DROP CONSTRAINT strikes_act_check;
ALTER TABLE strikes ADD CONSTRAINT strikes_act_check CHECK (act IN ('none', 'sensitive', 'disable',
    'silence', 'suspend', 'remove-media', 'mark-sensitive', 'label', 'delete'));
