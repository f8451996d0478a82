-- Texts are ordered by their bytes, as SQLite orders them. Times are microseconds since 1970 in UTC. Boxes are sealed
-- (see the sealing page of the documents).
CREATE TABLE installation (
  id TEXT COLLATE "C" PRIMARY KEY,
  created_at BIGINT NOT NULL
);

CREATE TABLE workspaces (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
INSERT INTO workspaces (id, name, created_at) VALUES ('default', 'default', 0);

CREATE TABLE key_ring (
  id TEXT COLLATE "C" PRIMARY KEY,
  master_id TEXT COLLATE "C" NOT NULL,
  wrapped BYTEA NOT NULL,
  active INTEGER NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
  id TEXT COLLATE "C" PRIMARY KEY,
  workspace TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
  name TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  roles TEXT COLLATE "C" NOT NULL,
  uses TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX tokens_by_name ON tokens (workspace, name) WHERE revoked_at IS NULL;

CREATE TABLE bundles (
  id TEXT COLLATE "C" PRIMARY KEY,
  workspace TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bundles_by_name ON bundles (workspace, name) WHERE kind = 'plain';

CREATE TABLE bundle_entries (
  bundle_id TEXT COLLATE "C" NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  type TEXT COLLATE "C" NOT NULL,
  location TEXT COLLATE "C" NOT NULL,
  box BYTEA NOT NULL,
  PRIMARY KEY (bundle_id, type, location)
);

CREATE TABLE holds (
  workspace TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  workload_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, kind, name, workload_id)
);
CREATE INDEX holds_by_workload ON holds (workload_id);

CREATE TABLE workloads (
  id TEXT COLLATE "C" PRIMARY KEY,
  workspace TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C",
  spec TEXT COLLATE "C" NOT NULL,
  trusted INTEGER NOT NULL,
  submitted_by TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  current_attempt INTEGER NOT NULL,
  newest_attempt INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  retries_used INTEGER NOT NULL,
  recoveries_used INTEGER NOT NULL,
  terminate_requested INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  next_try_at BIGINT
);
CREATE INDEX workloads_newest ON workloads (workspace, created_at, id);
CREATE INDEX workloads_live ON workloads (created_at) WHERE ended_at IS NULL;
CREATE INDEX workloads_ended ON workloads (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE attempts (
  workload_id TEXT COLLATE "C" NOT NULL REFERENCES workloads (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  workspace TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  env TEXT COLLATE "C" NOT NULL,
  cause TEXT COLLATE "C",
  reason TEXT COLLATE "C",
  stop_cause TEXT COLLATE "C",
  host TEXT COLLATE "C",
  host_life TEXT COLLATE "C",
  exit_code INTEGER,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (workload_id, number)
);

CREATE TABLE attempt_bundles (
  workload_id TEXT COLLATE "C" NOT NULL,
  number INTEGER NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  bundle_id TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (workload_id, number, name),
  FOREIGN KEY (workload_id, number) REFERENCES attempts (workload_id, number) ON DELETE CASCADE
);

CREATE TABLE attempt_boxes (
  workload_id TEXT COLLATE "C" NOT NULL,
  number INTEGER NOT NULL,
  position INTEGER NOT NULL,
  box BYTEA NOT NULL,
  PRIMARY KEY (workload_id, number, position),
  FOREIGN KEY (workload_id, number) REFERENCES attempts (workload_id, number) ON DELETE CASCADE
);

CREATE TABLE idempotency_keys (
  workspace TEXT COLLATE "C" NOT NULL,
  idempotency_key TEXT COLLATE "C" NOT NULL,
  body_hash BYTEA NOT NULL,
  workload_id TEXT COLLATE "C" NOT NULL,
  number INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE audit (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at BIGINT NOT NULL,
  workspace TEXT COLLATE "C" NOT NULL,
  token_id TEXT COLLATE "C" NOT NULL,
  token_name TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  revision BIGINT,
  outcome TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL
);
