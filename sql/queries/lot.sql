-- name: lot-insert
INSERT INTO lot (id, item_id, lot_key, lot_no, lot_no_key, produced_on, produced_precision, expires_on, expires_precision, expires_last,
  received_on, received_precision, source, price_fen, owner, serial, held)
VALUES [[, |(:id, :item_id, :lot_key, :lot_no, :lot_no_key, :produced_on, :produced_precision, :expires_on, :expires_precision, :expires_last,
  :received_on, :received_precision, :source, :price_fen, :owner, :serial, 0)]]

-- name: lot-by-key
SELECT lot_key, id, item_id, lot_no, produced_on, produced_precision, expires_on, expires_precision, received_on, received_precision,
  source, price_fen, owner, serial, held
FROM lot WHERE lot_key IN (:keys)

-- name: lot-get-many
SELECT id, item_id, lot_no, produced_on, produced_precision, expires_on, expires_precision, received_on, received_precision,
  source, price_fen, owner, serial, held
FROM lot WHERE id IN (:ids)
