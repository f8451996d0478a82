-- Named storage. The data lies elsewhere, below the id.
CREATE TABLE volumes (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  name TEXT NOT NULL,
  backend TEXT NOT NULL,
  size_gb INTEGER,
  mount_path_default TEXT,
  geolocation TEXT NOT NULL,
  machine_id TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (workspace, name)
);

-- Which attempts have a volume mounted; rows outlive a volume that is deleted by force.
CREATE TABLE volume_attachments (
  volume_id TEXT NOT NULL,
  workload_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  PRIMARY KEY (workload_id, attempt, volume_id)
);

CREATE INDEX volume_attachments_by_volume ON volume_attachments (volume_id);
