-- How each filter of the chain is run: 'enforce' unless a row says 'observe', when it only counts.
CREATE TABLE filter_modes (
    filter text PRIMARY KEY,
    mode   text NOT NULL CHECK (mode IN ('enforce', 'observe'))
);

-- What the instance itself does not want in posts (filter 10).
CREATE TABLE content_rules (
    id           bigint PRIMARY KEY DEFAULT new_id(),
    kind         text NOT NULL CHECK (kind IN
                   ('word', 'pattern', 'link-host', 'media-type', 'no-description')),
    value        text NOT NULL,
    verdict      text NOT NULL CHECK (verdict IN ('strip', 'limit', 'hold', 'reject')),
    note         text NOT NULL DEFAULT '',             -- why, for moderators
    created_by   text NOT NULL,                        -- as in audit_log.actor
    created_at   timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX content_rules_in_force ON content_rules (kind, value)
    WHERE withdrawn_at IS NULL;

-- So that a withdrawn rule can release what it held.
ALTER TABLE held_items ADD COLUMN rule_id bigint REFERENCES content_rules;
CREATE INDEX held_items_rule ON held_items (rule_id) WHERE decided_at IS NULL;

-- "Why did this not arrive?"
CREATE INDEX audit_log_activity ON audit_log ((details->>'id')) WHERE act IN ('verdict', 'observed');
CREATE INDEX audit_log_object ON audit_log ((details->>'post')) WHERE act IN ('verdict', 'observed');
CREATE INDEX audit_log_filters ON audit_log (at) WHERE act IN ('verdict', 'observed');
