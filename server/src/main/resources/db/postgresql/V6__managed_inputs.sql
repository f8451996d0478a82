CREATE TABLE application_inputs (
  workspace TEXT COLLATE "C" NOT NULL,
  application TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C" NOT NULL,
  input_format TEXT COLLATE "C",
  output_format TEXT COLLATE "C",
  -- The name of what was kept of it, beside the database.
  file TEXT COLLATE "C" NOT NULL,
  upload TEXT COLLATE "C" NOT NULL,
  run TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, application, id),
  FOREIGN KEY (workspace, application) REFERENCES applications (workspace, id) ON DELETE CASCADE
);

CREATE INDEX inputs_by_file ON application_inputs (file);
