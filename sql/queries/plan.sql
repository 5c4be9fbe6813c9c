-- name: plan-list
SELECT id, plan_year, season, version_no, name, status, from_on, to_on, window_days, based_on_id, remark, author_id, author_name, created_at,
  submitted_id, submitted_name, submitted_at, decided_id, decided_name, decided_at, document_no, signed_on, decision, content_hash, lock_no
FROM reserve_plan ORDER BY plan_year DESC, season, version_no DESC

-- name: plan-get
SELECT id, plan_year, season, version_no, name, status, from_on, to_on, window_days, based_on_id, remark, author_id, author_name, created_at,
  submitted_id, submitted_name, submitted_at, decided_id, decided_name, decided_at, document_no, signed_on, decision, content_hash, lock_no
FROM reserve_plan WHERE id = :id

-- name: plan-last-version
SELECT COALESCE(MAX(version_no), 0) FROM reserve_plan WHERE plan_year = :plan_year AND season = :season

-- name: plan-insert
INSERT INTO reserve_plan (id, plan_year, season, version_no, name, status, from_on, to_on, window_days, based_on_id, remark, author_id, author_name,
  created_at, submitted_id, submitted_name, submitted_at, decided_id, decided_name, decided_at, document_no, signed_on, decision, content_hash, lock_no)
VALUES (:id, :plan_year, :season, :version_no, :name, 'draft', :from_on, :to_on, :window_days, :based_on_id, :remark, :author_id, :author_name,
  :created_at, 0, '', 0, 0, '', 0, '', '', '', '', 1)

-- Every change of a draft goes through this guard first, its lines' too.
-- name: plan-touch
UPDATE reserve_plan SET lock_no = lock_no + 1 WHERE id = :id AND lock_no = :lock_no AND status = 'draft'

-- name: plan-head
UPDATE reserve_plan SET name = :name, from_on = :from_on, to_on = :to_on, window_days = :window_days, remark = :remark
WHERE id = :id AND status = 'draft'

-- name: plan-submit
UPDATE reserve_plan SET status = 'submitted', submitted_id = :actor_id, submitted_name = :actor_name, submitted_at = :at, content_hash = :content_hash,
  decision = '', lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no AND status = 'draft'

-- name: plan-send-back
UPDATE reserve_plan SET status = 'draft', decision = :decision, decided_id = :actor_id, decided_name = :actor_name, decided_at = :at, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no AND status = 'submitted'

-- name: plan-approve
UPDATE reserve_plan SET status = 'approved', decision = :decision, document_no = :document_no, signed_on = :signed_on, decided_id = :actor_id,
  decided_name = :actor_name, decided_at = :at, lock_no = lock_no + 1
WHERE id = :id AND lock_no = :lock_no AND status = 'submitted' AND author_id <> :actor_id AND submitted_id <> :actor_id

-- name: plan-supersede
UPDATE reserve_plan SET status = 'superseded', lock_no = lock_no + 1
WHERE plan_year = :plan_year AND season = :season AND status = 'approved' AND id <> :id

-- name: plan-discard
UPDATE reserve_plan SET status = 'discarded', lock_no = lock_no + 1 WHERE id = :id AND lock_no = :lock_no AND status = 'draft'

-- name: plan-lines
SELECT id, plan_id, line_no, scope, depot_id, tier, target, target_id, unit, minimum, standard, maximum, forms, responsible, fund, basis, basis_text, remark
FROM plan_line WHERE plan_id = :plan_id ORDER BY line_no, id

-- name: plan-line-counts
SELECT plan_id, COUNT(*) AS line_count FROM plan_line GROUP BY plan_id

-- name: plan-line-insert
INSERT INTO plan_line (id, plan_id, line_no, scope, depot_id, tier, target, target_id, unit, minimum, standard, maximum, forms, responsible, fund, basis,
  basis_text, remark)
VALUES [[, |(:id, :plan_id, :line_no, :scope, :depot_id, :tier, :target, :target_id, :unit, :minimum, :standard, :maximum, :forms, :responsible, :fund,
  :basis, :basis_text, :remark)]]

-- name: plan-line-update
UPDATE plan_line SET line_no = :line_no, scope = :scope, depot_id = :depot_id, tier = :tier, target = :target, target_id = :target_id, unit = :unit,
  minimum = :minimum, standard = :standard, maximum = :maximum, forms = :forms, responsible = :responsible, fund = :fund, basis = :basis,
  basis_text = :basis_text, remark = :remark
WHERE id = :id AND plan_id = :plan_id

-- name: plan-line-delete
DELETE FROM plan_line WHERE plan_id = :plan_id AND id IN (:ids)

-- name: plan-line-clear
DELETE FROM plan_line WHERE plan_id = :plan_id

-- How often somebody wrote on a version, by the trail: who did cannot approve
-- it. Asked only when a leader approves.
-- name: plan-edits
SELECT COUNT(*) FROM audit WHERE chain = 0 AND actor_id = :actor_id AND object = :object
  AND act IN ('plan.create', 'plan.update', 'plan.lines', 'plan.generate', 'plan.copy', 'plan.replace')
