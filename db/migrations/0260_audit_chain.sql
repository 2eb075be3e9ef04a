-- Every line of the audit log carries the hash of the one before (POLICY section 3, Record). Lines
-- are numbered and hashed a few seconds after their commit, in one place, so that whoever writes
-- one waits for nobody (decision 260).
ALTER TABLE audit_log ADD COLUMN line bigint, ADD COLUMN hash text;
CREATE UNIQUE INDEX audit_log_line ON audit_log (line) WHERE line IS NOT NULL;
CREATE INDEX audit_log_unchained ON audit_log (id) WHERE line IS NULL;

-- No accident changes the record. Who owns the database can; `audit verify` finds it.
CREATE FUNCTION keep_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.line IS NULL
       AND (NEW.id, NEW.at, NEW.actor, NEW.act, NEW.subject, NEW.verdict, NEW.filter, NEW.reason,
            NEW.rule_version, NEW.details)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.at, OLD.actor, OLD.act, OLD.subject, OLD.verdict, OLD.filter, OLD.reason,
            OLD.rule_version, OLD.details) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_log is only added to';
END
$$;
CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION keep_audit_log();

-- What we said of our log, and to whom.
CREATE TABLE audit_checkpoints (
    line     bigint PRIMARY KEY,
    hash     text NOT NULL,                            -- SHA-256, as hexadecimal digits
    document text NOT NULL,                            -- signed, as it was sent
    made_at  timestamptz NOT NULL,
    sent_to  text[] NOT NULL DEFAULT '{}'              -- hosts
);

-- What peers said of theirs: we keep it for them.
CREATE TABLE kept_checkpoints (
    host        text NOT NULL,
    line        bigint NOT NULL,
    hash        text NOT NULL,
    document    text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (host, line, hash)
);
