-- name: expected-list
SELECT id, kind, depot_id, item_id, qty, due_on, partner, reference, status, actor_name, created_at, closed_name, closed_at FROM expected
WHERE (:all_depots = 1 OR depot_id IN (:depots)) AND status = :status ORDER BY due_on, created_at, id

-- name: expected-closed
SELECT id, kind, depot_id, item_id, qty, due_on, partner, reference, status, actor_name, created_at, closed_name, closed_at FROM expected
WHERE (:all_depots = 1 OR depot_id IN (:depots)) AND status <> 'open' ORDER BY closed_at DESC, id DESC LIMIT :limit

-- name: expected-get
SELECT id, kind, depot_id, item_id, qty, due_on, partner, reference, status, actor_name, created_at, closed_name, closed_at FROM expected
WHERE id = :id

-- name: expected-insert
INSERT INTO expected (id, kind, depot_id, item_id, qty, due_on, partner, reference, status, actor_name, created_at, closed_name, closed_at)
VALUES (:id, :kind, :depot_id, :item_id, :qty, :due_on, :partner, :reference, 'open', :actor_name, :created_at, '', 0)

-- name: expected-close
UPDATE expected SET status = :status, closed_name = :closed_name, closed_at = :closed_at WHERE id = :id AND status = 'open'
