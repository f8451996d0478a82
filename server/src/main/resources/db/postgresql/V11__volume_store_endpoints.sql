-- At which address the service of an object store is, for others may have a bucket of that name; empty where it is not known,
-- as of all volumes so far.
ALTER TABLE volumes ADD COLUMN store_endpoint TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE deleted_volumes ADD COLUMN store_endpoint TEXT COLLATE "C" NOT NULL DEFAULT '';
