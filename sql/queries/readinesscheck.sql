-- name: readiness-check-insert
INSERT INTO readiness_check (id, lot_id, depot_id, checked_on, due_on, passed, remark, actor_id, actor_name, at)
VALUES (:id, :lot_id, :depot_id, :checked_on, :due_on, :passed, :remark, :actor_id, :actor_name, :at)

-- name: readiness-check-list
SELECT c.id, c.lot_id, c.depot_id, d.name AS depot, c.checked_on, c.due_on, c.passed, c.remark, c.actor_id, c.actor_name, c.at
FROM readiness_check c JOIN depot d ON d.id = c.depot_id
WHERE c.lot_id = :lot_id ORDER BY c.checked_on DESC, c.at DESC, c.id DESC LIMIT :limit
