-- The official divisions: the district, its streets and towns, their villages
-- and communities. Depots name theirs by code. Coordinates are millionths of a
-- degree; 0 means unknown, and stays unknown rather than guessed.

-- step: division
CREATE TABLE IF NOT EXISTS division (
  code VARCHAR(12) NOT NULL PRIMARY KEY,
  name VARCHAR(60) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  parent VARCHAR(12) NOT NULL,
  lng_micro BIGINT NOT NULL,
  lat_micro BIGINT NOT NULL
) /*table*/;

-- step: division_parent
CREATE INDEX division_parent ON division (parent, code);
