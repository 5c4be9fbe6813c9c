-- name: phone-check-insert
INSERT INTO phone_check (id, about, about_id, checked_on, reached, phone, remark, actor_id, actor_name, at)
VALUES (:id, :about, :about_id, :checked_on, :reached, :phone, :remark, :actor_id, :actor_name, :at)

-- name: phone-check-list
SELECT id, about, about_id, checked_on, reached, phone, remark, actor_id, actor_name, at FROM phone_check
WHERE about = :about AND about_id = :about_id ORDER BY checked_on DESC, at DESC, id DESC LIMIT :limit
