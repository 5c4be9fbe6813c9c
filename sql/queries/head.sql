-- One row per depot (and depot 0 for the system) that every posting takes
-- first: sequence, number counters and the ends of both hash chains.

-- name: head-insert
INSERT INTO depot_head (depot_id, seq, counters, last_hash, audit_seq, audit_hash) VALUES (:depot_id, 0, '{}', '', 0, '')

-- name: head-bump
UPDATE depot_head SET seq = seq + 1 WHERE depot_id = :depot_id

-- name: head-bump-all
UPDATE depot_head SET seq = seq + 1 WHERE depot_id <> 0

-- name: head-touch
UPDATE depot_head SET audit_seq = audit_seq + 1 WHERE depot_id = :depot_id

-- name: head-get
SELECT depot_id, seq, counters, last_hash, audit_seq, audit_hash FROM depot_head WHERE depot_id = :depot_id

-- name: head-store
UPDATE depot_head SET counters = :counters, last_hash = :last_hash, audit_seq = :audit_seq, audit_hash = :audit_hash
WHERE depot_id = :depot_id AND seq = :seq

-- name: head-store-audit
UPDATE depot_head SET audit_hash = :audit_hash WHERE depot_id = :depot_id AND audit_seq = :audit_seq

-- name: head-list
SELECT depot_id, seq, counters, last_hash, audit_seq, audit_hash FROM depot_head ORDER BY depot_id
