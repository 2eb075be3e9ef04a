-- Who may write through /scim/v2: one token for each directory of the district.
CREATE TABLE scim_tokens (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    token_hash text NOT NULL UNIQUE,                   -- SHA-256, hex
    note       text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at    timestamptz,
    revoked_at timestamptz
);

-- Who works in the district, as its directory says it (RFC 7643). Of what it sends only this is kept.
CREATE TABLE scim_users (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    user_name   text NOT NULL,
    external_id text NOT NULL DEFAULT '',              -- the roster's sourcedId
    given_name  text NOT NULL DEFAULT '',
    family_name text NOT NULL DEFAULT '',
    user_type   text NOT NULL DEFAULT '',
    active      boolean NOT NULL DEFAULT true,
    account_id  bigint UNIQUE REFERENCES users ON DELETE SET NULL,
    version     integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    removed_at  timestamptz                            -- DELETE: out of sight, and inactive
);
CREATE UNIQUE INDEX scim_users_name ON scim_users (lower(user_name)) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX scim_users_external ON scim_users (external_id) WHERE external_id <> '';
