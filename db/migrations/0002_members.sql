-- Our own people's keys to the house.
CREATE TABLE users (
    account_id      bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    email           text NOT NULL DEFAULT '',
    password_hash   text NOT NULL,                     -- argon2id, encoded
    must_change_password boolean NOT NULL DEFAULT false,
    role            text NOT NULL DEFAULT '' CHECK (role IN ('', 'moderator', 'owner')),
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled', 'left', 'deleted')),
    locale          text NOT NULL DEFAULT 'en',
    settings        jsonb NOT NULL DEFAULT '{}',       -- default privacy, sensitive, language, quote policy, ...
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at timestamptz,
    last_active_at  timestamptz NOT NULL DEFAULT now() -- home rows are kept for members active lately
);
CREATE UNIQUE INDEX users_email ON users (lower(email)) WHERE email <> '';

CREATE TABLE sessions (
    token_hash text PRIMARY KEY,                       -- SHA-256 of the cookie, hex
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    agent      text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE oauth_apps (
    id            bigint PRIMARY KEY DEFAULT new_id(),
    client_id     text NOT NULL UNIQUE,
    secret_hash   text NOT NULL,                       -- SHA-256, hex
    name          text NOT NULL,
    website       text NOT NULL DEFAULT '',
    redirect_uris text[] NOT NULL,
    scopes        text[] NOT NULL,
    confidential  boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE oauth_codes (
    code_hash      text PRIMARY KEY,
    app_id         bigint NOT NULL REFERENCES oauth_apps ON DELETE CASCADE,
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    redirect_uri   text NOT NULL,
    scopes         text[] NOT NULL,
    code_challenge text NOT NULL DEFAULT '',           -- S256
    created_at     timestamptz NOT NULL DEFAULT now(),
    used_at        timestamptz
);

CREATE TABLE oauth_tokens (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    token_hash   text NOT NULL UNIQUE,
    app_id       bigint NOT NULL REFERENCES oauth_apps ON DELETE CASCADE,
    account_id   bigint REFERENCES accounts ON DELETE CASCADE,  -- NULL: the app's own token
    scopes       text[] NOT NULL,
    code_hash    text,                                 -- which code it came from: used twice, it goes
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX oauth_tokens_account ON oauth_tokens (account_id);
CREATE INDEX oauth_tokens_code ON oauth_tokens (code_hash) WHERE code_hash IS NOT NULL;

-- Sign-in attempts and the like, counted per key and window, over all processes.
CREATE TABLE throttles (
    key          text NOT NULL,                        -- a keyed hash: no name or address in the clear
    window_start timestamptz NOT NULL,
    count        integer NOT NULL DEFAULT 1,
    PRIMARY KEY (key, window_start)
);
CREATE INDEX throttles_window ON throttles (window_start);

CREATE TABLE markers (
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    timeline     text NOT NULL CHECK (timeline IN ('home', 'notifications')),
    last_read_id bigint NOT NULL,
    version      integer NOT NULL DEFAULT 1,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, timeline)
);

CREATE TABLE idempotency_keys (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key        text NOT NULL,
    status_id  bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
);
