-- name: check-stock
SELECT x.place_id, x.lot_id, CAST(SUM(x.entries) AS SIGNED) AS entries, CAST(SUM(x.stock) AS SIGNED) AS stock,
  CAST(SUM(x.rows_there) AS SIGNED) AS rows_there
FROM (
  SELECT e.place_id, e.lot_id, e.qty AS entries, 0 AS stock, 0 AS rows_there FROM entry e WHERE e.depot_id <> 0
  UNION ALL
  SELECT s.place_id, s.lot_id, 0, s.qty, 1 FROM stock s
) x
GROUP BY x.place_id, x.lot_id
HAVING SUM(x.entries) <> SUM(x.stock) OR SUM(x.rows_there) <> 1 OR SUM(x.stock) < 0

-- name: check-stock-shelf
SELECT s.place_id, s.lot_id FROM stock s LEFT JOIN place p ON p.id = s.place_id LEFT JOIN lot l ON l.id = s.lot_id
WHERE p.id IS NULL OR l.id IS NULL OR s.depot_id <> p.depot_id OR s.item_id <> l.item_id

-- name: check-lots
SELECT id, item_id, lot_key, lot_no, produced_on, produced_precision, expires_on, expires_precision, expires_last,
  received_on, received_precision, source, price_fen, owner, serial, held
FROM lot WHERE id > :after ORDER BY id LIMIT :limit

-- name: check-unbalanced
SELECT voucher_id, lot_id, CAST(SUM(qty) AS SIGNED) AS qty FROM entry GROUP BY voucher_id, lot_id HAVING SUM(qty) <> 0

-- name: check-allocated
SELECT place_id, lot_id, qty, allocated FROM stock WHERE allocated < 0 OR allocated > qty

-- name: check-entry-orphans
SELECT e.id FROM entry e
LEFT JOIN voucher v ON v.id = e.voucher_id
LEFT JOIN place p ON p.id = e.place_id
LEFT JOIN lot l ON l.id = e.lot_id
LEFT JOIN item i ON i.id = e.item_id
WHERE v.id IS NULL OR p.id IS NULL OR l.id IS NULL OR i.id IS NULL OR l.item_id <> e.item_id OR p.depot_id <> e.depot_id
  OR v.business_on <> e.business_on

-- name: check-voucher-empty
SELECT v.number FROM voucher v LEFT JOIN entry e ON e.voucher_id = v.id WHERE e.id IS NULL

-- name: check-reversal
SELECT r.id FROM entry r LEFT JOIN entry o ON o.id = r.reverses_id
LEFT JOIN voucher rv ON rv.id = r.voucher_id
WHERE r.reverses_id IS NOT NULL
  AND (o.id IS NULL OR o.qty <> -r.qty OR o.lot_id <> r.lot_id OR o.place_id <> r.place_id OR rv.reverses_id <> o.voucher_id)

-- name: check-vouchers
SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty, reference,
  remark, reverses_id, client_key, request_hash, prev_hash, hash
FROM voucher WHERE depot_id = :depot_id AND seq > :after ORDER BY seq LIMIT :limit

-- name: check-entries
SELECT voucher_id, id, line, place_id, depot_id, lot_id, item_id, qty, seq, COALESCE(reverses_id, 0) AS reverses_id,
  COALESCE(returns_id, 0) AS returns_id, packed, remark
FROM entry WHERE voucher_id IN (:ids) ORDER BY voucher_id, id

-- name: check-prefix
SELECT lot_id, place_id, business_on, seq, CAST(SUM(qty) AS SIGNED) AS qty FROM entry
WHERE depot_id = :depot_id
GROUP BY lot_id, place_id, business_on, seq ORDER BY lot_id, place_id, business_on, seq

-- name: check-counts
SELECT COUNT(*) FROM entry

-- name: check-run-last
SELECT id, started_at, finished_at, entries, differences, report FROM check_run ORDER BY started_at DESC, id DESC LIMIT 1

-- name: check-run-insert
INSERT INTO check_run (id, started_at, finished_at, entries, differences, report)
VALUES (:id, :started_at, :finished_at, :entries, :differences, :report)
