-- Who is an educator, as we say it of our own and as other districts say it of theirs.

-- Bits of revoked attestations are found in `attestations`; a list is only a row of numbers that
-- are given out, one list for each school year until it is half full.
CREATE TABLE status_lists (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year_end   date NOT NULL,
    taken      integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX status_lists_year ON status_lists (year_end);

-- What our server actor signed. The newest of an account stands until another takes its place.
CREATE TABLE attestations (
    id            bigint PRIMARY KEY DEFAULT new_id(),
    uri           text NOT NULL UNIQUE,
    account_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind          text NOT NULL,
    assurance     text NOT NULL CHECK (assurance IN ('roster', 'idp', 'staff-check', 'vouched')),
    region        text NOT NULL DEFAULT '',
    valid_from    timestamptz NOT NULL,
    valid_until   timestamptz NOT NULL,
    list_id       bigint NOT NULL REFERENCES status_lists,
    list_index    integer NOT NULL,                    -- random, so that it tells nothing
    key_uri       text NOT NULL,                       -- which key of ours signed it
    credential    text NOT NULL,                       -- the signed document
    issued_by     text NOT NULL,                       -- "roster", "command line", an account's uri
    created_at    timestamptz NOT NULL,
    replaced_at   timestamptz,
    revoked_at    timestamptz,
    revoke_reason text NOT NULL DEFAULT '',            -- for the member and the moderators
    for_cause     boolean NOT NULL DEFAULT false,      -- sponsors answer for it
    UNIQUE (list_id, list_index)
);
CREATE UNIQUE INDEX attestations_standing ON attestations (account_id) WHERE replaced_at IS NULL;
CREATE INDEX attestations_account ON attestations (account_id);
CREATE INDEX attestations_revoked ON attestations (list_id) WHERE revoked_at IS NOT NULL;

-- What a remote actor's document carries, and what our checks that never change with time found.
-- Level, dates and status are judged when it is read.
CREATE TABLE attestation_claims (
    account_id  bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    credential  text NOT NULL,                         -- as received
    seen_at     timestamptz NOT NULL,
    verdict     text NOT NULL DEFAULT 'unchecked' CHECK (verdict IN
                  ('unchecked', 'valid', 'malformed', 'wrong-issuer', 'wrong-subject', 'bad-proof', 'bad-status')),
    tried_at    timestamptz,                           -- while unchecked: when the issuer was last asked for
    issuer      text NOT NULL DEFAULT '',
    kind        text NOT NULL DEFAULT '',
    assurance   text NOT NULL DEFAULT '',
    region      text NOT NULL DEFAULT '',
    valid_from  timestamptz,
    valid_until timestamptz,
    list_uri    text NOT NULL DEFAULT '',
    list_index  bigint NOT NULL DEFAULT 0,
    revoked     boolean NOT NULL DEFAULT false
);
CREATE INDEX attestation_claims_list ON attestation_claims (list_uri) WHERE verdict = 'valid';

-- Copies of other districts' status lists.
CREATE TABLE remote_status_lists (
    uri          text PRIMARY KEY,
    issuer       text NOT NULL,
    encoded_list text NOT NULL DEFAULT '',
    fetched_at   timestamptz,                          -- the last good copy
    tried_at     timestamptz
);

-- What everybody is shown of it: {kind, assurance, issuer, since, until}, or nothing. Written where
-- the two tables above change and once in a while, so that readers need no further table.
ALTER TABLE accounts ADD COLUMN attested jsonb;

CREATE INDEX accounts_attested ON accounts (id) WHERE attested IS NOT NULL;

-- What `accounts.attested` should be at a time. A copy of a status list from before `lost_before`
-- says nothing any more.
CREATE FUNCTION attestation_mark(account bigint, at timestamptz, lost_before timestamptz)
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
    ) s
    WHERE s.valid_from <= at AND s.valid_until > at
$$;

-- Of fields the first is ours, when it has the member `attested`; nobody writes such a one.
CREATE OR REPLACE VIEW account_rows AS
    SELECT id, uri, username, domain, host, actor_type, is_server_actor, display_name, note, note_source,
           CASE WHEN attested IS NULL THEN fields
                ELSE jsonb_build_array(jsonb_build_object('attested', attested)) || fields END AS fields,
           emojis, url, avatar_url, header_url, inbox, shared_inbox, outbox, followers_uri,
           following_uri, featured_uri, moderators_uri, locked, discoverable, indexable,
           hide_collections, memorial, attribution_domains, aliases, moved_to_uri, moved_at,
           suspended_at, origin_suspended, limited_at, deleted_at, statuses_count, followers_count,
           following_count, last_status_at, created_at, fetched_at,
           show_media, show_media_replies, show_featured
    FROM accounts;
