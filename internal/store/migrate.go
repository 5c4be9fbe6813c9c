package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"changbei/internal/errs"
	sqltext "changbei/sql"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
)

// stepsPerFile leaves room to number the steps of one migration file:
// version = file number × 1000 + step.
const stepsPerFile = 1000

type step struct {
	version int64
	text    string
}

// migrate brings the schema up to date. MySQL commits each DDL statement at
// once, so every statement is a recorded step of its own, and one that stands
// already (killed between running and recording) counts as done.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := s.steps()
	if err != nil {
		return err
	}
	unlock, err := s.lockSchema(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	provider, err := goose.NewProvider(goose.Dialect(s.dialect.goose), s.write.DB, nil,
		goose.WithGoMigrations(s.goSteps(steps)...), goose.WithTableName("schema_version"))
	if err != nil {
		return err
	}
	current, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if newest := steps[len(steps)-1].version; current > newest {
		return errs.New(errs.Invalid, "这个数据库由更新版本的常备建立（结构版本 %d，本程序只认到 %d）。请换用新版程序启动，不要用旧版打开。", current, newest)
	}
	_, err = provider.Up(ctx)
	return err
}

// refuseForeign keeps our tables out of another program's SQLite file. It
// looks before the file is opened for writing, which alone would change its
// journal mode. A file of ours names its schema version before it gets any
// other table, so one with tables and without that is somebody else's. What
// cannot be read here the opening itself will report.
func refuseForeign(path string) error {
	if st, err := os.Stat(path); err != nil || st.Size() == 0 {
		return nil
	}
	db, err := sqlx.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer db.Close()
	var tables, ours int
	if db.Get(&tables, "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") != nil || tables == 0 {
		return nil
	}
	err = db.Get(&ours, "SELECT COUNT(*) FROM pragma_table_info('schema_version') WHERE name = 'version_id'")
	if err != nil || ours == 1 {
		return nil
	}
	return errs.New(errs.Invalid, "%s 不是常备的数据库，里面是别的程序的数据，没有动它。请把这个文件移到别处再启动，或换一个数据文件夹（--data）。", path)
}

func (s *Store) goSteps(steps []step) []*goose.Migration {
	var list []*goose.Migration
	for _, st := range steps {
		// RunTx, not RunDB: SQLite's writer pool is one connection, which
		// goose holds. On MySQL the DDL commits by itself, which is why
		// every statement is a step of its own.
		run := func(ctx context.Context, tx *sql.Tx) error {
			for _, text := range s.statements(st.text) {
				if _, err := tx.ExecContext(ctx, text); err != nil && !s.dialect.alreadyThere(err) {
					return fmt.Errorf("store: migration step %d: %w", st.version, err)
				}
			}
			return nil
		}
		list = append(list, goose.NewGoMigration(st.version, &goose.GoFunc{RunTx: run}, nil))
	}
	return list
}

// statements renders one step for the engine. The append-only macro makes two
// triggers, so that not even a person at the database's prompt changes what
// is posted unnoticed.
func (s *Store) statements(text string) []string {
	if table, ok := appendOnly(text); ok {
		return []string{s.dialect.appendOnly(table, "UPDATE"), s.dialect.appendOnly(table, "DELETE")}
	}
	return []string{s.dialect.ddl(text)}
}

// appendOnly reads the macro.
func appendOnly(text string) (table string, ok bool) {
	rest, ok := strings.CutPrefix(text, "/*append-only ")
	return strings.TrimSuffix(strings.TrimSpace(rest), "*/"), ok
}

// steps cuts the migration files at their "-- step:" lines.
func (s *Store) steps() ([]step, error) {
	files, err := fs.Glob(sqltext.Migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []step
	for _, f := range files {
		b, err := sqltext.Migrations.ReadFile(f)
		if err != nil {
			return nil, err
		}
		number, err := strconv.ParseInt(strings.TrimPrefix(f, "migrations/")[:4], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: migration file %s has no number", f)
		}
		parts := strings.Split(string(b), "-- step: ")[1:]
		for i, p := range parts {
			_, text, _ := strings.Cut(p, "\n")
			all = append(all, step{version: number*stepsPerFile + int64(i) + 1, text: bare(text)})
		}
	}
	return all, nil
}

// bare takes comments and the closing semicolon off a statement.
func bare(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSuffix(strings.TrimSpace(strings.Join(lines, "")), ";")
}

// schemaLockWait is how long a second starter waits for the first to migrate.
const schemaLockWait = 60 * time.Second

// lockSchema keeps two programs from migrating one MySQL database at once.
// SQLite needs no more than its own writer lock: one process owns the file.
func (s *Store) lockSchema(ctx context.Context) (func(), error) {
	if s.dialect.name != "mysql" {
		return func() {}, nil
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var got sql.NullInt64
	row := conn.QueryRowContext(ctx, "SELECT GET_LOCK('changbei_schema', ?)", int(schemaLockWait.Seconds()/3))
	if err := row.Scan(&got); err != nil || got.Int64 != 1 {
		conn.Close()
		return nil, errs.Wrap(errs.Busy, err, "另一个常备程序正在升级数据库，请等它完成后再启动。")
	}
	return func() {
		conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK('changbei_schema')")
		conn.Close()
	}, nil
}
