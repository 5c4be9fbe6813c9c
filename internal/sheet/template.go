package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// The bounds of a template.
const (
	// MaxTemplate is the size of a template as uploaded: a form has a seal and
	// a letterhead at most.
	MaxTemplate = 10 << 20
	// maxTemplateLines is where moving rows inside a held workbook begins to
	// take minutes; the built-in layouts are streamed and have no such end.
	maxTemplateLines = 20_000
)

// Fields are the names a template may use, {{名称}}: those of the whole table
// and those of each line.
type Fields struct {
	Head, Line []string
}

// Filling is what goes into a template, in the order of the Fields it was
// read with. A line may be shorter; what it lacks is blank.
type Filling struct {
	Head  []Value
	Lines [][]Value
}

// Template is an office's own workbook with placeholders, read and checked.
// It may be filled any number of times.
type Template struct {
	data   []byte
	name   string
	fields Fields
	sheets []templateSheet
	date04 bool
}

// templateSheet is what was found on one sheet.
type templateSheet struct {
	grid  *grid.Sheet
	part  string // folded name of its part
	heads []slot // outside the repeated row
	lines []slot // in the repeated row
	row   int    // the repeated row, 0 = none
	about rowAbout
}

// slot is a cell with placeholders.
type slot struct {
	cell   grid.Cell
	pieces []piece
}

// ReadTemplate reads a template of size bytes once and checks it by a trial.
// Every refusal is an *errs.Error whose sentence names sheet, cell and remedy.
func ReadTemplate(src io.ReaderAt, size int64, name string, fields Fields) (*Template, error) {
	if size > MaxTemplate {
		return nil, refusal(tooMuch("模板有 %d MB，超过 %d MB 的上限", size>>20, MaxTemplate>>20).
			mend("请删去模板里的大图片和数据，只留一张空表，再上传。"), name)
	}
	book, err := Read(src, size, name)
	if err != nil {
		return nil, err
	}
	if book.Format != "xlsx" {
		return nil, refusal(broken("模板必须是 .xlsx 工作簿，这个文件是 .%s 格式", book.Format), name)
	}
	t := &Template{data: make([]byte, size), name: name, fields: fields}
	if _, err := io.ReadFull(io.NewSectionReader(src, 0, size), t.data); err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	if err := t.inspect(book); err != nil {
		return nil, refusal(err, name)
	}
	if err := t.try(); err != nil {
		return nil, err
	}
	return t, nil
}

// inspect looks for what cannot be filled and for the placeholders.
func (t *Template) inspect(book *grid.Workbook) error {
	a, err := openArchive(bytes.NewReader(t.data), int64(len(t.data)))
	if err != nil {
		return err
	}
	if a.has("xl/vbaproject.bin") || a.has("xl/macrosheets/") {
		return broken("模板里含有宏").mend("导出的表不能带宏。请用 WPS 或 Excel 打开后「另存为」不带宏的 .xlsx，再上传。")
	}
	if fits, err := fitsInHand(a); err != nil || !fits {
		return cmpErr(err, tooMuch("模板里的单元格太多").mend("请删去多余的数据和一直设到底的格式，只留一张空表，再上传。"))
	}
	parts, err := partsOfSheets(a)
	if err != nil {
		return err
	}
	t.date04 = parts.date1904
	for i := range book.Sheets {
		s := templateSheet{grid: &book.Sheets[i], part: parts.of[book.Sheets[i].Name]}
		if err := s.find(t.fields); err != nil {
			return err
		}
		if s.about, err = aboutRow(a, s.part, s.row); err != nil {
			return err
		}
		if s.about.protected && len(s.heads)+len(s.lines) > 0 {
			return broken("工作表“%s”设置了保护", shownName(s.grid.Name)).mend("请在「审阅」里撤销工作表保护后再上传；导出以后可以再保护。")
		}
		t.sheets = append(t.sheets, s)
	}
	if !slices.ContainsFunc(t.sheets, func(s templateSheet) bool { return s.row > 0 }) {
		return broken("没有找到明细行：要有一行写着 %s 这样的占位，导出时按明细逐行重复", strings.Join(placeholders(t.fields.Line, 3), "、")).
			mend("请在模板里写好占位后再上传；每种表可用的占位列在“导出模板”页上。")
	}
	return nil
}

func cmpErr(err error, otherwise *fault) error {
	if err != nil {
		return err
	}
	return otherwise
}

// try fills the template with three lines and reads them back, so that a
// workbook the library cannot carry is refused when it comes and not when a
// report is due.
func (t *Template) try() error {
	line := make([]Value, len(t.fields.Line))
	for i := range line {
		line[i] = Text("试填")
	}
	head := make([]Value, len(t.fields.Head))
	for i := range head {
		head[i] = Text("试填")
	}
	var out bytes.Buffer
	err := t.Fill(&out, Filling{Head: head, Lines: [][]Value{line, line, line}})
	if err == nil {
		err = t.checkTrial(out.Bytes())
	}
	if err == nil {
		return nil
	}
	return errs.Wrap(errs.Invalid, err, "文件“%s”：用这个模板试填三行没有成功，里面可能有不支持的内容。请用 WPS 或 Excel 打开，删去图表、透视表等不必要的内容后「另存为」.xlsx，再上传。", shownName(t.name))
}

func (t *Template) checkTrial(data []byte) error {
	book, err := readBack(data)
	if err != nil {
		return err
	}
	if len(book.Sheets) != len(t.sheets) {
		return errors.New("sheets were lost")
	}
	for i, s := range t.sheets {
		want := len(besideRow(s.grid.Cells, s.row))
		if s.row > 0 {
			want += 3 * (len(s.grid.Cells) - want)
		}
		if got := len(book.Sheets[i].Cells); got != want {
			return fmt.Errorf("sheet %d: %d cells instead of %d", i+1, got, want)
		}
	}
	return nil
}

func besideRow(cells []grid.Cell, row int) []grid.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c grid.Cell) bool { return c.Row == row })
}

// Fill writes the template with the given content as .xlsx. Nothing is written
// unless all of it could be.
func (t *Template) Fill(w io.Writer, data Filling) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("fill template %s: panic: %v\n%s", shownName(t.name), p, debug.Stack())
		}
	}()
	if err := t.checkFilling(data); err != nil {
		return err
	}
	file, err := openOriginal(bytes.NewReader(t.data), int64(len(t.data)))
	if err != nil {
		return err
	}
	defer file.Close()
	out, err := t.fill(file, data)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

func (t *Template) checkFilling(data Filling) error {
	cells := 0
	for _, s := range t.sheets {
		cells += len(data.Lines) * len(s.about.cells)
	}
	if len(data.Lines) > maxTemplateLines || cells > maxHeldCells {
		return errs.New(errs.TooLarge, "共 %d 行，用自己的模板最多导出 %d 行。请缩小范围，或改用系统自带的版式。", len(data.Lines),
			min(maxTemplateLines, maxHeldCells/max(1, cells/max(1, len(data.Lines)))))
	}
	for i, line := range append([][]Value{data.Head}, data.Lines...) {
		for _, v := range line {
			if v.form == textForm && unitsOf(v.text) > maxCellUnits/2 {
				return errs.New(errs.Invalid, "第 %d 行有一段文字超过 %d 字，一个单元格放不下，请先在系统里改短再导出。", i, maxCellUnits/2)
			}
			if v.figure() && tooLong(v.n) {
				return errs.New(errs.Invalid, "第 %d 行的数字 %s 超过 15 位，表格不能准确表示，请先核对这个数字。", i, v.plain())
			}
		}
	}
	return nil
}
