-- A way in for whom no roster lists. The code itself is shown once.
CREATE TABLE invitations (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    code_hash  text NOT NULL UNIQUE,                   -- SHA-256, hex
    note       text NOT NULL DEFAULT '',               -- for whom, in the words of who made it
    max_uses   integer NOT NULL CHECK (max_uses > 0),
    uses       integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    made_by    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

ALTER TABLE users
    ADD COLUMN invitation_id bigint REFERENCES invitations ON DELETE SET NULL,
    ADD COLUMN terms_version text NOT NULL DEFAULT '',  -- of terms and rules, as they were accepted
    ADD COLUMN terms_accepted_at timestamptz;
