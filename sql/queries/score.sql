-- How streets and villages keep their goods: the facts their depots are judged
-- by, and the calls that asked after them.

-- The depots with something on the books: the first row found decides.
-- name: score-stocked
SELECT d.id AS depot_id FROM depot d
WHERE (:all_depots = 1 OR d.id IN (:depots)) AND EXISTS (SELECT 1 FROM stock s WHERE s.depot_id = d.id AND s.qty > 0)

-- What has expired and is still there: along the expiries and not the stock.
-- name: score-expired
SELECT s.depot_id, COUNT(DISTINCT s.lot_id) AS lots FROM lot l JOIN stock s ON s.lot_id = l.id
WHERE l.expires_last <> '' AND l.expires_last < :today AND s.qty > 0 AND (:all_depots = 1 OR s.depot_id IN (:depots))
GROUP BY s.depot_id

-- The last day the books of each depot moved: one step along an index per
-- depot, and one for what others sent there.
-- name: score-touched
SELECT d.id AS depot_id, COALESCE((SELECT MAX(v.business_on) FROM voucher v WHERE v.depot_id = d.id), '') AS booked_on,
  COALESCE((SELECT MAX(v.business_on) FROM voucher v WHERE v.to_depot_id = d.id), '') AS sent_on
FROM depot d WHERE (:all_depots = 1 OR d.id IN (:depots))

-- Stocktakes whose differences stand, at least in part: one that was taken
-- back whole is none. Along the numbers, PD- and before the next sign, since
-- no index knows the type.
-- name: score-stocktakes
SELECT v.depot_id, MAX(v.business_on) AS counted_on FROM voucher v
WHERE v.number >= 'PD-' AND v.number < 'PD.' AND v.type = 'adjustment' AND v.business_on >= :from_on
  AND (:all_depots = 1 OR v.depot_id IN (:depots))
  AND EXISTS (SELECT 1 FROM entry e WHERE e.voucher_id = v.id AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = e.id))
GROUP BY v.depot_id

-- Ledgers that were held against a depot's books, or opened them. A stock list
-- that was booked as goods received counted nothing.
-- name: score-ledgers
SELECT b.depot_id, MAX(b.as_of) AS counted_on FROM import_batch b
WHERE b.status = 'applied' AND b.depot_id <> 0 AND b.as_of >= :from_on
  AND b.kind IN ('stock_list', 'stocktake', 'receipt_issue_summary', 'street_form')
  AND (:all_depots = 1 OR b.depot_id IN (:depots))
  AND (b.kind <> 'stock_list' OR NOT EXISTS (
    SELECT 1 FROM import_row r JOIN voucher v ON v.id = r.voucher_id WHERE r.batch_id = b.id AND v.type = 'receipt'))
GROUP BY b.depot_id

-- A batch names the first of its depots; the others are where it booked.
-- name: score-ledgers-of-many
SELECT v.depot_id, MAX(b.as_of) AS counted_on
FROM import_batch b JOIN import_row r ON r.batch_id = b.id JOIN voucher v ON v.id = r.voucher_id
WHERE b.status = 'applied' AND b.as_of >= :from_on
  AND b.kind IN ('stock_list', 'stocktake', 'receipt_issue_summary', 'street_form')
  AND v.type IN ('opening', 'adjustment') AND (:all_depots = 1 OR v.depot_id IN (:depots))
GROUP BY v.depot_id

-- name: score-forms
SELECT f.depot_id, MAX(b.as_of) AS counted_on FROM street_form f JOIN import_batch b ON b.id = f.batch_id
WHERE f.status = 'returned' AND b.status = 'applied' AND b.as_of >= :from_on AND (:all_depots = 1 OR f.depot_id IN (:depots))
GROUP BY f.depot_id

-- name: score-calls
SELECT about_id AS depot_id, phone, reached, MAX(checked_on) AS called_on FROM phone_check
WHERE about = 'depot' AND (:all_depots = 1 OR about_id IN (:depots)) GROUP BY about_id, phone, reached

-- name: depot-call-insert
INSERT INTO phone_check (id, about, about_id, checked_on, reached, phone, remark, actor_id, actor_name, at)
VALUES (:id, 'depot', :depot_id, :called_on, :reached, :phone, :remark, :actor_id, :actor_name, :at)

-- name: depot-call-list
SELECT id, about_id AS depot_id, checked_on AS called_on, reached, phone, remark, actor_id, actor_name, at FROM phone_check
WHERE about = 'depot' AND about_id = :depot_id ORDER BY checked_on DESC, at DESC, id DESC LIMIT :limit
