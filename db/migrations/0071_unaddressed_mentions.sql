-- Named by a tag of an open post, but not among its recipients (GoToSocial): listed, not notified.
ALTER TABLE mentions ADD COLUMN unaddressed boolean NOT NULL DEFAULT false;
