-- What is for members alone and waits in the queue is not sent to a host that is none any more. Who
-- stood behind it in line is looked at again.
CREATE FUNCTION forget_narrow_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM deliveries d USING statuses s
    WHERE d.host = NEW.host AND s.uri = d.object_uri AND s.audience <> '';
    UPDATE deliveries SET waits = false WHERE host = NEW.host AND waits;
    RETURN NULL;
END $$;
CREATE TRIGGER peers_forget_narrow
    AFTER UPDATE OF level ON peers
    FOR EACH ROW WHEN (OLD.level = 'member' AND NEW.level <> 'member')
    EXECUTE FUNCTION forget_narrow_deliveries();
