-- name: shipment-insert
INSERT INTO shipment (id, order_id, shipment_no, depot_id, target_id, status, voucher_id, token, vehicle, plate, driver, driver_phone, sender,
  sender_phone, allocated_at, picked_at, picked_name, left_at, left_name, arrived_at, arrived_name, signed_at, signed_name, told_at, lock_no)
VALUES (:id, :order_id, :shipment_no, :depot_id, :target_id, :status, :voucher_id, :token, :vehicle, :plate, :driver, :driver_phone, :sender,
  :sender_phone, :allocated_at, :picked_at, :picked_name, :left_at, :left_name, 0, '', 0, '', 0, 1)

-- name: shipment-line-insert
INSERT INTO shipment_line (id, shipment_id, line_no, order_line_id, item_id, lot_id, place_id, qty)
VALUES [[, |(:id, :shipment_id, :line_no, :order_line_id, :item_id, :lot_id, :place_id, :qty)]]

-- name: shipment-get
SELECT id, order_id, shipment_no, depot_id, target_id, status, voucher_id, token, vehicle, plate, driver, driver_phone, sender, sender_phone,
  allocated_at, picked_at, picked_name, left_at, left_name, arrived_at, arrived_name, signed_at, signed_name, lock_no
FROM shipment WHERE id = :id

-- name: shipment-by-token
SELECT id, order_id FROM shipment WHERE token = :token

-- name: shipment-of-voucher
SELECT s.id, s.order_id FROM shipment s WHERE s.voucher_id = :voucher_id
UNION ALL SELECT s.id, s.order_id FROM handover h JOIN shipment s ON s.id = h.shipment_id WHERE h.voucher_id = :voucher_id OR h.undo_voucher_id = :voucher_id
UNION ALL SELECT s.id, s.order_id FROM clearing c JOIN shipment s ON s.id = c.shipment_id WHERE c.voucher_id = :voucher_id OR c.undo_voucher_id = :voucher_id
LIMIT 1

-- name: shipments-of
SELECT id, order_id, shipment_no, depot_id, target_id, status, voucher_id, token, vehicle, plate, driver, driver_phone, sender, sender_phone,
  allocated_at, picked_at, picked_name, left_at, left_name, arrived_at, arrived_name, signed_at, signed_name, lock_no
FROM shipment WHERE order_id IN (:orders) ORDER BY order_id, shipment_no

-- name: shipment-lines-of
SELECT l.id, l.shipment_id, l.line_no, l.order_line_id, l.item_id, l.lot_id, l.place_id, l.qty
FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id WHERE s.order_id IN (:orders) ORDER BY l.shipment_id, l.line_no

-- name: shipment-move
UPDATE shipment SET status = :status, voucher_id = :voucher_id, vehicle = :vehicle, plate = :plate, driver = :driver, driver_phone = :driver_phone,
  sender = :sender, sender_phone = :sender_phone, picked_at = :picked_at, picked_name = :picked_name, left_at = :left_at, left_name = :left_name,
  arrived_at = :arrived_at, arrived_name = :arrived_name, signed_at = :signed_at, signed_name = :signed_name, lock_no = lock_no + 1
WHERE id = :id AND status = :was AND lock_no = :lock_no

-- What waits to leave is changed while it waits; afterwards never.
-- name: shipment-line-shrink
UPDATE shipment_line SET qty = qty - :qty
WHERE id = :id AND qty > :qty AND EXISTS (SELECT 1 FROM shipment s WHERE s.id = shipment_line.shipment_id AND s.status IN ('allocated', 'picked'))

-- name: shipment-line-remove
DELETE FROM shipment_line
WHERE id = :id AND qty = :qty AND EXISTS (SELECT 1 FROM shipment s WHERE s.id = shipment_line.shipment_id AND s.status IN ('allocated', 'picked'))

-- Loads by what is to be done with them: at the depot that sends, at the desk
-- that signs.
-- name: shipment-page
SELECT s.id, s.order_id FROM shipment s JOIN order_target t ON t.id = s.target_id
WHERE s.status IN (:statuses)
  AND (:all_depots = 1 OR s.depot_id IN (:depots) OR t.desk_id IN (:depots))
  AND (:response_id = 0 OR EXISTS (SELECT 1 FROM dispatch_order o WHERE o.id = s.order_id AND o.response_id = :response_id))
ORDER BY s.allocated_at, s.id LIMIT :limit

-- Loads of which something is on the road, the oldest first.
-- name: shipment-on-road
SELECT s.id, s.order_id, x.qty FROM (
  SELECT l.shipment_id, CAST(SUM(l.qty
    - COALESCE((SELECT SUM(h.good + h.damaged) FROM handover_line h JOIN handover d ON d.id = h.handover_id WHERE h.shipment_line_id = l.id AND d.undone_at = 0), 0)
    - COALESCE((SELECT SUM(c.qty) FROM clearing c WHERE c.shipment_line_id = l.id AND c.stage = 'road' AND c.undone_at = 0), 0)) AS SIGNED) AS qty
  FROM shipment g JOIN shipment_line l ON l.shipment_id = g.id WHERE g.status IN ('left', 'arrived', 'signed') AND g.left_at >= :since
  GROUP BY l.shipment_id) x JOIN shipment s ON s.id = x.shipment_id
WHERE x.qty <> 0 ORDER BY s.left_at, s.id LIMIT :limit

-- The same of loads that left before an instant and of which nobody was told.
-- name: shipment-old
SELECT s.id, s.order_id, x.qty FROM (
  SELECT l.shipment_id, CAST(SUM(l.qty
    - COALESCE((SELECT SUM(h.good + h.damaged) FROM handover_line h JOIN handover d ON d.id = h.handover_id WHERE h.shipment_line_id = l.id AND d.undone_at = 0), 0)
    - COALESCE((SELECT SUM(c.qty) FROM clearing c WHERE c.shipment_line_id = l.id AND c.stage = 'road' AND c.undone_at = 0), 0)) AS SIGNED) AS qty
  FROM shipment g JOIN shipment_line l ON l.shipment_id = g.id WHERE g.status IN ('left', 'arrived', 'signed') AND g.told_at = 0 AND g.left_at <= :before
  GROUP BY l.shipment_id) x JOIN shipment s ON s.id = x.shipment_id
WHERE x.qty <> 0 ORDER BY s.left_at, s.id LIMIT :limit

-- name: shipment-told
UPDATE shipment SET told_at = :at WHERE id = :id AND told_at = 0

-- name: stock-allocate
UPDATE stock SET allocated = allocated + CASE [[ |WHEN place_id = :place_id AND lot_id = :lot_id THEN :qty]] ELSE 0 END
WHERE ([[ OR |(place_id = :place_id AND lot_id = :lot_id AND allocated + :qty >= 0 AND allocated + :qty <= qty)]])

-- What shelves promise, by the loads that wait: check adds it up.
-- name: allocation-sums
SELECT l.place_id, l.lot_id, CAST(SUM(l.qty) AS SIGNED) AS qty
FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id WHERE s.status IN ('allocated', 'picked') GROUP BY l.place_id, l.lot_id
