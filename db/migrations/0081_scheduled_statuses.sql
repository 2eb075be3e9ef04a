-- Posts that wait for their time. What is asked for is kept as clients see it; it becomes a post, and
-- the row goes, in one transaction.
CREATE TABLE scheduled_statuses (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    scheduled_at timestamptz NOT NULL,
    params       jsonb NOT NULL,                       -- ScheduledStatus.params
    media_ids    bigint[] NOT NULL DEFAULT '{}',       -- not cleaned up as unused
    refused      text NOT NULL DEFAULT '',             -- why it did not become a post: not tried again
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX scheduled_statuses_account ON scheduled_statuses (account_id, id);
CREATE INDEX scheduled_statuses_due ON scheduled_statuses (scheduled_at) WHERE refused = '';
