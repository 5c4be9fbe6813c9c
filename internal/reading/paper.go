package reading

import (
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/formula"
	"changbei/internal/grid"
)

// PaperKind is a sort of paper that is no ledger: what is read of it goes into
// a form that a person sends, never into the books by itself.
type PaperKind string

// The papers: 需求报告单, what a street asks for; 发放花名册, who got what.
const (
	RequestPaper PaperKind = "request"
	RollPaper    PaperKind = "roll"
)

// The columns and labels of papers, by the words of words.csv. Columns of items
// are those of a roll whose heading names goods and whose cells are amounts.
const (
	PaperItem   = "item"
	PaperSpec   = "spec"
	PaperUnit   = "unit"
	PaperCode   = "code"
	PaperRemark = "remark"
	PaperOther  = "other"
	PaperGoods  = "goods"
)

// Paper is what one table of a paper says: labelled cells around it, its
// columns and its rows, unjudged.
type Paper struct {
	Sheet   string
	Title   string
	Labels  map[string]PaperCell
	Columns []PaperColumn
	Rows    []PaperRow
	Unread  []PaperColumn // with figures in them, under headings nobody knows
	Totals  []PaperRow    // rows that state the sum of all above
	Others  []string      // further sheets with such a table, which were not read
	Notices []string      // of the file's reader
}

// PaperColumn is one column as understood; Field "" is not read. Word and Unit
// are of a column of goods: 大米(袋).
type PaperColumn struct {
	Col    int
	Ref    string // of its heading
	Header string
	Field  string
	Word   string
	Unit   string
}

// PaperRow is one row: cells by field, and of goods by their column.
type PaperRow struct {
	Row    int
	Band   string // the line above it that names a village
	Hidden bool
	Cells  map[string]PaperCell
	Goods  map[int]PaperCell
}

// Has reports whether the paper has a column of a field.
func (p *Paper) Has(field string) bool {
	return slices.ContainsFunc(p.Columns, func(c PaperColumn) bool { return c.Field == field })
}

// ReadPaper reads the longest table of its kind in a workbook, hidden sheets
// left out. Nothing is judged: what a cell may mean is the caller's to say.
func ReadPaper(wb *grid.Workbook, kind PaperKind, l *Lexicon) (*Paper, error) {
	pr := &paperReader{kind: kind, l: l, columns: l.papers[string(kind)+"_column"], labels: l.papers[string(kind)+"_label"]}
	calc := formula.New(wb)
	var best *Paper
	var others []string
	for i := range wb.Sheets {
		s := &wb.Sheets[i]
		if s.Visibility != grid.Visible {
			continue
		}
		b, err := layOut(s, s.Name, wb.Format == "csv", calc, nil)
		if err != nil {
			return nil, err
		}
		p := pr.read(b)
		switch {
		case p == nil:
		case best == nil || len(p.Rows) > len(best.Rows):
			if best != nil {
				others = append(others, best.Sheet)
			}
			best = p
		default:
			others = append(others, p.Sheet)
		}
	}
	if best == nil {
		return nil, pr.nothing()
	}
	best.Others, best.Notices = others, wb.Notices
	return best, nil
}

type paperReader struct {
	kind            PaperKind
	l               *Lexicon
	columns, labels map[string]string
}

func (pr *paperReader) nothing() error {
	if pr.kind == RollPaper {
		return errs.New(errs.Invalid, "没有在文件里认出发放花名册。请检查表头一行是否有“姓名”和物资（如“大米(袋)”，或“物资名称”“数量”）这样的列名。")
	}
	return errs.New(errs.Invalid, "没有在文件里认出需求报告单。请检查表头一行是否有“物资名称”和“需用量”或“申请量”这样的列名。")
}

// The bounds of a paper: no form is wider, no list longer than its callers
// take, and no sheet of headings alone is looked through again and again.
const (
	maxPaperColumns = 200
	maxPaperRows    = 10_000
	maxPaperHeads   = 20
)

// read reads the first table of a sheet that has rows, nil = there is none.
func (pr *paperReader) read(b *board) *Paper {
	heads := 0
	for _, row := range b.rows {
		if !pr.headsTable(b, row) {
			continue
		}
		if heads++; heads > maxPaperHeads {
			return nil
		}
		header := pr.headerRows(b, row)
		p := &Paper{Sheet: b.name, Labels: map[string]PaperCell{}, Columns: pr.columnsOf(b, header)}
		pr.readTitle(b, header[0], p)
		pr.readRows(b, header[len(header)-1]+1, p)
		pr.findGoods(b, p)
		pr.readLabels(b, header[0], p)
		if len(p.Rows) > 0 {
			return p
		}
	}
	return nil
}

// field gives what a heading means, "" = nothing known.
func (pr *paperReader) field(heading string) string {
	key := strings.Trim(fold(heading), "*:★.。#_-/")
	base, _ := cutBrackets(key)
	for _, k := range []string{key, base} {
		if f, ok := pr.columns[k]; ok {
			return f
		}
	}
	if pr.kind != RequestPaper {
		return ""
	}
	switch h, _ := pr.l.exactHeading(heading); h.field {
	case Item, Spec, Unit, Code, Remark:
		return string(h.field)
	case Seq, Category:
		return PaperOther
	}
	return ""
}

// headsTable reports the row of headings: of a request the goods and how much,
// of a roll the people and what they got.
func (pr *paperReader) headsTable(b *board, row int) bool {
	seen := map[string]int{}
	for _, c := range b.cells[row] {
		if c.numeric() {
			return false
		}
		if runeCount(c.text) <= maxHeadingLen {
			seen[pr.field(c.text)]++
		}
	}
	if pr.kind == RollPaper {
		delete(seen, "")
		return seen["name"] > 0 && len(seen) >= minKnown && !anyFigure(b.cells[row])
	}
	return seen[PaperItem] > 0 && seen["needed"]+seen["asked"]+seen["count"] > 0
}

// headerRows gives the heading's rows: a second one where groups stand over it.
func (pr *paperReader) headerRows(b *board, row int) []int {
	rows := []int{row}
	last, grouped := row, false
	for _, c := range b.cells[row] {
		if m, ok := b.merge(row, c.Col); ok {
			last = max(last, min(m.Row2, row+maxHeaderRows-1))
			grouped = grouped || m.Col2 > m.Col1 && m.Row1 == m.Row2
		}
	}
	if last == row && grouped && len(b.cells[row+1]) > 0 && !anyFigure(b.cells[row+1]) && !pr.headsTable(b, row+1) {
		last++
	}
	for r := row + 1; r <= last; r++ {
		rows = append(rows, r)
	}
	return rows
}

func (pr *paperReader) columnsOf(b *board, header []int) []PaperColumn {
	var list []PaperColumn
	taken := map[string]bool{}
	for col := 1; col <= b.lastCol && len(list) < maxPaperColumns; col++ {
		parts := headingParts(b, header, col)
		if b.sheet.HiddenCols[col] || len(parts) == 0 {
			continue
		}
		c := PaperColumn{Col: col, Ref: grid.Ref(header[len(header)-1], col), Header: strings.Join(parts, "/")}
		pr.mean(&c, parts)
		if c.Field != PaperOther && taken[c.Field] {
			c.Field = PaperOther // the first of them is read
		}
		taken[c.Field] = c.Field != ""
		list = append(list, c)
	}
	return pr.settle(list)
}

// mean finds the field of a heading: its lowest part, or of 大米 over 数量 the
// goods above.
func (pr *paperReader) mean(c *PaperColumn, parts []string) {
	upper, lower := parts[0], parts[len(parts)-1]
	c.Field, c.Word = pr.field(lower), lower
	if len(parts) > 1 && (c.Field == "qty" || c.Field == "count") && pr.field(upper) == "" {
		c.Field, c.Word = "", upper
	}
	var unit column
	pr.l.readHeadingUnit(&unit, c.Word)
	if c.Unit = unit.unit; c.Unit != "" {
		c.Word = withoutUnit(c.Word)
	}
}

// settle makes the only count of a request what is needed.
func (pr *paperReader) settle(list []PaperColumn) []PaperColumn {
	needed := slices.ContainsFunc(list, func(c PaperColumn) bool { return c.Field == "needed" })
	for i := range list {
		if list[i].Field != "count" {
			continue
		}
		if list[i].Field = "needed"; needed {
			list[i].Field = PaperOther
		}
	}
	return list
}
