package reading_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"changbei/internal/day"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

// show prints every difference, also those that are no failure.
var show = flag.Bool("show", false, "print what differs from the expected rows")

const expectedSuffix = ".expected.json"

var today = day.Of(2026, 5, 20)

// marks is the score of one workbook, as the contract of ledgers defines it.
type marks struct {
	rows, found, ok, clean, silent, issues, issuesFound int
	wrong                                               []string
}

func TestLedgersAreNeverReadWrongSilently(t *testing.T) {
	// The least that must read clean, so that no later change loses ground.
	// 各乡镇: three 保质期 without a unit are asked, as the contract says.
	floor := map[string]float64{"各乡镇应急物资储备情况（2024年汛前）.xlsx": 0.94}
	for _, name := range ledgers(t) {
		t.Run(name, func(t *testing.T) {
			got, want := readLedger(t, name), expected(t, name)
			m := score(want, got)
			t.Logf("rows %d found %d clean %d/%d issues %d/%d silent_wrong %d", m.rows, m.found, m.clean, m.ok, m.issuesFound, m.issues, m.silent)
			if *show || m.silent > 0 {
				t.Log(strings.Join(m.wrong, "\n"))
			}
			if m.silent > 0 {
				t.Errorf("%d rows are wrong and called ok", m.silent)
			}
			least, ok := floor[name]
			if !ok {
				least = 1
			}
			if m.found < m.rows || m.issuesFound < m.issues || float64(m.clean) < least*float64(m.ok) {
				t.Errorf("lost ground:\n%s", strings.Join(m.wrong, "\n"))
			}
			compareAdvice(t, want, got)
			compareSkipped(t, want, got)
			compareColumns(t, want, got)
		})
	}
}

// TestMoreLedgersAreReadRight reads ledgers of many more shapes, made without a
// look at this package: none may be read wrong silently, and those that were
// read clean stay so. Their advice, skipped rows and columns are not scored.
func TestMoreLedgersAreReadRight(t *testing.T) {
	paths, err := filepath.Glob("testdata/more/*" + expectedSuffix)
	if err != nil || len(paths) == 0 {
		t.Fatal("no ledgers in testdata/more", err)
	}
	var all marks
	for _, p := range paths {
		name := "more/" + strings.TrimSuffix(filepath.Base(p), expectedSuffix)
		t.Run(name, func(t *testing.T) {
			m := score(expected(t, name), readLedger(t, name))
			all.rows, all.found, all.ok, all.clean = all.rows+m.rows, all.found+m.found, all.ok+m.ok, all.clean+m.clean
			all.issues, all.issuesFound = all.issues+m.issues, all.issuesFound+m.issuesFound
			if m.silent > 0 || m.found < m.rows || *show {
				t.Errorf("rows %d found %d clean %d/%d issues %d/%d silent_wrong %d\n%s", m.rows, m.found, m.clean, m.ok, m.issuesFound, m.issues, m.silent, strings.Join(m.wrong, "\n"))
			}
		})
	}
	t.Logf("%d ledgers: rows %d found %d clean %d/%d issues %d/%d", len(paths), all.rows, all.found, all.clean, all.ok, all.issuesFound, all.issues)
	if all.clean*1000 < all.ok*990 || all.issuesFound*100 < all.issues*97 {
		t.Errorf("lost ground: clean %d of %d, issues %d of %d", all.clean, all.ok, all.issuesFound, all.issues)
	}
}

func ledgers(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*" + expectedSuffix)
	if err != nil || len(paths) == 0 {
		t.Fatal("no ledgers in testdata", err)
	}
	var names []string
	for _, p := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(p), expectedSuffix))
	}
	return names
}

func lexicon(t testing.TB) *reading.Lexicon {
	t.Helper()
	f, err := os.Open("testdata/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := reading.LoadLexicon(f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

type ledger map[string]any

func readLedger(t *testing.T, name string) ledger {
	t.Helper()
	wb, err := sheet.ReadFile(filepath.Join("testdata", name), name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := reading.Read(wb, reading.Options{FileName: filepath.Base(name), Today: today, Lexicon: lexicon(t)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("CHANGBEI_TEST_READING_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return decode(t, text)
}

func expected(t *testing.T, name string) ledger {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+expectedSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, text)
}

func decode(t *testing.T, text []byte) ledger {
	t.Helper()
	var out ledger
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (l ledger) list(key string) []ledger {
	var out []ledger
	items, _ := l[key].([]any)
	for _, x := range items {
		out = append(out, x.(map[string]any))
	}
	return out
}

func (l ledger) text(key string) string {
	switch v := l[key].(type) {
	case nil:
		return ""
	case float64:
		return fmt.Sprint(v)
	default:
		return fmt.Sprint(v)
	}
}

func (l ledger) key() string { return l.text("sheet") + "!" + l.text("cell") }

func (l ledger) extra() ledger {
	e, _ := l["extra"].(map[string]any)
	return e
}

func fold(s string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(norm.NFKC.String(s), unicode.IsSpace), ""))
}

var (
	mainFields  = []string{"item", "spec", "unit", "quantity", "depot", "date", "production_date", "expiry"}
	extraFields = []string{"direction", "reversal", "book_qty", "counted_qty", "plan_year"}
	rank        = map[string]int{"ok": 0, "confirm": 1, "error": 2}
	rowLevel    = map[string]bool{"hidden_row": true, "duplicate_row": true, "qty_merged_across_items": true, "balance_mismatch": true, "diff_mismatch": true}
)

func same(field string, want, got ledger) bool {
	switch field {
	case "quantity":
		a, okA := want[field].(float64)
		b, okB := got[field].(float64)
		return okA == okB && math.Abs(a-b) < 1e-6
	case "depot":
		a, b := fold(want.text(field)), fold(got.text(field))
		return a == b || a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
	}
	if std := want.text(field + "_std"); std != "" && fold(std) == fold(got.text(field)) {
		return true
	}
	return fold(want.text(field)) == fold(got.text(field))
}

// wrongFields names the fields that differ, those that decide the booking
// included.
func wrongFields(want, got ledger) []string {
	var bad []string
	for _, f := range mainFields {
		if !same(f, want, got) {
			bad = append(bad, fmt.Sprintf("%s: want %v, got %v", f, want[f], got[f]))
		}
	}
	for _, f := range extraFields {
		w, ok := want.extra()[f]
		if ok && w != false && fold(want.extra().text(f)) != fold(got.extra().text(f)) {
			bad = append(bad, fmt.Sprintf("%s: want %v, got %v", f, w, got.extra()[f]))
		}
	}
	return bad
}

func score(want, got ledger) marks {
	var m marks
	found := map[string]ledger{}
	for _, r := range got.list("rows") {
		if _, twice := found[r.key()]; twice && r.text("status") == "ok" {
			m.silent++
			m.wrong = append(m.wrong, r.key()+" came twice")
		}
		found[r.key()] = r
	}
	expectedRows := map[string]bool{}
	for _, w := range want.list("rows") {
		expectedRows[w.key()] = true
		m.row(w, found[w.key()])
	}
	for key, g := range found {
		if !expectedRows[key] && g.text("status") == "ok" {
			m.silent++
			m.wrong = append(m.wrong, key+" is invented: "+g.text("item"))
		}
	}
	m.scoreIssues(want, got, found)
	return m
}

func (m *marks) row(w, g ledger) {
	m.rows++
	wantOK := w.text("status") == "ok"
	if wantOK {
		m.ok++
	}
	if g == nil {
		m.wrong = append(m.wrong, w.key()+" is missing: "+w.text("item"))
		return
	}
	m.found++
	bad := wrongFields(w, g)
	switch {
	case g.text("status") == "ok" && (len(bad) > 0 || !wantOK):
		m.silent++
		m.wrong = append(m.wrong, fmt.Sprintf("%s silent, should be %s: %v", w.key(), w.text("status"), bad))
	case g.text("status") == "ok":
		m.clean++
	case wantOK, len(bad) > 0:
		m.wrong = append(m.wrong, fmt.Sprintf("%s is %s, expected %s: %v", w.key(), g.text("status"), w.text("status"), bad))
	}
}

func (m *marks) scoreIssues(want, got ledger, rows map[string]ledger) {
	cells, lines := map[string]int{}, map[string]int{}
	for _, i := range got.list("issues") {
		level := rank[i.text("severity")]
		cells[i.key()] = max(cells[i.key()], level)
		line := i.text("sheet") + "!" + i.text("row")
		lines[line] = max(lines[line], level)
	}
	for _, i := range want.list("issues") {
		m.issues++
		level := cells[i.key()]
		if r, ok := rows[i.key()]; ok {
			level = max(level, rank[r.text("status")])
		}
		if rowLevel[i.text("code")] {
			level = max(level, lines[i.text("sheet")+"!"+i.text("row")])
		}
		if level >= rank[i.text("severity")] || i.text("code") == "unit_missing" && level >= 1 {
			m.issuesFound++
		} else {
			m.wrong = append(m.wrong, fmt.Sprintf("%s: issue %s not raised", i.key(), i.text("code")))
		}
	}
}

// compareAdvice holds the fields that are scored apart: category, location,
// remark, the standard words and the rest of extra.
func compareAdvice(t *testing.T, want, got ledger) {
	t.Helper()
	rows := map[string]ledger{}
	for _, r := range got.list("rows") {
		rows[r.key()] = r
	}
	for _, w := range want.list("rows") {
		g := rows[w.key()]
		for _, f := range []string{"category", "location", "remark", "item_std", "unit_std"} {
			if fold(w.text(f)) != fold(g.text(f)) {
				t.Errorf("%s %s: want %q, got %q", w.key(), f, w.text(f), g.text(f))
			}
		}
		for f := range w.extra() {
			if w.extra().text(f) != g.extra().text(f) {
				t.Errorf("%s extra %s: want %q, got %q", w.key(), f, w.extra().text(f), g.extra().text(f))
			}
		}
	}
}

func compareSkipped(t *testing.T, want, got ledger) {
	t.Helper()
	list := func(l ledger) map[string]string {
		out := map[string]string{}
		for _, s := range l.list("skipped") {
			out[s.text("sheet")+"!"+s.text("row")] = s.text("reason")
		}
		return out
	}
	w, g := list(want), list(got)
	for key, reason := range w {
		if g[key] != reason {
			t.Errorf("row %s is skipped as %q, want %q", key, g[key], reason)
		}
	}
	for key, reason := range g {
		if w[key] == "" {
			t.Errorf("row %s is skipped as %q and should not be", key, reason)
		}
	}
}

func compareColumns(t *testing.T, want, got ledger) {
	t.Helper()
	if want.text("doc_kind") != got.text("doc_kind") || want.text("as_of") != got.text("as_of") || want.text("title") != got.text("title") {
		t.Errorf("kind %s, as of %q, title %q; want %s, %q, %q", got.text("doc_kind"), got.text("as_of"), got.text("title"), want.text("doc_kind"), want.text("as_of"), want.text("title"))
	}
	w, g := want.list("tables"), got.list("tables")
	if len(w) != len(g) {
		t.Fatalf("%d tables, want %d", len(g), len(w))
	}
	for i := range w {
		for _, key := range []string{"sheet", "header_rows", "first_data_row", "last_data_row", "columns"} {
			if a, b := foldJSON(w[i][key]), foldJSON(g[i][key]); a != b {
				t.Errorf("table %d %s:\nwant %s\n got %s", i, key, a, b)
			}
		}
	}
	for i, s := range want.list("sheets") {
		if g := got.list("sheets")[i]; g.text("name") != s.text("name") || g.text("role") != s.text("role") {
			t.Errorf("sheet %q is %s, want %s", s.text("name"), g.text("role"), s.text("role"))
		}
	}
}

func foldJSON(v any) string {
	text, _ := json.Marshal(v)
	return strings.ReplaceAll(fold(string(text)), `\n`, "")
}
