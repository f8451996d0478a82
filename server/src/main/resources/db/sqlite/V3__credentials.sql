CREATE TABLE credentials (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  settings TEXT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (workspace, name)
);

CREATE TABLE credential_fields (
  credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  box BLOB NOT NULL,
  PRIMARY KEY (credential_id, name)
);
