-- Posted vouchers and entries are only ever inserted and read. A test fails
-- when an UPDATE or DELETE of either appears here; triggers refuse it too.

-- name: voucher-insert
INSERT INTO voucher (id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty,
  reference, remark, reverses_id, client_key, request_hash, prev_hash, hash, blank_no)
VALUES (:id, :depot_id, :to_depot_id, :type, :number, :seq, :business_on, :recorded_at, :actor_id, :actor_name, :reason, :counterparty,
  :reference, :remark, :reverses_id, :client_key, :request_hash, :prev_hash, :hash, :blank_no)

-- name: voucher-get
SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty, reference,
  remark, reverses_id, client_key, request_hash, prev_hash, hash, blank_no
FROM voucher WHERE id = :id

-- name: voucher-by-key
SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty, reference,
  remark, reverses_id, client_key, request_hash, prev_hash, hash, blank_no
FROM voucher WHERE client_key = :client_key

-- name: voucher-reversals
SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty, reference,
  remark, reverses_id, client_key, request_hash, prev_hash, hash, blank_no
FROM voucher WHERE reverses_id = :id ORDER BY recorded_at, id

-- name: voucher-returns
-- By the entries themselves: MariaDB counts all entries that return nothing as
-- one value and reads every voucher sooner than it joins on it.
SELECT DISTINCT v.id, v.depot_id, v.to_depot_id, v.type, v.number, v.seq, v.business_on, v.recorded_at, v.actor_id, v.actor_name, v.reason,
  v.counterparty, v.reference, v.remark, v.reverses_id, v.client_key, v.request_hash, v.prev_hash, v.hash, v.blank_no
FROM entry b JOIN voucher v ON v.id = b.voucher_id WHERE b.returns_id IN (:ids)

-- name: voucher-of-entry
SELECT v.id, v.depot_id, v.to_depot_id, v.type, v.number, v.seq, v.business_on, v.recorded_at, v.actor_id, v.actor_name, v.reason, v.counterparty,
  v.reference, v.remark, v.reverses_id, v.client_key, v.request_hash, v.prev_hash, v.hash, v.blank_no
FROM entry e JOIN voucher v ON v.id = e.voucher_id WHERE e.id = :id

-- The page first and its depots then, along the days (+ 0): else MariaDB begins
-- at the depots and sorts every voucher there is.
-- name: voucher-page
SELECT v.id, v.depot_id, d.name AS depot, COALESCE(t.name, '') AS to_depot, v.type, v.number, v.seq, v.business_on, v.recorded_at, v.actor_name, v.reason,
  v.counterparty, v.reverses_id, v.blank_no,
  (SELECT COUNT(DISTINCT e.line) FROM entry e WHERE e.voucher_id = v.id) AS line_count,
  (SELECT COUNT(*) FROM voucher r WHERE r.reverses_id = v.id) AS reversal_count
FROM (SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_name, reason, counterparty, reverses_id, blank_no FROM voucher v
WHERE (:all_depots = 1 OR v.depot_id + 0 IN (:depots) OR v.to_depot_id + 0 IN (:depots))
  AND (:depot_id = 0 OR v.depot_id = :depot_id OR v.to_depot_id = :depot_id)
  AND (:type = '' OR v.type = :type)
  AND v.business_on >= :from_on AND v.business_on <= :to_on
  AND (:number = '' OR v.number LIKE :number ESCAPE '!' OR v.blank_no LIKE :number ESCAPE '!')
  AND (:before_on = '' OR v.business_on < :before_on OR (v.business_on = :before_on
    AND (v.seq < :before_seq OR (v.seq = :before_seq AND v.depot_id < :before_depot))))
ORDER BY v.business_on DESC, v.seq DESC, v.depot_id DESC LIMIT :limit) v
JOIN depot d ON d.id = v.depot_id LEFT JOIN depot t ON t.id = v.to_depot_id
ORDER BY v.business_on DESC, v.seq DESC, v.depot_id DESC

-- The same of one depot: what it booked and what others sent there, each along
-- an index of its own.
-- name: voucher-page-of-depot
SELECT v.id, v.depot_id, d.name AS depot, COALESCE(t.name, '') AS to_depot, v.type, v.number, v.seq, v.business_on, v.recorded_at, v.actor_name, v.reason,
  v.counterparty, v.reverses_id, v.blank_no,
  (SELECT COUNT(DISTINCT e.line) FROM entry e WHERE e.voucher_id = v.id) AS line_count,
  (SELECT COUNT(*) FROM voucher r WHERE r.reverses_id = v.id) AS reversal_count
FROM (
  SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_name, reason, counterparty, reverses_id, blank_no
  FROM (SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_name, reason, counterparty, reverses_id, blank_no
    FROM voucher v WHERE v.depot_id = :depot_id
      AND (:type = '' OR v.type = :type)
      AND v.business_on >= :from_on AND v.business_on <= :to_on
      AND (:number = '' OR v.number LIKE :number ESCAPE '!' OR v.blank_no LIKE :number ESCAPE '!')
      AND (:before_on = '' OR v.business_on < :before_on OR (v.business_on = :before_on
        AND (v.seq < :before_seq OR (v.seq = :before_seq AND v.depot_id < :before_depot))))
    ORDER BY v.business_on DESC, v.seq DESC, v.depot_id DESC LIMIT :limit) own
  UNION ALL
  SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_name, reason, counterparty, reverses_id, blank_no
  FROM (SELECT id, depot_id, to_depot_id, type, number, seq, business_on, recorded_at, actor_name, reason, counterparty, reverses_id, blank_no
    FROM voucher v WHERE v.to_depot_id = :depot_id AND v.depot_id <> :depot_id
      AND (:type = '' OR v.type = :type)
      AND v.business_on >= :from_on AND v.business_on <= :to_on
      AND (:number = '' OR v.number LIKE :number ESCAPE '!' OR v.blank_no LIKE :number ESCAPE '!')
      AND (:before_on = '' OR v.business_on < :before_on OR (v.business_on = :before_on
        AND (v.seq < :before_seq OR (v.seq = :before_seq AND v.depot_id < :before_depot))))
    ORDER BY v.business_on DESC, v.seq DESC, v.depot_id DESC LIMIT :limit) sent) v
JOIN depot d ON d.id = v.depot_id LEFT JOIN depot t ON t.id = v.to_depot_id
ORDER BY v.business_on DESC, v.seq DESC, v.depot_id DESC LIMIT :limit

-- name: entry-insert
INSERT INTO entry (id, voucher_id, line, place_id, depot_id, lot_id, item_id, qty, business_on, seq, reverses_id, returns_id, packed, remark)
VALUES [[, |(:id, :voucher_id, :line, :place_id, :depot_id, :lot_id, :item_id, :qty, :business_on, :seq, :reverses_id, :returns_id, :packed, :remark)]]

-- name: entry-of-voucher
SELECT id, line, place_id, depot_id, lot_id, item_id, qty, seq, COALESCE(reverses_id, 0) AS reverses_id,
  COALESCE(returns_id, 0) AS returns_id, packed, remark
FROM entry WHERE voucher_id = :voucher_id ORDER BY line, id

-- name: entry-reversed
SELECT reverses_id FROM entry WHERE reverses_id IN (:ids)

-- name: entry-returned
SELECT e.returns_id, CAST(SUM(e.qty) AS SIGNED) AS qty FROM entry e
WHERE e.returns_id IN (:ids) AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = e.id)
GROUP BY e.returns_id

-- name: entry-later
SELECT business_on, seq, CAST(SUM(qty) AS SIGNED) AS qty FROM entry
WHERE lot_id = :lot_id AND place_id = :place_id AND business_on > :business_on
GROUP BY business_on, seq ORDER BY business_on, seq

-- name: voucher-counts
SELECT COALESCE(SUM(CASE WHEN type IN ('receipt', 'opening') THEN 1 ELSE 0 END), 0) AS receipts,
  COALESCE(SUM(CASE WHEN type = 'issue' THEN 1 ELSE 0 END), 0) AS issues,
  COALESCE(SUM(CASE WHEN type = 'reversal' THEN 1 ELSE 0 END), 0) AS reversals
FROM voucher WHERE business_on >= :from_on AND (:all_depots = 1 OR depot_id IN (:depots))

-- name: voucher-number
SELECT number FROM voucher WHERE id = :id
