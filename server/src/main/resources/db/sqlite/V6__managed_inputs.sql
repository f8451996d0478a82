CREATE TABLE application_inputs (
  workspace TEXT NOT NULL,
  application TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  input_format TEXT,
  output_format TEXT,
  -- The name of what was kept of it, beside the database.
  file TEXT NOT NULL,
  upload TEXT NOT NULL,
  run TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, application, id),
  FOREIGN KEY (workspace, application) REFERENCES applications (workspace, id) ON DELETE CASCADE
);

CREATE INDEX inputs_by_file ON application_inputs (file);
