-- The reserve plan and what it is held against: targets and their bases, what
-- counts for what, agreements, what is expected, roads, and how streets keep
-- their goods.

-- Who holds a depot's goods: own (the bureau's system), department, firm.
-- step: depot_holder
ALTER TABLE depot ADD COLUMN holder VARCHAR(16) NOT NULL DEFAULT 'own';

-- How often a machine must be tried, in months; 0 = need not be.
-- step: item_check_months
ALTER TABLE item ADD COLUMN check_months BIGINT NOT NULL DEFAULT 0;

-- A version of a plan. lock_no guards every change of it and of its lines: an
-- approved one takes none, because the guard asks for a draft.
-- step: reserve_plan
CREATE TABLE IF NOT EXISTS reserve_plan (
  id BIGINT NOT NULL PRIMARY KEY,
  plan_year BIGINT NOT NULL,
  season VARCHAR(16) NOT NULL,
  version_no BIGINT NOT NULL,
  name VARCHAR(100) NOT NULL,
  status VARCHAR(16) NOT NULL,
  from_on CHAR(10) NOT NULL,
  to_on CHAR(10) NOT NULL,
  window_days BIGINT NOT NULL,
  based_on_id BIGINT NOT NULL,
  remark VARCHAR(500) NOT NULL,
  author_id BIGINT NOT NULL,
  author_name VARCHAR(60) NOT NULL,
  created_at BIGINT NOT NULL,
  submitted_id BIGINT NOT NULL,
  submitted_name VARCHAR(60) NOT NULL,
  submitted_at BIGINT NOT NULL,
  decided_id BIGINT NOT NULL,
  decided_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL,
  document_no VARCHAR(60) NOT NULL,
  signed_on CHAR(10) NOT NULL,
  decision VARCHAR(500) NOT NULL,
  content_hash VARCHAR(64) NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: reserve_plan_version
CREATE UNIQUE INDEX reserve_plan_version ON reserve_plan (plan_year, season, version_no);

-- scope is depot, tier or district; target is item, category or group. basis
-- is how the figures came about, as the use case wrote it; forms are the forms
-- of reserve that count, by commas.
-- step: plan_line
CREATE TABLE IF NOT EXISTS plan_line (
  id BIGINT NOT NULL PRIMARY KEY,
  plan_id BIGINT NOT NULL,
  line_no BIGINT NOT NULL,
  scope VARCHAR(16) NOT NULL,
  depot_id BIGINT NOT NULL,
  tier VARCHAR(16) NOT NULL,
  target VARCHAR(16) NOT NULL,
  target_id BIGINT NOT NULL,
  unit VARCHAR(20) NOT NULL,
  minimum BIGINT NOT NULL,
  standard BIGINT NOT NULL,
  maximum BIGINT NOT NULL,
  forms VARCHAR(60) NOT NULL,
  responsible VARCHAR(100) NOT NULL,
  fund VARCHAR(100) NOT NULL,
  basis MEDIUMTEXT NOT NULL,
  basis_text VARCHAR(300) NOT NULL,
  remark VARCHAR(300) NOT NULL
) /*table*/;

-- step: plan_line_plan
CREATE INDEX plan_line_plan ON plan_line (plan_id, line_no);

-- What counts for what: a member counts num / den of the group's unit each.
-- step: item_group
CREATE TABLE IF NOT EXISTS item_group (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  name_key VARCHAR(100) NOT NULL UNIQUE,
  unit VARCHAR(20) NOT NULL,
  remark VARCHAR(300) NOT NULL,
  retired SMALLINT NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: item_group_member
CREATE TABLE IF NOT EXISTS item_group_member (
  group_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  num BIGINT NOT NULL,
  den BIGINT NOT NULL,
  PRIMARY KEY (group_id, item_id)
) /*table*/;

-- What plans are computed from: people to be moved per street, dike km. Rows
-- are only added; the newest of an area, name and year counts.
-- step: basis_figure
CREATE TABLE IF NOT EXISTS basis_figure (
  id BIGINT NOT NULL PRIMARY KEY,
  division VARCHAR(12) NOT NULL,
  name VARCHAR(60) NOT NULL,
  unit VARCHAR(20) NOT NULL,
  of_year BIGINT NOT NULL,
  value BIGINT NOT NULL,
  source VARCHAR(200) NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  recorded_at BIGINT NOT NULL
) /*table*/;

-- step: basis_figure_of
CREATE INDEX basis_figure_of ON basis_figure (name, division, of_year, recorded_at);

-- What one moved person needs. per is in thousandths of the unit; daily says
-- each day anew. cases are the kinds of disaster it is needed in, by commas,
-- '' = all. example marks what was shipped and is no rule.
-- step: supply_standard
CREATE TABLE IF NOT EXISTS supply_standard (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  target VARCHAR(16) NOT NULL,
  target_id BIGINT NOT NULL,
  unit VARCHAR(20) NOT NULL,
  per BIGINT NOT NULL,
  daily SMALLINT NOT NULL,
  cases VARCHAR(100) NOT NULL,
  source VARCHAR(200) NOT NULL,
  example SMALLINT NOT NULL,
  position BIGINT NOT NULL,
  retired SMALLINT NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- form is agreement, capacity, social. verified_on is the last day somebody
-- asked by phone whether it still holds, '' = never.
-- step: agreement
CREATE TABLE IF NOT EXISTS agreement (
  id BIGINT NOT NULL PRIMARY KEY,
  number VARCHAR(60) NOT NULL,
  form VARCHAR(16) NOT NULL,
  firm VARCHAR(100) NOT NULL,
  contact VARCHAR(60) NOT NULL,
  phone VARCHAR(60) NOT NULL,
  address VARCHAR(200) NOT NULL,
  from_on CHAR(10) NOT NULL,
  to_on CHAR(10) NOT NULL,
  lead_hours BIGINT NOT NULL,
  verified_on CHAR(10) NOT NULL,
  verified_name VARCHAR(60) NOT NULL,
  remark VARCHAR(300) NOT NULL,
  ended SMALLINT NOT NULL,
  ended_on CHAR(10) NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: agreement_item
CREATE TABLE IF NOT EXISTS agreement_item (
  agreement_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  qty BIGINT NOT NULL,
  price_fen BIGINT,
  PRIMARY KEY (agreement_id, item_id)
) /*table*/;

-- Every call that asked after an agreement or a depot's contact. about is
-- agreement or depot.
-- step: phone_check
CREATE TABLE IF NOT EXISTS phone_check (
  id BIGINT NOT NULL PRIMARY KEY,
  about VARCHAR(16) NOT NULL,
  about_id BIGINT NOT NULL,
  checked_on CHAR(10) NOT NULL,
  reached SMALLINT NOT NULL,
  phone VARCHAR(60) NOT NULL,
  remark VARCHAR(200) NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  at BIGINT NOT NULL
) /*table*/;

-- step: phone_check_about
CREATE INDEX phone_check_about ON phone_check (about, about_id, checked_on, at);

-- Goods that will come: a delivery of a purchase, a return of what was lent.
-- step: expected
CREATE TABLE IF NOT EXISTS expected (
  id BIGINT NOT NULL PRIMARY KEY,
  kind VARCHAR(16) NOT NULL,
  depot_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  qty BIGINT NOT NULL,
  due_on CHAR(10) NOT NULL,
  partner VARCHAR(100) NOT NULL,
  reference VARCHAR(100) NOT NULL,
  status VARCHAR(16) NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  created_at BIGINT NOT NULL,
  closed_name VARCHAR(60) NOT NULL,
  closed_at BIGINT NOT NULL
) /*table*/;

-- step: expected_open
CREATE INDEX expected_open ON expected (status, due_on);

-- Minutes by road between two depots, one row a pair with the smaller id
-- first. A pair without a row is unknown and stays so.
-- step: travel_time
CREATE TABLE IF NOT EXISTS travel_time (
  from_id BIGINT NOT NULL,
  to_id BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  source VARCHAR(60) NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (from_id, to_id)
) /*table*/;

-- Every trial of a machine (试机). due_on is the day until which it counts.
-- step: readiness_check
CREATE TABLE IF NOT EXISTS readiness_check (
  id BIGINT NOT NULL PRIMARY KEY,
  lot_id BIGINT NOT NULL,
  depot_id BIGINT NOT NULL,
  checked_on CHAR(10) NOT NULL,
  due_on CHAR(10) NOT NULL,
  passed SMALLINT NOT NULL,
  remark VARCHAR(200) NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  at BIGINT NOT NULL
) /*table*/;

-- step: readiness_check_lot
CREATE INDEX readiness_check_lot ON readiness_check (lot_id, checked_on, at, due_on, passed);

-- What must be put right at a depot (整改). open_key is rule and depot while it
-- is open and the row's id afterwards, so that a rule has one open row a depot.
-- step: rectification
CREATE TABLE IF NOT EXISTS rectification (
  id BIGINT NOT NULL PRIMARY KEY,
  depot_id BIGINT NOT NULL,
  rule VARCHAR(32) NOT NULL,
  open_key VARCHAR(64) NOT NULL UNIQUE,
  text VARCHAR(300) NOT NULL,
  responsible VARCHAR(60) NOT NULL,
  due_on CHAR(10) NOT NULL,
  status VARCHAR(16) NOT NULL,
  opened_on CHAR(10) NOT NULL,
  opened_name VARCHAR(60) NOT NULL,
  closed_on CHAR(10) NOT NULL,
  closed_name VARCHAR(60) NOT NULL,
  evidence VARCHAR(300) NOT NULL,
  lock_no BIGINT NOT NULL
) /*table*/;

-- step: rectification_status
CREATE INDEX rectification_status ON rectification (status, due_on);

-- step: append_only basis_figure
/*append-only basis_figure*/

-- step: append_only phone_check
/*append-only phone_check*/

-- step: append_only readiness_check
/*append-only readiness_check*/
