-- What a member lets others do with new posts of a visibility: {"reply", "like", "announce"} as in
-- statuses.interaction_policy. Without a row nothing is asked of anybody.
CREATE TABLE interaction_defaults (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    visibility text NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private', 'direct')),
    policy     jsonb NOT NULL,
    PRIMARY KEY (account_id, visibility)
);
