-- Answers of our members to posts whose author wants to be asked (GoToSocial's canReply): sent to
-- that author alone until the answer comes.
CREATE TABLE reply_requests (
    status_id  bigint PRIMARY KEY REFERENCES statuses ON DELETE CASCADE,
    author_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,  -- whose leave it needs
    stamp_uri  text NOT NULL DEFAULT '',
    decided_at timestamptz
);
CREATE INDEX reply_requests_author ON reply_requests (author_id);
