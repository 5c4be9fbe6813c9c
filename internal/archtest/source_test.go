package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// root is the project's directory, seen from this package.
const root = "../.."

// module is the first part of the project's own import paths.
const module = "changbei/"

// house is the source of the project: file name (from the root) to its tree.
type house struct {
	t     *testing.T
	set   *token.FileSet
	files map[string]*ast.File
}

// read parses every Go file below the four top directories.
func read(t *testing.T) house {
	t.Helper()
	h := house{t: t, set: token.NewFileSet(), files: make(map[string]*ast.File)}
	for _, top := range []string{"cmd", "internal", "sql", "templates"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
				return err
			}
			f, err := parser.ParseFile(h.set, name, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, name)
			h.files[filepath.ToSlash(rel)] = f
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(h.files) < 100 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(h.files))
	}
	return h
}

// product gives the files that are no tests.
func (h house) product() map[string]*ast.File {
	m := make(map[string]*ast.File)
	for name, f := range h.files {
		if !isTest(name) {
			m[name] = f
		}
	}
	return m
}

// isTest reports a file that never gets into the program. storetest is a kit
// for tests that other packages must be able to import.
func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/store/storetest/")
}

func packageOf(file string) string { return path.Dir(file) }

func importsOf(f *ast.File) []string {
	var list []string
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		list = append(list, p)
	}
	return list
}

// lines counts the lines a node covers.
func (h house) lines(n ast.Node) int {
	return h.set.Position(n.End()).Line - h.set.Position(n.Pos()).Line + 1
}

func readText(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
