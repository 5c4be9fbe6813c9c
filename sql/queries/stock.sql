-- name: stock-open
INSERT INTO stock (place_id, lot_id, depot_id, item_id, qty, allocated, last_voucher_id)
VALUES [[, |(:place_id, :lot_id, :depot_id, :item_id, 0, 0, 0)]]

-- The one statement that moves stock: all rows of a voucher at once, each only
-- if what is left still covers what is allocated.
-- name: stock-apply
UPDATE stock SET
  qty = qty + CASE [[ |WHEN place_id = :place_id AND lot_id = :lot_id THEN :qty]] ELSE 0 END,
  last_voucher_id = :voucher_id
WHERE ([[ OR |(place_id = :place_id AND lot_id = :lot_id AND (:qty > 0 OR qty - allocated >= :need))]])

-- name: stock-of
SELECT place_id, lot_id, qty, allocated, last_voucher_id FROM stock WHERE [[ OR |(place_id = :place_id AND lot_id = :lot_id)]]

-- name: stock-shelves
SELECT s.place_id, s.depot_id, s.qty, s.allocated, l.id, l.item_id, l.lot_no, l.produced_on, l.produced_precision, l.expires_on,
  l.expires_precision, l.received_on, l.received_precision, l.source, l.price_fen, l.owner, l.serial, l.held
FROM stock s JOIN lot l ON l.id = s.lot_id
WHERE s.depot_id = :depot_id AND s.item_id IN (:items) AND s.qty > 0

-- name: stock-rows
SELECT s.place_id, p.kind AS place_kind, p.code AS bin, s.depot_id, d.code AS depot_code, d.name AS depot, i.code AS item_code, i.name AS item,
  i.spec, i.unit, c.name AS category, s.qty, s.allocated, l.id, l.item_id, l.lot_no, l.produced_on, l.produced_precision,
  l.expires_on, l.expires_precision, l.received_on, l.received_precision, l.source, l.price_fen, l.owner, l.serial, l.held
FROM stock s
JOIN place p ON p.id = s.place_id
JOIN depot d ON d.id = s.depot_id
JOIN lot l ON l.id = s.lot_id
JOIN item i ON i.id = s.item_id
JOIN category c ON c.id = i.category_id
WHERE s.qty <> 0
  AND (:all_depots = 1 OR s.depot_id IN (:depots))
  AND (:depot_id = 0 OR s.depot_id = :depot_id)
  AND (:category_id = 0 OR i.category_id = :category_id)
  AND (:any_item = 1 OR s.item_id IN (:items))
  AND (:lot_no = '' OR l.lot_no_key LIKE :lot_no ESCAPE '!')
  AND (:barred = 0 OR l.held = 1 OR p.kind <> 'bin')
  AND (:expires_by = '' OR (l.expires_last <> '' AND l.expires_last <= :expires_by AND l.expires_last >= :expires_from))
  AND (:after_code = '' OR i.code > :after_code OR (i.code = :after_code AND (d.code > :after_depot
    OR (d.code = :after_depot AND (l.id > :after_lot OR (l.id = :after_lot AND s.place_id > :after_place))))))
ORDER BY i.code, d.code, l.id, s.place_id LIMIT :limit

-- name: stock-items-at
SELECT DISTINCT item_id FROM stock WHERE depot_id IN (:depots) AND qty <> 0

-- What may be sent: in bins, and neither promised, expired nor held. By item
-- over all depots, and by depot over all items: each has its own index.
-- name: stock-free-of
SELECT s.depot_id, s.item_id, CAST(SUM(s.qty - s.allocated) AS SIGNED) AS qty
FROM stock s JOIN lot l ON l.id = s.lot_id JOIN place p ON p.id = s.place_id
WHERE s.item_id IN (:items) AND s.qty > s.allocated AND p.kind = 'bin' AND l.held = 0 AND (l.expires_last = '' OR l.expires_last >= :today)
  AND NOT (s.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = s.lot_id AND r.passed = 1
    AND r.checked_on <= :today AND r.due_on >= :today AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
      AND n.checked_on <= :today AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))))
GROUP BY s.depot_id, s.item_id

-- name: stock-free-at
SELECT s.depot_id, s.item_id, CAST(SUM(s.qty - s.allocated) AS SIGNED) AS qty
FROM stock s JOIN lot l ON l.id = s.lot_id JOIN place p ON p.id = s.place_id
WHERE s.depot_id = :depot_id AND s.qty > s.allocated AND p.kind = 'bin' AND l.held = 0 AND (l.expires_last = '' OR l.expires_last >= :today)
  AND NOT (s.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = s.lot_id AND r.passed = 1
    AND r.checked_on <= :today AND r.due_on >= :today AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
      AND n.checked_on <= :today AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))))
GROUP BY s.depot_id, s.item_id

-- name: stock-by-item
SELECT i.id AS item_id, i.code AS item_code, i.name AS item, i.spec, i.unit, c.name AS category,
  CAST(SUM(s.qty) AS SIGNED) AS qty,
  CAST(SUM(CASE WHEN p.kind = 'bin' AND l.held = 0 AND (l.expires_last = '' OR l.expires_last >= :today) THEN s.qty - s.allocated ELSE 0 END) AS SIGNED) AS available,
  CAST(SUM(CASE WHEN l.held = 1 THEN s.qty ELSE 0 END) AS SIGNED) AS held,
  CAST(SUM(CASE WHEN p.kind = 'quarantine' THEN s.qty ELSE 0 END) AS SIGNED) AS quarantined,
  CAST(SUM(CASE WHEN p.kind IN ('transit', 'borrower', 'workshop') THEN s.qty ELSE 0 END) AS SIGNED) AS away,
  CAST(SUM(s.allocated) AS SIGNED) AS allocated,
  CAST(SUM(CASE WHEN l.expires_last <> '' AND l.expires_last < :today THEN s.qty ELSE 0 END) AS SIGNED) AS expired,
  CAST(SUM(CASE WHEN l.expires_last >= :today AND l.expires_last <= :soon THEN s.qty ELSE 0 END) AS SIGNED) AS expiring,
  COUNT(DISTINCT s.lot_id) AS lots, COUNT(DISTINCT s.depot_id) AS depots
FROM stock s
JOIN place p ON p.id = s.place_id
JOIN lot l ON l.id = s.lot_id
JOIN item i ON i.id = s.item_id
JOIN category c ON c.id = i.category_id
WHERE s.qty <> 0
  AND (:all_depots = 1 OR s.depot_id IN (:depots))
  AND (:depot_id = 0 OR s.depot_id = :depot_id)
  AND (:category_id = 0 OR i.category_id = :category_id)
  AND (:any_item = 1 OR s.item_id IN (:items))
  AND (:lot_no = '' OR l.lot_no_key LIKE :lot_no ESCAPE '!')
  AND (:barred = 0 OR l.held = 1 OR p.kind <> 'bin')
  AND (:expires_by = '' OR (l.expires_last <> '' AND l.expires_last <= :expires_by AND l.expires_last >= :expires_from))
  AND (:after_code = '' OR i.code > :after_code)
GROUP BY i.id, i.code, i.name, i.spec, i.unit, c.name
ORDER BY i.code LIMIT :limit

-- name: stock-by-depot
SELECT d.id AS depot_id, d.code AS depot_code, d.name AS depot, c.id AS category_id, c.name AS category,
  COUNT(DISTINCT s.item_id) AS items, COUNT(DISTINCT s.lot_id) AS lots,
  COUNT(DISTINCT CASE WHEN l.expires_last <> '' AND l.expires_last < :today THEN s.lot_id ELSE NULL END) AS expired,
  COUNT(DISTINCT CASE WHEN l.expires_last >= :today AND l.expires_last <= :soon THEN s.lot_id ELSE NULL END) AS expiring
FROM stock s
JOIN depot d ON d.id = s.depot_id
JOIN lot l ON l.id = s.lot_id
JOIN item i ON i.id = s.item_id
JOIN category c ON c.id = i.category_id
WHERE s.qty <> 0 AND (:all_depots = 1 OR s.depot_id IN (:depots))
GROUP BY d.id, d.code, d.name, c.id, c.name

-- name: stock-expiring
SELECT s.place_id, p.kind AS place_kind, p.code AS bin, s.depot_id, d.code AS depot_code, d.name AS depot, i.code AS item_code, i.name AS item,
  i.spec, i.unit, c.name AS category, s.qty, s.allocated, l.id, l.item_id, l.lot_no, l.produced_on, l.produced_precision,
  l.expires_on, l.expires_precision, l.received_on, l.received_precision, l.source, l.price_fen, l.owner, l.serial, l.held
FROM lot l
JOIN stock s ON s.lot_id = l.id
JOIN place p ON p.id = s.place_id
JOIN depot d ON d.id = s.depot_id
JOIN item i ON i.id = s.item_id
JOIN category c ON c.id = i.category_id
WHERE l.expires_last <> '' AND l.expires_last <= :expires_by AND s.qty > 0
  AND (:all_depots = 1 OR s.depot_id IN (:depots))
ORDER BY l.expires_last, l.id, s.place_id LIMIT :limit

-- Entries that stand: neither reversals nor reversed. A depot whose only
-- import was undone may be opened again.
-- name: stock-depot-standing
SELECT COUNT(*) FROM (
  SELECT 1 AS one FROM entry e
  WHERE e.depot_id = :depot_id AND e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = e.id)
  LIMIT 1) standing

-- name: stock-kinds
SELECT i.category_id, COUNT(DISTINCT s.item_id) AS items FROM stock s JOIN item i ON i.id = s.item_id
WHERE s.qty <> 0 AND (:all_depots = 1 OR s.depot_id IN (:depots)) GROUP BY i.category_id
