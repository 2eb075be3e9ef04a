-- What a card says of its picture besides the picture itself.
ALTER TABLE remote_media ADD COLUMN width integer NOT NULL DEFAULT 0;
ALTER TABLE remote_media ADD COLUMN height integer NOT NULL DEFAULT 0;
ALTER TABLE remote_media ADD COLUMN blurhash text NOT NULL DEFAULT '';
