-- name: road-list
SELECT from_id, to_id, minutes, source, actor_name, decided_at FROM travel_time ORDER BY from_id, to_id

-- name: road-change
UPDATE travel_time SET minutes = :minutes, source = :source, actor_name = :actor_name, decided_at = :decided_at
WHERE from_id = :from_id AND to_id = :to_id

-- name: road-insert
INSERT INTO travel_time (from_id, to_id, minutes, source, actor_name, decided_at)
VALUES (:from_id, :to_id, :minutes, :source, :actor_name, :decided_at)

-- name: road-forget
DELETE FROM travel_time WHERE from_id = :from_id AND to_id = :to_id
