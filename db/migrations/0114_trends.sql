-- What is talked about, computed from counts every few minutes while the moderators have trends
-- switched on (instance_values, "trends"). Nothing of it is shown before a person allowed it.
CREATE TABLE trends (
    kind  text NOT NULL CHECK (kind IN ('tag', 'status', 'link')),
    key   text NOT NULL,                               -- the tag's or post's id, the link's URL
    score double precision NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE TABLE trend_reviews (
    kind       text NOT NULL CHECK (kind IN ('tag', 'status', 'link')),
    key        text NOT NULL,
    allowed    boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX statuses_link ON statuses ((card->>'url'), id DESC)
    WHERE card IS NOT NULL AND visibility = 'public' AND reblog_of_id IS NULL;
