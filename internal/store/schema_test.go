package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/day"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// openRaw opens a fresh database as the product does and raw beside that.
func openRaw(t *testing.T, e storetest.Engine) (*store.Store, *sql.DB) {
	t.Helper()
	e, o := e.Fixed(t)
	return e.Open(t, nil), storetest.Raw(t, o)
}

// oneVoucher writes a voucher of two entries and an audit row, without the
// rules of posting.
func oneVoucher(t *testing.T, st *store.Store) {
	t.Helper()
	ctx := context.Background()
	err := st.Tx(ctx, func(tx *store.Tx) error {
		v := ledger.Voucher{ID: 10, DepotID: 9, Type: ledger.Receipt, Number: "RK-X-2026-000001", Seq: 1, BusinessOn: day.Of(2026, 11, 24), ClientKey: "k"}
		v.Entries = []ledger.Entry{{ID: 11, Line: 1, PlaceID: 1, LotID: 5, ItemID: 6, Qty: -1000}, {ID: 12, Line: 1, PlaceID: 8, DepotID: 9, LotID: 5, ItemID: 6, Qty: 1000}}
		if err := tx.InsertVoucher(ctx, v); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, ledger.AuditRecord{Act: "receipt.post", Object: v.Number, Result: "ok"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheBooksRefuseChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st, raw := openRaw(t, e)
		oneVoucher(t, st)
		for _, statement := range []string{
			"UPDATE voucher SET remark = 'x'", "DELETE FROM voucher", "UPDATE voucher SET number = 'x' WHERE id = 10",
			"UPDATE entry SET qty = 5", "DELETE FROM entry WHERE id = 11", "UPDATE entry SET qty = qty",
			"UPDATE audit SET detail = 'x'", "DELETE FROM audit",
		} {
			t.Run(statement+" is refused", func(t *testing.T) {
				before := books(t, raw)
				if _, err := raw.Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("err = %v; want the trigger's refusal", err)
				}
				if after := books(t, raw); after != before {
					t.Errorf("the books changed from %s to %s", before, after)
				}
			})
		}
	})
}

// books gives all that the posted tables hold, as one text.
func books(t *testing.T, raw *sql.DB) string {
	t.Helper()
	var all []string
	for _, q := range []string{"SELECT id, number, remark FROM voucher ORDER BY id", "SELECT id, qty, remark FROM entry ORDER BY id", "SELECT id, act, detail FROM audit ORDER BY id"} {
		rows, err := raw.Query(q)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var a, b, c string
			if err := rows.Scan(&a, &b, &c); err != nil {
				t.Fatal(err)
			}
			all = append(all, a+" "+b+" "+c)
		}
		rows.Close()
	}
	return strings.Join(all, "; ")
}

// schema is a database's tables: table to its columns and indexes, each in
// words that are the same on every engine.
type schema map[string][]string

func TestMigrationParity(t *testing.T) {
	_, lite := openRaw(t, storetest.SQLite())
	_, server := openRaw(t, storetest.MySQL())
	a, b := sqliteSchema(t, lite), mysqlSchema(t, server)
	if len(a) < 20 {
		t.Fatalf("only %d tables: %v", len(a), a)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("SQLite (-) and MySQL (+) differ:\n%s", diff)
	}
}

func column(name, kind string, null bool) string {
	return fmt.Sprintf("column %s %s null=%t", name, kind, null)
}

func index(unique bool, columns []string) string {
	return fmt.Sprintf("index (%s) unique=%t", strings.Join(columns, ", "), unique)
}

// scan runs fn with every row of an answer as texts.
func scan(t *testing.T, db *sql.DB, query string, fn func(row []string), args ...any) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	for rows.Next() {
		cells := make([]sql.NullString, len(names))
		into := make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, c := range cells {
			row[i] = c.String
		}
		fn(row)
	}
}

// own leaves out what the engine or the migrator keeps for itself.
func own(table string) bool {
	return table != "schema_version" && !strings.HasPrefix(table, "sqlite_")
}

func sqliteSchema(t *testing.T, db *sql.DB) schema {
	s := schema{}
	scan(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'", func(r []string) {
		if own(r[0]) {
			s[r[0]] = nil
		}
	})
	for table := range s {
		kinds := map[string]string{"INTEGER": "number", "TEXT": "text"}
		scan(t, db, "SELECT name, type, \"notnull\" FROM pragma_table_info(?)", func(r []string) {
			s[table] = append(s[table], column(r[0], kinds[r[1]], r[2] == "0"))
		}, table)
		var indexes [][2]string
		scan(t, db, "SELECT name, \"unique\" FROM pragma_index_list(?)", func(r []string) { indexes = append(indexes, [2]string{r[0], r[1]}) }, table)
		var key []string
		scan(t, db, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", func(r []string) { key = append(key, r[0]) }, table)
		found := []string{index(true, key)} // an INTEGER key is the table itself and no index
		for _, i := range indexes {
			var columns []string
			scan(t, db, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", func(r []string) { columns = append(columns, r[0]) }, i[0])
			found = append(found, index(i[1] == "1", columns))
		}
		slices.Sort(found)
		s[table] = append(s[table], slices.Compact(found)...)
	}
	return s
}

func mysqlSchema(t *testing.T, db *sql.DB) schema {
	s := schema{}
	kinds := map[string]string{"bigint": "number", "smallint": "number", "varchar": "text", "char": "text", "mediumtext": "text"}
	scan(t, db, `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
		WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`, func(r []string) {
		if own(r[0]) {
			s[r[0]] = append(s[r[0]], column(r[1], kinds[r[2]], r[3] == "YES"))
		}
	})
	for table := range s {
		found := map[string][]string{}
		unique := map[string]bool{}
		scan(t, db, `SELECT index_name, column_name, non_unique FROM information_schema.statistics
			WHERE table_schema = DATABASE() AND table_name = ? ORDER BY index_name, seq_in_index`, func(r []string) {
			found[r[0]] = append(found[r[0]], r[1])
			unique[r[0]] = r[2] == "0"
		}, table)
		var list []string
		for name, columns := range found {
			list = append(list, index(unique[name], columns))
		}
		slices.Sort(list)
		s[table] = append(s[table], list...)
	}
	return s
}

func TestTextsTooLongAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st, _ := openRaw(t, e)
		ctx := context.Background()
		insert := func(name string) error {
			return st.Tx(ctx, func(tx *store.Tx) error {
				return tx.Exec(ctx, "INSERT INTO unit (name, decimals) VALUES (?, 0)", name)
			})
		}
		if err := insert(strings.Repeat("顶", 20)); err != nil {
			t.Errorf("20 characters: %v", err)
		}
		if err := insert(strings.Repeat("吨", 21)); err == nil {
			t.Error("21 characters were taken into a column of 20")
		}
		if err := insert("M"); err != nil {
			t.Error(err)
		}
		if err := insert("m"); err != nil {
			t.Errorf("m beside M: %v; letters of other case are other units", err)
		}
	})
}
