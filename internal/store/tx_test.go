package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/go-sql-driver/mysql"
)

// busy gives an error the engine itself calls temporary: a real "database is
// locked" of SQLite, a deadlock of MySQL.
func busy(t *testing.T, e storetest.Engine) error {
	t.Helper()
	if e.Name == "mysql" {
		return &mysql.MySQLError{Number: 1213, Message: "Deadlock found when trying to get lock"}
	}
	_, o := e.Fixed(t)
	db := storetest.Raw(t, o)
	ctx := context.Background()
	var last error
	for range 2 {
		c, err := db.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
			t.Fatal(err)
		}
		_, last = c.ExecContext(ctx, "BEGIN IMMEDIATE")
	}
	if last == nil {
		t.Fatal("two writers at once")
	}
	return last
}

func TestTx(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st := e.Open(t, nil)
		ctx := context.Background()
		temporary := busy(t, e)
		unit := func(tx *store.Tx, name string) error { return tx.InsertUnits(ctx, catalog.Unit{Name: name}) }
		has := func(name string) bool {
			list, err := st.Read().Units(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range list {
				if u.Name == name {
					return true
				}
			}
			return false
		}
		t.Run("a temporary conflict runs the whole function again", func(t *testing.T) {
			for name, conflict := range map[string]error{"engine": fmt.Errorf("wrapped: %w", temporary), "own": store.ErrRetry} {
				tries := 0
				err := st.Tx(ctx, func(tx *store.Tx) error {
					tries++
					if err := unit(tx, "again "+name); err != nil { // a duplicate if the first run were not rolled back
						return err
					}
					if tries < 3 {
						return conflict
					}
					return nil
				})
				if err != nil || tries != 3 || !has("again "+name) {
					t.Errorf("%s: %v after %d tries", name, err, tries)
				}
			}
		})
		t.Run("a conflict that does not end is Busy after five tries", func(t *testing.T) {
			tries := 0
			err := st.Tx(ctx, func(tx *store.Tx) error {
				tries++
				return errors.Join(unit(tx, "never"), temporary)
			})
			if errs.KindOf(err) != errs.Busy || tries != store.MaxTries || has("never") {
				t.Errorf("%v after %d tries", err, tries)
			}
		})
		t.Run("any other error rolls back at once", func(t *testing.T) {
			for _, other := range []error{errs.New(errs.Invalid, "数量"), io.ErrUnexpectedEOF, store.UnknownOutcome(temporary)} {
				tries := 0
				err := st.Tx(ctx, func(tx *store.Tx) error {
					tries++
					return errors.Join(unit(tx, "gone"), other)
				})
				if !errors.Is(err, other) || tries != 1 || has("gone") {
					t.Errorf("%v: %v after %d tries", other, err, tries)
				}
			}
		})
		t.Run("a panic rolls back and leaves the writer free", func(t *testing.T) {
			func() {
				defer func() { recover() }()
				st.Tx(ctx, func(tx *store.Tx) error {
					if err := unit(tx, "panic"); err != nil {
						return err
					}
					panic("a bug")
				})
			}()
			if err := st.Tx(ctx, func(tx *store.Tx) error { return unit(tx, "after") }); err != nil || has("panic") || !has("after") {
				t.Errorf("after a panic: %v", err)
			}
		})
		t.Run("a duplicate key can be asked for", func(t *testing.T) {
			err := st.Tx(ctx, func(tx *store.Tx) error { return unit(tx, "after") })
			if !errors.Is(err, store.ErrDuplicate) {
				t.Errorf("err = %v", err)
			}
		})
		t.Run("a request given up runs nothing", func(t *testing.T) {
			over, cancel := context.WithCancel(ctx)
			cancel()
			if err := st.Tx(over, func(tx *store.Tx) error { return unit(tx, "late") }); !errors.Is(err, context.Canceled) || has("late") {
				t.Errorf("err = %v", err)
			}
		})
	})
}

// TestTxDeadlock has two transactions take two rows in opposite order. MySQL
// ends one of them; SQLite lets them queue. Either way both are done in the end.
func TestTxDeadlock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st := e.Open(t, nil)
		ctx := context.Background()
		if err := st.Tx(ctx, func(tx *store.Tx) error { return tx.InsertUnits(ctx, catalog.Unit{Name: "a"}, catalog.Unit{Name: "b"}) }); err != nil {
			t.Fatal(err)
		}
		var both, done sync.WaitGroup
		both.Add(2)
		runs := make([]int, 2)
		for i, order := range [][]string{{"a", "b"}, {"b", "a"}} {
			done.Go(func() {
				err := st.Tx(ctx, func(tx *store.Tx) error {
					runs[i]++
					for n, name := range order {
						if err := tx.Exec(ctx, "UPDATE unit SET decimals = decimals + 1 WHERE name = ?", name); err != nil {
							return err
						}
						if n == 0 && runs[i] == 1 && e.Name == "mysql" {
							both.Done()
							both.Wait() // each holds one row now
						}
					}
					return nil
				})
				if err != nil {
					t.Errorf("%v: %v", order, err)
				}
			})
		}
		done.Wait()
		units, err := st.Read().Units(ctx)
		if err != nil || len(units) != 2 || units[0].Decimals != 2 || units[1].Decimals != 2 {
			t.Errorf("%v, %v; each row was to be changed twice", units, err)
		}
		if e.Name == "mysql" && runs[0]+runs[1] < 3 {
			t.Errorf("runs %v: no deadlock happened, so nothing was proved", runs)
		}
	})
}

// TestTwoProgramsOnOneFile has two stores write one SQLite file, as a console
// command does beside the server.
func TestTwoProgramsOnOneFile(t *testing.T) {
	e, _ := storetest.SQLite().Fixed(t)
	ctx := context.Background()
	const writers, each = 2, 20
	stores := []*store.Store{e.Open(t, nil), e.Open(t, nil)}
	if err := stores[0].Tx(ctx, func(tx *store.Tx) error { return tx.InsertUnits(ctx, catalog.Unit{Name: "n"}) }); err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	for _, st := range stores {
		done.Go(func() {
			for range each {
				if err := st.Tx(ctx, func(tx *store.Tx) error {
					return tx.Exec(ctx, "UPDATE unit SET decimals = decimals + 1 WHERE name = 'n'")
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	units, err := stores[1].Read().Units(ctx)
	if err != nil || units[0].Decimals != writers*each {
		t.Errorf("%v, %v; want %d", units, err, writers*each)
	}
}
