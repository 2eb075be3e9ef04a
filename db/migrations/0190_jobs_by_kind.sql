-- Each worker takes some kinds only; a long queue of one kind is not read for the others.
CREATE INDEX jobs_by_kind ON jobs (kind, run_at, id);
DROP INDEX jobs_ready;
