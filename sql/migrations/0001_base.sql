-- The schema of step 1. Written once in MySQL's words; store renders it for
-- SQLite (BIGINT and SMALLINT become INTEGER, VARCHAR(n) and CHAR(n) become
-- TEXT with a length check, /*table*/ becomes STRICT). Every step can be run
-- again: "already there" counts as done.
--
-- ..._at is an instant in microseconds UTC, ..._on a day as text, ..._fen
-- money, qty a quantity in thousandths. 0 and '' stand for "none".

-- step: node
CREATE TABLE IF NOT EXISTS node (
  node_no BIGINT NOT NULL PRIMARY KEY,
  holder VARCHAR(64) NOT NULL,
  expires_at BIGINT NOT NULL
) /*table*/;

-- step: setting
CREATE TABLE IF NOT EXISTS setting (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  value MEDIUMTEXT NOT NULL
) /*table*/;

-- step: depot
CREATE TABLE IF NOT EXISTS depot (
  id BIGINT NOT NULL PRIMARY KEY,
  code VARCHAR(6) NOT NULL UNIQUE,
  name VARCHAR(100) NOT NULL,
  name_key VARCHAR(100) NOT NULL UNIQUE,
  tier VARCHAR(16) NOT NULL,
  division VARCHAR(12) NOT NULL,
  custodian VARCHAR(100) NOT NULL,
  keeper VARCHAR(60) NOT NULL,
  phone VARCHAR(60) NOT NULL,
  address VARCHAR(200) NOT NULL,
  closed SMALLINT NOT NULL
) /*table*/;

-- step: place
CREATE TABLE IF NOT EXISTS place (
  id BIGINT NOT NULL PRIMARY KEY,
  kind VARCHAR(16) NOT NULL,
  depot_id BIGINT NOT NULL,
  code VARCHAR(60) NOT NULL,
  name VARCHAR(100) NOT NULL
) /*table*/;

-- step: place_code
CREATE UNIQUE INDEX place_code ON place (depot_id, code);

-- step: depot_head
CREATE TABLE IF NOT EXISTS depot_head (
  depot_id BIGINT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,
  counters MEDIUMTEXT NOT NULL,
  last_hash VARCHAR(64) NOT NULL,
  audit_seq BIGINT NOT NULL,
  audit_hash VARCHAR(64) NOT NULL
) /*table*/;

-- step: unit
CREATE TABLE IF NOT EXISTS unit (
  name VARCHAR(20) NOT NULL PRIMARY KEY,
  decimals SMALLINT NOT NULL
) /*table*/;

-- step: category
CREATE TABLE IF NOT EXISTS category (
  id BIGINT NOT NULL PRIMARY KEY,
  code VARCHAR(20) NOT NULL UNIQUE,
  name VARCHAR(60) NOT NULL UNIQUE,
  position BIGINT NOT NULL
) /*table*/;

-- step: item
CREATE TABLE IF NOT EXISTS item (
  id BIGINT NOT NULL PRIMARY KEY,
  code VARCHAR(20) NOT NULL UNIQUE,
  name VARCHAR(100) NOT NULL,
  spec VARCHAR(200) NOT NULL,
  unit VARCHAR(20) NOT NULL,
  category_id BIGINT NOT NULL,
  item_key VARCHAR(400) NOT NULL UNIQUE,
  storage_months BIGINT NOT NULL,
  recoverable SMALLINT NOT NULL,
  draft SMALLINT NOT NULL,
  created_at BIGINT NOT NULL
) /*table*/;

-- step: item_category
CREATE INDEX item_category ON item (category_id, code);

-- step: item_alias
CREATE TABLE IF NOT EXISTS item_alias (
  item_id BIGINT NOT NULL,
  alias_key VARCHAR(200) NOT NULL,
  alias VARCHAR(200) NOT NULL,
  PRIMARY KEY (item_id, alias_key)
) /*table*/;

-- step: lot
CREATE TABLE IF NOT EXISTS lot (
  id BIGINT NOT NULL PRIMARY KEY,
  item_id BIGINT NOT NULL,
  lot_key VARCHAR(64) NOT NULL UNIQUE,
  lot_no VARCHAR(60) NOT NULL,
  lot_no_key VARCHAR(200) NOT NULL,
  produced_on CHAR(10) NOT NULL,
  produced_precision SMALLINT NOT NULL,
  expires_on CHAR(10) NOT NULL,
  expires_precision SMALLINT NOT NULL,
  expires_last CHAR(10) NOT NULL,
  received_on CHAR(10) NOT NULL,
  received_precision SMALLINT NOT NULL,
  source VARCHAR(60) NOT NULL,
  price_fen BIGINT,
  owner VARCHAR(100) NOT NULL,
  held SMALLINT NOT NULL
) /*table*/;

-- step: lot_item
CREATE INDEX lot_item ON lot (item_id);

-- step: lot_expiry
CREATE INDEX lot_expiry ON lot (expires_last);

-- step: voucher
CREATE TABLE IF NOT EXISTS voucher (
  id BIGINT NOT NULL PRIMARY KEY,
  depot_id BIGINT NOT NULL,
  type VARCHAR(16) NOT NULL,
  number VARCHAR(40) NOT NULL UNIQUE,
  seq BIGINT NOT NULL,
  business_on CHAR(10) NOT NULL,
  recorded_at BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  reason VARCHAR(60) NOT NULL,
  counterparty VARCHAR(200) NOT NULL,
  reference VARCHAR(200) NOT NULL,
  remark VARCHAR(500) NOT NULL,
  reverses_id BIGINT NOT NULL,
  client_key VARCHAR(64) NOT NULL UNIQUE,
  request_hash VARCHAR(64) NOT NULL,
  prev_hash VARCHAR(64) NOT NULL,
  hash VARCHAR(64) NOT NULL
) /*table*/;

-- step: voucher_seq
CREATE UNIQUE INDEX voucher_seq ON voucher (depot_id, seq);

-- step: voucher_day
CREATE INDEX voucher_day ON voucher (business_on, seq, depot_id);

-- step: voucher_reverses
CREATE INDEX voucher_reverses ON voucher (reverses_id);

-- step: entry
CREATE TABLE IF NOT EXISTS entry (
  id BIGINT NOT NULL PRIMARY KEY,
  voucher_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  place_id BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  lot_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  qty BIGINT NOT NULL,
  business_on CHAR(10) NOT NULL,
  seq BIGINT NOT NULL,
  reverses_id BIGINT,
  remark VARCHAR(200) NOT NULL
) /*table*/;

-- step: entry_voucher
CREATE INDEX entry_voucher ON entry (voucher_id, line);

-- step: entry_card
-- qty must stay last: before seq it made the last page 200 times slower.
CREATE INDEX entry_card ON entry (depot_id, item_id, business_on, seq, id, qty);

-- step: entry_item
CREATE INDEX entry_item ON entry (item_id, business_on, seq, id, qty);

-- step: entry_shelf
CREATE INDEX entry_shelf ON entry (lot_id, place_id, business_on, seq, qty);

-- step: entry_reverses
-- NULLs do not collide, so this says: at most one reversal per entry.
CREATE UNIQUE INDEX entry_reverses ON entry (reverses_id);

-- step: stock
CREATE TABLE IF NOT EXISTS stock (
  place_id BIGINT NOT NULL,
  lot_id BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  qty BIGINT NOT NULL,
  allocated BIGINT NOT NULL,
  last_voucher_id BIGINT NOT NULL,
  PRIMARY KEY (place_id, lot_id)
) /*table*/;

-- step: stock_depot
CREATE INDEX stock_depot ON stock (depot_id, item_id);

-- step: stock_item
CREATE INDEX stock_item ON stock (item_id, depot_id);

-- step: stock_lot
CREATE INDEX stock_lot ON stock (lot_id);

-- step: draft
CREATE TABLE IF NOT EXISTS draft (
  id BIGINT NOT NULL PRIMARY KEY,
  depot_id BIGINT NOT NULL,
  type VARCHAR(16) NOT NULL,
  status VARCHAR(16) NOT NULL,
  client_key VARCHAR(64) NOT NULL UNIQUE,
  content MEDIUMTEXT NOT NULL,
  version BIGINT NOT NULL,
  line_count BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  updated_at BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL
) /*table*/;

-- step: draft_open
CREATE INDEX draft_open ON draft (depot_id, status, updated_at);

-- step: audit
CREATE TABLE IF NOT EXISTS audit (
  id BIGINT NOT NULL PRIMARY KEY,
  chain BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  act VARCHAR(40) NOT NULL,
  object VARCHAR(200) NOT NULL,
  result VARCHAR(16) NOT NULL,
  detail VARCHAR(500) NOT NULL,
  ip VARCHAR(64) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  prev_hash VARCHAR(64) NOT NULL,
  hash VARCHAR(64) NOT NULL
) /*table*/;

-- step: audit_chain
CREATE UNIQUE INDEX audit_chain ON audit (chain, seq);

-- step: audit_at
CREATE INDEX audit_at ON audit (at, id);

-- step: account
CREATE TABLE IF NOT EXISTS account (
  id BIGINT NOT NULL PRIMARY KEY,
  login VARCHAR(60) NOT NULL,
  login_key VARCHAR(60) NOT NULL UNIQUE,
  name VARCHAR(60) NOT NULL,
  password_hash VARCHAR(200) NOT NULL,
  must_change SMALLINT NOT NULL,
  disabled SMALLINT NOT NULL,
  failures BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  stamp BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) /*table*/;

-- step: account_grant
CREATE TABLE IF NOT EXISTS account_grant (
  account_id BIGINT NOT NULL,
  role VARCHAR(16) NOT NULL,
  depot_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, role, depot_id)
) /*table*/;

-- step: session
CREATE TABLE IF NOT EXISTS session (
  token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
  data MEDIUMTEXT NOT NULL,
  expires_at BIGINT NOT NULL
) /*table*/;

-- step: session_expiry
CREATE INDEX session_expiry ON session (expires_at);

-- step: signin_link
CREATE TABLE IF NOT EXISTS signin_link (
  token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
) /*table*/;

-- step: import_batch
CREATE TABLE IF NOT EXISTS import_batch (
  id BIGINT NOT NULL PRIMARY KEY,
  file_name VARCHAR(200) NOT NULL,
  file_hash VARCHAR(64) NOT NULL,
  file_size BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  version BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  kind VARCHAR(32) NOT NULL,
  as_of CHAR(10) NOT NULL,
  rows_ok BIGINT NOT NULL,
  rows_confirm BIGINT NOT NULL,
  rows_error BIGINT NOT NULL,
  decisions MEDIUMTEXT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  uploaded_at BIGINT NOT NULL,
  applied_at BIGINT NOT NULL,
  applied_name VARCHAR(60) NOT NULL
) /*table*/;

-- step: import_batch_hash
CREATE INDEX import_batch_hash ON import_batch (file_hash);

-- step: import_row
CREATE TABLE IF NOT EXISTS import_row (
  batch_id BIGINT NOT NULL,
  sheet VARCHAR(100) NOT NULL,
  cell VARCHAR(20) NOT NULL,
  row_key VARCHAR(64) NOT NULL,
  voucher_id BIGINT NOT NULL,
  PRIMARY KEY (batch_id, sheet, cell)
) /*table*/;

-- step: import_row_key
CREATE INDEX import_row_key ON import_row (row_key);

-- step: check_run
CREATE TABLE IF NOT EXISTS check_run (
  id BIGINT NOT NULL PRIMARY KEY,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  differences BIGINT NOT NULL,
  report MEDIUMTEXT NOT NULL
) /*table*/;

-- step: outer_places
INSERT INTO place (id, kind, depot_id, code, name) VALUES
  (1, 'supplier', 0, 'supplier', '供货单位'), (2, 'donor', 0, 'donor', '捐赠方'),
  (3, 'upper', 0, 'upper', '上级及外单位'), (4, 'used', 0, 'used', '领用消耗'),
  (5, 'scrapped', 0, 'scrapped', '报废'), (6, 'lost', 0, 'lost', '损失'),
  (7, 'opening', 0, 'opening', '期初');

-- step: system_head
INSERT INTO depot_head (depot_id, seq, counters, last_hash, audit_seq, audit_hash) VALUES (0, 0, '{}', '', 0, '');

-- step: append_only voucher
/*append-only voucher*/

-- step: append_only entry
/*append-only entry*/

-- step: append_only audit
/*append-only audit*/
