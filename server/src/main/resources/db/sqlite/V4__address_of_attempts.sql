-- Where the engine of an attempt is reached; null for the server's own.
ALTER TABLE attempts ADD COLUMN address TEXT;
