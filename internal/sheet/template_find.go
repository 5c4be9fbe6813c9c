package sheet

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"changbei/internal/grid"
)

// piece is a stretch of a cell's text: words as they stand, or a field.
type piece struct {
	words string
	field int  // index in the names, -1 = words
	head  bool // of Fields.Head, else of Fields.Line
}

// find collects the placeholders of a sheet and the row that is repeated.
func (s *templateSheet) find(fields Fields) error {
	if err := s.severalUnknown(fields); err != nil {
		return err
	}
	rows := map[int][]slot{}
	repeated := map[int]grid.Cell{} // rows with a line's field → the first such cell
	for _, c := range s.grid.Cells {
		if strings.Contains(unwide(c.Formula), "{{") {
			return s.located(c, broken("公式里不能写占位").mend("请把占位单独写在一个单元格里，公式去引用那个单元格，再上传。"))
		}
		if c.Kind != grid.Text {
			continue
		}
		pieces, err := cut(c.Raw, fields)
		if err != nil {
			return s.located(c, err)
		}
		if pieces == nil {
			continue
		}
		rows[c.Row] = append(rows[c.Row], slot{c, pieces})
		if _, seen := repeated[c.Row]; !seen && slices.ContainsFunc(pieces, func(p piece) bool { return p.field >= 0 && !p.head }) {
			repeated[c.Row] = c
		}
	}
	if err := s.oneRow(repeated); err != nil {
		return err
	}
	for row, slots := range rows {
		if row == s.row {
			s.lines = slots
		} else {
			s.heads = append(s.heads, slots...)
		}
	}
	return s.checkMerges()
}

var placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// severalUnknown names all the fields that there are not, so that they are
// mended in one go. A single one is told of with what it may have meant.
func (s *templateSheet) severalUnknown(fields Fields) error {
	const shown = 8
	var unknown []string
	var first grid.Cell
	for _, c := range s.grid.Cells {
		if c.Kind != grid.Text {
			continue
		}
		for _, m := range placeholder.FindAllStringSubmatch(unwide(c.Raw), -1) {
			if _, ok := fields.find(m[1]); ok {
				continue
			}
			if len(unknown) == 0 {
				first = c
			}
			unknown = append(unknown, c.Ref()+" 的“"+clip(strings.TrimSpace(m[1]), 20)+"”")
		}
	}
	if len(unknown) < 2 {
		return nil
	}
	list, more := unknown[:min(shown, len(unknown))], ""
	if len(unknown) > shown {
		more = "等"
	}
	return s.located(first, broken("有 %d 个占位不是这种表的字段：%s%s", len(unknown), strings.Join(list, "、"), more).
		mend("请改成这种表可用的占位再上传；可用的占位列在“导出模板”页上。"))
}

func (s *templateSheet) located(c grid.Cell, err error) error {
	return located(err, "工作表“%s”的 %s", shownName(s.grid.Name), c.Ref())
}

func (s *templateSheet) oneRow(repeated map[int]grid.Cell) error {
	var rows []int
	for row := range repeated {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	if len(rows) > 1 {
		return s.located(repeated[rows[1]], broken("明细的占位写在了两行（第 %d 行和第 %d 行）", rows[0], rows[1]).
			mend("一张工作表只能有一个明细行，导出时自动逐行重复。请只留一行；合计、标题里的占位请用“整表”一栏的名称。"))
	}
	if len(rows) == 1 {
		s.row = rows[0]
	}
	return nil
}

// checkMerges refuses a repeated row that is merged with its neighbours: what
// would be merged in the next line?
func (s *templateSheet) checkMerges() error {
	for _, m := range s.grid.Merges {
		if s.row > 0 && m.Row1 != m.Row2 && m.Row1 <= s.row && s.row <= m.Row2 {
			return located(broken("明细行（第 %d 行）有与上下行合并的单元格", s.row).mend("请取消这个合并，只在本行之内合并，再上传。"),
				"工作表“%s”的 %s:%s", shownName(s.grid.Name), grid.Ref(m.Row1, m.Col1), grid.Ref(m.Row2, m.Col2))
		}
	}
	return nil
}

// unwide writes the full-width braces of a Chinese keyboard as braces.
func unwide(s string) string { return strings.NewReplacer("｛", "{", "｝", "}").Replace(s) }

// cut takes a text apart at its placeholders; nil when there are none.
func cut(text string, fields Fields) ([]piece, error) {
	if !strings.ContainsAny(text, "{｛") {
		return nil, nil
	}
	rest := unwide(text)
	if !strings.Contains(rest, "{{") {
		return nil, nil
	}
	var out []piece
	for {
		before, after, found := strings.Cut(rest, "{{")
		if before != "" {
			out = append(out, piece{words: before, field: -1})
		}
		if !found {
			return out, nil
		}
		name, behind, closed := strings.Cut(after, "}}")
		if !closed || strings.Contains(name, "{{") {
			return nil, broken("占位没有写完整：“{{%s”后面少了“}}”", clip(strings.TrimSpace(name), 20)).mend("请补上“}}”再上传。")
		}
		p, ok := fields.find(name)
		if !ok {
			return nil, broken("没有名为“%s”的字段%s", clip(strings.TrimSpace(name), 20), fields.near(name)).
				mend("请改成这种表可用的占位再上传；可用的占位列在“导出模板”页上。")
		}
		out, rest = append(out, p), behind
	}
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// fold takes blanks out of a name: offices space words out to fill a cell.
func foldField(name string) string { return strings.Join(strings.Fields(name), "") }

func (f Fields) find(name string) (piece, bool) {
	name = foldField(name)
	if i := slices.Index(f.Line, name); i >= 0 {
		return piece{field: i}, true
	}
	i := slices.Index(f.Head, name)
	return piece{field: i, head: true}, i >= 0
}

// near names the fields most like a word: those that share most characters
// with it, for their length.
func (f Fields) near(name string) string {
	type scored struct {
		name  string
		score float64
	}
	var list []scored
	for _, known := range slices.Concat(f.Line, f.Head) {
		if s := alike(foldField(name), known); s > 0 {
			list = append(list, scored{known, s})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var names []string
	for _, s := range list[:min(3, len(list))] {
		names = append(names, s.name)
	}
	if len(names) == 0 {
		return ""
	}
	return "，最接近的是 " + strings.Join(placeholders(names, 3), "、")
}

// alike is the share of characters two words have in common.
func alike(a, b string) float64 {
	left := []rune(b)
	common := 0
	for _, r := range a {
		if i := slices.Index(left, r); i >= 0 {
			left = slices.Delete(left, i, i+1)
			common++
		}
	}
	return 2 * float64(common) / float64(len([]rune(a))+len([]rune(b)))
}

func placeholders(names []string, most int) []string {
	var out []string
	for _, n := range names[:min(most, len(names))] {
		out = append(out, "{{"+n+"}}")
	}
	return out
}

// rowAbout is what the part says of the repeated row and of the sheet, beyond
// what stands in its cells.
type rowAbout struct {
	cells     []rowCell
	height    float64 // 0 = not stated
	fixed     bool    // the height was set by hand
	protected bool
	arrays    map[[2]int]bool // cells of array formulas, which stay as they are
}

type rowCell struct{ col, style int }

// aboutRow scans a sheet for it.
func aboutRow(a *archive, part string, row int) (rowAbout, error) {
	about := rowAbout{arrays: map[[2]int]bool{}}
	src, err := a.openPart(part)
	if err != nil {
		return about, err
	}
	s, err := newScanner(src, new(int))
	if err != nil {
		return about, err
	}
	at, col := 0, 0
	for {
		kind, err := s.next()
		if err != nil || kind == tokenEOF {
			return about, err
		}
		if kind != tokenStart {
			continue
		}
		switch string(s.local()) {
		case "row":
			at, col = at+1, 0
			if n, ok := parseCount(bytes.TrimSpace(attrOf(s, "r")), MaxRow); ok {
				at = n
			}
			if at == row {
				about.size(s)
			}
		case "c":
			col++
			if _, n, ok := parseRef(bytes.TrimSpace(attrOf(s, "r"))); ok {
				col = n
			}
			if style, _ := parseCount(bytes.TrimSpace(attrOf(s, "s")), maxStyles); at == row {
				about.cells = append(about.cells, rowCell{col, style})
			}
		case "f":
			if string(attrOf(s, "t")) == "array" || string(attrOf(s, "t")) == "dataTable" {
				about.arrays[[2]int{at, col}] = true
			}
		case "sheetProtection":
			about.protected = about.protected || isTrue(attrOf(s, "sheet"))
		}
	}
}

func (about *rowAbout) size(s *xmlScanner) {
	about.fixed = isTrue(attrOf(s, "customHeight"))
	if _, err := fmt.Sscanf(string(attrOf(s, "ht")), "%g", &about.height); err != nil || about.height < 0 || about.height > maxRowHeight {
		about.height = 0
	}
}

// sheetParts says in which part each sheet lies.
type sheetParts struct {
	of       map[string]string
	date1904 bool
}

func partsOfSheets(a *archive) (sheetParts, error) {
	b := &xlsxBook{archive: a, book: &grid.Workbook{}}
	if err := b.findWorkbook(); err != nil {
		return sheetParts{}, err
	}
	if err := b.readWorkbook(); err != nil {
		return sheetParts{}, err
	}
	out := sheetParts{of: map[string]string{}, date1904: b.date1904}
	for _, s := range b.sheets {
		out.of[s.name] = b.relation[s.relation].target
	}
	return out, nil
}
