CREATE TABLE applications (
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  type TEXT NOT NULL,
  default_instance TEXT NOT NULL,
  default_experiment_instance TEXT NOT NULL,
  -- What was pushed last; null until something is.
  executable_id TEXT,
  executable_at BIGINT,
  executable_by TEXT,
  executable_requirements TEXT,
  executable_digest TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, id)
);

CREATE TABLE application_versions (
  workspace TEXT NOT NULL,
  application TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  executable_id TEXT NOT NULL,
  executable_at BIGINT NOT NULL,
  executable_by TEXT NOT NULL,
  executable_requirements TEXT NOT NULL,
  executable_digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, application, id),
  FOREIGN KEY (workspace, application) REFERENCES applications (workspace, id) ON DELETE CASCADE
);

CREATE TABLE application_instances (
  workspace TEXT NOT NULL,
  application TEXT NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  configuration TEXT NOT NULL,
  locked INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, application, id),
  FOREIGN KEY (workspace, application) REFERENCES applications (workspace, id) ON DELETE CASCADE
);

-- A bundle of the kind 'collection' belongs to an application, and has a title and a description.
ALTER TABLE bundles ADD COLUMN application TEXT;
ALTER TABLE bundles ADD COLUMN title TEXT;
ALTER TABLE bundles ADD COLUMN description TEXT;
CREATE UNIQUE INDEX collections_by_name ON bundles (workspace, application, name)
  WHERE kind = 'collection';
