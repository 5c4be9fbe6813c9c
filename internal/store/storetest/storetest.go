// Package storetest gives tests fresh databases of every engine.
//
// SQLite always; the MySQL family from CHANGBEI_TEST_MYSQL_DSN
// (mysql://user:password@host:port/), else a MariaDB server this package
// starts itself in a private data directory, installing the system's package
// when it is missing. A missing engine fails the test; it never skips.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/store"

	"github.com/go-sql-driver/mysql"
)

// Engine is one kind of database a suite runs on.
type Engine struct {
	Name string
	// Options gives the address of a fresh, empty database.
	Options func(t testing.TB) store.Options
}

// Open opens a fresh database and closes it with the test.
func (e Engine) Open(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	o := e.Options(t)
	o.Now = now
	st, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open %s: %v", e.Name, err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// SQLite is the embedded engine.
func SQLite() Engine {
	return Engine{Name: "sqlite", Options: func(t testing.TB) store.Options {
		return store.Options{SQLite: filepath.Join(t.TempDir(), "test.db")}
	}}
}

var databases atomic.Int64

// MySQL is the server engine.
func MySQL() Engine {
	return Engine{Name: "mysql", Options: func(t testing.TB) store.Options {
		t.Helper()
		base, err := server()
		if err != nil {
			t.Fatalf("no MySQL engine to test on: %v", err)
		}
		name := fmt.Sprintf("cb_%d_%d", os.Getpid(), databases.Add(1))
		if err := run(base, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { run(base, "DROP DATABASE "+name) })
		return store.Options{MySQL: strings.TrimSuffix(base, "/") + "/" + name}
	}}
}

// Each runs a suite as a sub-test on every engine.
func Each(t *testing.T, suite func(t *testing.T, e Engine)) {
	for _, e := range []Engine{SQLite(), MySQL()} {
		t.Run(e.Name, func(t *testing.T) { suite(t, e) })
	}
}

// run runs one statement on the server without naming a database.
func run(base, statement string) error {
	c, err := config(base)
	if err != nil {
		return err
	}
	db, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// config reads an address of the test server, with or without a database.
func config(base string) (*mysql.Config, error) {
	c := mysql.NewConfig()
	user, rest, ok := strings.Cut(strings.TrimPrefix(base, "mysql://"), "@")
	if !ok {
		return nil, fmt.Errorf("CHANGBEI_TEST_MYSQL_DSN must look like mysql://user:password@host:port/")
	}
	c.User, c.Passwd, _ = strings.Cut(user, ":")
	c.Net = "tcp"
	c.Addr, c.DBName, _ = strings.Cut(rest, "/")
	return c, nil
}
