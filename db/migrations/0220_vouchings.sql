-- Educators whom no roster lists, and who stands for them (decision 220).
CREATE TABLE vouchings (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    candidate_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    kind         text NOT NULL,                        -- as in attestations
    statement    text NOT NULL,                        -- who they are, for those whom they ask
    state        text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'vouched', 'ended')),
    asked_at     timestamptz NOT NULL,
    vouched_at   timestamptz,
    until        timestamptz,
    short_since  timestamptz,                          -- fewer than two sponsors stand for them
    ended_at     timestamptz,
    ended_by     text NOT NULL DEFAULT '',             -- as in audit_log.actor
    end_reason   text NOT NULL DEFAULT '',
    for_cause    boolean NOT NULL DEFAULT false
);
-- One may ask again while an older vouching still holds, so that it can be renewed.
CREATE UNIQUE INDEX vouchings_asked ON vouchings (candidate_id) WHERE state = 'asked';
CREATE UNIQUE INDEX vouchings_vouched ON vouchings (candidate_id) WHERE state = 'vouched';
CREATE INDEX vouchings_candidate ON vouchings (candidate_id, asked_at);

CREATE TABLE sponsorships (
    vouching_id bigint NOT NULL REFERENCES vouchings ON DELETE CASCADE,
    sponsor_id  bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    answer      text NOT NULL DEFAULT '' CHECK (answer IN ('', 'confirmed', 'declined', 'withdrawn')),
    answered_at timestamptz,
    PRIMARY KEY (vouching_id, sponsor_id)
);
CREATE INDEX sponsorships_sponsor ON sponsorships (sponsor_id);

-- Who vouched for somebody of whom an attestation was taken back for cause.
CREATE TABLE sponsor_freezes (
    account_id  bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    vouching_id bigint NOT NULL REFERENCES vouchings ON DELETE CASCADE,
    frozen_at   timestamptz NOT NULL,
    reason      text NOT NULL
);
CREATE INDEX sponsor_freezes_vouching ON sponsor_freezes (vouching_id);

-- An active member whom the roster's attestation covers now.
CREATE FUNCTION stands_by_roster(account bigint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM users u WHERE u.account_id = account AND u.state = 'active')
       AND EXISTS (SELECT 1 FROM attestations a
                   WHERE a.account_id = account AND a.replaced_at IS NULL AND a.revoked_at IS NULL
                     AND a.assurance = 'roster' AND a.valid_from <= at AND a.valid_until > at);
END $$;

-- The same without a break since 90 days. Another kind replaces the old attestation and breaks
-- nothing.
CREATE FUNCTION stands_by_roster_long(account bigint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    since timestamptz := at - interval '90 days';
BEGIN
    RETURN stands_by_roster(account, at)
       AND EXISTS (SELECT 1 FROM attestations a
                   WHERE a.account_id = account AND a.assurance = 'roster'
                     AND a.valid_from <= since AND a.valid_until > since
                     AND (a.revoked_at IS NULL OR a.revoked_at > since))
       AND NOT EXISTS (SELECT 1 FROM attestations a
                       WHERE a.account_id = account AND a.revoked_at > since
                         AND a.revoke_reason <> 'replaced by another');
END $$;

-- Where somebody works on that day, by the roster.
CREATE FUNCTION schools_of(account bigint, on_day date) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT r.org_id FROM roster_people p
                 JOIN roster_roles r ON r.person_id = p.id
                 WHERE p.account_id = account AND p.state = 'educator' AND NOT r.deleted
                   AND (r.begins IS NULL OR r.begins <= on_day)
                   AND (r.ends IS NULL OR r.ends >= on_day));
END $$;
