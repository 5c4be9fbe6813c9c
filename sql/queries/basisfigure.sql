-- The newest record of each area's figure of a name, for the newest year up to
-- one.
-- name: basis-figure-of
SELECT f.id, f.division, f.name, f.unit, f.of_year, f.value, f.source, f.actor_name, f.recorded_at FROM basis_figure f
WHERE f.name = :name AND f.of_year <= :of_year
  AND NOT EXISTS (SELECT 1 FROM basis_figure n WHERE n.name = f.name AND n.division = f.division AND n.of_year <= :of_year
    AND (n.of_year > f.of_year OR (n.of_year = f.of_year AND (n.recorded_at > f.recorded_at OR (n.recorded_at = f.recorded_at AND n.id > f.id)))))
