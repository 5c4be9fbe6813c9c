package reading_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

// marksOf turns what reading found into what goes back to the office, and adds
// a mark in the worst places: titles, headings and every skipped row.
func marksOf(r *reading.Result) ([]sheet.Mark, map[string][]int) {
	var marks []sheet.Mark
	heads := map[string][]int{}
	for _, i := range r.Issues {
		col := 0
		for _, c := range strings.TrimRight(i.Cell, "0123456789") {
			col = col*26 + int(c-'A') + 1
		}
		marks = append(marks, sheet.Mark{Sheet: i.Sheet, Row: i.Row, Col: col, Text: i.Message, Bad: i.Severity == reading.Error})
	}
	for _, s := range r.Skipped {
		marks = append(marks, sheet.Mark{Sheet: s.Sheet, Row: s.Row, Text: "石桥镇 2024年6月30日 合计 500 顶。", Bad: true})
	}
	for _, t := range r.Tables {
		heads[t.Sheet] = append(heads[t.Sheet], t.HeaderRows...)
		marks = append(marks, sheet.Mark{Sheet: t.Sheet, Row: 1, Text: "没有截止日期。"},
			sheet.Mark{Sheet: t.Sheet, Row: t.HeaderRows[0], Col: 2, Text: "这一列认不出来。"})
	}
	return marks, heads
}

func readMarked(t *testing.T, path, name string) (*grid.Workbook, *reading.Result) {
	t.Helper()
	book, err := sheet.ReadFile(path, name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := reading.Read(book, reading.Options{FileName: name, Today: today, Lexicon: lexicon(t)})
	if err != nil {
		t.Fatal(err)
	}
	return book, r
}

// once puts a marked copy of the ledger at path into a folder.
func once(t *testing.T, path, name string, marks []sheet.Mark, heads map[string][]int) string {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.WriteMarked(&out, path, name, sheet.Marks{List: marks, Heads: heads}); err != nil {
		t.Fatal(err)
	}
	marked := filepath.Join(t.TempDir(), "marked.xlsx")
	if err := os.WriteFile(marked, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return marked
}

// sameName makes readings comparable: a text file has no sheet names, and the
// second line of a quoted field is no row of it but one of a workbook.
func sameName(r *reading.Result) *reading.Result {
	for i := range r.Rows {
		r.Rows[i].Sheet = ""
	}
	for i := range r.Tables {
		r.Tables[i].Sheet = ""
	}
	r.Skipped = slices.DeleteFunc(r.Skipped, func(s reading.Skipped) bool { return s.Reason == reading.SkipBlank })
	for i := range r.Skipped {
		r.Skipped[i].Sheet = ""
	}
	for i := range r.Issues {
		r.Issues[i].Sheet = ""
	}
	for i := range r.Sheets {
		r.Sheets[i].Name = ""
	}
	r.Notices = nil
	return r
}

func TestMarkedLedgersReadAsBefore(t *testing.T) {
	for _, name := range ledgers(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			_, before := readMarked(t, path, name)
			marks, heads := marksOf(before)
			marked := once(t, path, name, marks, heads)
			_, after := readMarked(t, marked, name)
			text := strings.HasSuffix(name, ".csv")
			if text {
				before, after = sameName(before), sameName(after)
			}
			if diff := cmp.Diff(before, after, cmpopts.IgnoreUnexported(reading.Result{})); diff != "" {
				t.Errorf("read otherwise once marked:\n%s", diff)
			}
			if text {
				return
			}
			again := once(t, marked, name, marks, heads)
			if n := countReasons(t, again); n != countReasons(t, marked) || n == 0 {
				t.Errorf("%d headings of reasons after the second round", n)
			}
			_, last := readMarked(t, again, name)
			if diff := cmp.Diff(before, last, cmpopts.IgnoreUnexported(reading.Result{})); diff != "" {
				t.Errorf("read otherwise after two rounds:\n%s", diff)
			}
		})
	}
}

func countReasons(t *testing.T, path string) int {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	n := 0
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, v := range r {
				if strings.HasPrefix(v, grid.ReasonHeading) {
					n++
				}
			}
		}
	}
	return n
}
