-- name: order-insert
INSERT INTO dispatch_order (id, number, response_id, request_id, nature, by_word, plan_kind, status, reason, remark, requested_at, requested_name,
  proposed_at, proposed_id, proposed_name, decided_at, decided_id, decided_name, word_of, document_no, signed_on, decision, done_at,
  client_key, request_hash, lock_no)
VALUES (:id, :number, :response_id, :request_id, :nature, :by_word, :plan_kind, :status, :reason, :remark, :requested_at, :requested_name,
  :proposed_at, :proposed_id, :proposed_name, :decided_at, :decided_id, :decided_name, :word_of, :document_no, :signed_on, '', 0,
  :client_key, :request_hash, 1)

-- name: order-target-insert
INSERT INTO order_target (id, order_id, target_no, depot_id, desk_id, division, name, address, contact, phone)
VALUES [[, |(:id, :order_id, :target_no, :depot_id, :desk_id, :division, :name, :address, :contact, :phone)]]

-- name: order-line-insert
INSERT INTO order_line (id, order_id, line_no, target_id, depot_id, item_id, need_line_id, qty, dropped, remark)
VALUES [[, |(:id, :order_id, :line_no, :target_id, :depot_id, :item_id, :need_line_id, :qty, 0, :remark)]]

-- name: order-get
SELECT id, number, response_id, request_id, nature, by_word, plan_kind, status, reason, remark, requested_at, requested_name, proposed_at,
  proposed_id, proposed_name, decided_at, decided_id, decided_name, word_of, document_no, signed_on, decision, done_at, client_key,
  request_hash, lock_no
FROM dispatch_order WHERE id = :id

-- name: order-by-key
SELECT id FROM dispatch_order WHERE client_key = :client_key

-- One page, the newest first; those that wait for a leader or are under way
-- are asked for by status.
-- name: order-page
SELECT o.id, o.number, o.response_id, o.request_id, o.nature, o.by_word, o.plan_kind, o.status, o.reason, o.remark, o.requested_at,
  o.requested_name, o.proposed_at, o.proposed_id, o.proposed_name, o.decided_at, o.decided_id, o.decided_name, o.word_of, o.document_no,
  o.signed_on, o.decision, o.done_at, o.client_key, o.request_hash, o.lock_no
FROM dispatch_order o
WHERE (:any_status = 1 OR o.status IN (:statuses))
  AND (:response_id = 0 OR o.response_id = :response_id)
  AND (:request_id = 0 OR o.request_id = :request_id)
  AND (:all_depots = 1 OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.depot_id IN (:depots))
    OR EXISTS (SELECT 1 FROM order_target t WHERE t.order_id = o.id AND t.desk_id IN (:depots)))
  AND (:depot_id = 0 OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.depot_id = :depot_id)
    OR EXISTS (SELECT 1 FROM order_target t WHERE t.order_id = o.id AND t.desk_id = :depot_id))
  AND (:number = '' OR o.number LIKE :number ESCAPE '!')
  AND (:before_at = 0 OR o.proposed_at < :before_at OR (o.proposed_at = :before_at AND o.id < :before_id))
ORDER BY o.proposed_at DESC, o.id DESC LIMIT :limit

-- name: order-targets
SELECT id, order_id, target_no, depot_id, desk_id, division, name, address, contact, phone
FROM order_target WHERE order_id IN (:orders) ORDER BY order_id, target_no

-- name: order-lines
SELECT id, order_id, line_no, target_id, depot_id, item_id, need_line_id, qty, dropped, remark
FROM order_line WHERE order_id IN (:orders) ORDER BY order_id, line_no

-- name: order-decide
UPDATE dispatch_order SET status = :status, decided_at = :decided_at, decided_id = :decided_id, decided_name = :decided_name,
  document_no = :document_no, signed_on = :signed_on, decision = :decision, lock_no = lock_no + 1
WHERE id = :id AND status = 'proposed' AND lock_no = :lock_no

-- When the word was given: once, in the transaction that draws the order up.
-- name: order-word
UPDATE dispatch_order SET decided_at = :decided_at, requested_at = :requested_at WHERE id = :id AND by_word = 1 AND decided_at = 0

-- Every act on an approved order takes its row first.
-- name: order-take
UPDATE dispatch_order SET lock_no = lock_no + 1 WHERE id = :id AND status IN ('approved', 'done')

-- name: order-close
UPDATE dispatch_order SET status = :status, decision = :decision, done_at = :done_at, lock_no = lock_no + 1
WHERE id = :id AND status = :was

-- name: order-line-drop
UPDATE order_line SET dropped = dropped + :qty WHERE id = :id AND dropped + :qty <= qty AND dropped + :qty >= 0

-- name: order-paper-insert
INSERT INTO order_paper (order_id, kind, due_at, done_at, done_id, done_name, document_no, note, told_at)
VALUES [[, |(:order_id, :kind, :due_at, 0, 0, '', '', '', 0)]]

-- name: order-papers
SELECT order_id, kind, due_at, done_at, done_id, done_name, document_no, note FROM order_paper WHERE order_id IN (:orders) ORDER BY order_id, kind

-- name: order-paper-done
UPDATE order_paper SET done_at = :done_at, done_id = :done_id, done_name = :done_name, document_no = :document_no, note = :note
WHERE order_id = :order_id AND kind = :kind AND done_at = 0

-- name: order-paper-missing
SELECT p.order_id, p.kind, p.due_at, p.done_at, p.done_id, p.done_name, p.document_no, p.note, o.number
FROM order_paper p JOIN dispatch_order o ON o.id = p.order_id
WHERE p.done_at = 0 AND o.status <> 'cancelled' AND (:response_id = 0 OR o.response_id = :response_id)
ORDER BY p.due_at, p.order_id, p.kind

-- name: order-paper-late
SELECT p.order_id, p.kind, p.due_at, p.done_at, p.done_id, p.done_name, p.document_no, p.note, o.number
FROM order_paper p JOIN dispatch_order o ON o.id = p.order_id
WHERE p.done_at = 0 AND p.told_at = 0 AND p.due_at < :now AND o.status <> 'cancelled' ORDER BY p.due_at, p.order_id, p.kind LIMIT 100

-- name: order-paper-told
UPDATE order_paper SET told_at = :at WHERE order_id = :order_id AND kind = :kind AND told_at = 0

-- name: order-paper-reopen
UPDATE order_paper SET done_at = 0, done_id = 0, done_name = '', note = '' WHERE order_id = :order_id AND kind = :kind AND done_at <> 0

-- The orders of a request that stand or may yet.
-- name: order-standing
SELECT COUNT(*) FROM dispatch_order WHERE request_id = :request_id AND status IN ('proposed', 'approved', 'done')

-- What a depot has to do with orders under way: it sends, or signs.
-- name: order-open-at
SELECT (SELECT COUNT(*) FROM shipment s WHERE s.depot_id = :depot_id AND s.status IN ('allocated', 'picked', 'left', 'arrived'))
  + (SELECT COUNT(*) FROM order_target t JOIN dispatch_order o ON o.id = t.order_id WHERE t.desk_id = :depot_id AND o.status = 'approved') AS n
