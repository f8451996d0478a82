-- The buckets that attempts have mounted, each with the last key pair that opened it, sealed to the mount. A row goes
-- with the end of its attempt.
CREATE TABLE bucket_mounts (
  workload_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  place INTEGER NOT NULL,
  region TEXT NOT NULL,
  token_hash BLOB NOT NULL,
  access_key BLOB NOT NULL,
  secret_key BLOB NOT NULL,
  seen TEXT NOT NULL,
  PRIMARY KEY (workload_id, attempt, place)
);
