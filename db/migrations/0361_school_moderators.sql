-- Moderators of some schools only: their role, and which orgs of the roster they look after.
ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users ADD CONSTRAINT users_role_check
    CHECK (role IN ('', 'school moderator', 'moderator', 'owner'));

CREATE TABLE school_moderators (
    account_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    org_id     text NOT NULL,                          -- of roster_orgs; it may be gone for a while
    given_by   text NOT NULL,
    given_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, org_id)
);

-- Whether one of these orgs is what the moderator looks after, or lies below it.
CREATE FUNCTION lies_below(orgs text[], moderator bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    level  text[] := orgs;
    deeper int := 0;
BEGIN
    -- A roster may go in circles.
    WHILE cardinality(level) > 0 AND deeper < 16 LOOP
        IF EXISTS (SELECT 1 FROM school_moderators s
                   WHERE s.account_id = moderator AND s.org_id = ANY (level)) THEN
            RETURN true;
        END IF;
        level := ARRAY(SELECT DISTINCT o.parent_id FROM roster_orgs o
                       WHERE o.sourced_id = ANY (level) AND o.parent_id <> '');
        deeper := deeper + 1;
    END LOOP;
    RETURN false;
END $$;

-- Whether the person works on that day, by the roster, where the moderator looks after people.
CREATE FUNCTION looks_after(moderator bigint, account bigint, on_day date) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN lies_below(
        ARRAY(SELECT DISTINCT r.org_id FROM roster_people p
              JOIN roster_roles r ON r.person_id = p.id
              WHERE p.account_id = account AND p.state = 'educator' AND NOT r.deleted
                AND (r.begins IS NULL OR r.begins <= on_day)
                AND (r.ends IS NULL OR r.ends >= on_day)),
        moderator);
END $$;
