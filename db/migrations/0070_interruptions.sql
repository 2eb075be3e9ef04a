-- `attempts` counts claims and says which claim holds a row. What ended badly, and what was cut
-- short because the process died, are counted apart: only the first is the work's fault.
ALTER TABLE jobs ADD COLUMN failures integer NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN interruptions integer NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN failures integer NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN interruptions integer NOT NULL DEFAULT 0;
