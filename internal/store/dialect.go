package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
)

// dialect holds all that differs between the engines.
type dialect struct {
	name            string
	goose           string
	snapshot        sql.IsolationLevel // of reading several queries as one
	ddl             func(string) string
	appendOnly      func(table, verb string) string
	triggers        string // lists the names and texts of the triggers there are; "" = the engine knows none, as TiDB
	temporary       func(error) bool
	duplicate       func(error) bool
	alreadyThere    func(error) bool
	unknownAtCommit func(error) bool
	unreachable     func(error) bool
	diskFull        func(error) bool
	readOnly        func(error) bool
}

var mysqlDialect = dialect{
	name:     "mysql",
	goose:    "mysql",
	snapshot: sql.LevelRepeatableRead,
	ddl: func(text string) string {
		return strings.ReplaceAll(text, "/*table*/", "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin")
	},
	appendOnly: func(table, verb string) string {
		return fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '%s is append-only'",
			table, strings.ToLower(verb), verb, table, table)
	},
	triggers: `SELECT trigger_name, CONCAT(action_timing, ' ', event_manipulation, ' ON ', event_object_table, ' FOR EACH ROW ', action_statement)
		FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
	// Deadlock, lock wait, changed row, statement to prepare again, write conflict
	// and schema change.
	temporary: func(err error) bool { return mysqlCode(err, 1213, 1205, 1020, 1615, 9007, 8022, 8028) },
	duplicate: func(err error) bool { return mysqlCode(err, 1062) },
	// Table, column, index, row or trigger exists: the step ran before its record.
	alreadyThere: func(err error) bool { return mysqlCode(err, 1050, 1060, 1061, 1062, 1359) },
	unknownAtCommit: func(err error) bool {
		return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) ||
			errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || mysqlCode(err, 1180, 1047)
	},
	// No connection, one that broke, too many, a shutdown, a node of a cluster
	// that has lost the others.
	unreachable: func(err error) bool {
		var network *net.OpError
		return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || mysqlCode(err, 1040, 1047, 1053, 1927)
	},
	diskFull: func(err error) bool { return mysqlCode(err, 1021, 1114, 3675) },
	readOnly: func(err error) bool { return mysqlCode(err, 1290, 1792, 1836) },
}

func mysqlCode(err error, codes ...uint16) bool {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Number == c {
			return true
		}
	}
	return false
}

var sqliteDialect = dialect{
	name:     "sqlite",
	goose:    "sqlite3",
	snapshot: sql.LevelDefault,
	ddl:      sqliteDDL,
	appendOnly: func(table, verb string) string {
		return fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
			table, strings.ToLower(verb), verb, table, table)
	},
	triggers:  "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
	temporary: func(err error) bool { return sqliteCode(err, 5, 6, 517, 261) },
	duplicate: func(err error) bool { return sqliteCode(err, 2067, 1555) },
	alreadyThere: func(err error) bool {
		return sqliteCode(err, 2067, 1555) || (err != nil && (strings.Contains(err.Error(), "already exists") || strings.Contains(err.Error(), "duplicate column name")))
	},
	unknownAtCommit: func(err error) bool {
		return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	},
	unreachable: func(error) bool { return false },
	diskFull:    func(err error) bool { return sqliteCode(err, 13) },
	// 8 and its extended codes: file, folder or journal cannot be written.
	readOnly: func(err error) bool { return sqliteCode(err, 8, 264, 520, 776, 1032, 1288, 1544) },
}

func sqliteCode(err error, codes ...int) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Code() == c {
			return true
		}
	}
	return false
}

var (
	sizedText = regexp.MustCompile(`(?m)(\w+) (?:VARCHAR|CHAR)\((\d+)\)([^,\n]*)`)
	integers  = regexp.MustCompile(`\b(?:BIGINT|SMALLINT)\b`)
)

// sqliteDDL renders MySQL's column words for a STRICT SQLite table. The length
// checks make SQLite refuse what MySQL's strict mode refuses.
func sqliteDDL(text string) string {
	text = sizedText.ReplaceAllString(text, "$1 TEXT$3 CHECK (length($1) <= $2)")
	text = integers.ReplaceAllString(text, "INTEGER")
	text = strings.ReplaceAll(text, "MEDIUMTEXT", "TEXT")
	return strings.ReplaceAll(text, "/*table*/", "STRICT")
}
