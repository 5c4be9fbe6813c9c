-- One row per depot (and depot 0 for the system) that every posting takes
-- first: sequence, number counters and the ends of both hash chains.

-- name: head-insert
INSERT INTO depot_head (depot_id, seq, counters, last_hash, audit_seq, audit_hash) VALUES (:depot_id, 0, '{}', '', 0, '')

-- name: head-bump
UPDATE depot_head SET seq = seq + 1 WHERE depot_id = :depot_id

-- name: head-bump-all
UPDATE depot_head SET seq = seq + 1 WHERE depot_id <> 0

-- What a posting asks of its depot, in one glance under the lock.
-- name: head-take
SELECT h.depot_id, h.seq, h.counters, h.last_hash, h.audit_seq, h.audit_hash, h.closed_on,
  COALESCE(d.code, '') AS code, COALESCE(d.name, '') AS name, COALESCE(d.tier, '') AS tier, COALESCE(d.closed, 0) AS closed,
  COALESCE((SELECT s.value FROM setting s WHERE s.name = 'catalog.version'), '') AS catalog_version,
  (SELECT COUNT(*) FROM place p WHERE p.depot_id = h.depot_id) AS places,
  COALESCE((SELECT MAX(n.id) FROM place n WHERE n.depot_id = h.depot_id), 0) AS newest_place,
  COALESCE((SELECT e.business_on FROM entry e WHERE e.depot_id = :depot_id ORDER BY e.business_on DESC LIMIT 1), '') AS newest_on,
  COALESCE((SELECT r.id FROM draft r WHERE r.client_key = :client_key), 0) AS draft_id
FROM depot_head h LEFT JOIN depot d ON d.id = h.depot_id WHERE h.depot_id = :depot_id

-- name: head-store
UPDATE depot_head SET seq = :seq, counters = :counters, last_hash = :last_hash, audit_seq = :audit_seq, audit_hash = :audit_hash
WHERE depot_id = :depot_id AND seq = :taken

-- The same where the head was assumed and not read: it locks the row, and
-- matches only if nobody has touched the depot since and no draft was saved
-- under the posting's key.
-- name: head-confirm
UPDATE depot_head SET seq = :seq, counters = :counters, last_hash = :last_hash, audit_seq = :audit_seq, audit_hash = :audit_hash
WHERE depot_id = :depot_id AND seq = :taken AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.client_key = :client_key)

-- name: head-list
SELECT depot_id, seq, counters, last_hash, audit_seq, audit_hash, closed_on FROM depot_head ORDER BY depot_id
