-- Whom a host wants its reports sent to: the Group actor of its moderators (decision 314).
CREATE TABLE moderator_groups (
    host      text PRIMARY KEY,
    actor_uri text NOT NULL DEFAULT '',  -- '': it names none
    inbox_uri text NOT NULL DEFAULT '',
    read_at   timestamptz NOT NULL
);

-- What another server's Flag says beside Mastodon's words; who sent it uses its own case number.
ALTER TABLE reports
    ADD COLUMN clause text NOT NULL DEFAULT '',
    ADD COLUMN sender_case text NOT NULL DEFAULT '',
    ADD COLUMN content_kept boolean NOT NULL DEFAULT false;

-- What the server asked has promised: when it takes a report up, and when it decides.
ALTER TABLE cases
    ADD COLUMN peer_acknowledge_by timestamptz,
    ADD COLUMN peer_decide_by timestamptz,
    ADD COLUMN peer_accepted_at timestamptz;
CREATE INDEX cases_peer ON cases (peer_host, forwarded_at) WHERE peer_decide_by IS NOT NULL;
