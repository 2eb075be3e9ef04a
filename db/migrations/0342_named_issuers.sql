-- A register that we follow may name who attests people of a host that does not do it itself (POLICY
-- section 1). It is asked whenever an attestation counts, so that a retraction, the end of following
-- and another level of the issuer take effect at once.
CREATE FUNCTION may_issue_for(by text, of_host text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    issuer_host text := lower(split_part(by, '/', 3));
BEGIN
    IF issuer_host = of_host THEN RETURN true; END IF;
    RETURN EXISTS (SELECT 1 FROM register_statements s
                   WHERE s.subject = of_host AND s.issuer = by AND s.word = 'accept' AND s.in_force)
       AND EXISTS (SELECT 1 FROM peers p WHERE p.host = issuer_host AND p.level = 'member')
       AND NOT EXISTS (SELECT 1 FROM advisory_exceptions e
                       WHERE of_host = e.host OR right(of_host, length(e.host) + 1) = '.' || e.host);
END $$;

-- As in 0160; of the others only whose issuer may speak for them.
CREATE OR REPLACE FUNCTION attestation_mark(account bigint, at timestamptz, lost_before timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('kind', s.kind, 'assurance', s.assurance,
               'issuer', split_part(s.issuer, '/', 3),
               'since', to_char(s.valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               'until', to_char(s.valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    FROM (
        SELECT o.kind, o.assurance, o.uri AS issuer, o.valid_from, o.valid_until
        FROM attestations o
        WHERE o.account_id = account AND o.replaced_at IS NULL AND o.revoked_at IS NULL
        UNION ALL
        SELECT c.kind, c.assurance, c.issuer, c.valid_from, c.valid_until
        FROM attestation_claims c
        JOIN accounts a ON a.id = c.account_id
        JOIN peers p ON p.host = a.host AND p.level = 'member'
        JOIN remote_status_lists l ON l.uri = c.list_uri AND l.fetched_at > lost_before
        WHERE c.account_id = account AND c.verdict = 'valid' AND NOT c.revoked
          AND may_issue_for(c.issuer, a.host)
    ) s
    WHERE s.valid_from <= at AND s.valid_until > at
$$;

-- As in 0320; the same.
CREATE OR REPLACE FUNCTION educator_place(account bigint, OUT host text, OUT district text, OUT region text)
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
          AND may_issue_for(w.issuer, a.host)
    ) AS c ON true
    WHERE a.id = account AND a.deleted_at IS NULL AND a.suspended_at IS NULL
      AND NOT a.origin_suspended
      AND (o.district IS NOT NULL OR c.district IS NOT NULL);
END $$;
