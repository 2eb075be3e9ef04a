-- A strike is told in the apps (Mastodon's moderation_warning).
ALTER TABLE notifications ADD COLUMN strike_id bigint REFERENCES strikes ON DELETE CASCADE;
CREATE INDEX notifications_strike ON notifications (strike_id) WHERE strike_id IS NOT NULL;
