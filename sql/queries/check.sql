-- What the ledger check reads. Every text is a stream: it follows an index, so
-- that no engine sorts a million rows first, and gives a row once.

-- name: check-counts
SELECT (SELECT COUNT(*) FROM entry) AS entries, (SELECT COUNT(*) FROM voucher) AS vouchers, (SELECT COUNT(*) FROM audit) AS audits,
  (SELECT COUNT(*) FROM lot) AS lots, (SELECT COUNT(*) FROM stock) AS stocks

-- name: check-places
SELECT id, kind, depot_id, code FROM place

-- name: check-items
SELECT id, code, unit, serial FROM item ORDER BY code

-- name: check-lots
SELECT id, item_id, lot_key, lot_no, produced_on, produced_precision, expires_on, expires_precision, expires_last,
  received_on, received_precision, source, price_fen, owner, serial, held
FROM lot ORDER BY id

-- name: check-holds
SELECT lot_id, depot_id, seq, held, reason, actor_id, actor_name, at FROM lot_hold ORDER BY lot_id, depot_id, seq

-- Vouchers and entries are walked by voucher id, the order in which both lie
-- on the disk. Their place in the chains is another walk, of short rows.
-- name: check-vouchers
SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty, reference,
  remark, reverses_id, client_key, request_hash, prev_hash, hash, blank_no
FROM voucher WHERE id > :after ORDER BY id LIMIT :limit

-- name: check-entries
SELECT voucher_id, id, line, place_id, depot_id, lot_id, item_id, qty, business_on, seq, reverses_id, returns_id, packed, remark
FROM entry WHERE voucher_id > :after AND voucher_id <= :upto ORDER BY voucher_id

-- What the reversals among the vouchers take back.
-- name: check-originals
SELECT v.id AS reversal_id, w.id AS voucher_id, w.type, w.depot_id AS voucher_depot_id, e.id, e.line, e.place_id, e.depot_id, e.lot_id, e.qty
FROM voucher v JOIN voucher w ON w.id = v.reverses_id JOIN entry e ON e.voucher_id = w.id
WHERE v.id > :after AND v.id <= :upto AND v.reverses_id <> 0

-- name: check-chain
SELECT seq, type, number, business_on, prev_hash, hash FROM voucher WHERE depot_id = :depot_id ORDER BY seq

-- name: check-reversed-twice
SELECT reverses_id FROM entry WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING COUNT(*) > 1

-- taken_id and undone_id are the reversals of the issue's entry and of the
-- return's own.
-- name: check-returns
SELECT r.returns_id, r.id, r.qty, r.lot_id, r.depot_id, COALESCE(v.type, '') AS type, COALESCE(u.id, 0) AS undone_id,
  COALESCE(o.id, 0) AS issued_id, COALESCE(o.qty, 0) AS issued_qty, COALESCE(o.lot_id, 0) AS issued_lot_id,
  COALESCE(o.depot_id, 0) AS issued_depot_id, COALESCE(w.type, '') AS issued_type, COALESCE(t.id, 0) AS taken_id
FROM entry r LEFT JOIN voucher v ON v.id = r.voucher_id LEFT JOIN entry u ON u.reverses_id = r.id
LEFT JOIN entry o ON o.id = r.returns_id LEFT JOIN voucher w ON w.id = o.voucher_id LEFT JOIN entry t ON t.reverses_id = o.id
WHERE r.returns_id IS NOT NULL ORDER BY r.returns_id, r.id

-- name: check-moves
SELECT lot_id, place_id, business_on, seq, qty FROM entry ORDER BY lot_id, place_id, business_on, seq

-- name: check-stock
SELECT place_id, lot_id, depot_id, item_id, qty, allocated FROM stock

-- name: check-pieces
SELECT p.item_id, p.serial_key, p.lot_id, p.place_id, COALESCE(l.item_id, 0) AS lot_item_id, COALESCE(l.lot_no, '') AS lot_no,
  COALESCE(l.serial, 0) AS serial
FROM piece p LEFT JOIN lot l ON l.id = p.lot_id

-- name: check-periods
SELECT depot_id, month, actor_id, actor_name, closed_at FROM period ORDER BY depot_id, month

-- name: check-reopenings
SELECT id, depot_id, month, reason, status, asked_id, asked_name, asked_at, decided_id, decided_name, decided_at FROM reopening
ORDER BY depot_id, id

-- name: check-period-counts
SELECT (SELECT COUNT(*) FROM period_stock) AS lots, (SELECT COUNT(*) FROM period_item) AS items

-- name: check-period-moves
SELECT lot_id, voucher_id, qty FROM entry
WHERE depot_id = :depot_id AND business_on >= :from_on AND business_on <= :to_on ORDER BY business_on, lot_id, voucher_id

-- name: check-period-lots
SELECT lot_id, item_id, opening, received, issued, closing FROM period_stock WHERE month = :month AND depot_id = :depot_id

-- name: check-period-items
SELECT item_id, opening, received, issued, closing, opening_value, received_value, issued_value, closing_value, unpriced, unpriced_closing
FROM period_item WHERE month = :month AND depot_id = :depot_id

-- name: check-period-lost
SELECT x.depot_id, x.month FROM (
  SELECT s.depot_id, s.month FROM period_stock s GROUP BY s.month, s.depot_id
  UNION
  SELECT i.depot_id, i.month FROM period_item i GROUP BY i.month, i.depot_id
) x LEFT JOIN period p ON p.depot_id = x.depot_id AND p.month = x.month
WHERE p.month IS NULL ORDER BY x.month, x.depot_id LIMIT :limit

-- name: check-audit
SELECT id, chain, seq, at, actor_id, actor_name, act, object, result, detail, ip, request_id, prev_hash, hash
FROM audit WHERE chain = :chain ORDER BY seq

-- Runs only when fewer audit records were walked than there are.
-- name: check-audit-lost
SELECT a.id FROM audit a LEFT JOIN depot_head h ON h.depot_id = a.chain LEFT JOIN depot d ON d.id = a.chain
WHERE h.depot_id IS NULL AND d.id IS NULL ORDER BY a.id LIMIT :limit

-- Where the chains end now.
-- name: check-ends
SELECT h.depot_id, h.last_hash, h.audit_seq, h.audit_hash, COALESCE(v.seq, 0) AS seq, COALESCE(v.number, '') AS number
FROM depot_head h LEFT JOIN voucher v ON v.depot_id = h.depot_id AND v.seq = (SELECT MAX(w.seq) FROM voucher w WHERE w.depot_id = h.depot_id)
ORDER BY h.depot_id

-- name: check-run-last
SELECT id, started_at, finished_at, entries, differences, report FROM check_run ORDER BY started_at DESC, id DESC LIMIT 1

-- name: check-run-insert
INSERT INTO check_run (id, started_at, finished_at, entries, differences, report)
VALUES (:id, :started_at, :finished_at, :entries, :differences, :report)
