-- name: form-insert
INSERT INTO street_form (id, depot_id, business_on, content, file_name, file_hash, file_size, status, sent_by, sent_name, sent_at,
  batch_id, closed_name, closed_at)
VALUES [[, |(:id, :depot_id, :business_on, :content, :file_name, :file_hash, :file_size, 'sent', :sent_by, :sent_name, :sent_at, 0, '', 0)]]

-- name: form-get
SELECT id, depot_id, business_on, content, file_name, file_hash, file_size, status, sent_by, sent_name, sent_at, batch_id, closed_name, closed_at
FROM street_form WHERE id = :id

-- name: form-of-import
SELECT id, depot_id, business_on, content, file_name, file_hash, file_size, status, sent_by, sent_name, sent_at, batch_id, closed_name, closed_at
FROM street_form WHERE batch_id = :batch_id

-- name: form-open
SELECT id, depot_id, business_on, content, file_name, file_hash, file_size, status, sent_by, sent_name, sent_at, batch_id, closed_name, closed_at
FROM street_form WHERE status = 'sent' AND depot_id IN (:depots) ORDER BY id

-- name: form-page
SELECT id, depot_id, business_on, '' AS content, file_name, file_hash, file_size, status, sent_by, sent_name, sent_at, batch_id, closed_name, closed_at
FROM street_form
WHERE (:all_depots = 1 OR depot_id IN (:depots))
  AND (:before_at = 0 OR sent_at < :before_at OR (sent_at = :before_at AND id < :before_id))
ORDER BY sent_at DESC, id DESC LIMIT :limit

-- name: form-status
UPDATE street_form SET status = :status, batch_id = :batch_id, closed_name = :closed_name, closed_at = :closed_at
WHERE id = :id AND status = :was AND batch_id = :was_batch
