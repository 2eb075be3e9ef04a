-- What moderators decide about: all open reports about one account are one case, so that mass
-- reports do not multiply their work (decision 310).
CREATE TABLE cases (
    id              bigint PRIMARY KEY DEFAULT new_id(),
    target_id       bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    urgent          boolean NOT NULL DEFAULT false,    -- threats, students
    opened_at       timestamptz NOT NULL,
    acknowledge_by  timestamptz NOT NULL,
    decide_by       timestamptz NOT NULL,
    acknowledged_at timestamptz,                       -- a person took it up
    reminded_at     timestamptz,                       -- moderators were told that it is late
    assigned_id     bigint REFERENCES accounts ON DELETE SET NULL,
    outcome         text NOT NULL DEFAULT '' CHECK (outcome IN
                      ('', 'no-breach', 'warned', 'removed', 'limited', 'attestation-revoked', 'referred')),
    note            text NOT NULL DEFAULT '',          -- for who reported
    closed_at       timestamptz,
    closed_by_id    bigint REFERENCES accounts ON DELETE SET NULL,
    -- where it was sent on, and what came back
    forwarded_at    timestamptz,
    flag_uri        text NOT NULL DEFAULT '',
    peer_host       text NOT NULL DEFAULT '',
    peer_actor_id   bigint REFERENCES accounts ON DELETE SET NULL, -- who accepted our Flag
    peer_case_uri   text NOT NULL DEFAULT '',
    peer_outcome    text NOT NULL DEFAULT '',
    peer_note       text NOT NULL DEFAULT '',
    peer_decided_at timestamptz
);
CREATE UNIQUE INDEX cases_open ON cases (target_id) WHERE closed_at IS NULL;
CREATE INDEX cases_target ON cases (target_id, id);
CREATE INDEX cases_due ON cases (decide_by, id) WHERE closed_at IS NULL;
CREATE INDEX cases_closed ON cases (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE UNIQUE INDEX cases_flag ON cases (flag_uri) WHERE flag_uri <> '';
CREATE INDEX cases_peer_case ON cases (peer_case_uri) WHERE peer_case_uri <> '';

ALTER TABLE reports
    ADD COLUMN case_id bigint REFERENCES cases ON DELETE SET NULL,
    ADD COLUMN sender_id bigint REFERENCES accounts ON DELETE SET NULL, -- who signed a peer's Flag
    ADD COLUMN asks_forward boolean NOT NULL DEFAULT false;             -- a moderator decides
CREATE INDEX reports_case ON reports (case_id, id);
CREATE INDEX reports_reporter ON reports (reporter_id, id) WHERE reporter_id IS NOT NULL;

-- Reported posts as they were, for as long as the case is open and can be appealed: deleting or
-- editing a post takes nothing from who decides. No foreign key, for that reason.
CREATE TABLE case_posts (
    case_id      bigint NOT NULL REFERENCES cases ON DELETE CASCADE,
    status_id    bigint NOT NULL,
    uri          text NOT NULL,
    spoiler_text text NOT NULL,
    content      text NOT NULL,
    visibility   text NOT NULL,
    media        integer NOT NULL,
    written_at   timestamptz NOT NULL,
    PRIMARY KEY (case_id, status_id)
);

CREATE TABLE case_notes (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    case_id    bigint NOT NULL REFERENCES cases ON DELETE CASCADE,
    author_id  bigint REFERENCES accounts ON DELETE SET NULL,
    text       text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX case_notes_case ON case_notes (case_id, id);

-- A post that was no breach does not come up again until its author changes it.
CREATE TABLE cleared_posts (
    status_id  bigint PRIMARY KEY REFERENCES statuses ON DELETE CASCADE,
    case_id    bigint NOT NULL REFERENCES cases ON DELETE CASCADE,
    cleared_at timestamptz NOT NULL
);
CREATE INDEX cleared_posts_case ON cleared_posts (case_id);

-- Days without school, besides Saturdays and Sundays.
CREATE TABLE school_breaks (
    first_day date PRIMARY KEY,
    last_day  date NOT NULL CHECK (last_day >= first_day)
);

-- When that many school days have passed; a year from now at the latest.
CREATE FUNCTION school_deadline(since timestamptz, days integer) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
    due timestamptz := since;
    missing integer := days;
    day date;
BEGIN
    FOR tried IN 1..365 LOOP
        EXIT WHEN missing <= 0;
        due := due + interval '24 hours';
        day := (due AT TIME ZONE 'UTC')::date;
        IF extract(isodow FROM day) < 6 AND NOT EXISTS (
            SELECT 1 FROM school_breaks WHERE first_day <= day AND last_day >= day) THEN
            missing := missing - 1;
        END IF;
    END LOOP;
    RETURN due;
END $$;

INSERT INTO cases (target_id, opened_at, acknowledge_by, decide_by)
SELECT target_id, min(created_at), min(created_at) + interval '24 hours', school_deadline(min(created_at), 5)
FROM reports WHERE resolved_at IS NULL GROUP BY target_id;
UPDATE reports r SET case_id = c.id FROM cases c
WHERE c.target_id = r.target_id AND r.resolved_at IS NULL;
