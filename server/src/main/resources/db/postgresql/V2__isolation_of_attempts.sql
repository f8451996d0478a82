-- What kept an attempt apart when it was placed; null where nobody wrote it down.
ALTER TABLE attempts ADD COLUMN isolation TEXT COLLATE "C";
