-- name: notice-insert
INSERT INTO notice (id, kind, title, body, path, depot_id, response_id, actor_id, actor_name, created_at)
VALUES (:id, :kind, :title, :body, :path, :depot_id, :response_id, :actor_id, :actor_name, :created_at)

-- name: notice-audience-insert
INSERT INTO notice_audience (audience, told_at, notice_id) VALUES [[, |(:audience, :told_at, :notice_id)]]

-- name: notice-get
SELECT id, kind, title, body, path, depot_id, response_id, actor_id, actor_name, created_at FROM notice WHERE id = :id

-- name: notice-for
-- Whether one of some audiences is the notice's.
SELECT COUNT(*) FROM notice_audience WHERE audience IN (:audiences) AND told_at = :told_at AND notice_id = :notice_id

-- name: notice-unread-count
-- It stops counting at the limit, and begins where all is read: what it costs
-- does not grow with the notices there are.
SELECT COUNT(*) FROM (
  SELECT DISTINCT a.notice_id FROM notice_audience a
  WHERE a.audience IN (:audiences)
    AND a.told_at > COALESCE((SELECT m.all_before FROM notice_mark m WHERE m.account_id = :account_id), 0)
    AND NOT EXISTS (SELECT r.notice_id FROM notice_read r WHERE r.account_id = :account_id AND r.notice_id = a.notice_id)
  LIMIT :limit) unread

-- name: notice-page
-- The newest of each audience are few; of these the newest of all.
SELECT n.id, n.kind, n.title, n.body, n.path, n.depot_id, n.response_id, n.actor_id, n.actor_name, n.created_at,
  CASE WHEN r.read_at IS NULL AND n.created_at > COALESCE((SELECT m.all_before FROM notice_mark m WHERE m.account_id = :account_id), 0)
    THEN 0 ELSE 1 END AS seen
FROM (SELECT DISTINCT newest.told_at, newest.notice_id FROM (
    [[ UNION ALL |SELECT of_one.told_at, of_one.notice_id FROM (SELECT a.told_at, a.notice_id FROM notice_audience a
      WHERE a.audience = :audience AND a.told_at <= :before_at AND (a.told_at < :before_at OR a.notice_id < :before_id)
      ORDER BY a.told_at DESC, a.notice_id DESC LIMIT :limit) of_one]]) newest
    ORDER BY newest.told_at DESC, newest.notice_id DESC LIMIT :limit) shown
JOIN notice n ON n.id = shown.notice_id
LEFT JOIN notice_read r ON r.account_id = :account_id AND r.notice_id = n.id
ORDER BY n.created_at DESC, n.id DESC

-- name: notice-unread-page
SELECT n.id, n.kind, n.title, n.body, n.path, n.depot_id, n.response_id, n.actor_id, n.actor_name, n.created_at, 0 AS seen
FROM (SELECT DISTINCT newest.told_at, newest.notice_id FROM (
    [[ UNION ALL |SELECT of_one.told_at, of_one.notice_id FROM (SELECT a.told_at, a.notice_id FROM notice_audience a
      WHERE a.audience = :audience AND a.told_at <= :before_at AND (a.told_at < :before_at OR a.notice_id < :before_id)
        AND a.told_at > COALESCE((SELECT m.all_before FROM notice_mark m WHERE m.account_id = :account_id), 0)
        AND NOT EXISTS (SELECT r.notice_id FROM notice_read r WHERE r.account_id = :account_id AND r.notice_id = a.notice_id)
      ORDER BY a.told_at DESC, a.notice_id DESC LIMIT :limit) of_one]]) newest
    ORDER BY newest.told_at DESC, newest.notice_id DESC LIMIT :limit) shown
JOIN notice n ON n.id = shown.notice_id
ORDER BY n.created_at DESC, n.id DESC

-- name: notice-read-insert
INSERT INTO notice_read (account_id, notice_id, told_at, read_at) VALUES [[, |(:account_id, :notice_id, :told_at, :read_at)]]

-- name: notice-read-prune
DELETE FROM notice_read WHERE account_id = :account_id AND told_at <= :all_before

-- name: notice-mark-insert
INSERT INTO notice_mark (account_id, all_before) VALUES (:account_id, :all_before)

-- name: notice-mark-move
UPDATE notice_mark SET all_before = :all_before WHERE account_id = :account_id AND all_before < :all_before
