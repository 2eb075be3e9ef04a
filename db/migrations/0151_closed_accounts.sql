-- The roster opens only what it closed: who was shut out by a moderator stays out.
ALTER TABLE roster_people ADD COLUMN closed_account boolean NOT NULL DEFAULT false;
