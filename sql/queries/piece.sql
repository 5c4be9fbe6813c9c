-- Numbered pieces: like stock, they are moved by one guarded statement.

-- name: piece-move
UPDATE piece SET
  lot_id = CASE [[ |WHEN item_id = :item_id AND serial_key = :serial_key THEN :lot_id]] ELSE lot_id END,
  place_id = CASE [[ |WHEN item_id = :item_id AND serial_key = :serial_key THEN :to_id]] ELSE place_id END,
  last_voucher_id = :voucher_id
WHERE ([[ OR |(item_id = :item_id AND serial_key = :serial_key AND place_id = :from_id AND (lot_id = :lot_id OR place_id = 0))]])

-- name: piece-of
SELECT item_id, serial_key, last_voucher_id FROM piece WHERE [[ OR |(item_id = :item_id AND serial_key = :serial_key)]]

-- name: piece-insert
INSERT INTO piece (item_id, serial_key, lot_id, place_id, last_voucher_id)
VALUES [[, |(:item_id, :serial_key, :lot_id, :to_id, :voucher_id)]]
