-- What moderators decide about a hashtag beside whether it may trend (trend_reviews).
ALTER TABLE tags
    ADD COLUMN usable boolean NOT NULL DEFAULT true,     -- our people may write it
    ADD COLUMN listable boolean NOT NULL DEFAULT true;   -- it is found by search
