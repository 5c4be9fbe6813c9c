-- The times of loads (调得快): those that go or went, by when they were asked
-- for. Nothing is proposed before it is asked for, so that the index of
-- proposals holds the first day too.
-- name: speed-loads
SELECT s.id AS shipment_id, s.shipment_no, s.depot_id, d.name AS depot, t.name AS target, o.id AS order_id, o.number, o.nature, o.by_word, o.status,
  o.response_id, COALESCE(r.name, '') AS response, o.requested_at, o.requested_name, o.proposed_name, o.decided_at, o.decided_name,
  s.picked_at, s.picked_name, s.left_at, s.left_name, s.arrived_at, s.arrived_name, s.signed_at, s.signed_name
FROM dispatch_order o
JOIN shipment s ON s.order_id = o.id
JOIN order_target t ON t.id = s.target_id
JOIN depot d ON d.id = s.depot_id
LEFT JOIN response r ON r.id = o.response_id
WHERE o.proposed_at >= :from_at AND o.requested_at >= :from_at AND o.requested_at < :to_at
  AND s.status <> 'cancelled' AND o.status IN ('approved', 'done')
  AND (:response_id = 0 OR o.response_id = :response_id)
  AND (:depot_id = 0 OR s.depot_id = :depot_id)
  AND (:all_depots = 1 OR s.depot_id IN (:depots) OR t.desk_id IN (:depots))
ORDER BY o.requested_at DESC, o.id DESC, s.shipment_no LIMIT :limit
