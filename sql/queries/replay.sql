-- What bins hold now: a replay goes back from here.
-- name: replay-stock
SELECT s.depot_id, s.item_id, CAST(SUM(s.qty) AS SIGNED) AS qty
FROM stock s JOIN place p ON p.id = s.place_id
WHERE s.depot_id IN (:depots) AND s.item_id IN (:items) AND p.kind = 'bin'
GROUP BY s.depot_id, s.item_id

-- What moved in bins on or after a day and was keyed after an instant, by
-- voucher. Nothing that happened after the instant is left out: it was keyed
-- later still, and its day is not an earlier one.
-- name: replay-moves
SELECT e.depot_id, e.item_id, e.voucher_id, CAST(SUM(e.qty) AS SIGNED) AS qty
FROM entry e JOIN place p ON p.id = e.place_id JOIN voucher v ON v.id = e.voucher_id
WHERE e.depot_id IN (:depots) AND e.item_id IN (:items) AND e.business_on >= :on_day AND v.recorded_at > :at AND p.kind = 'bin'
GROUP BY e.depot_id, e.item_id, e.voucher_id

-- When orders and loads were given up stands in the trail alone.
-- name: replay-cancels
SELECT act, object, at FROM audit
WHERE at >= :from_at AND at <= :to_at AND act IN ('order.cancelled', 'shipment.cancel') ORDER BY at, id
