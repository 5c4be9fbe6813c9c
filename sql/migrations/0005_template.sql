-- The offices' own workbooks as layouts of exports. The file lies in the data
-- folder under its hash. A later upload of the same name takes the place of
-- the one before, which stays as a retired version.
-- step: export_template
CREATE TABLE IF NOT EXISTS export_template (
  id BIGINT NOT NULL PRIMARY KEY,
  kind VARCHAR(32) NOT NULL,
  name VARCHAR(100) NOT NULL,
  version BIGINT NOT NULL,
  file_name VARCHAR(200) NOT NULL,
  file_hash VARCHAR(64) NOT NULL,
  file_size BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  uploaded_at BIGINT NOT NULL,
  retired_at BIGINT NOT NULL,
  retired_name VARCHAR(60) NOT NULL
) /*table*/;

-- step: export_template_name
CREATE UNIQUE INDEX export_template_name ON export_template (kind, name, version);
