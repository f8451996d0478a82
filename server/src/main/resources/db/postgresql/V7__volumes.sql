-- Named storage. The data lies elsewhere, below the id.
CREATE TABLE volumes (
  id TEXT COLLATE "C" PRIMARY KEY,
  workspace TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
  name TEXT COLLATE "C" NOT NULL,
  backend TEXT COLLATE "C" NOT NULL,
  size_gb INTEGER,
  mount_path_default TEXT COLLATE "C",
  geolocation TEXT COLLATE "C" NOT NULL,
  machine_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (workspace, name)
);

-- Which attempts have a volume mounted; rows outlive a volume that is deleted by force.
CREATE TABLE volume_attachments (
  volume_id TEXT COLLATE "C" NOT NULL,
  workload_id TEXT COLLATE "C" NOT NULL,
  attempt INTEGER NOT NULL,
  PRIMARY KEY (workload_id, attempt, volume_id)
);

CREATE INDEX volume_attachments_by_volume ON volume_attachments (volume_id);
