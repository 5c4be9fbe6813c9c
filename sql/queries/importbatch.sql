-- name: import-insert
INSERT INTO import_batch (id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm,
  rows_error, decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name)
VALUES (:id, :file_name, :file_hash, :file_size, 'uploaded', 1, :depot_id, :kind, :as_of, :rows_ok, :rows_confirm,
  :rows_error, :decisions, :actor_id, :actor_name, :uploaded_at, 0, '')

-- name: import-get
SELECT id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm, rows_error,
  decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name
FROM import_batch WHERE id = :id

-- name: import-page
SELECT id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm, rows_error,
  '' AS decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name
FROM import_batch
WHERE (:all_depots = 1 OR actor_id = :actor_id OR depot_id IN (:depots))
  AND (:before_at = 0 OR uploaded_at < :before_at OR (uploaded_at = :before_at AND id < :before_id))
ORDER BY uploaded_at DESC, id DESC LIMIT :limit

-- name: import-same-file
SELECT id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm, rows_error,
  '' AS decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name
FROM import_batch WHERE file_hash = :file_hash AND status = 'applied' AND id <> :id ORDER BY applied_at DESC LIMIT 1

-- name: import-decide
UPDATE import_batch SET decisions = :decisions, depot_id = :depot_id, as_of = :as_of, rows_ok = :rows_ok,
  rows_confirm = :rows_confirm, rows_error = :rows_error, version = version + 1
WHERE id = :id AND status = 'uploaded' AND version = :version

-- name: import-status
UPDATE import_batch SET status = :status, version = version + 1, depot_id = :depot_id, applied_at = :applied_at, applied_name = :applied_name
WHERE id = :id AND status = :was AND version = :version

-- name: import-row-insert
INSERT INTO import_row (batch_id, sheet, cell, row_key, voucher_id) VALUES [[, |(:batch_id, :sheet, :cell, :row_key, :voucher_id)]]

-- name: import-row-known
SELECT DISTINCT r.row_key FROM import_row r JOIN import_batch b ON b.id = r.batch_id
WHERE b.status = 'applied' AND r.row_key IN (:keys)

-- name: import-vouchers
SELECT DISTINCT voucher_id FROM import_row WHERE batch_id = :batch_id AND voucher_id <> 0 ORDER BY voucher_id
