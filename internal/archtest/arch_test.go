package archtest

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors lists every package from the ground up. A package imports only what
// stands on a lower floor; a new package needs its row here first, which is
// when its place is thought about.
var floors = []struct {
	name     string
	packages []string
}{
	{"leaves", []string{"internal/errs", "internal/id", "internal/code", "internal/grid", "internal/polite", "internal/archtest", "internal/manual", "internal/browser"}},
	{"figures and settings", []string{"internal/quantity", "internal/day", "internal/config"}},
	{"money and formulas", []string{"internal/money", "internal/formula"}},
	{"domain", domain},
	{"domain on domain", []string{"internal/plan", "internal/order", "internal/notice"}},
	{"texts", []string{"sql", "templates"}},
	{"adapters", []string{"internal/store", "internal/sheet", "internal/anchor", "internal/courier"}},
	{"posting and telling", []string{"internal/posting", "internal/notifying"}},
	{"use cases", []string{"internal/inventory", "internal/directory", "internal/accounts", "internal/planning", "internal/dispatching"}},
	{"use cases on use cases", []string{"internal/importing", "internal/reporting"}},
	{"demo", []string{"internal/demo"}},
	{"web's parts", webParts},
	{"web", []string{"internal/web"}},
	{"wiring", []string{"internal/app"}},
	{"commands", []string{"cmd/changbei", "internal/manual/shots", "internal/bench", "internal/fault"}},
}

// domain compiles without SQL, HTTP, files and workbooks.
var domain = []string{"internal/access", "internal/place", "internal/catalog", "internal/ledger", "internal/reading", "internal/sourcing"}

// webParts are data for pages and fields from forms: they know the domain and
// no use case.
var webParts = []string{"internal/web/form", "internal/web/view"}

// narrower says, for packages that may import less than all that is below
// them, which of the packages from the adapters up they may import.
var narrower = map[string][]string{
	"internal/posting":     {"internal/store"},
	"internal/courier":     {},
	"internal/notifying":   {"internal/store", "internal/courier"},
	"internal/inventory":   {"internal/store", "internal/posting", "internal/anchor"},
	"internal/directory":   {"internal/store"},
	"internal/accounts":    {"internal/store"},
	"internal/planning":    {"internal/store"},
	"internal/dispatching": {"internal/store", "internal/posting", "internal/notifying"},
	"internal/importing":   {"internal/store", "internal/sheet", "internal/posting", "internal/directory", "internal/planning", "internal/dispatching"},
	"internal/reporting":   {"internal/store", "internal/sheet", "internal/inventory", "internal/planning", "internal/dispatching"},
	"internal/demo":        {"internal/store", "internal/directory", "internal/inventory", "internal/accounts", "internal/planning", "internal/importing", "internal/dispatching"},
	"internal/web/form":    {},
	"internal/web/view":    {},
}

// readers says who imports what is not for everybody above it: the embedded
// texts, and the browser that takes pictures and walks through tests.
var readers = map[string][]string{
	"sql":              {"internal/store", "internal/directory", "internal/demo", "internal/app"},
	"templates":        {"internal/web"},
	"internal/browser": {"internal/manual/shots"},
}

// outsiders are libraries that one package hides from all others. Tests are
// free to use excelize, which makes the workbooks they read.
var outsiders = []struct {
	prefix string
	owners []string
	tests  bool
}{
	{"github.com/labstack/", []string{"internal/web"}, false},
	{"github.com/alexedwards/scs", []string{"internal/web"}, false},
	{"github.com/jmoiron/sqlx", []string{"internal/store"}, false},
	{"github.com/go-sql-driver/mysql", []string{"internal/store"}, false},
	{"modernc.org/sqlite", []string{"internal/store"}, false},
	{"github.com/pressly/goose", []string{"internal/store"}, false},
	{"github.com/boombuler/barcode", []string{"internal/code"}, false},
	{"github.com/chromedp/", []string{"internal/browser"}, true},
	{"github.com/xuri/excelize", []string{"internal/sheet"}, true},
	{"github.com/richardlehane/", []string{"internal/sheet"}, true},
}

func floorOf(pkg string) int {
	return slices.IndexFunc(floors, func(f struct {
		name     string
		packages []string
	}) bool {
		return slices.Contains(f.packages, pkg)
	})
}

func TestEveryPackageHasAFloor(t *testing.T) {
	seen := make(map[string]bool)
	for name := range read(t).product() {
		pkg := packageOf(name)
		if !seen[pkg] && floorOf(pkg) < 0 {
			t.Errorf("package %s has no floor: give it one in arch_test.go", pkg)
		}
		seen[pkg] = true
	}
	for _, f := range floors {
		for _, pkg := range f.packages {
			if !seen[pkg] {
				t.Errorf("package %s has a floor (%s) but no code", pkg, f.name)
			}
		}
	}
}

func TestImportsGoDown(t *testing.T) {
	adapters := floorOf("internal/store")
	for name, f := range read(t).product() {
		from := packageOf(name)
		for _, p := range importsOf(f) {
			to, own := strings.CutPrefix(p, module)
			if !own {
				continue
			}
			if floorOf(to) < 0 || floorOf(to) >= floorOf(from) {
				t.Errorf("%s imports %s, which is not below it", name, to)
			}
			allowed, narrow := narrower[from]
			if narrow && floorOf(to) >= adapters && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s; of the adapters and use cases %s may import %v", name, to, from, allowed)
			}
			if list, few := readers[to]; few && !slices.Contains(list, from) {
				t.Errorf("%s imports %s, which is for %v alone", name, to, list)
			}
		}
	}
}

func TestOneOwnerPerLibrary(t *testing.T) {
	for name, f := range read(t).files {
		pkg := packageOf(name)
		for _, p := range importsOf(f) {
			for _, o := range outsiders {
				if !strings.HasPrefix(p, o.prefix) || slices.Contains(o.owners, pkg) || o.tests && isTest(name) {
					continue
				}
				if pkg == "internal/store/storetest" && slices.Contains(o.owners, "internal/store") {
					continue
				}
				t.Errorf("%s imports %s, which belongs to %v", name, p, o.owners)
			}
		}
	}
}

func TestDomainIsPure(t *testing.T) {
	forbidden := []string{"database/sql", "net", "os", "io/fs", "html/template", "log", "log/slog", "time"}
	// The leaves hold the clock and the settings of the machine for the others.
	pure := slices.Concat(domain, []string{"internal/plan", "internal/notice", "internal/errs", "internal/grid", "internal/quantity", "internal/money"})
	for name, f := range read(t).product() {
		if !slices.Contains(pure, packageOf(name)) {
			continue
		}
		for _, p := range importsOf(f) {
			if slices.ContainsFunc(forbidden, func(bad string) bool { return p == bad || strings.HasPrefix(p, bad+"/") }) {
				t.Errorf("%s imports %s: the domain decides on values it is given", name, p)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	explained := make(map[string]bool)
	for name, f := range read(t).files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		base := path.Base(packageOf(name))
		doc := f.Doc.Text()
		says := strings.HasPrefix(doc, "Package "+base+" ") || strings.HasPrefix(doc, "Command "+base+" ")
		explained[packageOf(name)] = explained[packageOf(name)] || says
	}
	for pkg, ok := range explained {
		if !ok {
			t.Errorf("package %s has no doc comment that begins with its name", pkg)
		}
	}
}

func TestNames(t *testing.T) {
	for name, f := range read(t).files {
		if slices.Contains([]string{"util", "utils", "common", "models", "helpers", "helper", "misc", "base"}, f.Name.Name) {
			t.Errorf("%s: package %s says nothing; name it after what it holds", name, f.Name.Name)
		}
	}
}

// Sizes that a reader can hold: design, section 8.
const (
	maxFileLines = 400
	maxFuncLines = 70
)

func TestSizes(t *testing.T) {
	h := read(t)
	for name, f := range h.product() {
		if n := h.set.File(f.Pos()).LineCount(); n > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", name, n, maxFileLines)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && h.lines(fn) > maxFuncLines {
				t.Errorf("%s: %s has %d lines, more than %d", name, fn.Name.Name, h.lines(fn), maxFuncLines)
			}
		}
	}
}

func TestExportedThingsAreExplained(t *testing.T) {
	for name, f := range read(t).product() {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && reachable(d) && !wellKnown[d.Name.Name] {
					t.Errorf("%s: %s has no doc comment", name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if bare := undocumented(d, s); bare != "" {
						t.Errorf("%s: %s has no doc comment", name, bare)
					}
				}
			}
		}
	}
}

// wellKnown methods say all with their name: the interface explains them.
var wellKnown = map[string]bool{"Error": true, "String": true, "Is": true, "Unwrap": true, "Len": true, "Less": true, "Swap": true, "Read": true, "Write": true, "Close": true}

// reachable reports a function, or a method of an exported type.
func reachable(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if g, ok := t.(*ast.IndexExpr); ok {
		t = g.X
	}
	i, ok := t.(*ast.Ident)
	return ok && i.IsExported()
}

// undocumented gives the exported name of a declaration that nothing explains:
// neither itself nor the group it stands in.
func undocumented(d *ast.GenDecl, s ast.Spec) string {
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
			return s.Name.Name
		}
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if n.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
				return n.Name
			}
		}
	}
	return ""
}
