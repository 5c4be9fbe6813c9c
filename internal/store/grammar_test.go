package store_test

import (
	"regexp"
	"strings"
	"testing"

	"changbei/internal/store"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // values of literals; the server's own is not needed to parse
)

// parseOne parses a text with TiDB's grammar as exactly one statement.
func parseOne(t *testing.T, name, text string) ast.StmtNode {
	t.Helper()
	list, warnings, err := parser.New().Parse(text, "utf8mb4", "utf8mb4_bin")
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
		return nil
	}
	if len(list) != 1 || len(warnings) > 0 {
		t.Errorf("%s: %d statements, warnings %v\n%s", name, len(list), warnings, text)
		return nil
	}
	return list[0]
}

// TestGrammar parses every query and every migration step with the grammar of
// the strictest of the MySQL family, and looks at what the statements do.
func TestGrammar(t *testing.T) {
	for _, rows := range []int{1, 3} {
		texts, err := store.QueryTexts(rows)
		if err != nil {
			t.Fatal(err)
		}
		if len(texts) < 90 {
			t.Fatalf("only %d queries", len(texts))
		}
		for name, text := range texts {
			if stmt := parseOne(t, name, text); stmt != nil {
				checkStatement(t, name, text, stmt)
			}
		}
	}
	steps, err := store.MigrationTexts()
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) < 30 {
		t.Fatalf("only %d migration steps", len(steps))
	}
	for version, text := range steps {
		name := "step " + regexp.MustCompile(`\w+ \w+[^(]*`).FindString(text)
		switch parseOne(t, name, text).(type) {
		case *ast.CreateTableStmt, *ast.CreateIndexStmt, *ast.InsertStmt, *ast.AlterTableStmt, nil:
		default:
			t.Errorf("%s (%d) does something else than making tables, indexes and rows:\n%s", name, version, text)
		}
	}
}

// checkStatement sees the tables and words a query really uses, where a look
// at the text could be deceived.
func checkStatement(t *testing.T, name, text string, stmt ast.StmtNode) {
	t.Helper()
	switch s := stmt.(type) {
	case *ast.UpdateStmt:
		mustNotChange(t, name, s.TableRefs)
		if s.Where == nil {
			t.Errorf("%s changes every row:\n%s", name, text)
		}
	case *ast.DeleteStmt:
		mustNotChange(t, name, s.TableRefs)
		if s.Where == nil {
			t.Errorf("%s deletes every row:\n%s", name, text)
		}
	case *ast.InsertStmt:
		if s.IsReplace || s.IgnoreErr || len(s.OnDuplicate) > 0 {
			t.Errorf("%s does more than insert:\n%s", name, text)
		}
		if len(s.Columns) == 0 {
			t.Errorf("%s names no columns:\n%s", name, text)
		}
	case *ast.SelectStmt, *ast.SetOprStmt:
		s.Accept(stars{t, name})
	default:
		t.Errorf("%s is neither SELECT nor INSERT, UPDATE or DELETE:\n%s", name, text)
	}
	if strings.Contains(text, ":") {
		t.Errorf("%s: a :name was not recognised:\n%s", name, text)
	}
}

func mustNotChange(t *testing.T, name string, refs *ast.TableRefsClause) {
	t.Helper()
	source, ok := refs.TableRefs.Left.(*ast.TableSource)
	if !ok || refs.TableRefs.Right != nil {
		t.Errorf("%s changes more than one table", name)
		return
	}
	table, ok := source.Source.(*ast.TableName)
	if !ok {
		t.Errorf("%s changes something that is no table", name)
		return
	}
	switch table.Name.L {
	case "voucher", "entry", "audit":
		t.Errorf("%s changes %s: what is posted stays", name, table.Name.L)
	}
}

// stars finds SELECT * anywhere, also in an inner query. COUNT(*) is another
// node.
type stars struct {
	t    *testing.T
	name string
}

func (v stars) Enter(n ast.Node) (ast.Node, bool) {
	if f, ok := n.(*ast.SelectField); ok && f.WildCard != nil {
		v.t.Errorf("%s selects *", v.name)
	}
	return n, false
}

func (v stars) Leave(n ast.Node) (ast.Node, bool) { return n, true }
