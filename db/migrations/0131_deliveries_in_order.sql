-- Of one signer and inbox only the oldest delivery is tried. The others are passed over when a
-- worker comes upon them, and called up again when what they wait for is done; without this mark
-- every claim looks at all of them.
ALTER TABLE deliveries ADD COLUMN waits boolean NOT NULL DEFAULT false;
DROP INDEX deliveries_ready;
CREATE INDEX deliveries_ready ON deliveries (run_at, id) WHERE NOT waits;
CREATE INDEX deliveries_waiting ON deliveries (account_id, inbox, id) WHERE waits;
