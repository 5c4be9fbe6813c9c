package reading

import (
	"errors"
	"maps"
	"slices"
	"sort"
	"strings"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/formula"
	"changbei/internal/grid"
)

// Options are what a reading needs beside the workbook.
type Options struct {
	FileName  string // as uploaded; its words may name the depot
	Today     day.Day
	Lexicon   *Lexicon
	Overrides Overrides
	// Remembered are mappings people chose before, by the fingerprint of a
	// table's headings. They stand below the overrides and above the words.
	Remembered map[string]Mapping
}

// Overrides are a person's decisions on a workbook, by sheet name ("" for the
// one table of a CSV file). They win over what was found.
type Overrides struct {
	Sheets map[string]SheetOverride
}

// SheetOverride changes how one sheet is read.
type SheetOverride struct {
	Role       Role              `json:"role,omitempty"`        // "" = as found; Data also reads a hidden sheet
	HeaderRows []int             `json:"header_rows,omitempty"` // of its first table
	Tables     map[int]Mapping   `json:"tables,omitempty"`      // by the first row of a table's heading
	Depot      string            `json:"depot,omitempty"`       // of rows that no column or band names one for
	Cells      map[string]string `json:"cells,omitempty"`       // texts typed over cells: "F4" → "120"
}

// Mapping is what a person says of one table: its kind and what its columns
// mean. Other = do not read. What it leaves out is as found.
type Mapping struct {
	Kind    Kind             `json:"kind,omitempty"`
	Columns map[string]Field `json:"columns,omitempty"` // "F" → quantity
}

// over gives m with what top says instead.
func (m Mapping) over(top Mapping) Mapping {
	if top.Kind == "" {
		top.Kind = m.Kind
	}
	columns := maps.Clone(m.Columns)
	if columns == nil {
		columns = map[string]Field{}
	}
	maps.Copy(columns, top.Columns)
	top.Columns = columns
	return top
}

// errNoLexicon is a slip of the program, not of a person.
var errNoLexicon = errors.New("reading: no lexicon")

// Read finds the tables of a workbook and reads their rows. A workbook without
// any table it can recognise is refused with a sentence; one whose table needs
// an answer first (which column is the quantity?) comes back without rows of
// that table and with an issue that asks.
func Read(wb *grid.Workbook, o Options) (*Result, error) {
	if o.Lexicon == nil {
		return nil, errNoLexicon
	}
	rd := &reader{o: o, l: o.Lexicon, calc: formula.New(wb), csv: wb.Format == "csv"}
	rd.result = &Result{FileName: o.FileName, Notices: wb.Notices, boards: map[string]*board{}}
	for i := range wb.Sheets {
		if err := rd.lay(&wb.Sheets[i]); err != nil {
			return nil, err
		}
	}
	rd.l.roles(rd.sheets)
	for _, s := range rd.sheets {
		rd.result.Sheets = append(rd.result.Sheets, Sheet{s.b.name, s.role})
		rd.readSheet(s)
	}
	if len(rd.result.Tables) == 0 {
		return nil, errs.New(errs.Invalid, "没有在文件里认出物资表格。请检查表头一行是否有“物资名称”“单位”“数量”这样的列名，或在“表头行”里指定哪一行是表头。")
	}
	rd.conclude()
	return rd.result, nil
}

type reader struct {
	o      Options
	l      *Lexicon
	calc   *formula.Calculator
	csv    bool
	sheets []*candidate
	result *Result
	heads  []heads // of every table
	kinds  []Kind
}

func (rd *reader) lay(s *grid.Sheet) error {
	name := s.Name
	if rd.csv {
		name = ""
	}
	over := rd.o.Overrides.Sheets[name]
	b, err := layOut(s, name, rd.csv, rd.calc, over.Cells)
	if err != nil {
		return err
	}
	found := rd.l.segments(b, over.HeaderRows, rd.o.Remembered)
	goods := len(found) > 0
	if !goods {
		found = rd.l.depotSegments(b, name, stem(rd.o.FileName))
	}
	rd.result.boards[name] = b
	rd.sheets = append(rd.sheets, &candidate{b: b, override: over, segments: found, depots: !goods && len(found) > 0})
	return nil
}

// segment is one table's stretch of rows, with the lines above it.
type segment struct {
	header   []int
	headFrom int
	first    int
	end      int
	columns  []column
}

// segments cuts a sheet into tables, one for every new heading.
func (l *Lexicon) segments(b *board, given []int, remembered map[string]Mapping) []segment {
	var out []segment
	for _, row := range b.rows {
		var header []int
		switch {
		case len(given) > 0 && row == slices.Min(given):
			header = slices.Sorted(slices.Values(given))
		case len(given) > 0 && len(out) == 0, len(out) > 0 && row <= out[len(out)-1].header[len(out[len(out)-1].header)-1]:
			continue
		case l.headerAt(b, row):
			header = l.headerRows(b, row)
		default:
			if header = rememberedAt(b, row, remembered); header == nil {
				continue
			}
		}
		if len(out) > 0 && repeated(b, row, out[len(out)-1].columns) {
			continue
		}
		out = append(out, segment{header: header, headFrom: 1, first: header[len(header)-1] + 1, end: b.lastRow, columns: dropTwins(b, header, l.columnsOf(b, header))})
	}
	for i := 1; i < len(out); i++ {
		out[i].headFrom = l.titleAbove(b, out[i-1].first, out[i].header[0])
		out[i-1].end = out[i].headFrom - 1
	}
	return out
}

// titleAbove gives the first of the title lines right above a later heading:
// single texts that are no totals, notes or signatures.
func (l *Lexicon) titleAbove(b *board, from, header int) int {
	first := header
	for row := header - 1; row >= from; row-- {
		cells := b.cells[row]
		if len(cells) == 0 {
			continue
		}
		if l.namesTable(cells) {
			first = row
			continue
		}
		if len(cells) > 1 || cells[0].numeric() || noteRow(cells) || signatureForm.MatchString(fold(cells[0].text)) {
			break
		}
		if _, total := l.totalLabel(cells[0].text); total {
			break
		}
		first = row
	}
	return first
}

// namesTable reports a line that says what the table below it is of: its depot,
// its goods. Such a line may name the keeper as well, as a signature does.
func (l *Lexicon) namesTable(cells []cell) bool {
	for _, p := range l.pairsOf(strings.TrimSpace(cells[0].Raw)) {
		return p.key == "depot" || p.key == "site" || p.key == "item" || p.key == "location" || p.key == "period"
	}
	return false
}

func (rd *reader) readSheet(s *candidate) {
	if s.role != RoleData {
		if s.role == RoleEmpty {
			rd.skipAll(s.b)
		}
		return
	}
	if len(s.segments) == 0 {
		rd.skipAll(s.b)
		rd.askHeader(s.b)
		return
	}
	var before heads
	for i, seg := range s.segments {
		h := rd.l.readHeads(s.b, seg.headFrom, seg.header[0]-1, rd.o.Today)
		if i > 0 {
			h.inherit(before)
		}
		before = h
		rd.readSegment(s, seg, h)
	}
}

// inherit takes what a later table of a sheet does not say itself.
func (h *heads) inherit(before heads) {
	if h.asOf.IsZero() {
		h.asOf, h.periodFrom, h.periodTo = before.asOf, before.periodFrom, before.periodTo
	}
	if h.depot == "" && h.site == "" {
		h.depot, h.site = before.depot, before.site
	}
	if h.filledIn == "" {
		h.filledIn = before.filledIn
	}
	if placeIn(h.title) == "" {
		h.title = before.title
	}
}

func (rd *reader) skipAll(b *board) {
	for _, row := range b.rows {
		rd.result.Skipped = append(rd.result.Skipped, Skipped{b.name, row, SkipNote})
	}
}

func (rd *reader) askHeader(b *board) {
	row := b.rows[0]
	rd.result.Issues = append(rd.result.Issues, Issue{
		Sheet: b.name, Row: row, Cell: b.cells[row][0].Ref(), Code: codeHeaderUnclear, Severity: Error,
		Message: "工作表“" + clip(b.name) + "”里没有认出表头。请指定哪一行是表头；不需要导入的话，请把这张表改为“不导入”。",
	})
}

// conclude fills what the workbook says as a whole and puts all in sheet order.
func (rd *reader) conclude() {
	r := rd.result
	if len(rd.kinds) > 0 {
		r.DocKind = rd.kinds[0]
	}
	data, titles := map[string]bool{}, rd.heads[0].title
	for _, t := range r.Tables {
		data[t.Sheet] = true
	}
	if r.Title = titles; len(data) > 1 || titles == "" {
		r.Title = stem(rd.o.FileName)
	}
	r.AsOf = rd.heads[0].asOf
	for _, h := range rd.heads {
		if h.asOf != r.AsOf {
			r.AsOf = day.Day{}
		}
		if r.FilledInBy == "" {
			r.FilledInBy = h.filledIn
		}
	}
	order := map[string]int{}
	for i, s := range r.Sheets {
		order[s.Name] = i
	}
	sort.SliceStable(r.Issues, func(i, j int) bool {
		a, b := r.Issues[i], r.Issues[j]
		if a.Sheet != b.Sheet {
			return order[a.Sheet] < order[b.Sheet]
		}
		return a.Row < b.Row
	})
}
