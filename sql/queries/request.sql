-- name: request-insert
INSERT INTO need_request (id, number, direction, response_id, depot_id, division, kind, happened_at, place, moved_people, days, contact, phone,
  remark, status, author_id, author_name, sent_at, decided_id, decided_name, decided_at, answer, client_key, request_hash, lock_no)
VALUES (:id, :number, :direction, :response_id, :depot_id, :division, :kind, :happened_at, :place, :moved_people, :days, :contact, :phone,
  :remark, :status, :author_id, :author_name, :sent_at, 0, '', 0, '', :client_key, :request_hash, 1)

-- name: request-get
SELECT id, number, direction, response_id, depot_id, division, kind, happened_at, place, moved_people, days, contact, phone, remark, status,
  author_id, author_name, sent_at, decided_id, decided_name, decided_at, answer, client_key, request_hash, lock_no
FROM need_request WHERE id = :id

-- name: request-by-key
SELECT id FROM need_request WHERE client_key = :client_key

-- name: request-page
SELECT id, number, direction, response_id, depot_id, division, kind, happened_at, place, moved_people, days, contact, phone, remark, status,
  author_id, author_name, sent_at, decided_id, decided_name, decided_at, answer, client_key, request_hash, lock_no
FROM need_request
WHERE (:any_status = 1 OR status IN (:statuses)) AND (:direction = '' OR direction = :direction)
  AND (:response_id = 0 OR response_id = :response_id)
  AND (:all_depots = 1 OR depot_id IN (:depots))
  AND (:before_at = 0 OR sent_at < :before_at OR (sent_at = :before_at AND id < :before_id))
ORDER BY sent_at DESC, id DESC LIMIT :limit

-- name: need-line-insert
INSERT INTO need_line (id, request_id, line_no, target, target_id, unit, needed, in_stock, used, asked, basis, remark)
VALUES [[, |(:id, :request_id, :line_no, :target, :target_id, :unit, :needed, :in_stock, :used, :asked, :basis, :remark)]]

-- name: need-lines
SELECT id, request_id, line_no, target, target_id, unit, needed, in_stock, used, asked, basis, remark
FROM need_line WHERE request_id IN (:requests) ORDER BY request_id, line_no

-- name: request-decide
UPDATE need_request SET status = :status, decided_id = :decided_id, decided_name = :decided_name, decided_at = :decided_at, answer = :answer,
  lock_no = lock_no + 1
WHERE id = :id AND status IN (:statuses)
