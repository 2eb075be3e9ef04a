-- Undo names a Like, and Announce or Block, by its id.
CREATE INDEX favourites_uri ON favourites (activity_uri) WHERE activity_uri <> '';
CREATE INDEX blocks_uri ON blocks (uri) WHERE uri <> '';
CREATE INDEX statuses_activity ON statuses (activity_uri) WHERE activity_uri <> '';

-- Whoever asked to be told of each post.
CREATE INDEX follows_notify ON follows (followed_id) WHERE notify AND accepted;

ALTER TABLE media_attachments ADD COLUMN preview_url text NOT NULL DEFAULT '';
CREATE INDEX media_attachments_unused ON media_attachments (created_at) WHERE status_id IS NULL;

-- Whether home_timeline holds this member's rows; given up when they stay away.
ALTER TABLE users ADD COLUMN home_kept boolean NOT NULL DEFAULT true;

-- Counters change with every post and favourite. As long as no indexed column changes, and there is
-- room on the page, PostgreSQL leaves the indexes alone (HOT): so last_status_at is in no index.
DROP INDEX accounts_directory;
CREATE INDEX accounts_directory ON accounts (id) WHERE discoverable AND domain = '';
ALTER TABLE accounts SET (fillfactor = 80);
ALTER TABLE statuses SET (fillfactor = 90);
ALTER TABLE polls SET (fillfactor = 80);
