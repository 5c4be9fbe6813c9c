-- name: depot-list
SELECT id, code, name, tier, division, custodian, keeper, phone, address, closed, holder, loading_minutes FROM depot
ORDER BY CASE tier WHEN 'district' THEN 0 WHEN 'township' THEN 1 ELSE 2 END, code

-- name: depot-get
SELECT id, code, name, tier, division, custodian, keeper, phone, address, closed, holder, loading_minutes FROM depot WHERE id = :id

-- name: depot-insert
INSERT INTO depot (id, code, name, name_key, tier, division, custodian, keeper, phone, address, closed, holder, loading_minutes)
VALUES (:id, :code, :name, :name_key, :tier, :division, :custodian, :keeper, :phone, :address, 0, :holder, :loading_minutes)

-- name: depot-update
UPDATE depot SET name = :name, name_key = :name_key, custodian = :custodian, keeper = :keeper, phone = :phone,
  address = :address, closed = :closed, holder = :holder, loading_minutes = :loading_minutes
WHERE id = :id

-- name: place-insert
INSERT INTO place (id, kind, depot_id, code, name) VALUES [[, |(:id, :kind, :depot_id, :code, :name)]]

-- name: place-list
SELECT id, kind, depot_id, code, name FROM place WHERE depot_id = :depot_id ORDER BY code

-- name: place-by-code
SELECT id, kind, depot_id, code, name FROM place WHERE depot_id = :depot_id AND code = :code

-- name: place-get-many
SELECT id, kind, depot_id, code, name FROM place WHERE id IN (:ids)

-- name: depot-kinds-in-stock
SELECT COUNT(DISTINCT item_id) FROM stock WHERE depot_id = :depot_id AND qty <> 0
