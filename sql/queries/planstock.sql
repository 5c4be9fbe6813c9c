-- Stock by depot and item and by why it does not count; the numbers are those
-- of plan.Why. What is on the road, lent or in a workshop is told by its place,
-- so that a lot is never excluded twice. expires_on is the last day of lots
-- that expire from :from_on to :horizon_on, '' for all others and where no
-- horizon is asked for.
-- name: plan-stock
SELECT x.depot_id, x.item_id, x.why, x.expires_on, CAST(SUM(x.qty) AS SIGNED) AS qty, CAST(SUM(x.allocated) AS SIGNED) AS allocated
FROM (
  SELECT s.depot_id, s.item_id, s.qty, s.allocated,
    CASE WHEN s.place_id IN (:transit) THEN 1 WHEN s.place_id IN (:lent) THEN 2 WHEN s.place_id IN (:repair) THEN 3
      WHEN s.place_id IN (:quarantine) OR l.held = 1 THEN 4
      WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5
      WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN s.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = s.lot_id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7
      ELSE 0 END AS why,
    CASE WHEN l.expires_last >= :from_on AND l.expires_last <= :horizon_on THEN l.expires_last ELSE '' END AS expires_on
  FROM stock s JOIN lot l ON l.id = s.lot_id
  WHERE s.qty <> 0 AND (:all_depots = 1 OR s.depot_id IN (:depots))
) x
GROUP BY x.depot_id, x.item_id, x.why, x.expires_on

-- The same of a day gone by: what the figures of a closed month left, and the
-- entries since. Where things stood within a depot comes from
-- plan-stock-past-places.
-- name: plan-stock-past
SELECT x.depot_id, x.item_id, x.why, '' AS expires_on, CAST(SUM(x.qty) AS SIGNED) AS qty, 0 AS allocated
FROM (
  SELECT q.depot_id, l.item_id, q.qty,
    CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7 ELSE 0 END AS why
  FROM (
    SELECT m.depot_id, m.lot_id, SUM(m.qty) AS qty FROM (
      SELECT p.depot_id, p.lot_id, p.closing AS qty FROM period_stock p WHERE p.month = :base_month AND p.depot_id IN (:depots)
      UNION ALL
      SELECT e.depot_id, e.lot_id, e.qty FROM entry e WHERE e.depot_id IN (:depots) AND e.business_on > :base_on AND e.business_on <= :on_day
    ) m GROUP BY m.depot_id, m.lot_id HAVING SUM(m.qty) <> 0
  ) q JOIN lot l ON l.id = q.lot_id
) x
GROUP BY x.depot_id, x.item_id, x.why

-- For depots without a closed month before the day: from today's stock
-- backwards.
-- name: plan-stock-back
SELECT x.depot_id, x.item_id, x.why, '' AS expires_on, CAST(SUM(x.qty) AS SIGNED) AS qty, 0 AS allocated
FROM (
  SELECT q.depot_id, l.item_id, q.qty,
    CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
      WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
        AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
          AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7 ELSE 0 END AS why
  FROM (
    SELECT m.depot_id, m.lot_id, SUM(m.qty) AS qty FROM (
      SELECT s.depot_id, s.lot_id, s.qty FROM stock s WHERE s.depot_id IN (:depots)
      UNION ALL
      SELECT e.depot_id, e.lot_id, -e.qty FROM entry e WHERE e.depot_id IN (:depots) AND e.business_on > :on_day
    ) m GROUP BY m.depot_id, m.lot_id HAVING SUM(m.qty) <> 0
  ) q JOIN lot l ON l.id = q.lot_id
) x
GROUP BY x.depot_id, x.item_id, x.why

-- A machine counts only while its newest trial (试机) passed and is in date: the
-- subqueries above look at machines alone.

-- Machines where they stand, with the day until which the newest trial counts,
-- '' where there is none or it failed: what a projection judges day by day.
-- name: plan-machines
SELECT s.depot_id, s.item_id, s.qty, s.allocated, l.expires_last AS expires_on,
  CASE WHEN p.kind = 'transit' THEN 1 WHEN p.kind = 'borrower' THEN 2 WHEN p.kind = 'workshop' THEN 3
    WHEN p.kind = 'quarantine' OR l.held = 1 THEN 4 ELSE 0 END AS why,
  COALESCE((SELECT MAX(CASE WHEN r.passed = 1 THEN r.due_on ELSE '' END) FROM readiness_check r WHERE r.lot_id = s.lot_id AND r.checked_on <= :on_day
    AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
      AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))), '') AS tested_until
FROM stock s
JOIN item i ON i.id = s.item_id
JOIN place p ON p.id = s.place_id
JOIN lot l ON l.id = s.lot_id
WHERE i.check_months > 0 AND s.qty <> 0

-- What stood on a day in places that are no bin, per place and lot.
-- name: plan-stock-past-places
SELECT x.place_id, x.depot_id, x.lot_id, x.item_id, x.was, CAST(SUM(x.qty) AS SIGNED) AS qty
FROM (
  SELECT e.place_id, e.depot_id, e.lot_id, l.item_id,
      CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
        WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
          AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
            AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7 ELSE 0 END AS was, e.qty
  FROM stock s JOIN entry e ON e.lot_id = s.lot_id AND e.place_id = s.place_id JOIN lot l ON l.id = s.lot_id
  WHERE s.place_id IN (:places) AND e.business_on <= :on_day
) x
GROUP BY x.place_id, x.depot_id, x.lot_id, x.item_id, x.was
HAVING SUM(x.qty) <> 0

-- Lots that were held at the end of an instant, from the changes since the
-- first: the newest change of each lot and depot says so. What it held comes
-- from the entries up to the day.
-- name: plan-stock-past-held
SELECT x.depot_id, x.lot_id, x.item_id, x.was, CAST(SUM(x.qty) AS SIGNED) AS qty
FROM (
  SELECT e.depot_id, e.lot_id, l.item_id,
      CASE WHEN l.expires_last <> '' AND l.expires_last < :on_day THEN 5 WHEN l.expires_last <> '' AND l.expires_last <= :window_on THEN 6
        WHEN l.item_id IN (SELECT t.id FROM item t WHERE t.check_months > 0) AND NOT EXISTS (SELECT 1 FROM readiness_check r WHERE r.lot_id = l.id AND r.passed = 1
          AND r.checked_on <= :on_day AND r.due_on >= :on_day AND NOT EXISTS (SELECT 1 FROM readiness_check n WHERE n.lot_id = r.lot_id
            AND n.checked_on <= :on_day AND (n.checked_on > r.checked_on OR (n.checked_on = r.checked_on AND n.at > r.at)))) THEN 7 ELSE 0 END AS was, e.qty
  FROM lot_hold h JOIN entry e ON e.lot_id = h.lot_id AND e.depot_id = h.depot_id JOIN lot l ON l.id = h.lot_id
  WHERE h.held = 1 AND h.at <= :until AND e.business_on <= :on_day AND (:all_depots = 1 OR h.depot_id IN (:depots))
    AND NOT EXISTS (SELECT 1 FROM lot_hold n WHERE n.lot_id = h.lot_id AND n.depot_id = h.depot_id AND n.at <= :until
      AND (n.seq > h.seq OR (n.seq = h.seq AND n.at > h.at)))
    AND e.place_id NOT IN (:places)
) x
GROUP BY x.depot_id, x.lot_id, x.item_id, x.was
HAVING SUM(x.qty) <> 0

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
