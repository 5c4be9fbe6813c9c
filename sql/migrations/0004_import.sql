-- What people teach the reading of ledgers: columns they mapped, words they
-- tied to goods, headings they explained.

-- A table's mapping by the fingerprint of its headings, as the use case wrote
-- it. A later choice takes the place of an earlier one.
-- step: import_mapping
CREATE TABLE IF NOT EXISTS import_mapping (
  fingerprint VARCHAR(64) NOT NULL PRIMARY KEY,
  headings VARCHAR(500) NOT NULL,
  mapping MEDIUMTEXT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL
) /*table*/;

-- What a word of ledgers means, at one depot: a street that is wrong about its
-- own words misleads nobody else. word_key is a digest of the folded name,
-- spec and unit; factor is how many thousandths of the item's unit one of the
-- word's unit holds, 0 = it is the same unit.
-- step: import_word
CREATE TABLE IF NOT EXISTS import_word (
  depot_id BIGINT NOT NULL,
  word_key VARCHAR(64) NOT NULL,
  name VARCHAR(100) NOT NULL,
  spec VARCHAR(200) NOT NULL,
  unit VARCHAR(20) NOT NULL,
  item_id BIGINT NOT NULL,
  factor BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (depot_id, word_key)
) /*table*/;

-- Headings beyond the shipped list; field is a field of the reading.
-- step: heading_word
CREATE TABLE IF NOT EXISTS heading_word (
  word_key VARCHAR(100) NOT NULL PRIMARY KEY,
  word VARCHAR(100) NOT NULL,
  field VARCHAR(32) NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL
) /*table*/;
