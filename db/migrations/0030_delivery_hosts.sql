-- A host's breaker opens or closes: all that waits for it is moved at once.
CREATE INDEX deliveries_host ON deliveries (host, run_at);
-- Old bodies that nothing names any more are cleaned up by age.
CREATE INDEX delivery_bodies_age ON delivery_bodies (created_at);
