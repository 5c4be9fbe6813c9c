-- What check adds up of orders and their loads.

-- What stands on the road of each load's lot, by its depot.
-- name: check-road
SELECT s.depot_id, l.lot_id, CAST(SUM(l.qty
  - COALESCE((SELECT SUM(h.good + h.damaged) FROM handover_line h JOIN handover d ON d.id = h.handover_id WHERE h.shipment_line_id = l.id AND d.undone_at = 0), 0)
  - COALESCE((SELECT SUM(c.qty) FROM clearing c WHERE c.shipment_line_id = l.id AND c.stage = 'road' AND c.undone_at = 0), 0)) AS SIGNED) AS qty
FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id
WHERE s.status IN ('left', 'arrived', 'signed') GROUP BY s.depot_id, l.lot_id

-- What points of streets have of each lot, by the depot it came from.
-- name: check-field
SELECT s.depot_id, l.lot_id, CAST(SUM(
    COALESCE((SELECT SUM(h.good) FROM handover_line h JOIN handover d ON d.id = h.handover_id WHERE h.shipment_line_id = l.id AND d.undone_at = 0), 0)
  - COALESCE((SELECT SUM(c.qty) FROM clearing c WHERE c.shipment_line_id = l.id AND c.stage = 'field' AND c.undone_at = 0), 0)) AS SIGNED) AS qty
FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id JOIN order_target t ON t.id = s.target_id
WHERE s.status IN ('left', 'arrived', 'signed') AND t.depot_id = 0 GROUP BY s.depot_id, l.lot_id

-- Lines with more in their loads than was approved.
-- name: check-over-assigned
SELECT x.number, x.line_no, x.qty, x.assigned FROM (
  SELECT o.number, l.line_no, l.qty - l.dropped AS qty,
    COALESCE((SELECT CAST(SUM(y.qty) AS SIGNED) FROM shipment_line y JOIN shipment s ON s.id = y.shipment_id
      WHERE y.order_line_id = l.id AND s.status <> 'cancelled'), 0) AS assigned
  FROM order_line l JOIN dispatch_order o ON o.id = l.order_id) x
WHERE x.assigned > x.qty OR x.qty < 0 ORDER BY x.number, x.line_no

-- Lines of loads of which more was received and explained than left, or more
-- accounted for than was received.
-- name: check-over-received
SELECT x.number, x.shipment_no, x.line_no, x.qty, x.came, x.cleared FROM (
  SELECT o.number, s.shipment_no, l.line_no, l.qty,
    COALESCE((SELECT CAST(SUM(h.good + h.damaged) AS SIGNED) FROM handover_line h JOIN handover d ON d.id = h.handover_id WHERE h.shipment_line_id = l.id AND d.undone_at = 0), 0)
    + COALESCE((SELECT CAST(SUM(c.qty) AS SIGNED) FROM clearing c WHERE c.shipment_line_id = l.id AND c.stage = 'road' AND c.undone_at = 0), 0) AS came,
    COALESCE((SELECT CAST(SUM(h.good) AS SIGNED) FROM handover_line h JOIN handover d ON d.id = h.handover_id WHERE h.shipment_line_id = l.id AND d.undone_at = 0), 0)
    - COALESCE((SELECT CAST(SUM(c.qty) AS SIGNED) FROM clearing c WHERE c.shipment_line_id = l.id AND c.stage = 'field' AND c.undone_at = 0), 0) AS cleared
  FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id JOIN dispatch_order o ON o.id = s.order_id) x
WHERE x.came > x.qty OR x.cleared < 0 ORDER BY x.number, x.shipment_no, x.line_no

-- Loads and receipts whose voucher is not there or is another depot's.
-- name: check-order-vouchers
SELECT o.number, s.shipment_no, 'left' AS what FROM shipment s JOIN dispatch_order o ON o.id = s.order_id LEFT JOIN voucher v ON v.id = s.voucher_id
WHERE (s.status IN ('left', 'arrived', 'signed') AND (v.id IS NULL OR v.depot_id <> s.depot_id OR v.type <> 'transfer')) OR (s.status IN ('allocated', 'picked', 'cancelled') AND s.voucher_id <> 0)
UNION ALL
SELECT o.number, s.shipment_no, 'signed' AS what FROM handover h JOIN shipment s ON s.id = h.shipment_id JOIN dispatch_order o ON o.id = s.order_id
LEFT JOIN voucher v ON v.id = h.voucher_id
WHERE h.voucher_id <> 0 AND (v.id IS NULL OR v.depot_id <> s.depot_id)
UNION ALL
SELECT o.number, s.shipment_no, 'cleared' AS what FROM clearing c JOIN shipment s ON s.id = c.shipment_id JOIN dispatch_order o ON o.id = s.order_id
LEFT JOIN voucher v ON v.id = c.voucher_id
WHERE v.id IS NULL OR v.depot_id <> s.depot_id

-- The numbers of orders and of requests in their order, to find gaps.
-- name: check-order-numbers
SELECT number FROM dispatch_order ORDER BY number

-- name: check-request-numbers
SELECT number FROM need_request ORDER BY number
