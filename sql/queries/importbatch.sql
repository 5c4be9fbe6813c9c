-- name: import-insert
INSERT INTO import_batch (id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm,
  rows_error, decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name)
VALUES (:id, :file_name, :file_hash, :file_size, 'uploaded', 1, :depot_id, :kind, :as_of, :rows_ok, :rows_confirm,
  :rows_error, :decisions, :actor_id, :actor_name, :uploaded_at, 0, '')

-- name: import-get
SELECT id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm, rows_error,
  decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name
FROM import_batch WHERE id = :id

-- name: import-page
SELECT id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm, rows_error,
  '' AS decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name
FROM import_batch
WHERE (:all_depots = 1 OR actor_id = :actor_id OR depot_id IN (:depots))
  AND (:before_at = 0 OR uploaded_at < :before_at OR (uploaded_at = :before_at AND id < :before_id))
ORDER BY uploaded_at DESC, id DESC LIMIT :limit

-- name: import-same-file
SELECT id, file_name, file_hash, file_size, status, version, depot_id, kind, as_of, rows_ok, rows_confirm, rows_error,
  '' AS decisions, actor_id, actor_name, uploaded_at, applied_at, applied_name
FROM import_batch WHERE file_hash = :file_hash AND status = 'applied' AND id <> :id ORDER BY applied_at DESC LIMIT 1

-- name: import-decide
UPDATE import_batch SET decisions = :decisions, depot_id = :depot_id, as_of = :as_of, rows_ok = :rows_ok,
  rows_confirm = :rows_confirm, rows_error = :rows_error, version = version + 1
WHERE id = :id AND status = 'uploaded' AND version = :version

-- name: import-status
UPDATE import_batch SET status = :status, version = version + 1, depot_id = :depot_id, applied_at = :applied_at, applied_name = :applied_name
WHERE id = :id AND status = :was AND version = :version

-- name: import-row-insert
INSERT INTO import_row (batch_id, sheet, cell, row_key, voucher_id) VALUES [[, |(:batch_id, :sheet, :cell, :row_key, :voucher_id)]]

-- name: import-row-known
SELECT DISTINCT r.row_key FROM import_row r JOIN import_batch b ON b.id = r.batch_id
WHERE b.status = 'applied' AND r.row_key IN (:keys)

-- name: import-vouchers
SELECT DISTINCT voucher_id FROM import_row WHERE batch_id = :batch_id AND voucher_id <> 0 ORDER BY voucher_id

-- name: import-mappings
SELECT fingerprint, headings, mapping, actor_name, decided_at FROM import_mapping ORDER BY decided_at DESC, fingerprint LIMIT :limit

-- name: import-mapping-change
UPDATE import_mapping SET headings = :headings, mapping = :mapping, actor_name = :actor_name, decided_at = :decided_at WHERE fingerprint = :fingerprint

-- name: import-mapping-insert
INSERT INTO import_mapping (fingerprint, headings, mapping, actor_name, decided_at)
VALUES (:fingerprint, :headings, :mapping, :actor_name, :decided_at)

-- name: import-mapping-forget
DELETE FROM import_mapping WHERE fingerprint = :fingerprint

-- name: import-words
SELECT depot_id, word_key, name, spec, unit, item_id, factor, actor_name, decided_at FROM import_word WHERE depot_id IN (:depots)

-- name: import-word-change
UPDATE import_word SET item_id = :item_id, factor = :factor, actor_name = :actor_name, decided_at = :decided_at
WHERE depot_id = :depot_id AND word_key = :word_key

-- name: import-word-insert
INSERT INTO import_word (depot_id, word_key, name, spec, unit, item_id, factor, actor_name, decided_at)
VALUES (:depot_id, :word_key, :name, :spec, :unit, :item_id, :factor, :actor_name, :decided_at)

-- name: import-word-forget
DELETE FROM import_word WHERE depot_id = :depot_id AND word_key = :word_key

-- name: heading-words
SELECT word_key, word, field, actor_name, decided_at FROM heading_word ORDER BY word_key

-- name: heading-word-insert
INSERT INTO heading_word (word_key, word, field, actor_name, decided_at) VALUES (:word_key, :word, :field, :actor_name, :decided_at)

-- name: heading-word-forget
DELETE FROM heading_word WHERE word_key = :word_key

-- What left and came to each shelf of a depot after a day: today's stock less
-- this is the stock at the day's end.
-- name: import-moves-after
SELECT m.place_id, m.lot_id, CAST(SUM(m.qty) AS SIGNED) AS qty FROM (
  SELECT e.place_id, e.lot_id, e.qty FROM voucher v JOIN entry e ON e.voucher_id = v.id
  WHERE v.depot_id = :depot_id AND v.business_on > :day AND e.depot_id = :depot_id
  UNION ALL
  SELECT e.place_id, e.lot_id, e.qty FROM voucher v JOIN entry e ON e.voucher_id = v.id
  WHERE v.to_depot_id = :depot_id AND v.business_on > :day AND e.depot_id = :depot_id) m
GROUP BY m.place_id, m.lot_id

-- Shelves of a depot, those empty today too: what is on the road, out in use or
-- under repair stands in its books and in no count of its shelves.
-- name: import-shelves
SELECT s.place_id, p.kind AS place_kind, p.code AS bin, s.qty, s.allocated, l.id, l.item_id, l.lot_no, l.produced_on, l.produced_precision,
  l.expires_on, l.expires_precision, l.received_on, l.received_precision, l.source, l.price_fen, l.owner, l.serial, l.held
FROM stock s JOIN lot l ON l.id = s.lot_id JOIN place p ON p.id = s.place_id
WHERE s.depot_id = :depot_id AND p.kind NOT IN ('transit', 'borrower', 'workshop') ORDER BY l.id, s.place_id

-- What a depot's books say of some days, by item: to tell a journal's lines
-- that are booked already.
-- name: import-journal
SELECT v.business_on, e.item_id, CAST(SUM(e.qty) AS SIGNED) AS qty, v.number, v.reference
FROM voucher v JOIN entry e ON e.voucher_id = v.id
WHERE v.business_on >= :from_day AND v.business_on <= :to_day AND e.depot_id = :depot_id
GROUP BY v.business_on, e.item_id, v.id, v.number, v.reference

-- The vouchers of a depot that name a document of its journal, the latest first.
-- name: import-by-reference
SELECT id FROM voucher WHERE depot_id = :depot_id AND reference = :reference AND type <> 'reversal' ORDER BY business_on DESC, seq DESC LIMIT :limit

-- The vouchers that took from the shelves what another had put there, the
-- earliest first.
-- name: import-users
SELECT DISTINCT v.number, v.seq
FROM entry o
JOIN entry e ON e.depot_id = o.depot_id AND e.item_id = o.item_id AND e.lot_id = o.lot_id AND e.place_id = o.place_id
JOIN voucher v ON v.id = e.voucher_id
WHERE o.voucher_id = :voucher_id AND o.depot_id = :depot_id AND o.qty > 0 AND e.qty < 0 AND v.depot_id = :depot_id AND v.seq > :seq
ORDER BY v.seq LIMIT :limit
