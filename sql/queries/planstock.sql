-- What a plan is held against: what depots hold of items, and which of it does
-- not count and why, in the numbers of plan.Why. Most stock counts, so the sums
-- come first, in the order of an index, and then the few lots that may not:
-- looking at every lot took three times as long. LEFT JOIN with COALESCE keeps
-- the engines from turning a join round and beginning with the whole of stock;
-- depot_id > 0 brings SQLite to the index that lies in the order of the table.
-- name: plan-stock
SELECT s.depot_id, s.item_id, CAST(SUM(s.qty) AS SIGNED) AS qty, CAST(SUM(s.allocated) AS SIGNED) AS allocated
FROM stock s
WHERE s.depot_id > 0 AND s.qty <> 0 AND (:all_depots = 1 OR s.depot_id IN (:depots))
GROUP BY s.depot_id, s.item_id

-- Of lots that have a last day up to :until_on, were ever held, stand in a place
-- that is no bin or must be tried: each row of stock with why it does not count,
-- 0 where it does. What is on the road, lent or in a workshop is told by its
-- place, so that nothing is excluded twice. A machine counts only while its
-- newest trial (试机) passed and is in date. expires_on is the last day of lots
-- that expire from :from_on on, due_on the one until which a machine's trial
-- holds, where a day to come is asked for; else ''.
-- name: plan-stock-late
SELECT s.depot_id, s.item_id,
  CASE WHEN s.place_id IN (:transit) THEN 1 WHEN s.place_id IN (:lent) THEN 2 WHEN s.place_id IN (:repair) THEN 3
    WHEN s.place_id IN (:quarantine) OR (:held = 1 AND l.held = 1) THEN 4 ELSE CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
      ELSE 0 END END AS why,
  CASE WHEN l.expires_last >= :from_on AND l.expires_last <= :until_on THEN l.expires_last ELSE '' END AS expires_on,
  CASE WHEN :from_on < '9999' AND l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) THEN COALESCE((
    SELECT MAX(r.due_on) FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1 AND r.checked_on <= :on_day
      AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
        AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))), '') ELSE '' END AS due_on,
  s.qty, s.allocated
FROM (
  SELECT e.id FROM lot e WHERE e.expires_last > '' AND e.expires_last <= :until_on
  UNION SELECT h.lot_id FROM lot_hold h WHERE :held = 1
  UNION SELECT a.lot_id FROM stock a WHERE a.place_id IN (:places)
  UNION SELECT m.id FROM item t CROSS JOIN lot m ON m.item_id = t.id WHERE t.check_months > 0
) x LEFT JOIN lot l ON l.id = x.id LEFT JOIN stock s ON s.lot_id = l.id
WHERE COALESCE(s.qty, 0) <> 0 AND (:all_depots = 1 OR COALESCE(s.depot_id, 0) IN (:depots))

-- The same of a day gone by. First the figures of a closed month near it, then
-- the entries between; where and whether things were held comes at the end.
-- name: plan-stock-closed
SELECT p.depot_id, p.item_id, p.closing AS qty, 0 AS allocated FROM period_item p WHERE p.month = :base_month AND p.depot_id IN (:depots)

-- name: plan-stock-closed-late
SELECT p.depot_id, p.item_id, CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
      ELSE 0 END AS why, '' AS expires_on, '' AS due_on, p.closing AS qty, 0 AS allocated
FROM (
  SELECT DISTINCT COALESCE(s.depot_id, 0) AS depot_id, x.id AS lot_id FROM (
    SELECT e.id FROM lot e WHERE e.expires_last > '' AND e.expires_last <= :until_on
    UNION SELECT m.id FROM item t CROSS JOIN lot m ON m.item_id = t.id WHERE t.check_months > 0
  ) x LEFT JOIN stock s ON s.lot_id = x.id
  WHERE COALESCE(s.depot_id, 0) IN (:depots)
) d LEFT JOIN lot l ON l.id = d.lot_id
LEFT JOIN period_stock p ON p.month = :base_month AND p.depot_id = d.depot_id AND p.item_id = l.item_id AND p.lot_id = d.lot_id
WHERE COALESCE(p.closing, 0) <> 0

-- name: plan-stock-moved
SELECT x.depot_id, x.item_id, x.why, '' AS expires_on, '' AS due_on, CAST(SUM(x.qty) AS SIGNED) AS qty, 0 AS allocated
FROM (
  SELECT e.depot_id, l.item_id, e.qty, CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
      ELSE 0 END AS why
  FROM entry e CROSS JOIN lot l ON l.id = e.lot_id
  WHERE e.depot_id IN (:depots) AND e.business_on > :after_on AND e.business_on <= :up_to_on
) x
GROUP BY x.depot_id, x.item_id, x.why

-- What stood on a day in places that are no bin, and what it was taken for.
-- name: plan-stock-past-places
SELECT s.place_id, s.depot_id, s.item_id, CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
      ELSE 0 END AS was,
  (SELECT COALESCE(CAST(SUM(e.qty) AS SIGNED), 0) FROM entry e WHERE e.lot_id = s.lot_id AND e.place_id = s.place_id AND e.business_on <= :on_day) AS qty
FROM stock s JOIN lot l ON l.id = s.lot_id
WHERE s.place_id IN (:places) AND (:all_depots = 1 OR s.depot_id IN (:depots))

-- What bins held on a day of lots that were held at an instant, by the newest
-- change of the flag until then, and what it was taken for.
-- name: plan-stock-past-held
SELECT s.place_id, s.depot_id, s.item_id, CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
      ELSE 0 END AS was,
  (SELECT COALESCE(CAST(SUM(e.qty) AS SIGNED), 0) FROM entry e WHERE e.lot_id = s.lot_id AND e.place_id = s.place_id AND e.business_on <= :on_day) AS qty
FROM (SELECT DISTINCT h.lot_id FROM lot_hold h WHERE h.held = 1 AND h.at <= :until) x
CROSS JOIN lot l ON l.id = x.lot_id CROSS JOIN stock s ON s.lot_id = l.id
WHERE s.place_id NOT IN (:places) AND (:all_depots = 1 OR s.depot_id IN (:depots))
  AND (SELECT n.held FROM lot_hold n WHERE n.lot_id = s.lot_id AND n.depot_id = s.depot_id AND n.at <= :until ORDER BY n.seq DESC, n.at DESC LIMIT 1) = 1

-- name: plan-places
SELECT id, kind FROM place WHERE kind IN ('transit', 'borrower', 'workshop', 'quarantine')

-- What was last paid for an item: the price of the lot received last.
-- name: plan-prices
SELECT l.item_id, MAX(CONCAT(CASE WHEN l.received_on = '' THEN '0000-00-00' ELSE l.received_on END, ' ', 1000000000000 + l.price_fen)) AS newest
FROM lot l WHERE l.price_fen IS NOT NULL AND l.item_id IN (:items) GROUP BY l.item_id

-- Lots in their places with why they do not count, as plan-stock judges them.
-- name: plan-lots
SELECT s.place_id, p.kind AS place_kind, p.code AS bin, s.depot_id, d.code AS depot_code, d.name AS depot, i.code AS item_code, i.name AS item,
  i.spec, i.unit, c.name AS category, s.qty, s.allocated, l.id, l.item_id, l.lot_no, l.produced_on, l.produced_precision,
  l.expires_on, l.expires_precision, l.received_on, l.received_precision, l.source, l.price_fen, l.owner, l.serial, l.held,
  CASE WHEN p.kind = 'transit' THEN 1 WHEN p.kind = 'borrower' THEN 2 WHEN p.kind = 'workshop' THEN 3
    WHEN p.kind = 'quarantine' OR l.held = 1 THEN 4
    WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5
    WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
    WHEN i.check_months > 0 AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = s.lot_id AND r.passed = 1
      AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
        AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
    ELSE 0 END AS why
FROM stock s
JOIN place p ON p.id = s.place_id
JOIN depot d ON d.id = s.depot_id
JOIN lot l ON l.id = s.lot_id
JOIN item i ON i.id = s.item_id
JOIN category c ON c.id = i.category_id
WHERE s.qty <> 0 AND s.depot_id IN (:depots) AND s.item_id IN (:items)
ORDER BY CASE WHEN l.expires_last = '' THEN '9999' ELSE l.expires_last END, i.code, l.id, s.place_id LIMIT :limit

-- What expires first of what counts, per depot and item; '9999' = nothing does.
-- name: plan-first-expiry
SELECT s.depot_id, s.item_id, MIN(CASE WHEN l.expires_last = '' THEN '9999' ELSE l.expires_last END) AS expires_on
FROM stock s JOIN lot l ON l.id = s.lot_id
WHERE s.qty > s.allocated AND s.item_id IN (:items) AND l.held = 0 AND s.place_id NOT IN (:places)
  AND (l.expires_last = '' OR (l.expires_last >= :on_day AND l.expires_last > :window_on))
GROUP BY s.depot_id, s.item_id
