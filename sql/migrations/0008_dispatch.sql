-- From a phone call to a signed receipt: events and responses, what streets
-- ask for, orders, their shipments, receipts, and what becomes of the goods.

-- step: emergency_event
CREATE TABLE IF NOT EXISTS emergency_event (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  areas VARCHAR(500) NOT NULL,
  place VARCHAR(200) NOT NULL,
  summary VARCHAR(500) NOT NULL,
  begun_at BIGINT NOT NULL,
  author_id BIGINT NOT NULL,
  author_name VARCHAR(60) NOT NULL,
  recorded_at BIGINT NOT NULL
) /*table*/;

-- nature is real, drill, preposition. lock_no guards every change; what was
-- changed, when and on which paper stands in response_change.
-- step: response
CREATE TABLE IF NOT EXISTS response (
  id BIGINT NOT NULL PRIMARY KEY,
  event_id BIGINT NOT NULL,
  nature VARCHAR(16) NOT NULL,
  name VARCHAR(100) NOT NULL,
  areas VARCHAR(500) NOT NULL,
  grade SMALLINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  word_first SMALLINT NOT NULL,
  flood SMALLINT NOT NULL,
  document_no VARCHAR(60) NOT NULL,
  begun_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  settled_at BIGINT NOT NULL,
  settled_name VARCHAR(60) NOT NULL,
  author_id BIGINT NOT NULL,
  author_name VARCHAR(60) NOT NULL,
  recorded_at BIGINT NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: response_status
CREATE INDEX response_status ON response (status, begun_at);

-- step: response_change
CREATE TABLE IF NOT EXISTS response_change (
  id BIGINT NOT NULL PRIMARY KEY,
  response_id BIGINT NOT NULL,
  act VARCHAR(16) NOT NULL,
  grade SMALLINT NOT NULL,
  document_no VARCHAR(60) NOT NULL,
  note VARCHAR(300) NOT NULL,
  at BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  recorded_at BIGINT NOT NULL
) /*table*/;

-- step: response_change_of
CREATE INDEX response_change_of ON response_change (response_id, at);

-- step: append_only response_change
/*append-only response_change*/

-- 需求报告单. direction is street (to the bureau) or city (the bureau's own, to
-- the upper level). depot_id is the depot whose people wrote it.
-- step: need_request
CREATE TABLE IF NOT EXISTS need_request (
  id BIGINT NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  direction VARCHAR(16) NOT NULL,
  response_id BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  division VARCHAR(12) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  happened_at BIGINT NOT NULL,
  place VARCHAR(200) NOT NULL,
  moved_people BIGINT NOT NULL,
  days BIGINT NOT NULL,
  contact VARCHAR(60) NOT NULL,
  phone VARCHAR(60) NOT NULL,
  remark VARCHAR(500) NOT NULL,
  status VARCHAR(16) NOT NULL,
  author_id BIGINT NOT NULL,
  author_name VARCHAR(60) NOT NULL,
  sent_at BIGINT NOT NULL,
  decided_id BIGINT NOT NULL,
  decided_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL,
  answer VARCHAR(300) NOT NULL,
  client_key VARCHAR(64) NOT NULL UNIQUE,
  request_hash VARCHAR(64) NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: need_request_status
CREATE INDEX need_request_status ON need_request (status, sent_at);

-- step: need_request_response
CREATE INDEX need_request_response ON need_request (response_id);

-- target is item or group; basis says how the need was computed, '' = typed.
-- step: need_line
CREATE TABLE IF NOT EXISTS need_line (
  id BIGINT NOT NULL PRIMARY KEY,
  request_id BIGINT NOT NULL,
  line_no BIGINT NOT NULL,
  target VARCHAR(16) NOT NULL,
  target_id BIGINT NOT NULL,
  unit VARCHAR(20) NOT NULL,
  needed BIGINT NOT NULL,
  in_stock BIGINT NOT NULL,
  used BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  basis VARCHAR(200) NOT NULL,
  remark VARCHAR(200) NOT NULL
) /*table*/;

-- step: need_line_of
CREATE INDEX need_line_of ON need_line (request_id, line_no);

-- 调拨指令. by_word says that it was given on a phone call before any paper.
-- Every act on an order takes this row first (lock_no), so that what is summed
-- up of its lines is not summed up twice.
-- step: dispatch_order
CREATE TABLE IF NOT EXISTS dispatch_order (
  id BIGINT NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  response_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  nature VARCHAR(16) NOT NULL,
  by_word SMALLINT NOT NULL,
  plan_kind VARCHAR(16) NOT NULL,
  status VARCHAR(16) NOT NULL,
  reason VARCHAR(60) NOT NULL,
  remark VARCHAR(500) NOT NULL,
  requested_at BIGINT NOT NULL,
  requested_name VARCHAR(60) NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_id BIGINT NOT NULL,
  proposed_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_id BIGINT NOT NULL,
  decided_name VARCHAR(60) NOT NULL,
  word_of VARCHAR(60) NOT NULL,
  document_no VARCHAR(60) NOT NULL,
  signed_on CHAR(10) NOT NULL,
  decision VARCHAR(300) NOT NULL,
  done_at BIGINT NOT NULL,
  client_key VARCHAR(64) NOT NULL UNIQUE,
  request_hash VARCHAR(64) NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: dispatch_order_status
CREATE INDEX dispatch_order_status ON dispatch_order (status, proposed_at);

-- step: dispatch_order_response
CREATE INDEX dispatch_order_response ON dispatch_order (response_id, proposed_at);

-- step: dispatch_order_request
CREATE INDEX dispatch_order_request ON dispatch_order (request_id);

-- step: dispatch_order_day
CREATE INDEX dispatch_order_day ON dispatch_order (proposed_at);

-- Where an order's goods go: a depot, or a point of a street (depot_id 0).
-- desk_id is the depot whose people sign there, and whose roads it shares.
-- step: order_target
CREATE TABLE IF NOT EXISTS order_target (
  id BIGINT NOT NULL PRIMARY KEY,
  order_id BIGINT NOT NULL,
  target_no BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  desk_id BIGINT NOT NULL,
  division VARCHAR(12) NOT NULL,
  name VARCHAR(100) NOT NULL,
  address VARCHAR(200) NOT NULL,
  contact VARCHAR(60) NOT NULL,
  phone VARCHAR(60) NOT NULL
) /*table*/;

-- step: order_target_of
CREATE INDEX order_target_of ON order_target (order_id, target_no);

-- step: order_target_desk
CREATE INDEX order_target_desk ON order_target (desk_id);

-- step: order_line
CREATE TABLE IF NOT EXISTS order_line (
  id BIGINT NOT NULL PRIMARY KEY,
  order_id BIGINT NOT NULL,
  line_no BIGINT NOT NULL,
  target_id BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  need_line_id BIGINT NOT NULL,
  qty BIGINT NOT NULL,
  dropped BIGINT NOT NULL,
  remark VARCHAR(200) NOT NULL
) /*table*/;

-- step: order_line_of
CREATE INDEX order_line_of ON order_line (order_id, line_no);

-- step: order_line_depot
CREATE INDEX order_line_depot ON order_line (depot_id, order_id);

-- One load from one depot to one target. While it is allocated or picked its
-- lines are the allocations: the goods are promised and still on their shelves.
-- step: shipment
CREATE TABLE IF NOT EXISTS shipment (
  id BIGINT NOT NULL PRIMARY KEY,
  order_id BIGINT NOT NULL,
  shipment_no BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  target_id BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  voucher_id BIGINT NOT NULL,
  token VARCHAR(32) NOT NULL UNIQUE,
  vehicle VARCHAR(60) NOT NULL,
  plate VARCHAR(20) NOT NULL,
  driver VARCHAR(60) NOT NULL,
  driver_phone VARCHAR(60) NOT NULL,
  sender VARCHAR(60) NOT NULL,
  sender_phone VARCHAR(60) NOT NULL,
  allocated_at BIGINT NOT NULL,
  picked_at BIGINT NOT NULL,
  picked_name VARCHAR(60) NOT NULL,
  left_at BIGINT NOT NULL,
  left_name VARCHAR(60) NOT NULL,
  arrived_at BIGINT NOT NULL,
  arrived_name VARCHAR(60) NOT NULL,
  signed_at BIGINT NOT NULL,
  signed_name VARCHAR(60) NOT NULL,
  told_at BIGINT NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: shipment_of
CREATE INDEX shipment_of ON shipment (order_id, shipment_no);

-- step: shipment_depot
CREATE INDEX shipment_depot ON shipment (depot_id, status);

-- step: shipment_status
CREATE INDEX shipment_status ON shipment (status, left_at);

-- step: shipment_voucher
CREATE INDEX shipment_voucher ON shipment (voucher_id);

-- step: shipment_line
CREATE TABLE IF NOT EXISTS shipment_line (
  id BIGINT NOT NULL PRIMARY KEY,
  shipment_id BIGINT NOT NULL,
  line_no BIGINT NOT NULL,
  order_line_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  lot_id BIGINT NOT NULL,
  place_id BIGINT NOT NULL,
  qty BIGINT NOT NULL
) /*table*/;

-- step: shipment_line_of
CREATE INDEX shipment_line_of ON shipment_line (shipment_id, line_no);

-- step: shipment_line_order
CREATE INDEX shipment_line_order ON shipment_line (order_line_id);

-- A signing for goods: by page, by the code on the paper, later from paper.
-- undo_voucher_id and undone_at take one back that was keyed wrongly.
-- step: handover
CREATE TABLE IF NOT EXISTS handover (
  id BIGINT NOT NULL PRIMARY KEY,
  shipment_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  way VARCHAR(16) NOT NULL,
  signer VARCHAR(60) NOT NULL,
  remark VARCHAR(300) NOT NULL,
  at BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  recorded_at BIGINT NOT NULL,
  undone_at BIGINT NOT NULL,
  undone_name VARCHAR(60) NOT NULL,
  undo_voucher_id BIGINT NOT NULL,
  client_key VARCHAR(64) NOT NULL UNIQUE,
  request_hash VARCHAR(64) NOT NULL
) /*table*/;

-- step: handover_of
CREATE INDEX handover_of ON handover (shipment_id);

-- step: handover_voucher
CREATE INDEX handover_voucher ON handover (voucher_id);

-- missing is what the receiver said did not come: it stays on the road until
-- somebody explains it.
-- step: handover_line
CREATE TABLE IF NOT EXISTS handover_line (
  handover_id BIGINT NOT NULL,
  shipment_line_id BIGINT NOT NULL,
  good BIGINT NOT NULL,
  damaged BIGINT NOT NULL,
  missing BIGINT NOT NULL,
  PRIMARY KEY (handover_id, shipment_line_id)
) /*table*/;

-- step: handover_line_of
CREATE INDEX handover_line_of ON handover_line (shipment_line_id);

-- What became of goods on the road (stage road: back, lost) or handed to a
-- point (stage field: used, returned, repair, scrap, lost).
-- step: clearing
CREATE TABLE IF NOT EXISTS clearing (
  id BIGINT NOT NULL PRIMARY KEY,
  shipment_id BIGINT NOT NULL,
  shipment_line_id BIGINT NOT NULL,
  stage VARCHAR(16) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  qty BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  roll_id BIGINT NOT NULL,
  note VARCHAR(300) NOT NULL,
  at BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  recorded_at BIGINT NOT NULL,
  undone_at BIGINT NOT NULL,
  undone_name VARCHAR(60) NOT NULL,
  undo_voucher_id BIGINT NOT NULL
) /*table*/;

-- step: clearing_of
CREATE INDEX clearing_of ON clearing (shipment_line_id);

-- step: clearing_shipment
CREATE INDEX clearing_shipment ON clearing (shipment_id);

-- step: clearing_voucher
CREATE INDEX clearing_voucher ON clearing (voucher_id);

-- The papers an order given by word still owes: written, second, receipt.
-- told_at is when people were told that it is late, as with loads.
-- step: order_paper
CREATE TABLE IF NOT EXISTS order_paper (
  order_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  due_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  done_id BIGINT NOT NULL,
  done_name VARCHAR(60) NOT NULL,
  document_no VARCHAR(60) NOT NULL,
  note VARCHAR(300) NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (order_id, kind)
) /*table*/;

-- step: order_paper_open
CREATE INDEX order_paper_open ON order_paper (done_at, due_at);
