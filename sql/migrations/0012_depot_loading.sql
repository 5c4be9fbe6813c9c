-- How long it takes to load a vehicle at a depot, in minutes; 0 = not set.
-- step: depot_loading_minutes
ALTER TABLE depot ADD COLUMN loading_minutes BIGINT NOT NULL DEFAULT 0;
