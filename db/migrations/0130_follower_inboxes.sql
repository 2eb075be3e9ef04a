-- A post to 50,000 followers goes to the 500 inboxes where they are. Which these are, and the
-- digest of the followers of each (FEP-8fcf), is kept here by triggers, so that nobody reads all
-- followers for a post, nor once more for each host.
CREATE TABLE follower_inboxes (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,  -- who is followed
    host       text NOT NULL,
    inbox      text NOT NULL,                          -- the shared one where there is one
    followers  bigint NOT NULL,                        -- accepted
    reachable  bigint NOT NULL,                        -- those of them that are neither suspended nor deleted
    digest     bit(256) NOT NULL,                      -- SHA-256 of the followers' ids, XORed
    PRIMARY KEY (account_id, host, inbox)
) WITH (fillfactor = 70);

CREATE FUNCTION digest_of(uri text) RETURNS bit(256) LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || encode(sha256(convert_to(uri, 'UTF8')), 'hex'))::bit(256)
$$;

CREATE FUNCTION inbox_to_reach(follower accounts) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(NULLIF(follower.shared_inbox, ''), follower.inbox)
$$;

CREATE FUNCTION is_reachable(follower accounts) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT follower.deleted_at IS NULL AND follower.suspended_at IS NULL
$$;

CREATE FUNCTION add_follower(followed bigint, follower accounts) RETURNS void LANGUAGE sql AS $$
    INSERT INTO follower_inboxes AS kept (account_id, host, inbox, followers, reachable, digest)
    VALUES (followed, follower.host, inbox_to_reach(follower), 1, is_reachable(follower)::int,
            digest_of(follower.uri))
    ON CONFLICT (account_id, host, inbox) DO UPDATE SET
        followers = kept.followers + 1,
        reachable = kept.reachable + excluded.reachable,
        digest = kept.digest # excluded.digest
$$;

CREATE FUNCTION remove_follower(followed bigint, follower accounts) RETURNS void LANGUAGE sql AS $$
    UPDATE follower_inboxes SET
        followers = followers - 1,
        reachable = reachable - is_reachable(follower)::int,
        digest = digest # digest_of(follower.uri)
    WHERE account_id = followed AND host = follower.host AND inbox = inbox_to_reach(follower);
    DELETE FROM follower_inboxes
    WHERE account_id = followed AND host = follower.host AND inbox = inbox_to_reach(follower)
      AND followers <= 0
$$;

CREATE FUNCTION follow_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    follower accounts;
BEGIN
    SELECT * INTO follower FROM accounts
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.follower_id ELSE NEW.follower_id END;
    IF follower.host IS NULL OR follower.host = '' THEN RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' AND OLD.accepted THEN
        PERFORM remove_follower(OLD.followed_id, follower);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.accepted THEN
        PERFORM add_follower(NEW.followed_id, follower);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follows_inboxes AFTER INSERT OR DELETE OR UPDATE OF accepted ON follows
    FOR EACH ROW EXECUTE FUNCTION follow_changed();

-- A follower that moves to another inbox, or is suspended, or comes back.
CREATE FUNCTION follower_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    followed bigint;
BEGIN
    FOR followed IN
        SELECT followed_id FROM follows WHERE follower_id = NEW.id AND accepted ORDER BY followed_id
    LOOP
        PERFORM remove_follower(followed, OLD);
        PERFORM add_follower(followed, NEW);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_inboxes
    AFTER UPDATE OF inbox, shared_inbox, suspended_at, deleted_at ON accounts FOR EACH ROW
    WHEN (NEW.host <> '' AND (inbox_to_reach(OLD) <> inbox_to_reach(NEW)
                              OR is_reachable(OLD) <> is_reachable(NEW)))
    EXECUTE FUNCTION follower_changed();

-- The follows of a row that is deleted go first, while their follower can still be read.
CREATE FUNCTION follower_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM follows WHERE follower_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER accounts_follows BEFORE DELETE ON accounts
    FOR EACH ROW EXECUTE FUNCTION follower_goes();

INSERT INTO follower_inboxes (account_id, host, inbox, followers, reachable, digest)
SELECT f.followed_id, a.host, inbox_to_reach(a), count(*), count(*) FILTER (WHERE is_reachable(a)),
       bit_xor(digest_of(a.uri))
FROM follows f JOIN accounts a ON a.id = f.follower_id
WHERE f.accepted AND a.host <> ''
GROUP BY f.followed_id, a.host, inbox_to_reach(a);
