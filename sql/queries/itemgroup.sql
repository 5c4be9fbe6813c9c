-- name: item-group-list
SELECT id, name, unit, remark, retired, lock_no FROM item_group ORDER BY name

-- name: item-group-members
SELECT group_id, item_id, num, den FROM item_group_member ORDER BY group_id, item_id

-- name: item-group-insert
INSERT INTO item_group (id, name, name_key, unit, remark, retired, lock_no) VALUES (:id, :name, :name_key, :unit, :remark, 0, 1)

-- name: item-group-update
UPDATE item_group SET name = :name, name_key = :name_key, unit = :unit, remark = :remark, retired = :retired, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no

-- name: item-group-clear
DELETE FROM item_group_member WHERE group_id = :group_id

-- name: item-group-member-insert
INSERT INTO item_group_member (group_id, item_id, num, den) VALUES [[, |(:group_id, :item_id, :num, :den)]]
