-- The daily sheet (日结单) of a depot.

-- Vouchers of a business day, and those recorded within a span of time. Each
-- part has an index; nothing is stored for this sheet alone.
-- name: daily-vouchers
SELECT v.id, v.depot_id, d.name AS depot, COALESCE(t.name, '') AS to_depot, v.type, v.number, v.seq, v.business_on, v.recorded_at, v.actor_name, v.reason,
  v.counterparty, v.reverses_id, v.blank_no,
  (SELECT COUNT(DISTINCT e.line) FROM entry e WHERE e.voucher_id = v.id) AS line_count,
  (SELECT COUNT(*) FROM voucher r WHERE r.reverses_id = v.id) AS reversal_count
FROM (
  SELECT id FROM voucher WHERE business_on = :on AND depot_id = :depot_id
  UNION SELECT id FROM voucher WHERE business_on = :on AND to_depot_id = :depot_id
  UNION SELECT id FROM voucher WHERE depot_id = :depot_id AND recorded_at >= :from_at AND recorded_at < :to_at
  UNION SELECT id FROM voucher WHERE to_depot_id = :depot_id AND recorded_at >= :from_at AND recorded_at < :to_at
) x JOIN voucher v ON v.id = x.id JOIN depot d ON d.id = v.depot_id LEFT JOIN depot t ON t.id = v.to_depot_id
ORDER BY v.business_on, v.seq, v.depot_id LIMIT :limit

-- What each voucher of a day nets of each lot at the depot; original is the net
-- of what a reversal takes back (ledger.Flow).
-- name: daily-nets
SELECT l.item_id, g.net, CASE WHEN v.reverses_id = 0 THEN g.net ELSE (
    SELECT COALESCE(CAST(SUM(o.qty) AS SIGNED), 0) FROM entry o
    WHERE o.voucher_id = v.reverses_id AND o.lot_id = g.lot_id AND o.depot_id = :depot_id) END AS original
FROM (
  SELECT e.voucher_id, e.lot_id, CAST(SUM(e.qty) AS SIGNED) AS net FROM entry e
  WHERE e.depot_id = :depot_id AND e.business_on = :on
  GROUP BY e.voucher_id, e.lot_id HAVING SUM(e.qty) <> 0
) g JOIN voucher v ON v.id = g.voucher_id JOIN lot l ON l.id = g.lot_id

-- name: daily-stock
SELECT item_id, CAST(SUM(qty) AS SIGNED) AS qty FROM stock WHERE depot_id = :depot_id AND item_id IN (:items) GROUP BY item_id

-- name: daily-since
SELECT item_id, CAST(SUM(qty) AS SIGNED) AS qty FROM entry WHERE depot_id = :depot_id AND item_id IN (:items) AND business_on > :on GROUP BY item_id

-- name: voucher-last
SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty, reference,
  remark, reverses_id, client_key, request_hash, prev_hash, hash, blank_no
FROM voucher WHERE depot_id = :depot_id ORDER BY seq DESC LIMIT 1

-- name: head-get
SELECT depot_id, seq, counters, last_hash, audit_seq, audit_hash, closed_on FROM depot_head WHERE depot_id = :depot_id
