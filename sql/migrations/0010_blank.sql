-- Blank vouchers (空白单据): numbered paper for a day without power, each of
-- which is entered once.

-- The number of the blank a voucher was written on by hand, '' = none.
-- step: voucher_blank_no
ALTER TABLE voucher ADD COLUMN blank_no VARCHAR(40) NOT NULL DEFAULT '';

-- One row a sheet. batch_id is the printing it came from, client_key the form
-- that asked for it. voucher_id is what it became, 0 = not entered; spoiled_at
-- is when the paper was given up, 0 = it was not. A sheet is one of open,
-- entered and spoiled, told by these two, which change once and together.
-- step: blank_paper
CREATE TABLE IF NOT EXISTS blank_paper (
  id BIGINT NOT NULL PRIMARY KEY,
  depot_id BIGINT NOT NULL,
  type VARCHAR(16) NOT NULL,
  number VARCHAR(40) NOT NULL UNIQUE,
  batch_id BIGINT NOT NULL,
  client_key VARCHAR(64) NOT NULL,
  printed_at BIGINT NOT NULL,
  printed_id BIGINT NOT NULL,
  printed_name VARCHAR(60) NOT NULL,
  voucher_id BIGINT NOT NULL,
  entered_at BIGINT NOT NULL,
  entered_id BIGINT NOT NULL,
  entered_name VARCHAR(60) NOT NULL,
  spoiled_at BIGINT NOT NULL,
  spoiled_id BIGINT NOT NULL,
  spoiled_name VARCHAR(60) NOT NULL,
  spoiled_reason VARCHAR(200) NOT NULL
) /*table*/;

-- step: blank_paper_page
CREATE INDEX blank_paper_page ON blank_paper (printed_at, number);

-- step: blank_paper_depot
CREATE INDEX blank_paper_depot ON blank_paper (depot_id, printed_at, number);

-- step: blank_paper_batch
CREATE INDEX blank_paper_batch ON blank_paper (batch_id, number);

-- step: blank_paper_key
CREATE INDEX blank_paper_key ON blank_paper (client_key);
