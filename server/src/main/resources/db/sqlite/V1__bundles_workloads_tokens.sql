-- Times are microseconds since 1970 in UTC. Boxes are sealed (see the sealing page of the documents).
CREATE TABLE installation (
  id TEXT PRIMARY KEY,
  created_at BIGINT NOT NULL
);

CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
INSERT INTO workspaces (id, name, created_at) VALUES ('default', 'default', 0);

CREATE TABLE key_ring (
  id TEXT PRIMARY KEY,
  master_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  active INTEGER NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  name TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  roles TEXT NOT NULL,
  uses TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX tokens_by_name ON tokens (workspace, name) WHERE revoked_at IS NULL;

CREATE TABLE bundles (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bundles_by_name ON bundles (workspace, name) WHERE kind = 'plain';

CREATE TABLE bundle_entries (
  bundle_id TEXT NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  location TEXT NOT NULL,
  box BLOB NOT NULL,
  PRIMARY KEY (bundle_id, type, location)
);

CREATE TABLE holds (
  workspace TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  workload_id TEXT NOT NULL,
  PRIMARY KEY (workspace, kind, name, workload_id)
);
CREATE INDEX holds_by_workload ON holds (workload_id);

CREATE TABLE workloads (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  kind TEXT NOT NULL,
  name TEXT,
  spec TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  submitted_by TEXT NOT NULL,
  state TEXT NOT NULL,
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
  workload_id TEXT NOT NULL REFERENCES workloads (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  workspace TEXT NOT NULL,
  state TEXT NOT NULL,
  env TEXT NOT NULL,
  cause TEXT,
  reason TEXT,
  stop_cause TEXT,
  host TEXT,
  host_life TEXT,
  exit_code INTEGER,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (workload_id, number)
);

CREATE TABLE attempt_bundles (
  workload_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  bundle_id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (workload_id, number, name),
  FOREIGN KEY (workload_id, number) REFERENCES attempts (workload_id, number) ON DELETE CASCADE
);

CREATE TABLE attempt_boxes (
  workload_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  position INTEGER NOT NULL,
  box BLOB NOT NULL,
  PRIMARY KEY (workload_id, number, position),
  FOREIGN KEY (workload_id, number) REFERENCES attempts (workload_id, number) ON DELETE CASCADE
);

CREATE TABLE idempotency_keys (
  workspace TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  workload_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at BIGINT NOT NULL,
  workspace TEXT NOT NULL,
  token_id TEXT NOT NULL,
  token_name TEXT NOT NULL,
  origin TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision BIGINT,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
);
