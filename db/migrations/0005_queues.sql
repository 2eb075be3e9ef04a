-- Work that must survive a restart.
CREATE TABLE jobs (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL,
    lane         text NOT NULL,                        -- jobs of one lane never run at the same time (a sender)
    payload      text NOT NULL,
    run_at       timestamptz NOT NULL DEFAULT now(),
    attempts     integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    last_error   text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX jobs_ready ON jobs (run_at, id);
CREATE INDEX jobs_leases ON jobs (lane) WHERE leased_until IS NOT NULL;

-- What gave up; kept for the administrator.
CREATE TABLE failed_jobs (
    id         bigint PRIMARY KEY,
    kind       text NOT NULL,
    lane       text NOT NULL,
    payload    text NOT NULL,
    last_error text NOT NULL,
    failed_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE delivery_bodies (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    body       text NOT NULL,                          -- exact bytes
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE deliveries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL,                      -- whose key signs
    inbox        text NOT NULL,
    host         text NOT NULL,
    body_id      bigint NOT NULL REFERENCES delivery_bodies ON DELETE CASCADE,
    object_uri   text NOT NULL DEFAULT '',
    sync_followers boolean NOT NULL DEFAULT false,     -- adds Collection-Synchronization (FEP-8fcf)
    attempts     integer NOT NULL DEFAULT 0,
    run_at       timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX deliveries_ready ON deliveries (run_at, id);
CREATE INDEX deliveries_order ON deliveries (account_id, inbox, id);
CREATE INDEX deliveries_body ON deliveries (body_id);
CREATE INDEX deliveries_leases ON deliveries (host) WHERE leased_until IS NOT NULL;

-- Every inbox that ever was sent an object: Delete and Update go there too.
CREATE TABLE object_inboxes (
    object_uri text NOT NULL,
    inbox      text NOT NULL,
    host       text NOT NULL,
    PRIMARY KEY (object_uri, inbox)
);

-- Ids of activities that were taken, 30 days at least.
CREATE TABLE seen_activities (
    uri_hash bytea PRIMARY KEY,                        -- SHA-256 of the id, or of the signature when there is none
    seen_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX seen_activities_age ON seen_activities (seen_at);

-- An Undo that came before what it undoes; kept six hours.
CREATE TABLE early_undos (
    actor_uri    text NOT NULL,
    activity_uri text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor_uri, activity_uri)
);

CREATE TABLE periodic_tasks (
    name     text PRIMARY KEY,
    last_run timestamptz NOT NULL
);
