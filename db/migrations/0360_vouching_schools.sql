-- When the candidate and the sponsors were told that a vouching is soon over.
ALTER TABLE vouchings ADD COLUMN end_told_at timestamptz;

-- The school that an org of the roster counts as: a department is what it is part of, however many
-- departments lie between. An org that the roster does not describe counts as itself.
CREATE FUNCTION school_of_org(org text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found  text := org;
    above  text;
    deeper int := 0;
BEGIN
    LOOP
        SELECT o.parent_id INTO above FROM roster_orgs o
        WHERE o.sourced_id = found AND o.type = 'department' AND o.parent_id <> '';
        -- A roster may go in circles.
        IF above IS NULL OR deeper = 16 THEN
            RETURN found;
        END IF;
        found := above;
        deeper := deeper + 1;
    END LOOP;
END $$;

-- Where somebody works on that day, by the roster; departments as the schools they are part of.
CREATE OR REPLACE FUNCTION schools_of(account bigint, on_day date) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT school_of_org(r.org_id) FROM roster_people p
                 JOIN roster_roles r ON r.person_id = p.id
                 WHERE p.account_id = account AND p.state = 'educator' AND NOT r.deleted
                   AND (r.begins IS NULL OR r.begins <= on_day)
                   AND (r.ends IS NULL OR r.ends >= on_day));
END $$;

-- One of ours for whom sponsors stand or stood, and whom nothing stronger attests: a vouching that
-- lapsed gives no more than one that holds.
CREATE FUNCTION known_by_sponsors_only(account bigint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM attestations a
                   WHERE a.account_id = account AND a.assurance = 'vouched')
       AND NOT EXISTS (SELECT 1 FROM attestations a
                       WHERE a.account_id = account AND a.replaced_at IS NULL
                         AND a.revoked_at IS NULL AND a.assurance <> 'vouched'
                         AND a.valid_from <= at AND a.valid_until > at);
END $$;

-- Of `others` those whom a candidate may write to first: who was asked to stand for them, and the
-- house's moderators, so that nobody is cut off from help.
CREATE FUNCTION open_to_candidate(candidate bigint, others bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
        SELECT u.account_id FROM users u
        WHERE u.account_id = ANY (others)
          AND (u.role <> ''
               OR EXISTS (SELECT 1 FROM sponsorships s JOIN vouchings v ON v.id = s.vouching_id
                          WHERE v.candidate_id = candidate AND v.state <> 'ended'
                            AND s.sponsor_id = u.account_id
                            AND s.answer IN ('', 'confirmed')));
END $$;
