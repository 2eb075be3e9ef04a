-- What we promise: the text for people with the settings, and the documents made of them.
CREATE TABLE covenants (
    version    integer PRIMARY KEY,
    text       text NOT NULL,                          -- plain, paragraphs
    settings   jsonb NOT NULL,
    made_at    timestamptz NOT NULL,
    made_by    text NOT NULL,                          -- as in audit_log.actor
    reason     text NOT NULL DEFAULT ''
);
CREATE TABLE policies (
    version    integer PRIMARY KEY,
    document   text NOT NULL,                          -- signed, as it is served
    made_at    timestamptz NOT NULL
);

-- What others promise, each version as it came.
CREATE TABLE peer_policies (
    host       text NOT NULL,
    version    bigint NOT NULL,
    document   text NOT NULL,
    read_at    timestamptz NOT NULL,
    PRIMARY KEY (host, version)
);

-- How it stands with a host as a peer; the level that counts now is in `peers`.
CREATE TABLE peerings (
    host          text PRIMARY KEY,
    wanted_level  text NOT NULL DEFAULT '' CHECK (wanted_level IN ('', 'member', 'partner')),
    -- On hold (its policy became weaker) or lowered by a person: the level to come back to.
    restore_level text NOT NULL DEFAULT '' CHECK (restore_level IN ('', 'member', 'partner')),
    hold          text NOT NULL DEFAULT '' CHECK (hold IN ('', 'weaker', 'lowered')),
    hold_since    timestamptz,
    reviewed_version bigint NOT NULL DEFAULT 0,        -- of its policy, that a person has looked at
    actor_uri     text NOT NULL DEFAULT '',            -- its server actor,
    inbox_uri     text NOT NULL DEFAULT '',
    policy_uri    text NOT NULL DEFAULT '',            -- and where that says its policy is
    checked_at    timestamptz,                         -- NULL: as soon as may be
    problem       text NOT NULL DEFAULT ''             -- of the last check, in our words
);
