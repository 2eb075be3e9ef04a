-- What moderators decide about servers: `level` says who may speak at all (a block is the level
-- 'blocked'), these columns what else holds for a host.
ALTER TABLE peers
    ADD COLUMN id bigint NOT NULL DEFAULT new_id(),
    ADD COLUMN severity text NOT NULL DEFAULT '' CHECK (severity IN ('', 'noop', 'silence')),
    ADD COLUMN reject_media boolean NOT NULL DEFAULT false,
    ADD COLUMN reject_reports boolean NOT NULL DEFAULT false,
    ADD COLUMN private_comment text NOT NULL DEFAULT '',
    ADD COLUMN public_comment text NOT NULL DEFAULT '',
    ADD COLUMN obfuscate boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX peers_id ON peers (id);

ALTER TABLE accounts
    ADD COLUMN limited_with_host boolean NOT NULL DEFAULT false, -- ends when its host's does
    ADD COLUMN sensitized_at timestamptz;                        -- all its posts are marked sensitive
ALTER TABLE statuses
    ADD COLUMN made_sensitive boolean NOT NULL DEFAULT false;    -- by us, so it can be taken back

-- Whoever arrives from a limited host is limited from the first moment. A trigger, since no path by
-- which accounts come may forget it.
CREATE FUNCTION limit_with_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM peers WHERE host = NEW.host AND severity = 'silence') THEN
        NEW.limited_at := now();
        NEW.limited_with_host := true;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_limited BEFORE INSERT ON accounts
    FOR EACH ROW WHEN (NEW.host <> '') EXECUTE FUNCTION limit_with_host();

-- No edit, ours or from elsewhere, takes a moderator's mark away (ATTACKS H13).
CREATE FUNCTION mark_sensitive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts WHERE id = NEW.account_id AND sensitized_at IS NOT NULL) THEN
        NEW.sensitive := true;
        NEW.made_sensitive := true;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statuses_sensitive BEFORE INSERT OR UPDATE OF sensitive ON statuses
    FOR EACH ROW WHEN (NOT NEW.sensitive) EXECUTE FUNCTION mark_sensitive();

ALTER TABLE reports
    ADD COLUMN assigned_id bigint REFERENCES accounts ON DELETE SET NULL,
    ADD COLUMN resolved_by_id bigint REFERENCES accounts ON DELETE SET NULL,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

-- Who asked to join. Members whom an administrator makes are confirmed and approved from the start.
ALTER TABLE users
    ADD COLUMN confirmed_at timestamptz DEFAULT now(),           -- NULL: the address is not theirs yet
    ADD COLUMN approved_at timestamptz DEFAULT now(),            -- NULL: waits for a moderator
    -- Nobody sees who waits: accounts.suspended_at is set meanwhile. This says that a moderator
    -- suspended them, too.
    ADD COLUMN suspended_waiting boolean NOT NULL DEFAULT false,
    ADD COLUMN sign_up_reason text NOT NULL DEFAULT '',
    ADD COLUMN sign_up_app_id bigint REFERENCES oauth_apps ON DELETE SET NULL;
CREATE INDEX users_waiting ON users (account_id) WHERE approved_at IS NULL OR confirmed_at IS NULL;

-- Who was here on which day: measures and retention count it.
CREATE TABLE active_days (
    day        date NOT NULL,
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (day, account_id)
);

-- Who cannot join.
CREATE TABLE email_domain_blocks (
    id                  bigint PRIMARY KEY DEFAULT new_id(),
    domain              text NOT NULL UNIQUE,
    allow_with_approval boolean NOT NULL DEFAULT false,
    created_at          timestamptz NOT NULL DEFAULT now()
);
-- Attempts that a block met. `address_key` is a keyed hash: no address in the clear.
CREATE TABLE email_domain_block_hits (
    block_id    bigint NOT NULL REFERENCES email_domain_blocks ON DELETE CASCADE,
    day         date NOT NULL,
    address_key text NOT NULL,
    count       integer NOT NULL DEFAULT 1,
    PRIMARY KEY (block_id, day, address_key)
);
CREATE TABLE canonical_email_blocks (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    email_hash text NOT NULL UNIQUE,                             -- SHA-256, hex, of the canonical form
    account_id bigint REFERENCES accounts ON DELETE SET NULL,    -- whose suspension made it
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE ip_blocks (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    network    cidr NOT NULL UNIQUE,
    severity   text NOT NULL CHECK (severity IN ('sign_up_requires_approval', 'sign_up_block', 'no_access')),
    comment    text NOT NULL DEFAULT '',
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What a name looks like at a glance: adm1n is admin, rn is m. Strangers cannot join under a name
-- that looks like another's (ATTACKS O18).
CREATE FUNCTION name_skeleton(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(replace(translate(lower(name), '013457i_', 'oleastl'), 'rn', 'm'), 'vv', 'w')
$$;
CREATE INDEX accounts_skeleton ON accounts (name_skeleton(username)) WHERE host = '';
