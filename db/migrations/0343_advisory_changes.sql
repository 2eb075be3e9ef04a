-- What came into force of lists and registers, and what went, by day: a list that is poisoned slowly
-- shows in a month's difference (POLICY section 5, decision 341). Written by triggers, so that no way
-- to change a list goes round it.
CREATE TABLE advisory_changes (
    id       bigint PRIMARY KEY DEFAULT new_id(),
    at       timestamptz NOT NULL DEFAULT now(),
    list     text NOT NULL,                            -- its name: the list may be gone
    kind     text NOT NULL,
    subject  text NOT NULL,
    severity text NOT NULL,
    added    boolean NOT NULL                          -- else removed
);
CREATE INDEX advisory_changes_at ON advisory_changes (at);

CREATE FUNCTION note_advisories_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO advisory_changes (list, kind, subject, severity, added)
    SELECT l.name, n.kind, n.subject, n.severity, true
    FROM new_rows n JOIN advisory_lists l ON l.id = n.list_id
    WHERE n.in_force;
    RETURN NULL;
END $$;
CREATE TRIGGER advisories_in AFTER INSERT ON advisories
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_advisories_in();

CREATE FUNCTION note_advisories_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO advisory_changes (list, kind, subject, severity, added)
    SELECT l.name, o.kind, o.subject, o.severity, false
    FROM old_rows o JOIN advisory_lists l ON l.id = o.list_id
    WHERE o.in_force;
    RETURN NULL;
END $$;
CREATE TRIGGER advisories_out AFTER DELETE ON advisories
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_advisories_out();

CREATE FUNCTION note_advisories_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO advisory_changes (list, kind, subject, severity, added)
    SELECT l.name, c.kind, c.subject, c.severity, c.added
    FROM (SELECT o.list_id, o.kind, o.subject, o.severity, false AS added
          FROM old_rows o WHERE o.in_force AND NOT EXISTS (
              SELECT 1 FROM new_rows n
              WHERE (n.list_id, n.kind, n.subject, n.severity)
                    = (o.list_id, o.kind, o.subject, o.severity) AND n.in_force)
          UNION ALL
          SELECT n.list_id, n.kind, n.subject, n.severity, true
          FROM new_rows n WHERE n.in_force AND NOT EXISTS (
              SELECT 1 FROM old_rows o
              WHERE (o.list_id, o.kind, o.subject, o.severity)
                    = (n.list_id, n.kind, n.subject, n.severity) AND o.in_force)) c
    JOIN advisory_lists l ON l.id = c.list_id;
    RETURN NULL;
END $$;
CREATE TRIGGER advisories_changed AFTER UPDATE ON advisories
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_advisories_changed();

-- A list that goes takes its rows along, when its name is not to be had any more.
CREATE FUNCTION note_list_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO advisory_changes (list, kind, subject, severity, added)
    SELECT OLD.name, a.kind, a.subject, a.severity, false
    FROM advisories a WHERE a.list_id = OLD.id AND a.in_force;
    RETURN OLD;
END $$;
CREATE TRIGGER advisory_lists_gone BEFORE DELETE ON advisory_lists
    FOR EACH ROW EXECUTE FUNCTION note_list_gone();

-- The chain of a register says who is named as an issuer, or proposed as a peer or a block.
CREATE INDEX register_entries_taken ON register_entries (register_id, taken_at);
