-- name: draft-insert
INSERT INTO draft (id, depot_id, type, status, client_key, content, version, line_count, actor_id, actor_name, updated_at, voucher_id)
VALUES (:id, :depot_id, :type, 'open', :client_key, :content, 1, :line_count, :actor_id, :actor_name, :updated_at, 0)

-- name: draft-update
UPDATE draft SET depot_id = :depot_id, content = :content, version = version + 1, line_count = :line_count, updated_at = :updated_at
WHERE id = :id AND status = 'open' AND version = :version

-- name: draft-close
UPDATE draft SET status = :status, voucher_id = :voucher_id, updated_at = :updated_at
WHERE id = :id AND status = 'open' AND version = :version

-- name: draft-get
SELECT id, depot_id, type, status, client_key, content, version, line_count, actor_id, actor_name, updated_at, voucher_id
FROM draft WHERE id = :id

-- name: draft-open-list
SELECT id, depot_id, type, status, client_key, '' AS content, version, line_count, actor_id, actor_name, updated_at, voucher_id
FROM draft WHERE status = 'open' AND (:all_depots = 1 OR depot_id IN (:depots)) ORDER BY updated_at DESC, id DESC LIMIT :limit

-- name: draft-by-key
SELECT id, depot_id, type, status, client_key, content, version, line_count, actor_id, actor_name, updated_at, voucher_id
FROM draft WHERE client_key = :client_key
