-- One per token: where its app wants to be told of notifications.
CREATE TABLE push_subscriptions (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    token_id     bigint NOT NULL UNIQUE REFERENCES oauth_tokens ON DELETE CASCADE,
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    endpoint     text NOT NULL,
    public_key   text NOT NULL,                     -- p256dh, as the app gave it
    auth         text NOT NULL,
    standard     boolean NOT NULL,                  -- RFC 8291; else its draft of 2017
    alerts       text[] NOT NULL,                   -- types of notification
    policy       text NOT NULL CHECK (policy IN ('all', 'followed', 'follower', 'none')),
    -- In the clear, unlike anywhere else: it is part of each message, by which an app with several
    -- accounts knows whose it is. It goes with the row when the token ends.
    access_token text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id);

-- Whatever revokes a token takes the subscription, and with it the token's own text, along.
CREATE FUNCTION forget_push_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM push_subscriptions WHERE token_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER tokens_revoked AFTER UPDATE OF revoked_at ON oauth_tokens
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION forget_push_subscription();
