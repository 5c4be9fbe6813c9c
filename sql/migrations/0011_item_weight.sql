-- What one stock unit of an item weighs and fills, for counting vehicles.
-- 0 = not known; both are the bureau's to fill in.

-- step: item_weight_gram
ALTER TABLE item ADD COLUMN weight_gram BIGINT NOT NULL DEFAULT 0;

-- step: item_volume_cm3
ALTER TABLE item ADD COLUMN volume_cm3 BIGINT NOT NULL DEFAULT 0;
