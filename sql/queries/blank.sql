-- Blank vouchers (空白单据). What a sheet became is written once: each UPDATE
-- asks for one that is still open.

-- name: blank-insert
INSERT INTO blank_paper (id, depot_id, type, number, batch_id, client_key, printed_at, printed_id, printed_name,
  voucher_id, entered_at, entered_id, entered_name, spoiled_at, spoiled_id, spoiled_name, spoiled_reason)
VALUES [[, |(:id, :depot_id, :type, :number, :batch_id, :client_key, :printed_at, :printed_id, :printed_name, 0, 0, 0, '', 0, 0, '', '')]]

-- name: blank-enter
UPDATE blank_paper SET voucher_id = :voucher_id, entered_at = :at, entered_id = :actor_id, entered_name = :actor_name
WHERE number = :number AND depot_id = :depot_id AND type = :type AND voucher_id = 0 AND spoiled_at = 0

-- name: blank-spoil
UPDATE blank_paper SET spoiled_at = :at, spoiled_id = :actor_id, spoiled_name = :actor_name, spoiled_reason = :reason
WHERE number = :number AND voucher_id = 0 AND spoiled_at = 0

-- name: blank-get
SELECT b.id, b.depot_id, b.type, b.number, b.batch_id, b.printed_at, b.printed_name, b.voucher_id, b.entered_at, b.entered_name,
  b.spoiled_at, b.spoiled_name, b.spoiled_reason, COALESCE(v.number, '') AS voucher_number
FROM blank_paper b LEFT JOIN voucher v ON v.id = b.voucher_id WHERE b.number = :number

-- name: blank-batch-of-key
SELECT batch_id FROM blank_paper WHERE client_key = :client_key LIMIT 1

-- name: blank-of-batch
SELECT b.id, b.depot_id, b.type, b.number, b.batch_id, b.printed_at, b.printed_name, b.voucher_id, b.entered_at, b.entered_name,
  b.spoiled_at, b.spoiled_name, b.spoiled_reason, '' AS voucher_number
FROM blank_paper b WHERE b.batch_id = :batch_id ORDER BY b.number

-- The page first and its vouchers then.
-- name: blank-page
SELECT b.id, b.depot_id, b.type, b.number, b.batch_id, b.printed_at, b.printed_name, b.voucher_id, b.entered_at, b.entered_name,
  b.spoiled_at, b.spoiled_name, b.spoiled_reason, COALESCE(v.number, '') AS voucher_number
FROM (SELECT id, depot_id, type, number, batch_id, printed_at, printed_name, voucher_id, entered_at, entered_name, spoiled_at, spoiled_name, spoiled_reason
  FROM blank_paper b
  WHERE (:all_depots = 1 OR b.depot_id IN (:depots))
    AND (:depot_id = 0 OR b.depot_id = :depot_id)
    AND (:number = '' OR b.number LIKE :number ESCAPE '!')
    AND (:state = '' OR (:state = 'entered' AND b.voucher_id <> 0) OR (:state = 'spoiled' AND b.spoiled_at <> 0)
      OR (:state = 'open' AND b.voucher_id = 0 AND b.spoiled_at = 0))
    AND (:before_at = 0 OR b.printed_at < :before_at OR (b.printed_at = :before_at AND b.number < :before_number))
  ORDER BY b.printed_at DESC, b.number DESC LIMIT :limit) b
LEFT JOIN voucher v ON v.id = b.voucher_id
ORDER BY b.printed_at DESC, b.number DESC

-- name: blank-counts
SELECT COALESCE(SUM(CASE WHEN voucher_id = 0 AND spoiled_at = 0 THEN 1 ELSE 0 END), 0) AS open_count,
  COALESCE(SUM(CASE WHEN voucher_id <> 0 THEN 1 ELSE 0 END), 0) AS entered_count,
  COALESCE(SUM(CASE WHEN spoiled_at <> 0 THEN 1 ELSE 0 END), 0) AS spoiled_count
FROM blank_paper WHERE (:all_depots = 1 OR depot_id IN (:depots)) AND (:depot_id = 0 OR depot_id = :depot_id)

-- name: check-blanks
SELECT id, depot_id, type, number, voucher_id, spoiled_at, spoiled_name, spoiled_reason FROM blank_paper ORDER BY number
