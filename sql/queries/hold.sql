-- name: lot-set-held
UPDATE lot SET held = :held WHERE id = :id AND held <> :held

-- name: hold-insert
INSERT INTO lot_hold (id, lot_id, depot_id, seq, held, reason, actor_id, actor_name, at)
VALUES [[, |(:id, :lot_id, :depot_id, :seq, :held, :reason, :actor_id, :actor_name, :at)]]

-- Every change has a row at each depot there was; the depot with most rows was
-- there at all of them, and its sequence orders them.
-- name: hold-list
SELECT h.id, h.lot_id, h.depot_id, h.seq, h.held, h.reason, h.actor_id, h.actor_name, h.at
FROM lot_hold h
WHERE h.lot_id = :lot_id AND h.depot_id = (
  SELECT o.depot_id FROM lot_hold o WHERE o.lot_id = :lot_id GROUP BY o.depot_id ORDER BY COUNT(*) DESC, o.depot_id LIMIT 1)
ORDER BY h.seq DESC LIMIT :limit

-- Rows at zero too: they say where the lot ever stood.
-- name: lot-stands
SELECT s.place_id, p.kind AS place_kind, p.code AS bin, s.depot_id, d.code AS depot_code, d.name AS depot, s.qty, s.allocated
FROM stock s JOIN place p ON p.id = s.place_id JOIN depot d ON d.id = s.depot_id
WHERE s.lot_id = :lot_id AND (:all_depots = 1 OR s.depot_id IN (:depots))
ORDER BY d.code, p.code
