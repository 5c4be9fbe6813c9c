package storetest

import (
	"database/sql"
	"strings"
	"testing"

	"changbei/internal/store"
)

// Fixed gives an engine that answers with one and the same database every
// time, so that a test can open it as the product does and raw beside that.
func (e Engine) Fixed(t testing.TB) (Engine, store.Options) {
	t.Helper()
	o := e.Options(t)
	e.Options = func(testing.TB) store.Options { return o }
	return e, o
}

// Raw opens a database past the store, as a person at its prompt would: for
// tests that look at the schema or spoil what stands in it.
func Raw(t testing.TB, o store.Options) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+o.SQLite+"?_pragma=busy_timeout(5000)"
	if o.MySQL != "" {
		address, _, _ := strings.Cut(o.MySQL, "?") // what follows is the store's
		c, err := config(address)
		if err != nil {
			t.Fatal(err)
		}
		driver, dsn = "mysql", c.FormatDSN()
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
