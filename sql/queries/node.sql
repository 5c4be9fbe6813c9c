-- name: node-take
UPDATE node SET holder = :holder, expires_at = :expires_at WHERE node_no = :node_no AND expires_at < :now

-- name: node-insert
INSERT INTO node (node_no, holder, expires_at) VALUES (:node_no, :holder, :expires_at)

-- name: node-renew
UPDATE node SET expires_at = :expires_at WHERE node_no = :node_no AND holder = :holder
