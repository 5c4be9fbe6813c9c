-- name: rectification-insert
INSERT INTO rectification (id, depot_id, rule, open_key, text, responsible, due_on, status, opened_on, opened_name, closed_on, closed_name, evidence, lock_no)
VALUES [[, |(:id, :depot_id, :rule, :open_key, :text, :responsible, :due_on, 'open', :opened_on, :opened_name, '', '', '', 1)]]

-- name: rectification-get
SELECT id, depot_id, rule, text, responsible, due_on, status, opened_on, opened_name, closed_on, closed_name, evidence, lock_no
FROM rectification WHERE id = :id

-- name: rectification-keys
SELECT depot_id, rule, due_on FROM rectification WHERE status = 'open'

-- What is open by the day it is due, the closed by the day they were closed
-- with the newest first.
-- name: rectification-open
SELECT id, depot_id, rule, text, responsible, due_on, status, opened_on, opened_name, closed_on, closed_name, evidence, lock_no
FROM rectification
WHERE status = 'open' AND (:all_depots = 1 OR depot_id IN (:depots)) AND (:depot_id = 0 OR depot_id = :depot_id)
  AND (:late_by = '' OR due_on < :late_by)
  AND (:after_on = '' OR due_on > :after_on OR (due_on = :after_on AND id > :after_id))
ORDER BY due_on, id LIMIT :limit

-- name: rectification-closed
SELECT id, depot_id, rule, text, responsible, due_on, status, opened_on, opened_name, closed_on, closed_name, evidence, lock_no
FROM rectification
WHERE status = 'closed' AND (:all_depots = 1 OR depot_id IN (:depots)) AND (:depot_id = 0 OR depot_id = :depot_id)
  AND (:after_on = '' OR closed_on < :after_on OR (closed_on = :after_on AND id < :after_id))
ORDER BY closed_on DESC, id DESC LIMIT :limit

-- name: rectification-counts
SELECT COUNT(*) AS open_count, COALESCE(SUM(CASE WHEN due_on < :today THEN 1 ELSE 0 END), 0) AS late_count
FROM rectification WHERE status = 'open' AND (:all_depots = 1 OR depot_id IN (:depots)) AND (:depot_id = 0 OR depot_id = :depot_id)

-- name: rectification-close
UPDATE rectification SET status = 'closed', open_key = :open_key, closed_on = :closed_on, closed_name = :closed_name, evidence = :evidence,
  lock_no = lock_no + 1
WHERE id = :id AND status = 'open' AND lock_no = :lock_no
