-- What a member does not want to read unprepared.
CREATE TABLE filters (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    title      text NOT NULL,
    contexts   text[] NOT NULL,
    action     text NOT NULL DEFAULT 'warn' CHECK (action IN ('warn', 'hide', 'blur')),
    expires_at timestamptz
);
CREATE INDEX filters_account ON filters (account_id, id);

CREATE TABLE filter_keywords (
    id         bigint PRIMARY KEY DEFAULT new_id(),
    filter_id  bigint NOT NULL REFERENCES filters ON DELETE CASCADE,
    keyword    text NOT NULL,
    whole_word boolean NOT NULL
);
CREATE INDEX filter_keywords_filter ON filter_keywords (filter_id, id);

CREATE TABLE filter_statuses (
    id        bigint PRIMARY KEY DEFAULT new_id(),
    filter_id bigint NOT NULL REFERENCES filters ON DELETE CASCADE,
    status_id bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
    UNIQUE (filter_id, status_id)
);
CREATE INDEX filter_statuses_status ON filter_statuses (status_id);

-- What the house tells all its members.
CREATE TABLE announcements (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    text         text NOT NULL,                        -- as written
    content      text NOT NULL,                        -- HTML
    all_day      boolean NOT NULL DEFAULT false,
    starts_at    timestamptz,
    ends_at      timestamptz,                          -- not shown after it
    published_at timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE TABLE announcement_dismissals (
    announcement_id bigint NOT NULL REFERENCES announcements ON DELETE CASCADE,
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, announcement_id)
);
CREATE INDEX announcement_dismissals_announcement ON announcement_dismissals (announcement_id);
CREATE TABLE announcement_reactions (
    announcement_id bigint NOT NULL REFERENCES announcements ON DELETE CASCADE,
    name            text NOT NULL,                     -- an emoji
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (announcement_id, name, account_id)
);
