package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := e.Options(t)
		for _, turn := range []string{"an empty database gets the schema", "a database in use opens again unchanged"} {
			t.Run(turn, func(t *testing.T) {
				st, err := store.Open(context.Background(), o)
				if err != nil {
					t.Fatal(err)
				}
				defer st.Close()
				heads, err := st.Read().Heads(context.Background())
				if err != nil || len(heads) != 1 || heads[0].DepotID != 0 {
					t.Fatalf("heads = %v, %v; want the system's", heads, err)
				}
			})
		}
	})
}

func TestAnotherProgramsFileIsLeftAlone(t *testing.T) {
	for name, ddl := range map[string]string{
		"tables of its own":           "CREATE TABLE bookmark (url TEXT)",
		"a schema version of its own": "CREATE TABLE schema_version (version INTEGER); CREATE TABLE bookmark (url TEXT)",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "changbei.db")
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(ddl); err != nil {
				t.Fatal(err)
			}
			db.Close()
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			st, err := store.Open(t.Context(), store.Options{SQLite: path})
			if err == nil {
				st.Close()
				t.Fatal("it was adopted")
			}
			if got := errs.MessageOf(err); !errors.Is(err, errs.Invalid) || !strings.Contains(got, path) || !strings.Contains(got, "--data") {
				t.Errorf("%v", err)
			}
			after, err := os.ReadFile(path)
			if list, _ := os.ReadDir(filepath.Dir(path)); err != nil || !bytes.Equal(before, after) || len(list) != 1 {
				t.Errorf("the file or its folder was changed: %v %v", list, err)
			}
		})
	}
}

// A query-only connection fails as one to a read-only file does, which the
// tests cannot make when root runs them: root writes to any file.
func TestAReadOnlyDatabaseIsAnsweredInWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "changbei.db")
	st, err := store.Open(t.Context(), store.Options{SQLite: path})
	if err != nil {
		t.Fatal(err)
	}
	err = st.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.Exec(t.Context(), "PRAGMA query_only = 1"); err != nil {
			return err
		}
		return tx.Audit(t.Context(), 0, ledger.AuditRecord{Act: "test"})
	})
	if !errors.Is(err, errs.Busy) || !strings.Contains(errs.MessageOf(err), "不能写入") {
		t.Errorf("%v", err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		return
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	st, err = store.Open(t.Context(), store.Options{SQLite: path})
	if err == nil {
		st.Close()
		t.Fatal("a read-only file opened")
	}
	if !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), path+" 不能写入") {
		t.Errorf("%v", err)
	}
}
