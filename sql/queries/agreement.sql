-- name: agreement-list
SELECT id, number, form, firm, contact, phone, address, from_on, to_on, lead_hours, verified_on, verified_name, remark, ended, ended_on, lock_no
FROM agreement ORDER BY ended, to_on, number, id

-- name: agreement-get
SELECT id, number, form, firm, contact, phone, address, from_on, to_on, lead_hours, verified_on, verified_name, remark, ended, ended_on, lock_no
FROM agreement WHERE id = :id

-- name: agreement-goods
SELECT agreement_id, item_id, qty, price_fen FROM agreement_item
WHERE (:agreement_id = 0 OR agreement_id = :agreement_id) ORDER BY agreement_id, item_id

-- name: agreement-insert
INSERT INTO agreement (id, number, form, firm, contact, phone, address, from_on, to_on, lead_hours, verified_on, verified_name, remark, ended, ended_on, lock_no)
VALUES (:id, :number, :form, :firm, :contact, :phone, :address, :from_on, :to_on, :lead_hours, '', '', :remark, 0, '', 1)

-- name: agreement-update
UPDATE agreement SET number = :number, form = :form, firm = :firm, contact = :contact, phone = :phone, address = :address,
  from_on = :from_on, to_on = :to_on, lead_hours = :lead_hours, remark = :remark, lock_no = lock_no + 1
WHERE id = :id AND ended = 0 AND lock_no = :lock_no

-- name: agreement-end
UPDATE agreement SET ended = 1, ended_on = :ended_on, lock_no = lock_no + 1 WHERE id = :id AND ended = 0 AND lock_no = :lock_no

-- A call changes nothing of what an editor sees, so the lock number stays: the
-- day that was read guards it.
-- name: agreement-verified
UPDATE agreement SET verified_on = :verified_on, verified_name = :verified_name WHERE id = :id AND ended = 0 AND verified_on = :was_on

-- name: agreement-item-clear
DELETE FROM agreement_item WHERE agreement_id = :agreement_id

-- name: agreement-item-insert
INSERT INTO agreement_item (agreement_id, item_id, qty, price_fen) VALUES [[, |(:agreement_id, :item_id, :qty, :price_fen)]]
