-- A member's year, made when the member asks for it and shown to nobody else.
CREATE TABLE annual_reports (
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    year           integer NOT NULL,
    schema_version integer NOT NULL,
    data           jsonb NOT NULL,
    generated_at   timestamptz NOT NULL,
    viewed_at      timestamptz,
    PRIMARY KEY (account_id, year)
);
