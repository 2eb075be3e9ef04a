-- Moderators hear of a shield that went up by itself.
ALTER TABLE shields ADD COLUMN told_at timestamptz;

-- Our own people make up a pile on somebody elsewhere (POLICY section 2); `approaches` has who.
CREATE TABLE outgoing_piles (
    target_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    began_at  timestamptz NOT NULL
);
-- Who was asked to slow down, of whom, and when.
CREATE TABLE slow_downs (
    account_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX slow_downs_target ON slow_downs (target_id);
