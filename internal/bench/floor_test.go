package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/store"
)

// floor posts by hand-written SQL: the statements a voucher cannot do without,
// in one transaction, and no rule, hash, number or right beside them. Whoever
// is slower than this has only himself to blame.
type floor struct {
	db   *sql.DB
	ids  *id.Source
	kept map[string]*sql.Stmt // prepared once; nil where the driver interpolates
}

// openFloor opens a database as each engine likes it best: SQLite with one
// writer and prepared statements, the MySQL family with one round trip a
// statement and the isolation level set when it connects.
func openFloor(t *testing.T, o store.Options) *floor {
	t.Helper()
	f := &floor{ids: id.NewSource(id.MaxNode, time.Now)}
	f.db = rawOf(t, o)
	if o.MySQL == "" {
		f.kept = map[string]*sql.Stmt{}
		for _, text := range floorTexts {
			st, err := f.db.Prepare(text)
			must(t, err)
			f.kept[text] = st
		}
	}
	return f
}

// rawOf opens a database past the product.
func rawOf(t *testing.T, o store.Options) *sql.DB {
	t.Helper()
	if o.MySQL != "" {
		return rawMySQL(t, o.MySQL)
	}
	return rawSQLite(t, o.SQLite)
}

func rawSQLite(t *testing.T, path string) *sql.DB {
	t.Helper()
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"recursive_triggers(1)", "cache_size(-65536)", "temp_store(MEMORY)"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
	must(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	var full int
	must(t, db.QueryRow("PRAGMA synchronous").Scan(&full))
	if full != 2 {
		t.Fatalf("the floor runs with synchronous=%d, the product with FULL", full)
	}
	return db
}

// floorConns are the product's: more gave a tenth more at five times the p99.
const floorConns = 16

func rawMySQL(t *testing.T, address string) *sql.DB {
	t.Helper()
	u, err := url.Parse(address)
	must(t, err)
	q := url.Values{"interpolateParams": {"true"}, "clientFoundRows": {"true"}, "collation": {"utf8mb4_bin"}}
	at := u.User.String() + "@tcp(" + u.Host + ")" + u.Path + "?"
	plain, err := sql.Open("mysql", at+q.Encode())
	must(t, err)
	var version string
	must(t, plain.QueryRow("SELECT VERSION()").Scan(&version))
	must(t, plain.Close())
	level := "transaction_isolation"
	if strings.Contains(version, "MariaDB") {
		level = "tx_isolation"
	}
	q.Set(level, "'READ-COMMITTED'")
	db, err := sql.Open("mysql", at+q.Encode())
	must(t, err)
	db.SetMaxOpenConns(floorConns)
	db.SetMaxIdleConns(floorConns)
	t.Cleanup(func() { db.Close() })
	return db
}

// engine names the database with the settings that decide its speed.
func (f *floor) engine(t *testing.T) string {
	t.Helper()
	if f.kept != nil {
		var version string
		must(t, f.db.QueryRow("SELECT sqlite_version()").Scan(&version))
		return "SQLite " + version + ", WAL, synchronous FULL"
	}
	var version, name, value string
	must(t, f.db.QueryRow("SELECT VERSION()").Scan(&version))
	text := version
	rows, err := f.db.Query("SHOW VARIABLES WHERE Variable_name IN ('innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'innodb_buffer_pool_size')")
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		must(t, rows.Scan(&name, &value))
		text += ", " + name + " " + value
	}
	must(t, rows.Err())
	return text
}

// asked gives the server's own count of statements.
func (f *floor) asked() func() int64 {
	if f.kept != nil {
		return nil
	}
	return func() (n int64) {
		var name string
		if f.db.QueryRow("SHOW GLOBAL STATUS LIKE 'Questions'").Scan(&name, &n) != nil {
			return 0
		}
		return n
	}
}

// The floor's statements, for three lines: six entries, three shelves.
const (
	floorBump    = `UPDATE depot_head SET seq = seq + 1, audit_seq = audit_seq + 1 WHERE depot_id = ?`
	floorHead    = `SELECT seq, audit_seq, counters, last_hash, audit_hash FROM depot_head WHERE depot_id = ?`
	floorVoucher = `INSERT INTO voucher (id, depot_id, type, number, seq, business_on, recorded_at, actor_id, actor_name, reason, counterparty,
  reference, remark, reverses_id, client_key, request_hash, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	floorAudit = `INSERT INTO audit (id, chain, seq, at, actor_id, actor_name, act, object, result, detail, ip, request_id, prev_hash, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	floorStock = `UPDATE stock SET qty = qty + CASE WHEN place_id = ? AND lot_id = ? THEN ? WHEN place_id = ? AND lot_id = ? THEN ?
  WHEN place_id = ? AND lot_id = ? THEN ? ELSE 0 END, last_voucher_id = ?
WHERE (place_id = ? AND lot_id = ? AND qty - allocated >= ?) OR (place_id = ? AND lot_id = ? AND qty - allocated >= ?)
  OR (place_id = ? AND lot_id = ? AND qty - allocated >= ?)`
)

var floorEntries = `INSERT INTO entry (id, voucher_id, line, place_id, depot_id, lot_id, item_id, qty, business_on, seq, reverses_id, remark) VALUES ` +
	strings.Repeat(", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 2*linesPerVoucher)[2:]

var floorTexts = []string{floorBump, floorHead, floorVoucher, floorEntries, floorAudit, floorStock}

// on gives a text's runner inside a transaction.
func (f *floor) exec(ctx context.Context, tx *sql.Tx, text string, args ...any) (sql.Result, error) {
	if st := f.kept[text]; st != nil {
		return tx.StmtContext(ctx, st).ExecContext(ctx, args...)
	}
	return tx.ExecContext(ctx, text, args...)
}

func (f *floor) row(ctx context.Context, tx *sql.Tx, text string, args ...any) *sql.Row {
	if st := f.kept[text]; st != nil {
		return tx.StmtContext(ctx, st).QueryRowContext(ctx, args...)
	}
	return tx.QueryRowContext(ctx, text, args...)
}

// act posts by a pattern.
func (f *floor) act(d *district, p pattern) act {
	return func(_ int, dice *rand.Rand) error {
		s, chosen := d.pick(p, dice)
		return f.post(context.Background(), s, chosen, inventory.NewKey())
	}
}

// post books one voucher, again when the engine chose it as a deadlock's
// victim.
func (f *floor) post(ctx context.Context, s site, chosen []shelf, key string) error {
	for try := 0; ; try++ {
		err := f.once(ctx, s, chosen, key)
		if err == nil || try == 4 || !strings.Contains(err.Error(), "1213") && !strings.Contains(err.Error(), "1205") {
			return err
		}
	}
}

func (f *floor) once(ctx context.Context, s site, chosen []shelf, key string) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f.write(ctx, tx, s, chosen, key); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// dummy stands where the product has a hash.
var dummy = strings.Repeat("0123456789abcdef", 4)

func (f *floor) write(ctx context.Context, tx *sql.Tx, s site, chosen []shelf, key string) error {
	depot, on, now := int64(s.depot.ID), today(), time.Now().UnixMicro()
	if _, err := f.exec(ctx, tx, floorBump, depot); err != nil {
		return err
	}
	var seq, auditSeq int64
	var counters, hash, auditHash string
	if err := f.row(ctx, tx, floorHead, depot).Scan(&seq, &auditSeq, &counters, &hash, &auditHash); err != nil {
		return err
	}
	voucher, number := int64(f.ids.Next()), fmt.Sprintf("CK-%s-%s-%06d", s.depot.Code, on[:4], seq)
	if _, err := f.exec(ctx, tx, floorVoucher, voucher, depot, "issue", number, seq, on, now, 1, "周静", "救灾发放", "高塘岭街道", "", "", 0, key, dummy, dummy, dummy); err != nil {
		return err
	}
	var entries, when, where []any
	for i, sh := range chosen {
		entries = append(entries, int64(f.ids.Next()), voucher, i+1, int64(sh.place), depot, int64(sh.lot), int64(sh.item), -1000, on, seq, nil, "",
			int64(f.ids.Next()), voucher, i+1, 4, 0, int64(sh.lot), int64(sh.item), 1000, on, seq, nil, "")
		when = append(when, int64(sh.place), int64(sh.lot), -1000)
		where = append(where, int64(sh.place), int64(sh.lot), 1000)
	}
	if _, err := f.exec(ctx, tx, floorEntries, entries...); err != nil {
		return err
	}
	if _, err := f.exec(ctx, tx, floorAudit, int64(f.ids.Next()), depot, auditSeq, now, 1, "周静", "issue.post", number, "ok", "3 行", "127.0.0.1", "", dummy, dummy); err != nil {
		return err
	}
	res, err := f.exec(ctx, tx, floorStock, append(append(when, voucher), where...)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != int64(len(chosen)) {
		return fmt.Errorf("matched %d rows of %d: %w", n, len(chosen), err)
	}
	return nil
}

// mustHold proves that the floor did the work it was timed for.
func (f *floor) mustHold(t *testing.T, posted int) {
	t.Helper()
	var vouchers, drifted int
	must(t, f.db.QueryRow("SELECT COUNT(*) FROM voucher WHERE type = 'issue'").Scan(&vouchers))
	must(t, f.db.QueryRow(`SELECT COUNT(*) FROM (SELECT s.place_id FROM stock s JOIN entry e ON e.place_id = s.place_id AND e.lot_id = s.lot_id
GROUP BY s.place_id, s.lot_id, s.qty HAVING SUM(e.qty) <> s.qty) x`).Scan(&drifted))
	if vouchers != posted || drifted != 0 {
		t.Fatalf("the floor answered for %d vouchers and has %d; %d shelves drifted", posted, vouchers, drifted)
	}
}
