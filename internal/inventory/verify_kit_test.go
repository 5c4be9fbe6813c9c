package inventory_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/ledger"
)

// spoiled is a database opened raw beside the product.
type spoiled struct {
	*world
	raw    *sql.DB
	opened []string // tables whose triggers are dropped, which the check says too
}

// spoil is one way to spoil it, and what the check must say of that.
type spoil struct {
	name   string
	do     func()
	kind   string
	object string // how the object of one difference of that kind begins
	text   string // a part of what it says, "" = anything
}

// open drops the triggers: what follows needs a person who is determined.
func (s *spoiled) open(tables ...string) {
	s.t.Helper()
	s.mustCheck()
	s.opened = append(s.opened, tables...)
	for _, table := range tables {
		for _, verb := range []string{"update", "delete"} {
			s.exec("DROP TRIGGER " + table + "_no_" + verb)
		}
	}
}

// rest takes what the check says of the triggers dropped here off its report.
func (s *spoiled) rest(r inventory.CheckReport) inventory.CheckReport {
	r.Differences = slices.DeleteFunc(slices.Clone(r.Differences), func(d inventory.Difference) bool {
		table, _, _ := strings.Cut(strings.TrimPrefix(d.Object, "触发器 "), "_no_")
		return d.Kind == "trigger" && slices.Contains(s.opened, table)
	})
	return r
}

func (s *spoiled) mustCheck() {
	s.t.Helper()
	r, err := s.inv.Check(s.ctx, nil)
	if err != nil || !s.rest(r).OK() {
		s.t.Fatalf("check: %v %v", err, s.rest(r).Differences)
	}
}

// each spoils the database in one way after another and reads what the check
// says.
func (s *spoiled) each(t *testing.T, restore func(), list []spoil) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			c.do()
			r, err := s.inv.Check(s.ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			named := slices.IndexFunc(r.Differences, func(d inventory.Difference) bool {
				return d.Kind == c.kind && strings.HasPrefix(d.Object, c.object) && d.Text != "" && strings.Contains(d.Text, c.text)
			})
			if named < 0 {
				t.Errorf("no %s difference names %q, %q: %v", c.kind, c.object, c.text, r.Differences)
			} else {
				t.Logf("[%s] %s：%s", c.kind, r.Differences[named].Object, r.Differences[named].Text)
			}
			last, err := s.st.Read().LastCheck(s.ctx)
			if err != nil || last == nil || last.Differences != int64(len(r.Differences)) || !slices.Equal(inventory.Differences(*last), r.Differences) {
				t.Errorf("the check's record: %+v %v", last, err)
			}
			restore()
			s.mustCheck()
		})
	}
}

func (s *spoiled) exec(statement string, args ...any) {
	s.t.Helper()
	if _, err := s.raw.Exec(statement, args...); err != nil {
		s.t.Fatalf("%s: %v", statement, err)
	}
}

// number reads one number.
func (s *spoiled) number(query string, args ...any) (n int64) {
	s.t.Helper()
	if err := s.raw.QueryRow(query, args...).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// kept saves the rows of tables, to put them back later.
func (s *spoiled) kept(tables ...string) (restore func()) {
	s.t.Helper()
	type row struct {
		statement string
		values    []any
	}
	var all []row
	for _, table := range tables {
		all = append(all, row{statement: "DELETE FROM " + table})
		rows, err := s.raw.Query("SELECT * FROM " + table)
		if err != nil {
			s.t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				s.t.Fatal(err)
			}
			for i, v := range values {
				if text, ok := v.([]byte); ok {
					values[i] = string(text)
				}
			}
			marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
			all = append(all, row{fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), marks), values})
		}
		rows.Close()
	}
	return func() {
		tx, err := s.raw.Begin()
		if err != nil {
			s.t.Fatal(err)
		}
		defer tx.Rollback()
		for _, r := range all {
			if _, err := tx.Exec(r.statement, r.values...); err != nil {
				s.t.Fatalf("%s: %v", r.statement, err)
			}
		}
		if err := tx.Commit(); err != nil {
			s.t.Fatal(err)
		}
	}
}

// remove takes a voucher out with all that belongs to it, and mends the stock.
func (s *spoiled) remove(v ledger.Voucher) {
	s.t.Helper()
	for _, e := range v.Entries {
		if e.DepotID != 0 {
			s.exec("UPDATE stock SET qty = qty - ? WHERE place_id = ? AND lot_id = ?", int64(e.Qty), e.PlaceID, e.LotID)
		}
	}
	s.exec("DELETE FROM entry WHERE voucher_id = ?", v.ID)
	s.exec("DELETE FROM voucher WHERE id = ?", v.ID)
}
