-- The stock card, read from its end: the page's rows newest first, and what
-- came after them. Of one depot's card and of all depots' each has its index;
-- a text that asked for either could use none. The page is cut before it is joined.

-- name: card-total
SELECT COALESCE(CAST(SUM(qty) AS SIGNED), 0) FROM stock
WHERE item_id = :item_id AND (:all_depots = 1 OR depot_id IN (:depots)) AND (:depot_id = 0 OR depot_id = :depot_id)

-- name: card-since
SELECT COALESCE(CAST(SUM(qty) AS SIGNED), 0) FROM entry
WHERE item_id = :item_id AND depot_id <> 0 AND (:all_depots = 1 OR depot_id IN (:depots)) AND business_on >= :on
  AND (business_on > :on OR seq > :seq OR (seq = :seq AND id >= :id))

-- name: card-since-depot
SELECT COALESCE(CAST(SUM(qty) AS SIGNED), 0) FROM entry
WHERE depot_id = :depot_id AND item_id = :item_id AND business_on >= :on
  AND (business_on > :on OR seq > :seq OR (seq = :seq AND id >= :id))

-- name: card-entries
SELECT e.id, e.voucher_id, e.line, e.business_on, e.seq, e.qty, e.remark, v.number, v.type, v.reason, v.counterparty,
  v.actor_name, v.reverses_id, COALESCE(o.type, '') AS reverses_type, d.name AS depot, p.code AS bin,
  COALESCE(t.name, '') AS to_depot, CASE WHEN t.id IS NULL THEN '' ELSE f.name END AS from_depot, e.lot_id, l.lot_no, l.expires_on, l.expires_precision, l.price_fen
FROM (
  SELECT id, voucher_id, line, place_id, depot_id, lot_id, business_on, seq, qty, remark FROM entry
  WHERE item_id = :item_id AND depot_id <> 0 AND (:all_depots = 1 OR depot_id IN (:depots))
    AND business_on >= :from_on AND business_on <= :on
    AND (business_on < :on OR seq < :seq OR (seq = :seq AND id < :id))
  ORDER BY business_on DESC, seq DESC, id DESC LIMIT :limit) e
JOIN voucher v ON v.id = e.voucher_id
JOIN depot d ON d.id = e.depot_id
JOIN depot f ON f.id = v.depot_id
LEFT JOIN depot t ON t.id = v.to_depot_id
LEFT JOIN voucher o ON o.id = v.reverses_id
JOIN place p ON p.id = e.place_id
JOIN lot l ON l.id = e.lot_id
ORDER BY e.business_on DESC, e.seq DESC, e.id DESC

-- name: card-entries-depot
SELECT e.id, e.voucher_id, e.line, e.business_on, e.seq, e.qty, e.remark, v.number, v.type, v.reason, v.counterparty,
  v.actor_name, v.reverses_id, COALESCE(o.type, '') AS reverses_type, d.name AS depot, p.code AS bin,
  COALESCE(t.name, '') AS to_depot, CASE WHEN t.id IS NULL THEN '' ELSE f.name END AS from_depot, e.lot_id, l.lot_no, l.expires_on, l.expires_precision, l.price_fen
FROM (
  SELECT id, voucher_id, line, place_id, depot_id, lot_id, business_on, seq, qty, remark FROM entry
  WHERE depot_id = :depot_id AND item_id = :item_id
    AND business_on >= :from_on AND business_on <= :on
    AND (business_on < :on OR seq < :seq OR (seq = :seq AND id < :id))
  ORDER BY business_on DESC, seq DESC, id DESC LIMIT :limit) e
JOIN voucher v ON v.id = e.voucher_id
JOIN depot d ON d.id = e.depot_id
JOIN depot f ON f.id = v.depot_id
LEFT JOIN depot t ON t.id = v.to_depot_id
LEFT JOIN voucher o ON o.id = v.reverses_id
JOIN place p ON p.id = e.place_id
JOIN lot l ON l.id = e.lot_id
ORDER BY e.business_on DESC, e.seq DESC, e.id DESC
