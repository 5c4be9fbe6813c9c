-- 发放花名册: who got what of the goods a street's point was sent. It holds
-- personal data: nothing reads its rows but for those who may see them.

-- A list counts against one load (shipment_id) or against all its desk got in a
-- response. desk_id is the depot whose people handed the goods out. What it
-- booked stands in clearing under roll_id.
-- step: roll
CREATE TABLE IF NOT EXISTS roll (
  id BIGINT NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  shipment_id BIGINT NOT NULL,
  response_id BIGINT NOT NULL,
  desk_id BIGINT NOT NULL,
  title VARCHAR(100) NOT NULL,
  held_on CHAR(10) NOT NULL,
  file_name VARCHAR(200) NOT NULL,
  note VARCHAR(500) NOT NULL,
  status VARCHAR(16) NOT NULL,
  author_id BIGINT NOT NULL,
  author_name VARCHAR(60) NOT NULL,
  made_at BIGINT NOT NULL,
  applied_id BIGINT NOT NULL,
  applied_name VARCHAR(60) NOT NULL,
  applied_at BIGINT NOT NULL,
  undone_name VARCHAR(60) NOT NULL,
  undone_at BIGINT NOT NULL,
  reason VARCHAR(300) NOT NULL,
  client_key VARCHAR(64) NOT NULL UNIQUE,
  request_hash VARCHAR(64) NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: roll_desk
CREATE INDEX roll_desk ON roll (desk_id, made_at);

-- One kind of goods that one person got. Rows with one sheet_row are of one
-- person. word and word_unit are what the list calls the goods, typed how much
-- as it was written; item_id 0 is not known yet.
-- step: roll_row
CREATE TABLE IF NOT EXISTS roll_row (
  id BIGINT NOT NULL PRIMARY KEY,
  roll_id BIGINT NOT NULL,
  row_no BIGINT NOT NULL,
  sheet_row BIGINT NOT NULL,
  cell VARCHAR(12) NOT NULL,
  person VARCHAR(60) NOT NULL,
  id_no VARCHAR(40) NOT NULL,
  phone VARCHAR(60) NOT NULL,
  household BIGINT NOT NULL,
  village VARCHAR(60) NOT NULL,
  address VARCHAR(200) NOT NULL,
  word VARCHAR(100) NOT NULL,
  word_unit VARCHAR(20) NOT NULL,
  typed VARCHAR(60) NOT NULL,
  item_id BIGINT NOT NULL,
  qty BIGINT NOT NULL,
  received VARCHAR(40) NOT NULL,
  signature VARCHAR(60) NOT NULL,
  remark VARCHAR(200) NOT NULL,
  left_out SMALLINT NOT NULL,
  grade VARCHAR(8) NOT NULL,
  issue VARCHAR(500) NOT NULL
) /*table*/;

-- step: roll_row_of
CREATE INDEX roll_row_of ON roll_row (roll_id, row_no);

-- step: clearing_roll
CREATE INDEX clearing_roll ON clearing (roll_id);
