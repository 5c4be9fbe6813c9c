package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/day"
	"changbei/internal/grid"
)

// filler fills one held workbook.
type filler struct {
	*Template
	file    *original
	data    Filling
	repeats map[string]rowRepeat // by sheet
	defined []string             // the defined names' texts, as the office wrote them
	styles  map[styleKey]int
	values  map[string]map[string]string // what formulas come to: part → cell → value
	figures map[string]*figures          // by sheet
}

type styleKey struct {
	style  int
	format string
}

// fill does it in the order the library needs: names are read before rows
// move, formulas are written when all cells stand where they will stay, and
// values are worked out when nothing changes any more.
func (t *Template) fill(file *original, data Filling) ([]byte, error) {
	f := &filler{Template: t, file: file, data: data, repeats: map[string]rowRepeat{}, styles: map[styleKey]int{}, values: map[string]map[string]string{}, figures: map[string]*figures{}}
	for _, s := range t.sheets {
		name := s.grid.Name
		f.figures[name] = newFigures(len(data.Lines), f.figures, func(row, col int) bool {
			v, err := file.GetCellValue(name, grid.Ref(row, col), excelize.Options{RawCellValue: true})
			return err != nil || v != ""
		})
		f.repeats[s.grid.Name] = rowRepeat{s.grid.Name, s.row, len(data.Lines)}
	}
	for _, step := range []func() error{f.rows, f.lines, f.heads, f.formulas, f.names, f.drawings, f.calculate} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	file.rewrite = map[string]func(io.Writer, []byte) error{}
	for i := range t.sheets {
		s := &t.sheets[i]
		file.rewrite[s.part] = func(w io.Writer, text []byte) error { return f.finish(w, s, text) }
	}
	out, err := file.bytes()
	if err != nil {
		return nil, err
	}
	return out, f.check(out)
}

// rows makes room with one insertion a sheet: copying rows one by one takes
// quadratic time.
func (f *filler) rows() error {
	// Names are taken before rows move: the library turns $1:$4 into 1:4.
	f.file.GetDefinedName()
	f.keepNames()
	for _, s := range f.sheets {
		r := f.repeats[s.grid.Name]
		if r.row == 0 || r.added() == 0 {
			continue
		}
		if err := f.file.InsertRows(r.sheet, r.row+1, r.added()); err != nil {
			return fmt.Errorf("insert rows: %w", err)
		}
		for _, run := range styleRuns(s.about.cells) {
			if err := f.file.SetCellStyle(r.sheet, grid.Ref(r.row+1, run.from), grid.Ref(r.end(r.row), run.to), run.style); err != nil {
				return fmt.Errorf("style rows: %w", err)
			}
		}
	}
	return nil
}

// styleRun is neighbouring cells of one style.
type styleRun struct{ from, to, style int }

func styleRuns(cells []rowCell) []styleRun {
	var out []styleRun
	for _, c := range cells {
		if n := len(out); n > 0 && out[n-1].to+1 == c.col && out[n-1].style == c.style {
			out[n-1].to = c.col
			continue
		}
		out = append(out, styleRun{c.col, c.col, c.style})
	}
	return out
}

// lines writes the values of the repeated rows, and what stands in them
// without being a field.
func (f *filler) lines() error {
	for i := range f.sheets {
		s := &f.sheets[i]
		if s.row == 0 {
			continue
		}
		rest := restOfRow(s)
		heights := f.heightsOf(s)
		values := make([]Value, len(s.lines))
		for n := range max(1, len(f.data.Lines)) {
			for i, x := range s.lines {
				// No lines at all: the row stays, empty, for the sums below it.
				if values[i] = Blank(); n < len(f.data.Lines) {
					values[i] = f.value(x, f.data.Lines[n])
				}
			}
			if err := f.line(s, values, rest, n); err != nil {
				return err
			}
			if height := heights.of(values); height > 0 {
				if err := f.file.SetRowHeight(s.grid.Name, s.row+n, height); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// restOfRow is what stands in the repeated row without being a field.
func restOfRow(s *templateSheet) []grid.Cell {
	var rest []grid.Cell
	for _, c := range s.grid.Cells {
		isSlot := slices.ContainsFunc(s.lines, func(x slot) bool { return x.cell.Col == c.Col })
		if c.Row == s.row && c.Formula == "" && !isSlot {
			rest = append(rest, c)
		}
	}
	return rest
}

func (f *filler) line(s *templateSheet, values []Value, rest []grid.Cell, n int) error {
	for i, x := range s.lines {
		if err := f.put(s, x.cell, s.row+n, values[i]); err != nil {
			return err
		}
	}
	for _, c := range rest {
		if n == 0 { // stands there already, in all its colours
			f.figures[s.grid.Name].noteCell(s.row, c)
			continue
		}
		if err := f.repeatConstant(s, c, s.row+n); err != nil {
			return err
		}
	}
	return nil
}

// value is what stands in a cell: a field alone keeps its type, among words it
// becomes words.
func (f *filler) value(x slot, line []Value) Value {
	if len(x.pieces) == 1 {
		return f.field(x.pieces[0], line)
	}
	var out strings.Builder
	for _, p := range x.pieces {
		if p.field < 0 {
			out.WriteString(p.words)
		} else {
			out.WriteString(inWords(f.field(p, line)))
		}
	}
	return Text(out.String())
}

func (f *filler) field(p piece, line []Value) Value {
	from := line
	switch {
	case p.field < 0:
		return Text(p.words)
	case p.head:
		from = f.data.Head
	}
	if p.field < len(from) {
		return from[p.field]
	}
	return Blank()
}

// inWords is a value inside a sentence: days as a title writes them.
func inWords(v Value) string {
	if !v.day.IsZero() {
		return v.day.Chinese()
	}
	return v.shown()
}

// heads fills the placeholders outside the repeated row.
func (f *filler) heads() error {
	for i := range f.sheets {
		s := &f.sheets[i]
		for _, x := range s.heads {
			if err := f.put(s, x.cell, f.repeats[s.grid.Name].moved(x.cell.Row), f.value(x, nil)); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes a value into the column of a cell, in that cell's own format;
// where it has none, days and money get one.
func (f *filler) put(s *templateSheet, c grid.Cell, row int, v Value) error {
	cell, name := grid.Ref(row, c.Col), s.grid.Name
	v = v.inForm(dateFormOf(c.Format))
	content := v.content()
	if serial, isDay := content.(int64); isDay && v.form == dayForm {
		if c.Format == "@" {
			return f.file.SetCellStr(name, cell, v.day.String())
		}
		if f.date04 {
			content = serial - serials1904
		}
	}
	f.figures[name].note(row, c.Col, content)
	var err error
	switch content := content.(type) {
	case nil:
		err = f.file.SetCellValue(name, cell, nil)
	case string:
		err = f.file.SetCellStr(name, cell, content)
	case float64:
		err = f.file.SetCellFloat(name, cell, content, -1, 64)
	case int64:
		err = f.file.SetCellInt(name, cell, content)
	}
	if err != nil || c.Format != "" && (v.form != dayForm || dateFormOf(c.Format) != grid.NoDate) {
		return err
	}
	return f.setFormat(name, cell, v)
}

// inForm makes a day known to the month or year a date cell where the cell's
// format shows no more of it than is known.
func (v Value) inForm(form grid.DateForm) Value {
	if v.form == textForm && (v.day.Precision == day.ToMonth && (form == grid.YearMonth || form == grid.YearOnly) || v.day.Precision == day.ToYear && form == grid.YearOnly) {
		return Value{form: dayForm, day: day.Day{First: v.day.First}}
	}
	return v
}

// serials1904 is how many days later the other date system begins.
const serials1904 = 1462

// setFormat gives a cell without a format of its own the one its value needs.
func (f *filler) setFormat(name, cell string, v Value) error {
	format := ""
	switch v.form {
	case dayForm:
		format = dateFormat
	case moneyForm:
		format = moneyFormat
	default:
		return nil
	}
	style, err := f.file.GetCellStyle(name, cell)
	if err != nil {
		return err
	}
	id, err := f.withFormat(style, format)
	if err != nil {
		return err
	}
	return f.file.SetCellStyle(name, cell, cell, id)
}

// withFormat gives the twin of a style with a number format.
func (f *filler) withFormat(style int, format string) (int, error) {
	key := styleKey{style, format}
	if id, ok := f.styles[key]; ok {
		return id, nil
	}
	made, err := f.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return 0, err
	}
	list, yes := f.file.Styles.CellXfs, true
	twin := list.Xf[min(max(style, 0), len(list.Xf)-1)]
	twin.NumFmtID, twin.ApplyNumberFormat = list.Xf[made].NumFmtID, &yes
	list.Xf = append(list.Xf, twin)
	list.Count = len(list.Xf)
	f.styles[key] = list.Count - 1
	return list.Count - 1, nil
}

// repeatConstant copies what stands in the repeated row as it is.
func (f *filler) repeatConstant(s *templateSheet, c grid.Cell, row int) error {
	cell, name := grid.Ref(row, c.Col), s.grid.Name
	f.figures[name].noteCell(row, c)
	switch c.Kind {
	case grid.Number:
		return f.file.SetCellDefault(name, cell, c.Raw)
	case grid.Bool:
		return f.file.SetCellBool(name, cell, c.Raw == "1")
	}
	return f.file.SetCellStr(name, cell, c.Raw)
}
