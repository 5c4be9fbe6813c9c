-- name: webhook-insert
INSERT INTO webhook (id, name, form, url, secret, kinds, depot_id, link_base, enabled, lock_no, created_at)
VALUES (:id, :name, :form, :url, :secret, :kinds, :depot_id, :link_base, 1, 1, :created_at)

-- name: webhook-update
UPDATE webhook SET name = :name, form = :form, url = :url, secret = :secret, kinds = :kinds, depot_id = :depot_id, link_base = :link_base, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no

-- name: webhook-set-enabled
UPDATE webhook SET enabled = :enabled, lock_no = lock_no + 1 WHERE id = :id AND lock_no = :lock_no AND enabled <> :enabled

-- name: webhook-get
SELECT id, name, form, url, secret, kinds, depot_id, link_base, enabled, lock_no, created_at FROM webhook WHERE id = :id

-- name: webhook-list
SELECT id, name, form, url, secret, kinds, depot_id, link_base, enabled, lock_no, created_at FROM webhook ORDER BY enabled DESC, name, id

-- name: webhook-enabled
SELECT id, kinds, depot_id FROM webhook WHERE enabled = 1 ORDER BY id

-- name: webhook-delivery-insert
INSERT INTO webhook_delivery (id, webhook_id, notice_id, status, tries, next_at, last_at, last_error, lock_no, created_at)
VALUES [[, |(:id, :webhook_id, :notice_id, 'waiting', 0, :created_at, 0, '', 1, :created_at)]]

-- name: webhook-delivery-due-hooks
SELECT DISTINCT webhook_id FROM webhook_delivery WHERE status = 'waiting' AND next_at <= :now ORDER BY webhook_id LIMIT :limit

-- name: webhook-delivery-due
SELECT id, webhook_id, notice_id, status, tries, next_at, last_at, last_error, lock_no, created_at FROM webhook_delivery
WHERE webhook_id = :webhook_id AND status = 'waiting' AND next_at <= :now ORDER BY created_at, id LIMIT :limit

-- Whoever matches the row has it until next_at, and counts the try before it is
-- made: one that never ends is a try all the same.
-- name: webhook-delivery-claim
UPDATE webhook_delivery SET tries = tries + 1, next_at = :until, last_at = :now, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no AND status = 'waiting' AND next_at <= :now

-- name: webhook-delivery-end
UPDATE webhook_delivery SET status = :status, next_at = :next_at, last_error = :last_error, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no AND status = 'waiting'

-- name: webhook-delivery-drop
UPDATE webhook_delivery SET status = 'dropped', next_at = 0, lock_no = lock_no + 1 WHERE webhook_id = :webhook_id AND status = 'waiting'

-- name: webhook-delivery-again
UPDATE webhook_delivery SET status = 'waiting', tries = 0, next_at = :now, lock_no = lock_no + 1
WHERE id = :id AND webhook_id = :webhook_id AND lock_no = :lock_no AND status = 'given_up'

-- name: webhook-delivery-get
SELECT id, webhook_id, notice_id, status, tries, next_at, last_at, last_error, lock_no, created_at FROM webhook_delivery WHERE id = :id

-- name: webhook-delivery-page
SELECT d.id, d.webhook_id, d.notice_id, d.status, d.tries, d.next_at, d.last_at, d.last_error, d.lock_no, d.created_at, n.kind, n.depot_id
FROM webhook_delivery d JOIN notice n ON n.id = d.notice_id
WHERE d.webhook_id = :webhook_id AND (:before_at = 0 OR d.created_at < :before_at OR (d.created_at = :before_at AND d.id < :before_id))
ORDER BY d.created_at DESC, d.id DESC LIMIT :limit

-- name: webhook-delivery-counts
SELECT webhook_id, status, COUNT(*) AS deliveries, MAX(last_at) AS newest_at FROM webhook_delivery GROUP BY webhook_id, status

-- name: webhook-delivery-given-up-since
SELECT COUNT(*) FROM webhook_delivery WHERE webhook_id = :webhook_id AND status = 'given_up' AND last_at > :since

-- name: webhook-attempt-insert
INSERT INTO webhook_attempt (id, delivery_id, webhook_id, try_no, began_at, took_ms, http_status, error)
VALUES (:id, :delivery_id, :webhook_id, :try_no, :began_at, :took_ms, :http_status, :error)

-- name: webhook-attempt-list
SELECT id, delivery_id, webhook_id, try_no, began_at, took_ms, http_status, error FROM webhook_attempt
WHERE delivery_id IN (:deliveries) ORDER BY delivery_id, began_at, id

-- name: webhook-attempt-count
SELECT COUNT(*) FROM webhook_attempt WHERE webhook_id = :webhook_id AND began_at > :since
