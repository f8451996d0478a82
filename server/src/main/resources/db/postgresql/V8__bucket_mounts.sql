-- The buckets that attempts have mounted, each with the last key pair that opened it, sealed to the mount. A row goes
-- with the end of its attempt.
CREATE TABLE bucket_mounts (
  workload_id TEXT COLLATE "C" NOT NULL,
  attempt INTEGER NOT NULL,
  place INTEGER NOT NULL,
  region TEXT COLLATE "C" NOT NULL,
  token_hash BYTEA NOT NULL,
  access_key BYTEA NOT NULL,
  secret_key BYTEA NOT NULL,
  seen TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workload_id, attempt, place)
);
