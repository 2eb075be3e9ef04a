-- Whom a member does not want to see, or who does not want to be seen by the member.
CREATE VIEW hidden_accounts AS
    SELECT account_id AS reader_id, target_id AS hidden_id FROM blocks
    UNION ALL
    SELECT target_id, account_id FROM blocks
    UNION ALL
    SELECT account_id, target_id FROM mutes WHERE expires_at IS NULL OR expires_at > now();

-- Posts from elsewhere alone: on an instance that mostly talks to itself they are few among many.
CREATE INDEX statuses_remote ON statuses (id DESC)
    WHERE visibility = 'public' AND reblog_of_id IS NULL AND NOT local;

-- Search by the beginning of a name.
CREATE INDEX accounts_username_prefix ON accounts (lower(username) text_pattern_ops);
CREATE INDEX accounts_display_name_prefix ON accounts (lower(display_name) text_pattern_ops);
CREATE INDEX tags_prefix ON tags (name text_pattern_ops);
