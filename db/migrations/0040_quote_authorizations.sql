-- Stamps that let somebody's post quote one of ours (FEP-044f). The row's id is in the stamp's URI.
CREATE TABLE quote_authorizations (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    status_id   bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,  -- ours, the quoted one
    quoting_uri text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (status_id, quoting_uri)
);

-- A stamp that was withdrawn is looked up by its uri.
CREATE INDEX statuses_quote_authorization ON statuses (quote_authorization_uri)
    WHERE quote_authorization_uri <> '';
