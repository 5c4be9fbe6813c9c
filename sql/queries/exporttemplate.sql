-- name: template-insert
INSERT INTO export_template (id, kind, name, version, file_name, file_hash, file_size, status, actor_id, actor_name, uploaded_at, retired_at, retired_name)
VALUES (:id, :kind, :name, :version, :file_name, :file_hash, :file_size, 'active', :actor_id, :actor_name, :uploaded_at, 0, '')

-- name: template-get
SELECT id, kind, name, version, file_name, file_hash, file_size, status, actor_id, actor_name, uploaded_at, retired_at, retired_name
FROM export_template WHERE id = :id

-- name: template-list
SELECT id, kind, name, version, file_name, file_hash, file_size, status, actor_id, actor_name, uploaded_at, retired_at, retired_name
FROM export_template WHERE (:kind = '' OR kind = :kind) AND (:active = 0 OR status = 'active')
ORDER BY status, kind, name, version DESC LIMIT :limit

-- name: template-last
SELECT id, kind, name, version, file_name, file_hash, file_size, status, actor_id, actor_name, uploaded_at, retired_at, retired_name
FROM export_template WHERE kind = :kind AND name = :name ORDER BY version DESC LIMIT 1

-- name: template-retire
UPDATE export_template SET status = 'retired', retired_at = :retired_at, retired_name = :retired_name
WHERE id = :id AND status = 'active'
