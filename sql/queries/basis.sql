-- name: figure-list
SELECT id, division, name, unit, of_year, value, source, actor_name, recorded_at FROM basis_figure
ORDER BY name, division, of_year, recorded_at, id

-- name: figure-insert
INSERT INTO basis_figure (id, division, name, unit, of_year, value, source, actor_id, actor_name, recorded_at)
VALUES [[, |(:id, :division, :name, :unit, :of_year, :value, :source, :actor_id, :actor_name, :recorded_at)]]

-- The lines that still matter, with their plans: what a changed figure or group
-- would touch.
-- name: basis-plan-lines
SELECT l.id, l.plan_id, l.line_no, l.scope, l.depot_id, l.tier, l.target, l.target_id, l.unit, l.minimum, l.standard, l.maximum, l.basis,
  p.name AS plan_name, p.version_no, p.status, p.to_on
FROM reserve_plan p JOIN plan_line l ON l.plan_id = p.id
WHERE p.status IN ('draft', 'submitted', 'approved')
ORDER BY p.plan_year DESC, p.season, p.version_no DESC, l.line_no
