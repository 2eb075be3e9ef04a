-- Hard acts that one person asks for and another approves (POLICY section 5, decision 370). What was
-- done with a request is in audit_log.
CREATE TABLE approvals (
    id            bigint PRIMARY KEY DEFAULT new_id(),
    kind          text NOT NULL,                         -- a row of outbox/approvals.cpp
    subject       text NOT NULL,                         -- what it is about: a uri, a name
    details       jsonb NOT NULL DEFAULT '{}',           -- what the act needs
    reason        text NOT NULL CHECK (reason <> ''),
    asked_by_id   bigint NOT NULL REFERENCES accounts,
    asked_at      timestamptz NOT NULL,
    alone_at      timestamptz,                           -- nobody else could approve: from then on
    decided_by_id bigint REFERENCES accounts,            -- who asked may go on
    decided_at    timestamptz,
    decision      text NOT NULL DEFAULT '' CHECK (decision IN ('', 'approved', 'refused', 'alone')),
    refusal       text NOT NULL DEFAULT '',
    CHECK ((decision = '') = (decided_at IS NULL) AND (decision = '') = (decided_by_id IS NULL)),
    CHECK (decision = 'alone' OR decided_by_id <> asked_by_id OR decision = 'refused'),
    CHECK (decision <> 'alone' OR (alone_at IS NOT NULL AND decided_at >= alone_at))
);
CREATE INDEX approvals_open ON approvals (id) WHERE decision = '';
