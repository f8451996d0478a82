CREATE TABLE applications (
  workspace TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C" NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  default_instance TEXT COLLATE "C" NOT NULL,
  default_experiment_instance TEXT COLLATE "C" NOT NULL,
  -- What was pushed last; null until something is.
  executable_id TEXT COLLATE "C",
  executable_at BIGINT,
  executable_by TEXT COLLATE "C",
  executable_requirements TEXT COLLATE "C",
  executable_digest TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, id)
);

CREATE TABLE application_versions (
  workspace TEXT COLLATE "C" NOT NULL,
  application TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C" NOT NULL,
  executable_id TEXT COLLATE "C" NOT NULL,
  executable_at BIGINT NOT NULL,
  executable_by TEXT COLLATE "C" NOT NULL,
  executable_requirements TEXT COLLATE "C" NOT NULL,
  executable_digest TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, application, id),
  FOREIGN KEY (workspace, application) REFERENCES applications (workspace, id) ON DELETE CASCADE
);

CREATE TABLE application_instances (
  workspace TEXT COLLATE "C" NOT NULL,
  application TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C" NOT NULL,
  configuration TEXT COLLATE "C" NOT NULL,
  locked INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, application, id),
  FOREIGN KEY (workspace, application) REFERENCES applications (workspace, id) ON DELETE CASCADE
);

-- A bundle of the kind 'collection' belongs to an application, and has a title and a description.
ALTER TABLE bundles ADD COLUMN application TEXT COLLATE "C";
ALTER TABLE bundles ADD COLUMN title TEXT COLLATE "C";
ALTER TABLE bundles ADD COLUMN description TEXT COLLATE "C";
CREATE UNIQUE INDEX collections_by_name ON bundles (workspace, application, name)
  WHERE kind = 'collection';
