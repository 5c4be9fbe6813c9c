package bench

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"changbei/internal/store"
)

// loader fills tables past the product, as fast as the engine takes it: ten
// million entries through the use case would take hours.
type loader struct {
	t      *testing.T
	db     *sql.DB
	mysql  bool
	tables map[string]*loaded
	undone []string // statements that put the indexes back
}

// loaded is a table being filled.
type loaded struct {
	name, columns string
	width         int
	rows          int
	text          strings.Builder // MySQL: the rows of the next statement
	insert        *sql.Stmt       // SQLite
	tx            *sql.Tx
}

// Rows in one statement of MySQL, and in one transaction of SQLite.
const (
	rowsPerStatement = 1000
	rowsPerCommit    = 50_000
)

// newLoader opens a database without the indexes of some tables: building them
// at the end is several times faster than keeping them.
func newLoader(t *testing.T, o store.Options, tables ...string) *loader {
	t.Helper()
	l := &loader{t: t, mysql: o.MySQL != "", tables: map[string]*loaded{}}
	if l.mysql {
		l.db = rawMySQL(t, o.MySQL)
	} else {
		l.db = rawSQLite(t, o.SQLite)
		l.exec("PRAGMA synchronous = OFF")
	}
	for _, table := range tables {
		if l.mysql {
			l.dropMySQL(table)
		} else {
			l.dropSQLite(table)
		}
	}
	return l
}

func (l *loader) exec(text string, args ...any) {
	l.t.Helper()
	if _, err := l.db.Exec(text, args...); err != nil {
		l.t.Fatalf("%.200s: %v", text, err)
	}
}

func (l *loader) dropSQLite(table string) {
	rows, err := l.db.Query("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", table)
	must(l.t, err)
	var drops []string
	for rows.Next() {
		var name, text string
		must(l.t, rows.Scan(&name, &text))
		drops, l.undone = append(drops, "DROP INDEX "+name), append(l.undone, text)
	}
	must(l.t, rows.Close())
	for _, d := range drops {
		l.exec(d)
	}
}

func (l *loader) dropMySQL(table string) {
	rows, err := l.db.Query(`SELECT index_name, MIN(non_unique), GROUP_CONCAT(column_name ORDER BY seq_in_index)
FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name <> 'PRIMARY' GROUP BY index_name`, table)
	must(l.t, err)
	var drops, adds []string
	for rows.Next() {
		var name, columns string
		var many bool
		must(l.t, rows.Scan(&name, &many, &columns))
		kind := "INDEX"
		if !many {
			kind = "UNIQUE INDEX"
		}
		drops, adds = append(drops, "DROP INDEX "+name), append(adds, fmt.Sprintf("ADD %s %s (%s)", kind, name, columns))
	}
	must(l.t, rows.Close())
	if len(drops) > 0 {
		l.exec("ALTER TABLE " + table + " " + strings.Join(drops, ", "))
		l.undone = append(l.undone, "ALTER TABLE "+table+" "+strings.Join(adds, ", "))
	}
}

// open names the columns of a table.
func (l *loader) open(name string, columns ...string) {
	l.tables[name] = &loaded{name: name, columns: strings.Join(columns, ", "), width: len(columns)}
}

// add appends a row; values are int, int64, string or nil.
func (l *loader) add(table string, values ...any) {
	tb := l.tables[table]
	if len(values) != tb.width {
		l.t.Fatalf("%s: %d values for %s", table, len(values), tb.columns)
	}
	if l.mysql {
		tb.write(values)
	} else {
		l.insert(tb, values)
	}
	if tb.rows++; tb.rows >= rowsPerStatement && l.mysql || tb.rows >= rowsPerCommit {
		l.flush(tb)
	}
}

// write appends the literals of a row. All texts are the bench's own.
func (tb *loaded) write(values []any) {
	if tb.rows == 0 {
		tb.text.WriteString("INSERT INTO " + tb.name + " (" + tb.columns + ") VALUES (")
	} else {
		tb.text.WriteString(",(")
	}
	for i, v := range values {
		if i > 0 {
			tb.text.WriteByte(',')
		}
		switch v := v.(type) {
		case nil:
			tb.text.WriteString("NULL")
		case string:
			tb.text.WriteString("'" + v + "'")
		case int:
			tb.text.WriteString(strconv.Itoa(v))
		case int64:
			tb.text.WriteString(strconv.FormatInt(v, 10))
		default:
			panic(fmt.Sprintf("a %T in a row", v))
		}
	}
	tb.text.WriteByte(')')
}

// insert runs in one transaction for all tables: SQLite has one writer.
func (l *loader) insert(tb *loaded, values []any) {
	if tb.insert == nil {
		var tx *sql.Tx
		for _, other := range l.tables {
			if other.tx != nil {
				tx = other.tx
			}
		}
		var err error
		if tx == nil {
			tx, err = l.db.Begin()
			must(l.t, err)
		}
		tb.tx = tx
		tb.insert, err = tx.Prepare("INSERT INTO " + tb.name + " (" + tb.columns + ") VALUES (?" + strings.Repeat(", ?", tb.width-1) + ")")
		must(l.t, err)
	}
	_, err := tb.insert.Exec(values...)
	must(l.t, err)
}

func (l *loader) flush(tb *loaded) {
	l.t.Helper()
	if l.mysql {
		if tb.rows > 0 {
			l.exec(tb.text.String())
		}
		tb.text.Reset()
		tb.rows = 0
		return
	}
	if tb.tx == nil {
		return
	}
	must(l.t, tb.tx.Commit())
	for _, other := range l.tables {
		other.tx, other.insert, other.rows = nil, nil, 0
	}
}

// close writes what is left and puts the indexes back.
func (l *loader) close() {
	l.t.Helper()
	for _, tb := range l.tables {
		l.flush(tb)
	}
	for _, text := range l.undone {
		l.exec(text)
	}
	if !l.mysql {
		l.exec("PRAGMA wal_checkpoint(TRUNCATE)")
		l.exec("PRAGMA synchronous = FULL")
	}
	must(l.t, l.db.Close())
}
