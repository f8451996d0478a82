-- Of a volume that goes when its client no longer renews its lease.
ALTER TABLE volumes ADD COLUMN lease_s INTEGER;
ALTER TABLE volumes ADD COLUMN lease_expires_at BIGINT;

CREATE INDEX volumes_by_lease ON volumes (lease_expires_at) WHERE lease_expires_at IS NOT NULL;

-- Volumes that are gone, until their data is: only to tell why.
CREATE TABLE deleted_volumes (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  name TEXT NOT NULL,
  backend TEXT NOT NULL,
  size_gb INTEGER,
  mount_path_default TEXT,
  geolocation TEXT NOT NULL,
  machine_id TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE INDEX deleted_volumes_by_name ON deleted_volumes (workspace, name, created_at);
