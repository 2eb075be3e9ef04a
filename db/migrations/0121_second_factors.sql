-- One-time codes (RFC 6238) as a second factor.
CREATE TABLE second_factors (
    account_id   bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    secret       text NOT NULL,              -- hex
    last_step    bigint NOT NULL DEFAULT 0,  -- of the last code that was taken: none is taken twice
    confirmed_at timestamptz,                -- NULL: being set up, asked of nobody yet
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE recovery_codes (
    account_id bigint NOT NULL REFERENCES second_factors ON DELETE CASCADE,
    code_hash  text NOT NULL,                -- SHA-256, hex
    PRIMARY KEY (account_id, code_hash)
);

ALTER TABLE users ADD COLUMN digest_at timestamptz; -- when the last digest was posted
