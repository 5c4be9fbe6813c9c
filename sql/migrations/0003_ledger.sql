-- What a ledger nobody can break needs beside the books themselves: closed
-- periods with their figures, holds on lots, pieces with a number of their
-- own, packs, returns.

-- The last day of the last closed month, '' = none: it stands on the head, so
-- that every posting reads it under its own lock.
-- step: depot_head_closed_on
ALTER TABLE depot_head ADD COLUMN closed_on CHAR(10) NOT NULL DEFAULT '';

-- step: item_serial
ALTER TABLE item ADD COLUMN serial SMALLINT NOT NULL DEFAULT 0;

-- step: lot_serial
ALTER TABLE lot ADD COLUMN serial SMALLINT NOT NULL DEFAULT 0;

-- The depot at the other end of a transfer, 0 = none.
-- step: voucher_to_depot
ALTER TABLE voucher ADD COLUMN to_depot_id BIGINT NOT NULL DEFAULT 0;

-- step: entry_packed
ALTER TABLE entry ADD COLUMN packed VARCHAR(60) NOT NULL DEFAULT '';

-- step: entry_returns
ALTER TABLE entry ADD COLUMN returns_id BIGINT;

-- step: entry_returns_index
CREATE INDEX entry_returns ON entry (returns_id);

-- step: voucher_to_depot_index
CREATE INDEX voucher_to_depot ON voucher (to_depot_id, business_on, seq, depot_id);

-- step: voucher_depot_day
CREATE INDEX voucher_depot_day ON voucher (depot_id, business_on, seq);

-- What was recorded on a day: the daily sheet.
-- step: voucher_recorded
CREATE INDEX voucher_recorded ON voucher (depot_id, recorded_at);

-- factor is how many thousandths of the item's unit one pack holds.
-- step: pack
CREATE TABLE IF NOT EXISTS pack (
  item_id BIGINT NOT NULL,
  name VARCHAR(20) NOT NULL,
  factor BIGINT NOT NULL,
  PRIMARY KEY (item_id, name)
) /*table*/;

-- Where each numbered piece is: a guard like stock, moved by a guarded UPDATE
-- in the posting itself, so that one piece is never in two places. place_id 0
-- says that it has not come in, and any lot may then carry the number.
-- step: piece
CREATE TABLE IF NOT EXISTS piece (
  item_id BIGINT NOT NULL,
  serial_key VARCHAR(200) NOT NULL,
  lot_id BIGINT NOT NULL,
  place_id BIGINT NOT NULL,
  last_voucher_id BIGINT NOT NULL,
  PRIMARY KEY (item_id, serial_key)
) /*table*/;

-- step: piece_lot
CREATE INDEX piece_lot ON piece (lot_id);

-- One row per depot and change, with the depot's sequence: what was issued
-- after it is told by the order of the books and not by a clock.
-- step: lot_hold
CREATE TABLE IF NOT EXISTS lot_hold (
  id BIGINT NOT NULL PRIMARY KEY,
  lot_id BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  held SMALLINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  at BIGINT NOT NULL
) /*table*/;

-- step: lot_hold_lot
CREATE INDEX lot_hold_lot ON lot_hold (lot_id, depot_id, seq);

-- step: append_only lot_hold
/*append-only lot_hold*/

-- step: period
CREATE TABLE IF NOT EXISTS period (
  depot_id BIGINT NOT NULL,
  month CHAR(7) NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  closed_at BIGINT NOT NULL,
  PRIMARY KEY (depot_id, month)
) /*table*/;

-- The figures of closed months, a cache that check computes again. Moves
-- within a depot are neither received nor issued.
-- step: period_stock
CREATE TABLE IF NOT EXISTS period_stock (
  month CHAR(7) NOT NULL,
  depot_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  lot_id BIGINT NOT NULL,
  opening BIGINT NOT NULL,
  received BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  closing BIGINT NOT NULL,
  PRIMARY KEY (month, depot_id, item_id, lot_id)
) /*table*/;

-- step: reopening
CREATE TABLE IF NOT EXISTS reopening (
  id BIGINT NOT NULL PRIMARY KEY,
  depot_id BIGINT NOT NULL,
  month CHAR(7) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  status VARCHAR(16) NOT NULL,
  asked_id BIGINT NOT NULL,
  asked_name VARCHAR(60) NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_id BIGINT NOT NULL,
  decided_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL
) /*table*/;

-- step: reopening_open
CREATE INDEX reopening_open ON reopening (status, depot_id);

-- Entries of one depot by day: what a month's close adds up.
-- step: entry_day
CREATE INDEX entry_day ON entry (depot_id, business_on, lot_id, voucher_id, qty);

-- Whose session it is, so that one look gives both; 0 = nobody's yet, or made
-- before this column was.
-- step: session_account
ALTER TABLE session ADD COLUMN account_id BIGINT NOT NULL DEFAULT 0;

-- The figures of closed months by item, so that the 收发存 of a month over all
-- depots reads a row per item and depot instead of one per lot. A value is price times quantity in
-- thousandths of a fen, exact; unpriced counts the lots without a price, whose
-- values are missing, and unpriced_closing sums up what is left of them.
-- step: period_item
CREATE TABLE IF NOT EXISTS period_item (
  month CHAR(7) NOT NULL,
  depot_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  opening BIGINT NOT NULL,
  received BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  closing BIGINT NOT NULL,
  opening_value BIGINT NOT NULL,
  received_value BIGINT NOT NULL,
  issued_value BIGINT NOT NULL,
  closing_value BIGINT NOT NULL,
  unpriced BIGINT NOT NULL,
  unpriced_closing BIGINT NOT NULL,
  PRIMARY KEY (month, depot_id, item_id)
) /*table*/;
