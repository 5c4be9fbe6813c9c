-- Notices: what somebody must hear of, who has read it, and what goes outward
-- by webhook.

-- path is the page it speaks of, within the program. depot_id 0 is the
-- district's business, response_id 0 = of no response. actor_id did what it
-- tells, 0 = the program itself.
-- step: notice
CREATE TABLE IF NOT EXISTS notice (
  id BIGINT NOT NULL PRIMARY KEY,
  kind VARCHAR(32) NOT NULL,
  title VARCHAR(100) NOT NULL,
  body VARCHAR(500) NOT NULL,
  path VARCHAR(200) NOT NULL,
  depot_id BIGINT NOT NULL,
  response_id BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name VARCHAR(60) NOT NULL,
  created_at BIGINT NOT NULL
) /*table*/;

-- Whom a notice is for, as a text that a person's rights are turned into as
-- well: a permission held everywhere, a permission at a depot, an account. So
-- that what is new for somebody is a few ranges of this key, however many
-- notices there are. told_at is the notice's created_at.
-- step: notice_audience
CREATE TABLE IF NOT EXISTS notice_audience (
  audience VARCHAR(64) NOT NULL,
  told_at BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  PRIMARY KEY (audience, told_at, notice_id)
) /*table*/;

-- What an account has read one by one, since all_before of notice_mark.
-- step: notice_read
CREATE TABLE IF NOT EXISTS notice_read (
  account_id BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, notice_id)
) /*table*/;

-- The instant up to which all is read, told_at of a notice included: a row for
-- each account, from the day it was made.
-- step: notice_mark
CREATE TABLE IF NOT EXISTS notice_mark (
  account_id BIGINT NOT NULL PRIMARY KEY,
  all_before BIGINT NOT NULL
) /*table*/;

-- step: notice_mark of the accounts there are
INSERT INTO notice_mark (account_id, all_before) SELECT id, created_at FROM account;

-- Where notices go outside. form is wecom, dingtalk or plain; kinds by commas,
-- '' = all; depot_id 0 = of the whole district. url and secret are what the
-- receiver trusts and are shown to nobody. link_base is what the receivers'
-- phones reach this program by, '' = messages carry no link.
-- step: webhook
CREATE TABLE IF NOT EXISTS webhook (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(60) NOT NULL,
  form VARCHAR(16) NOT NULL,
  url VARCHAR(500) NOT NULL,
  secret VARCHAR(200) NOT NULL,
  kinds VARCHAR(500) NOT NULL,
  depot_id BIGINT NOT NULL,
  link_base VARCHAR(200) NOT NULL,
  enabled SMALLINT NOT NULL,
  lock_no BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) /*table*/;

-- The outbox: a row for each notice and webhook, written with the notice.
-- status is waiting, sent, given_up, dropped. While one sends it next_at lies
-- ahead, so that no other does; lock_no tells its own answer from a later one's.
-- step: webhook_delivery
CREATE TABLE IF NOT EXISTS webhook_delivery (
  id BIGINT NOT NULL PRIMARY KEY,
  webhook_id BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  tries BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  last_error VARCHAR(300) NOT NULL,
  lock_no BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) /*table*/;

-- step: webhook_delivery_due
CREATE INDEX webhook_delivery_due ON webhook_delivery (status, next_at, webhook_id);

-- step: webhook_delivery_page
CREATE INDEX webhook_delivery_page ON webhook_delivery (webhook_id, created_at, id);

-- step: webhook_delivery_state
CREATE INDEX webhook_delivery_state ON webhook_delivery (webhook_id, status, last_at);

-- Every attempt to send. error '' = it was taken.
-- step: webhook_attempt
CREATE TABLE IF NOT EXISTS webhook_attempt (
  id BIGINT NOT NULL PRIMARY KEY,
  delivery_id BIGINT NOT NULL,
  webhook_id BIGINT NOT NULL,
  try_no BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  took_ms BIGINT NOT NULL,
  http_status BIGINT NOT NULL,
  error VARCHAR(300) NOT NULL
) /*table*/;

-- step: webhook_attempt_delivery
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id, began_at);

-- step: webhook_attempt_pace
CREATE INDEX webhook_attempt_pace ON webhook_attempt (webhook_id, began_at);

-- step: append_only webhook_attempt
/*append-only webhook_attempt*/
