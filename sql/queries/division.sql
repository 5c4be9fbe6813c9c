-- name: division-insert
INSERT INTO division (code, name, kind, parent, lng_micro, lat_micro)
VALUES [[, |(:code, :name, :kind, :parent, :lng_micro, :lat_micro)]]

-- name: division-list
SELECT code, name, kind, parent, lng_micro, lat_micro FROM division
WHERE (:any_parent = 1 OR parent = :parent)
ORDER BY code
