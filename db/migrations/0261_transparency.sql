-- What was done in a month, in numbers that name nobody: made once, shown to everybody.
CREATE TABLE transparency_months (
    month   date PRIMARY KEY,
    figures jsonb NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
