-- Sign-ons that a browser began and has not come back from. Each is used once.
CREATE TABLE sign_on_requests (
    state_hash   text PRIMARY KEY,                     -- SHA-256, hex, of `state`
    browser_hash text NOT NULL,                        -- of the cookie of the browser that began
    nonce        text NOT NULL,
    verifier     text NOT NULL,                        -- PKCE's
    return_to    text NOT NULL,
    invitation   text NOT NULL DEFAULT '',
    account_id   bigint REFERENCES users ON DELETE CASCADE, -- a member who links the identity
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_on_requests_age ON sign_on_requests (created_at);

-- Who at the district's sign-on is which member. No name, no address, no token.
CREATE TABLE sign_on_identities (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    issuer     text NOT NULL,
    subject    text NOT NULL,                          -- the preset's stable key
    bound_by   text NOT NULL,                          -- "roster", "member", "invitation", an officer
    role       text NOT NULL CHECK (role IN ('staff', 'student', 'other', 'unsaid')), -- at the last sign-on
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (issuer, subject)
);
CREATE INDEX sign_on_identities_account ON sign_on_identities (account_id);

-- Why an account is closed, besides the roster (roster_people.closed_account). It opens when nothing
-- holds it any more, and only if it was open before the first of them.
CREATE TABLE employment_holds (
    account_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    source     text NOT NULL CHECK (source IN ('sign-on', 'scim')),
    was_open   boolean NOT NULL,                       -- this hold may open it again
    reason     text NOT NULL,
    since      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, source)
);
