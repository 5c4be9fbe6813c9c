-- name: roll-insert
INSERT INTO roll (id, number, shipment_id, response_id, desk_id, title, held_on, file_name, note, status, author_id, author_name, made_at, applied_id,
  applied_name, applied_at, undone_name, undone_at, reason, client_key, request_hash, lock_no)
VALUES (:id, :number, :shipment_id, :response_id, :desk_id, :title, :held_on, :file_name, :note, 'draft', :author_id, :author_name, :made_at, 0,
  '', 0, '', 0, '', :client_key, :request_hash, 1)

-- name: roll-get
SELECT id, number, shipment_id, response_id, desk_id, title, held_on, file_name, note, status, author_id, author_name, made_at, applied_id, applied_name,
  applied_at, undone_name, undone_at, reason, client_key, request_hash, lock_no
FROM roll WHERE id = :id

-- name: roll-by-key
SELECT id FROM roll WHERE client_key = :client_key

-- name: roll-page
SELECT id, number, shipment_id, response_id, desk_id, title, held_on, file_name, note, status, author_id, author_name, made_at, applied_id, applied_name,
  applied_at, undone_name, undone_at, reason, client_key, request_hash, lock_no
FROM roll
WHERE (:all_depots = 1 OR desk_id IN (:depots)) AND (:status = '' OR status = :status) AND (:response_id = 0 OR response_id = :response_id)
  AND (:before_at = 0 OR made_at < :before_at OR (made_at = :before_at AND id < :before_id))
ORDER BY made_at DESC, id DESC LIMIT :limit

-- Every change of a list takes its row first, as it stood under its lock number.
-- name: roll-take
UPDATE roll SET lock_no = lock_no + 1 WHERE id = :id AND status = 'draft' AND lock_no = :lock_no

-- name: roll-apply
UPDATE roll SET status = 'applied', applied_id = :applied_id, applied_name = :applied_name, applied_at = :applied_at, lock_no = lock_no + 1
WHERE id = :id AND status = 'draft' AND lock_no = :lock_no

-- name: roll-undo
UPDATE roll SET status = 'undone', undone_name = :undone_name, undone_at = :undone_at, reason = :reason, lock_no = lock_no + 1
WHERE id = :id AND status = 'applied'

-- name: roll-discard
DELETE FROM roll WHERE id = :id AND status = 'draft' AND lock_no = :lock_no

-- name: roll-rows-discard
DELETE FROM roll_row WHERE roll_id = :roll_id

-- name: roll-row-insert
INSERT INTO roll_row (id, roll_id, row_no, sheet_row, cell, person, id_no, phone, household, village, address, word, word_unit, typed, item_id, qty,
  received, signature, remark, left_out, grade, issue)
VALUES [[, |(:id, :roll_id, :row_no, :sheet_row, :cell, :person, :id_no, :phone, :household, :village, :address, :word, :word_unit, :typed, :item_id, :qty,
  :received, :signature, :remark, :left_out, :grade, :issue)]]

-- name: roll-rows
SELECT id, roll_id, row_no, sheet_row, cell, person, id_no, phone, household, village, address, word, word_unit, typed, item_id, qty, received, signature,
  remark, left_out, grade, issue
FROM roll_row WHERE roll_id = :roll_id ORDER BY row_no

-- name: roll-row-update
UPDATE roll_row SET person = :person, typed = :typed, item_id = :item_id, qty = :qty, left_out = :left_out, grade = :grade, issue = :issue
WHERE id = :id AND roll_id = :roll_id

-- What lists take of each of their goods, without whose they are.
-- name: roll-sums
SELECT roll_id, item_id, COUNT(DISTINCT sheet_row) AS people, CAST(SUM(qty) AS SIGNED) AS qty FROM roll_row
WHERE roll_id IN (:rolls) AND left_out = 0 AND qty > 0 GROUP BY roll_id, item_id ORDER BY roll_id, item_id

-- name: clearings-of-roll
SELECT c.id, c.shipment_id, c.shipment_line_id, c.stage, c.kind, c.qty, c.voucher_id, c.roll_id, c.note, c.at, c.actor_id, c.actor_name,
  c.recorded_at, c.undone_at, c.undone_name, c.undo_voucher_id
FROM clearing c WHERE c.roll_id = :roll_id ORDER BY c.recorded_at, c.id

-- Lists that were booked and do not agree with what was booked of them.
-- name: check-rolls
SELECT x.number, x.item_id, x.listed, x.booked FROM (
  SELECT r.number, y.item_id, CAST(SUM(y.qty) AS SIGNED) AS listed,
    COALESCE((SELECT CAST(SUM(c.qty) AS SIGNED) FROM clearing c JOIN shipment_line l ON l.id = c.shipment_line_id
      WHERE c.roll_id = r.id AND l.item_id = y.item_id AND c.undone_at = 0), 0) AS booked
  FROM roll r JOIN roll_row y ON y.roll_id = r.id
  WHERE r.status = 'applied' AND y.left_out = 0 GROUP BY r.id, r.number, y.item_id) x
WHERE x.listed <> x.booked ORDER BY x.number, x.item_id
