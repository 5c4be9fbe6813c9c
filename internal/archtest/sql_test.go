package archtest

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// statement is one query or migration step without comments and quoted text.
type statement struct{ file, name, text string }

var quoted = regexp.MustCompile(`'[^']*'`)

// statements cuts the SQL files of a directory at their mark ("-- name: ").
func statements(t *testing.T, dir, mark string) []statement {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "sql", dir, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no SQL in sql/%s: %v", dir, err)
	}
	var list []statement
	for _, f := range files {
		name := "sql/" + dir + "/" + filepath.Base(f)
		for _, part := range strings.Split(readText(t, name), mark)[1:] {
			title, body, _ := strings.Cut(part, "\n")
			var text strings.Builder
			for line := range strings.Lines(body) {
				if !strings.HasPrefix(strings.TrimSpace(line), "--") {
					text.WriteString(line)
				}
			}
			list = append(list, statement{name, strings.TrimSpace(title), quoted.ReplaceAllString(text.String(), "''")})
		}
	}
	return list
}

// changesBooks finds a change of what is posted. Vouchers, entries and audit
// rows are inserted and read, nothing else: design, section 2.
var changesBooks = regexp.MustCompile("(?i)\\b(?:UPDATE|DELETE\\s+FROM|DELETE|TRUNCATE|TRUNCATE\\s+TABLE|REPLACE\\s+INTO)\\s+`?(?:voucher|entry|audit)\\b")

func TestThePostedIsNeverChanged(t *testing.T) {
	for _, s := range statements(t, "queries", "-- name: ") {
		if changesBooks.MatchString(s.text) {
			t.Errorf("%s: %s changes what is posted", s.file, s.name)
		}
		if regexp.MustCompile(`(?i)\bJOIN\b`).MatchString(s.text) && regexp.MustCompile(`(?i)^\s*(?:UPDATE|DELETE)`).MatchString(s.text) {
			t.Errorf("%s: %s changes rows through a join; name one table", s.file, s.name)
		}
	}
	for name, f := range read(t).product() {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && changesBooks.MatchString(text) {
				t.Errorf("%s holds a statement that changes what is posted: %s", name, text)
			}
			return true
		})
	}
}

// rule is a word that does not stand in the SQL, and why.
type rule struct{ pattern, why string }

var queryRules = []rule{
	{`SELECT\s+(?:\w+\.)?\*`, "a new column must not change an answer"},
	{`\bRETURNING\b`, "MySQL has none"},
	{`\bON\s+(?:CONFLICT|DUPLICATE)\b`, "upserts differ between engines"},
	{`\bIGNORE\b`, "it hides errors that matter"},
	{`\bREPLACE\b`, "it deletes rows behind one's back"},
	{`\bLAST_INSERT_ID\b|\bLAST_INSERT_ROWID\b`, "ids are made in Go"},
	{`\bFOR\s+UPDATE\b`, "the head row is updated first instead; SQLite has no such words"},
	{`(?:^|[^:\w])(?:NOW|CURDATE|CURTIME|SYSDATE|UTC_TIMESTAMP|UNIX_TIMESTAMP|FROM_UNIXTIME|DATE|TIME|DATETIME|JULIANDAY|STRFTIME|UNIXEPOCH|DATE_ADD|DATE_SUB|DATE_FORMAT|DATEDIFF|TIMESTAMPDIFF|YEAR|MONTH|DAY)\s*\(`, "days and instants are made in Go"},
	{`\bCURRENT_(?:DATE|TIME|TIMESTAMP)\b|\bINTERVAL\b`, "days and instants are made in Go"},
	{`\b(?:IFNULL|IIF|GROUP_CONCAT|PRINTF)\s*\(|\bIF\s*\(`, "one engine's own function"},
	{`\|\|`, "joins text on SQLite and means OR on MySQL"},
	{`/`, "integers divide differently"},
	{`\bRANDOM\b|\bRAND\s*\(`, "chance is made in Go"},
	{"[`\"]", "quoted names differ between engines"},
}

var migrationRules = []rule{
	{`\bAUTO_INCREMENT\b|\bAUTOINCREMENT\b`, "ids are made in Go"},
	{`\bCHECK\s*\(`, "TiDB may ignore it"},
	{`CREATE TABLE[^;]*\bDEFAULT\b`, "every insert says all it writes; only a column added later needs a value for the rows already there"},
	{`\b(?:TIMESTAMP|DATETIME|DATE|TIME|YEAR)\b`, "instants are BIGINT, days CHAR(10)"},
	{`\b(?:FLOAT|DOUBLE|REAL|DECIMAL|NUMERIC)\b`, "figures are whole numbers"},
	{`\b(?:ENUM|SET|JSON|BLOB|BOOLEAN|BOOL|UNSIGNED)\b`, "one engine's own type"},
	{`\bFOREIGN\s+KEY\b|\bREFERENCES\b`, "TiDB and Galera treat them differently; check finds orphans"},
}

func TestPortableWords(t *testing.T) {
	queries, steps := statements(t, "queries", "-- name: "), statements(t, "migrations", "-- step: ")
	if len(queries) < 50 || len(steps) < 30 {
		t.Fatalf("%d queries and %d steps: the test reads them wrongly", len(queries), len(steps))
	}
	forbid(t, queries, queryRules)
	forbid(t, steps, migrationRules)
}

func forbid(t *testing.T, list []statement, rules []rule) {
	t.Helper()
	for _, r := range rules {
		re := regexp.MustCompile(`(?im)` + r.pattern)
		for _, s := range list {
			if hit := re.FindString(s.text); hit != "" {
				t.Errorf("%s: %s says %q: %s", s.file, s.name, strings.TrimSpace(hit), r.why)
			}
		}
	}
}

func TestEveryTableIsStrictAndEveryColumnDecided(t *testing.T) {
	for _, s := range statements(t, "migrations", "-- step: ") {
		if !strings.HasPrefix(strings.TrimSpace(s.text), "CREATE TABLE") {
			continue
		}
		if !strings.Contains(s.text, "/*table*/") {
			t.Errorf("%s: %s lacks the /*table*/ macro, so it would be neither STRICT nor utf8mb4_bin", s.file, s.name)
		}
		if !strings.Contains(s.text, "PRIMARY KEY") {
			t.Errorf("%s: %s has no primary key, which Galera and TiDB need", s.file, s.name)
		}
	}
}

// TestRulesBite proves the patterns on texts that break them, so that a
// mistyped pattern does not pass everything for ever.
func TestRulesBite(t *testing.T) {
	bad := []string{"SELECT * FROM item", "SELECT i.* FROM item i", "INSERT INTO x (a) VALUES (1) RETURNING a", "INSERT INTO x (a) VALUES (1) ON CONFLICT DO NOTHING",
		"INSERT INTO x (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "INSERT IGNORE INTO x (a) VALUES (1)", "REPLACE INTO x (a) VALUES (1)",
		"SELECT a FROM x WHERE b < NOW()", "SELECT strftime('', a) FROM x", "SELECT a FROM x WHERE b = CURRENT_DATE", "SELECT a / 2 FROM x",
		"SELECT a || b FROM x", "SELECT a FROM x FOR UPDATE", "SELECT IFNULL(a, 0) FROM x"}
	for _, text := range bad {
		if !broken(text, queryRules) {
			t.Errorf("no rule forbids %s", text)
		}
	}
	for _, text := range []string{"SELECT a FROM x WHERE b < :now AND c = :day", "UPDATE draft SET updated_at = :updated_at WHERE id = :id", "SELECT COUNT(*) FROM entry"} {
		if broken(text, queryRules) {
			t.Errorf("a rule forbids %s", text)
		}
	}
	for _, text := range []string{"UPDATE voucher SET x = 1", "delete from entry", "DELETE FROM audit WHERE id = 1", "TRUNCATE TABLE entry", "UPDATE\n  voucher SET a = 1"} {
		if !changesBooks.MatchString(text) {
			t.Errorf("not seen as a change of the books: %s", text)
		}
	}
	if changesBooks.MatchString("UPDATE audit_note SET a = 1") {
		t.Error("another table is taken for the books")
	}
}

func broken(text string, rules []rule) bool {
	for _, r := range rules {
		if regexp.MustCompile(`(?im)` + r.pattern).MatchString(text) {
			return true
		}
	}
	return false
}
