-- Narrow audiences (POLICY section 2, "Locality"): a post for verified educators alone, for a circle
-- of them, or for those outside the district or the region of whoever began the thread
-- (`audience_owner`). District and region are kept as they were then: who moves later widens nothing.
ALTER TABLE statuses
    ADD COLUMN audience text NOT NULL DEFAULT '' CHECK (audience IN
        ('', 'educators', 'circle', 'outside-district', 'outside-region')),
    ADD COLUMN audience_owner bigint REFERENCES accounts ON DELETE SET NULL,
    ADD COLUMN audience_district text NOT NULL DEFAULT '',  -- a host
    ADD COLUMN audience_region text NOT NULL DEFAULT '',    -- ISO 3166-2
    -- Lists of open posts ask no predicate; so none of these may ever be open.
    ADD CONSTRAINT statuses_narrow CHECK (audience = '' OR visibility NOT IN ('public', 'unlisted'));
CREATE INDEX statuses_audience_owner ON statuses (audience_owner) WHERE audience_owner IS NOT NULL;

-- No edit widens, whatever wants to.
CREATE FUNCTION keep_audience() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audience of status % stands', OLD.id;
END $$;
CREATE TRIGGER statuses_keep_audience
    BEFORE UPDATE OF audience, audience_district, audience_region, visibility ON statuses
    FOR EACH ROW WHEN (OLD.audience <> '' AND (
        NEW.audience <> OLD.audience OR NEW.audience_district <> OLD.audience_district
        OR NEW.audience_region <> OLD.audience_region OR NEW.visibility <> OLD.visibility))
    EXECUTE FUNCTION keep_audience();

-- "US" and "US-CA" may be one place; what is not known is never outside.
CREATE FUNCTION is_outside(region text, of_other text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN region <> '' AND of_other <> ''
       AND NOT starts_with(upper(region) || '-', upper(of_other) || '-')
       AND NOT starts_with(upper(of_other) || '-', upper(region) || '-');
END $$;

-- Where an educator with a good attestation works: ours unless guest, or of a host at level member
-- whose status list we have read lately. Nobody else is anywhere.
CREATE FUNCTION educator_place(account bigint, OUT host text, OUT district text, OUT region text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT a.host, COALESCE(o.district, c.district), COALESCE(o.region, c.region)
    INTO host, district, region
    FROM accounts a
    LEFT JOIN LATERAL (
        SELECT lower(split_part(w.uri, '/', 3)) AS district, w.region
        FROM attestations w
        WHERE a.host = '' AND a.guest_until IS NULL AND w.account_id = a.id
          AND w.replaced_at IS NULL AND w.revoked_at IS NULL
          AND w.valid_from <= now() AND w.valid_until > now()
    ) AS o ON true
    LEFT JOIN LATERAL (
        SELECT lower(split_part(w.issuer, '/', 3)) AS district, w.region
        FROM attestation_claims w
        JOIN peers p ON p.host = a.host AND p.level = 'member'
        JOIN remote_status_lists l ON l.uri = w.list_uri AND l.fetched_at > now() - interval '3 days'
        WHERE a.host <> '' AND w.account_id = a.id AND w.verdict = 'valid' AND NOT w.revoked
          AND w.valid_from <= now() AND w.valid_until > now()
    ) AS c ON true
    WHERE a.id = account AND a.deleted_at IS NULL AND a.suspended_at IS NULL
      AND NOT a.origin_suspended
      AND (o.district IS NOT NULL OR c.district IS NOT NULL);
END $$;

-- Whether a reader belongs to the audience. Its owner always does, whatever is attested.
CREATE FUNCTION in_audience(kind text, owner bigint, of_district text, of_region text, reader bigint)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    place record;
BEGIN
    IF reader = owner THEN RETURN true; END IF;
    SELECT * INTO place FROM educator_place(reader);
    IF place.district IS NULL THEN RETURN false; END IF;
    IF kind IN ('educators', 'circle') THEN RETURN true; END IF;
    IF of_district = '' OR place.district = of_district OR place.host = of_district
       OR place.host = (SELECT o.host FROM accounts o WHERE o.id = owner) THEN
        RETURN false;
    END IF;
    RETURN kind = 'outside-district' OR is_outside(place.region, of_region);
END $$;

-- The rule of 0180, and: of narrow posts only who belongs to the audience, and no boost of one;
-- a guest of ours reads what is local-only when it is addressed to the guest.
CREATE OR REPLACE FUNCTION visible_statuses(reader bigint) RETURNS TABLE (status_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.id
    FROM statuses s
    JOIN accounts a ON a.id = s.account_id
    JOIN statuses o ON o.id = COALESCE(s.reblog_of_id, s.id)
    JOIN accounts oa ON oa.id = o.account_id
    WHERE a.deleted_at IS NULL AND a.suspended_at IS NULL AND NOT a.origin_suspended
      AND oa.deleted_at IS NULL AND oa.suspended_at IS NULL AND NOT oa.origin_suspended
      AND (o.visibility IN ('public', 'unlisted')
           OR o.account_id = reader
           OR (SELECT true FROM mentions m WHERE m.status_id = o.id AND m.account_id = reader LIMIT 1)
           OR (o.visibility = 'private'
               AND (SELECT f.accepted FROM follows f
                    WHERE f.follower_id = reader AND f.followed_id = o.account_id LIMIT 1)))
      AND (s.visibility IN ('public', 'unlisted') OR s.reblog_of_id IS NULL OR s.account_id = reader
           OR (s.visibility = 'private'
               AND (SELECT f.accepted FROM follows f
                    WHERE f.follower_id = reader AND f.followed_id = s.account_id LIMIT 1)))
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE b.account_id IN (s.account_id, o.account_id) AND b.target_id = reader)
      AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                      WHERE d.account_id IN (s.account_id, o.account_id)
                        AND d.domain = (SELECT r.domain FROM accounts r WHERE r.id = reader))
      AND (NOT o.local_only
           OR (SELECT r.host = '' AND (r.guest_until IS NULL OR o.account_id = reader
                   OR EXISTS (SELECT 1 FROM mentions m
                              WHERE m.status_id = o.id AND m.account_id = reader))
               FROM accounts r WHERE r.id = reader))
      AND (o.audience = ''
           OR (s.reblog_of_id IS NULL
               AND (o.account_id = reader
                    OR in_audience(o.audience, o.audience_owner, o.audience_district,
                                   o.audience_region, reader))))
$$;

-- As in 0110, but what goes silently to an audience is no conversation.
CREATE OR REPLACE VIEW conversation_definition AS
    SELECT u.account_id, s.id AS status_id, s.thread_id, s.account_id AS author_id,
           ARRAY(SELECT p.account_id FROM direct_participants p
                 WHERE p.status_id = s.id AND p.account_id <> u.account_id
                 ORDER BY p.account_id) AS participants
    FROM statuses s
    JOIN direct_participants d ON d.status_id = s.id
    JOIN users u ON u.account_id = d.account_id
    WHERE NOT s.muted_reach AND (s.audience = '' OR s.visibility = 'direct');
