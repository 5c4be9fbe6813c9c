-- name: item-list
SELECT i.id, i.code, i.name, i.spec, i.unit, COALESCE(u.decimals, 0) AS decimals, i.category_id, c.name AS category,
  i.storage_months, i.recoverable, i.draft, i.serial, i.check_months, i.weight_gram, i.volume_cm3
FROM item i JOIN category c ON c.id = i.category_id LEFT JOIN unit u ON u.name = i.unit
ORDER BY i.code

-- name: item-get-many
SELECT i.id, i.code, i.name, i.spec, i.unit, COALESCE(u.decimals, 0) AS decimals, i.category_id, c.name AS category,
  i.storage_months, i.recoverable, i.draft, i.serial, i.check_months, i.weight_gram, i.volume_cm3
FROM item i JOIN category c ON c.id = i.category_id LEFT JOIN unit u ON u.name = i.unit
WHERE i.id IN (:ids)

-- name: item-insert
INSERT INTO item (id, code, name, spec, unit, category_id, item_key, storage_months, recoverable, draft, serial, check_months, weight_gram, volume_cm3, created_at)
VALUES [[, |(:id, :code, :name, :spec, :unit, :category_id, :item_key, :storage_months, :recoverable, :draft, :serial, :check_months, :weight_gram, :volume_cm3, :created_at)]]

-- name: item-update
UPDATE item SET name = :name, spec = :spec, unit = :unit, category_id = :category_id, item_key = :item_key,
  storage_months = :storage_months, recoverable = :recoverable, draft = :draft, serial = :serial, check_months = :check_months,
  weight_gram = :weight_gram, volume_cm3 = :volume_cm3
WHERE id = :id

-- name: item-in-use
SELECT COUNT(*) FROM (SELECT 1 AS one FROM lot WHERE item_id = :id LIMIT 1) used

-- name: item-on-hand
SELECT s.item_id, CAST(SUM(s.qty) AS SIGNED) AS qty,
  CAST(SUM(CASE WHEN p.kind = 'bin' AND l.held = 0 AND (l.expires_last = '' OR l.expires_last >= :today) THEN s.qty - s.allocated ELSE 0 END) AS SIGNED) AS available
FROM stock s JOIN lot l ON l.id = s.lot_id JOIN place p ON p.id = s.place_id
WHERE s.depot_id = :depot_id AND s.item_id IN (:items) GROUP BY s.item_id

-- name: alias-list
SELECT item_id, alias_key, alias FROM item_alias ORDER BY item_id, alias_key

-- name: alias-of-item
SELECT item_id, alias_key, alias FROM item_alias WHERE item_id = :item_id ORDER BY alias_key

-- name: alias-insert
INSERT INTO item_alias (item_id, alias_key, alias) VALUES [[, |(:item_id, :alias_key, :alias)]]

-- name: alias-delete
DELETE FROM item_alias WHERE item_id = :item_id

-- name: pack-list
SELECT item_id, name, factor FROM pack ORDER BY item_id, factor, name

-- name: pack-of-items
SELECT item_id, name, factor FROM pack WHERE item_id IN (:items) ORDER BY item_id, factor, name

-- name: pack-insert
INSERT INTO pack (item_id, name, factor) VALUES [[, |(:item_id, :name, :factor)]]

-- name: pack-delete
DELETE FROM pack WHERE item_id = :item_id

-- name: category-list
SELECT id, code, name, position FROM category ORDER BY position, code

-- name: category-insert
INSERT INTO category (id, code, name, position) VALUES [[, |(:id, :code, :name, :position)]]

-- name: unit-list
SELECT name, decimals FROM unit ORDER BY name

-- name: unit-insert
INSERT INTO unit (name, decimals) VALUES [[, |(:name, :decimals)]]

-- name: setting-get
SELECT value FROM setting WHERE name = :name

-- name: setting-update
UPDATE setting SET value = :value WHERE name = :name

-- name: setting-change
UPDATE setting SET value = :value WHERE name = :name AND value = :was

-- name: setting-insert
INSERT INTO setting (name, value) VALUES (:name, :value)
