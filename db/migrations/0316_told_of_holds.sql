-- Officers were told of it by mail.
ALTER TABLE held_items ADD COLUMN told_at timestamptz;
CREATE INDEX held_items_untold ON held_items (filter) WHERE decided_at IS NULL AND told_at IS NULL;
