-- name: standard-list
SELECT id, name, target, target_id, unit, per, daily, cases, source, example, position, retired, lock_no FROM supply_standard
ORDER BY position, id

-- name: standard-insert
INSERT INTO supply_standard (id, name, target, target_id, unit, per, daily, cases, source, example, position, retired, lock_no)
VALUES (:id, :name, :target, :target_id, :unit, :per, :daily, :cases, :source, :example, :position, 0, 1)

-- name: standard-update
UPDATE supply_standard SET name = :name, target = :target, target_id = :target_id, unit = :unit, per = :per, daily = :daily, cases = :cases,
  source = :source, example = :example, position = :position, retired = :retired, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no
