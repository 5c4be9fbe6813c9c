-- name: audit-insert
INSERT INTO audit (id, chain, seq, at, actor_id, actor_name, act, object, result, detail, ip, request_id, prev_hash, hash)
VALUES (:id, :chain, :seq, :at, :actor_id, :actor_name, :act, :object, :result, :detail, :ip, :request_id, :prev_hash, :hash)

-- name: audit-page
SELECT id, chain, seq, at, actor_id, actor_name, act, object, result, detail, ip, request_id, prev_hash, hash
FROM audit
WHERE (:before_at = 0 OR at < :before_at OR (at = :before_at AND id < :before_id))
  AND (:act = '' OR act = :act)
ORDER BY at DESC, id DESC LIMIT :limit

-- name: audit-chain
SELECT id, chain, seq, at, actor_id, actor_name, act, object, result, detail, ip, request_id, prev_hash, hash
FROM audit WHERE chain = :chain AND seq > :after ORDER BY seq LIMIT :limit
