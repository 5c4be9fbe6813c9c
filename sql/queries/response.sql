-- name: event-insert
INSERT INTO emergency_event (id, name, kind, areas, place, summary, begun_at, author_id, author_name, recorded_at)
VALUES (:id, :name, :kind, :areas, :place, :summary, :begun_at, :author_id, :author_name, :recorded_at)

-- name: event-list
SELECT id, name, kind, areas, place, summary, begun_at, author_id, author_name, recorded_at FROM emergency_event ORDER BY begun_at DESC, id DESC

-- name: event-get
SELECT id, name, kind, areas, place, summary, begun_at, author_id, author_name, recorded_at FROM emergency_event WHERE id = :id

-- name: response-insert
INSERT INTO response (id, event_id, nature, name, areas, grade, status, word_first, flood, document_no, begun_at, ended_at, settled_at,
  settled_name, author_id, author_name, recorded_at, lock_no)
VALUES (:id, :event_id, :nature, :name, :areas, :grade, :status, :word_first, :flood, :document_no, :begun_at, 0, 0, '', :author_id,
  :author_name, :recorded_at, 1)

-- name: response-get
SELECT id, event_id, nature, name, areas, grade, status, word_first, flood, document_no, begun_at, ended_at, settled_at, settled_name,
  author_id, author_name, recorded_at, lock_no
FROM response WHERE id = :id

-- Those that run first, then those whose accounts are open, the newest first.
-- name: response-list
SELECT id, event_id, nature, name, areas, grade, status, word_first, flood, document_no, begun_at, ended_at, settled_at, settled_name,
  author_id, author_name, recorded_at, lock_no
FROM response WHERE (:any_status = 1 OR status IN (:statuses))
ORDER BY CASE status WHEN 'running' THEN 0 WHEN 'ended' THEN 1 ELSE 2 END, begun_at DESC, id DESC LIMIT :limit

-- name: response-update
UPDATE response SET grade = :grade, status = :status, word_first = :word_first, document_no = :document_no, ended_at = :ended_at,
  settled_at = :settled_at, settled_name = :settled_name, lock_no = lock_no + 1
WHERE id = :id AND status = :was AND lock_no = :lock_no

-- An order of a response keeps it from being settled at the same moment.
-- name: response-hold
UPDATE response SET lock_no = lock_no + 1 WHERE id = :id AND status IN (:statuses)

-- name: response-change-insert
INSERT INTO response_change (id, response_id, act, grade, document_no, note, at, actor_id, actor_name, recorded_at)
VALUES (:id, :response_id, :act, :grade, :document_no, :note, :at, :actor_id, :actor_name, :recorded_at)

-- name: response-changes
SELECT id, response_id, act, grade, document_no, note, at, actor_id, actor_name, recorded_at
FROM response_change WHERE response_id = :response_id ORDER BY at, recorded_at, id

-- What still has to be said before a response can be settled.
-- name: response-debts
SELECT (SELECT COUNT(*) FROM dispatch_order o WHERE o.response_id = :id AND o.status IN ('proposed', 'approved')) AS orders,
  (SELECT COUNT(*) FROM order_paper p JOIN dispatch_order o ON o.id = p.order_id WHERE o.response_id = :id AND p.done_at = 0 AND o.status <> 'cancelled') AS papers,
  (SELECT COUNT(*) FROM need_request r WHERE r.response_id = :id AND r.status = 'sent' AND r.direction = 'street') AS requests
