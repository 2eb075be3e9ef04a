-- NodeInfo counts them.
CREATE INDEX statuses_local_answers ON statuses (id)
    WHERE local AND in_reply_to_uri <> '' AND visibility IN ('public', 'unlisted');
