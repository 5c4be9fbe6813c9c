// Package storetest gives tests fresh databases of every engine.
//
// SQLite always; the MySQL family from CHANGBEI_TEST_MYSQL_DSN
// (mysql://user:password@host:port/), else a MariaDB server this package
// starts itself in a private data directory, installing the system's package
// when it is missing. The long run adds a real MySQL 9 and a Galera cluster
// through CHANGBEI_TEST_ENGINES. A missing engine fails the test; it never
// skips.
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
	// Name is the dialect, sqlite or mysql, as Store.Engine says it.
	Name string
	// Server tells the members of the MySQL family apart, as
	// CHANGBEI_TEST_ENGINES names them.
	Server string
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
		t.Fatalf("open %s: %v", e.Server, err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// SQLite is the embedded engine.
func SQLite() Engine {
	return Engine{Name: "sqlite", Server: "sqlite", Options: func(t testing.TB) store.Options {
		return store.Options{SQLite: filepath.Join(t.TempDir(), "test.db")}
	}}
}

// MySQL is the server engine.
func MySQL() Engine { return served("mysql", server) }

// served is an engine of the MySQL family, given the base address of its
// server.
func served(name string, server func() (string, error)) Engine {
	return Engine{Name: "mysql", Server: name, Options: func(t testing.TB) store.Options {
		t.Helper()
		base, err := server()
		if err != nil {
			t.Fatalf("no %s engine to test on: %v", name, err)
		}
		database := newName()
		if err := create(base, database); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { run(base, "DROP DATABASE "+database) })
		return store.Options{MySQL: base + database}
	}}
}

var databases atomic.Int64

// newName is a database name no other test process uses on the same server.
func newName() string { return fmt.Sprintf("cb_%d_%d", os.Getpid(), databases.Add(1)) }

func create(base, database string) error {
	return run(base, "CREATE DATABASE "+database+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
}

// run runs one statement on the server without naming a database.
func run(base, statement string) error {
	return with(base, func(db *sql.DB) error {
		_, err := db.Exec(statement)
		return err
	})
}

// with opens the server past the store for the while of one call.
func with(base string, do func(*sql.DB) error) error {
	c, err := config(base)
	if err != nil {
		return err
	}
	db, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}

// config reads an address of the test server, with or without a database.
func config(base string) (*mysql.Config, error) {
	c := mysql.NewConfig()
	user, rest, ok := strings.Cut(strings.TrimPrefix(base, "mysql://"), "@")
	if !ok {
		return nil, fmt.Errorf("the address of a test server must look like mysql://user:password@host:port/, not %q", base)
	}
	c.User, c.Passwd, _ = strings.Cut(user, ":")
	c.Net = "tcp"
	c.Addr, c.DBName, _ = strings.Cut(rest, "/")
	return c, nil
}
