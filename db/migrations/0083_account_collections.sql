-- Collections of accounts that a member recommends (Mastodon 4.6).
CREATE TABLE account_collections (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name         text NOT NULL,
    description  text NOT NULL DEFAULT '',
    language     text NOT NULL DEFAULT '',
    sensitive    boolean NOT NULL DEFAULT false,
    discoverable boolean NOT NULL DEFAULT true,      -- on the profile; else for those who know its id
    tag          text NOT NULL DEFAULT '',           -- as written, without "#"
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX account_collections_account ON account_collections (account_id, id DESC);

-- A row that was revoked stays, so that nobody is put back who took themselves out.
CREATE TABLE account_collection_items (
    id            bigint PRIMARY KEY DEFAULT new_id(),
    collection_id bigint NOT NULL REFERENCES account_collections ON DELETE CASCADE,
    account_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    state         text NOT NULL DEFAULT 'accepted' CHECK (state IN ('accepted', 'revoked')),
    created_at    timestamptz NOT NULL,
    UNIQUE (collection_id, account_id)
);
CREATE INDEX account_collection_items_account ON account_collection_items (account_id, id DESC);
