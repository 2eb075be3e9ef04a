-- The desk's pages ask the record by who and by what, newest first.
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE INDEX audit_log_act ON audit_log (act, id);
