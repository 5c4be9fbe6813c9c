-- name: handover-insert
INSERT INTO handover (id, shipment_id, voucher_id, way, signer, remark, at, actor_id, actor_name, recorded_at, undone_at, undone_name,
  undo_voucher_id, client_key, request_hash)
VALUES (:id, :shipment_id, :voucher_id, :way, :signer, :remark, :at, :actor_id, :actor_name, :recorded_at, 0, '', 0, :client_key, :request_hash)

-- name: handover-line-insert
INSERT INTO handover_line (handover_id, shipment_line_id, good, damaged, missing)
VALUES [[, |(:handover_id, :shipment_line_id, :good, :damaged, :missing)]]

-- name: handover-by-key
SELECT id, shipment_id, voucher_id, way, signer, remark, at, actor_id, actor_name, recorded_at, undone_at, undone_name, undo_voucher_id,
  client_key, request_hash
FROM handover WHERE client_key = :client_key

-- name: handovers-of
SELECT h.id, h.shipment_id, h.voucher_id, h.way, h.signer, h.remark, h.at, h.actor_id, h.actor_name, h.recorded_at, h.undone_at, h.undone_name,
  h.undo_voucher_id, h.client_key, h.request_hash
FROM shipment s JOIN handover h ON h.shipment_id = s.id WHERE s.order_id IN (:orders) ORDER BY h.shipment_id, h.recorded_at, h.id

-- name: handover-lines-of
SELECT l.handover_id, l.shipment_line_id, l.good, l.damaged, l.missing
FROM shipment s JOIN handover h ON h.shipment_id = s.id JOIN handover_line l ON l.handover_id = h.id
WHERE s.order_id IN (:orders) ORDER BY l.handover_id, l.shipment_line_id

-- name: handover-undo
UPDATE handover SET undone_at = :undone_at, undone_name = :undone_name, undo_voucher_id = :undo_voucher_id WHERE id = :id AND undone_at = 0

-- name: clearing-insert
INSERT INTO clearing (id, shipment_id, shipment_line_id, stage, kind, qty, voucher_id, roll_id, note, at, actor_id, actor_name, recorded_at,
  undone_at, undone_name, undo_voucher_id)
VALUES [[, |(:id, :shipment_id, :shipment_line_id, :stage, :kind, :qty, :voucher_id, :roll_id, :note, :at, :actor_id, :actor_name, :recorded_at,
  0, '', 0)]]

-- name: clearings-of
SELECT c.id, c.shipment_id, c.shipment_line_id, c.stage, c.kind, c.qty, c.voucher_id, c.roll_id, c.note, c.at, c.actor_id, c.actor_name,
  c.recorded_at, c.undone_at, c.undone_name, c.undo_voucher_id
FROM shipment s JOIN clearing c ON c.shipment_id = s.id WHERE s.order_id IN (:orders) ORDER BY c.recorded_at, c.id

-- name: clearing-undo
UPDATE clearing SET undone_at = :undone_at, undone_name = :undone_name, undo_voucher_id = :undo_voucher_id
WHERE voucher_id = :voucher_id AND undone_at = 0
