-- What pages that posts link to say about themselves; read once for all posts that link there.
CREATE TABLE link_cards (
    url        text PRIMARY KEY,
    card       jsonb,                                  -- NULL: nothing to show
    fetched_at timestamptz NOT NULL
);
CREATE INDEX link_cards_age ON link_cards (fetched_at);
