-- The journal (出入库流水): what came into depots and what left them.

-- Moves inside a depot, and what takes them back, are neither. Vouchers come
-- first, since their days have an index.
-- name: journal-lines
SELECT e.voucher_id, e.line, e.business_on, e.qty, e.packed, e.remark, v.number, v.type, v.reason, v.counterparty, v.actor_name,
  COALESCE(o.type, '') AS reverses_type, d.code AS depot_code, d.name AS depot, p.code AS bin,
  COALESCE(t.name, '') AS to_depot, CASE WHEN t.id IS NULL THEN '' ELSE f.name END AS from_depot,
  i.code AS item_code, i.name AS item, i.spec, i.unit, c.name AS category, l.id, l.item_id, l.lot_no, l.produced_on, l.produced_precision,
  l.expires_on, l.expires_precision, l.received_on, l.received_precision, l.source, l.price_fen, l.owner, l.serial, l.held
FROM voucher v
JOIN entry e ON e.voucher_id = v.id
JOIN depot d ON d.id = e.depot_id
JOIN depot f ON f.id = v.depot_id
LEFT JOIN depot t ON t.id = v.to_depot_id
LEFT JOIN voucher o ON o.id = v.reverses_id
JOIN place p ON p.id = e.place_id
JOIN item i ON i.id = e.item_id
JOIN category c ON c.id = i.category_id
JOIN lot l ON l.id = e.lot_id
WHERE v.business_on >= :from_on AND v.business_on <= :to_on AND e.depot_id <> 0
  AND v.type <> 'binmove' AND (o.type IS NULL OR o.type <> 'binmove')
  AND (:type = '' OR v.type = :type)
  AND (:number = '' OR v.number LIKE :number ESCAPE '!' OR v.blank_no LIKE :number ESCAPE '!')
  AND (:all_depots = 1 OR e.depot_id IN (:depots))
  AND (:depot_id = 0 OR e.depot_id = :depot_id)
ORDER BY e.business_on, e.seq, e.depot_id, e.line, e.id LIMIT :limit

-- What stood on an item's card before a day, as thousandths of a fen; unpriced
-- counts the lots that have stood on it by the end and have no price.
-- name: journal-card-value
SELECT COALESCE(CAST(SUM(CASE WHEN e.business_on < :from_on THEN e.qty * COALESCE(l.price_fen, 0) ELSE 0 END) AS SIGNED), 0) AS value,
  COALESCE(SUM(CASE WHEN l.price_fen IS NULL THEN 1 ELSE 0 END), 0) AS unpriced
FROM entry e JOIN lot l ON l.id = e.lot_id
WHERE e.depot_id = :depot_id AND e.item_id = :item_id AND e.business_on <= :to_on

-- name: journal-item-depots
SELECT DISTINCT e.depot_id FROM entry e
WHERE e.item_id = :item_id AND e.depot_id <> 0 AND (:all_depots = 1 OR e.depot_id IN (:depots))
