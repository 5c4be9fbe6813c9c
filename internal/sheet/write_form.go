package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

const (
	lockedFill   = "EDEDED"
	formRowLines = 1.4 // an empty row to write in by hand, in lines
	// frozenColumns stay in sight when the sheet is pushed aside: the number, code
	// and name of what a row is about.
	frozenColumns = 3
	// listColumn is where the hidden part keeps lists too long for a rule of
	// their own, right of what the caller keeps there.
	listColumn = 27
	// maxInline is what a drop-down's rule holds itself, in UTF-16 units; 255
	// is Excel's limit.
	maxInline = 250
)

// WriteForm writes a form. Locked cells are guarded without a password: that
// keeps a slip of the hand out, and every office program opens it.
func WriteForm(w io.Writer, form *Form) error {
	if err := form.check(); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	f.SetZipWriter(newPartsWriter)
	doc := Document{SheetName: form.SheetName, Title: form.Title, Landscape: true}
	if err := describe(f, []Document{doc}); err != nil {
		return fmt.Errorf("sheet: properties: %w", err)
	}
	fw := &formWriter{file: f, form: form, name: legalSheetName(doc), looks: &looks{file: f, ids: map[look]int{}}}
	if err := addSheet(f, 0, fw.name); err != nil {
		return err
	}
	for _, step := range []func() error{fw.page, fw.columns, fw.top, fw.heading, fw.rows, fw.more, fw.foot, fw.hidden, fw.rules, fw.names, fw.protect} {
		if err := step(); err != nil {
			return fmt.Errorf("sheet: form %q: %w", fw.name, err)
		}
	}
	return f.Write(w)
}

type formWriter struct {
	file  *excelize.File
	form  *Form
	name  string
	looks *looks
}

func (w *formWriter) width() (total float64) {
	for _, c := range w.form.Columns {
		total += c.Width
	}
	return total
}

func (w *formWriter) columns() error {
	for i, c := range w.form.Columns {
		name := grid.ColumnName(i + 1)
		if err := w.file.SetColWidth(w.name, name, name, c.Width); err != nil {
			return err
		}
	}
	corner := grid.Ref(w.form.FirstRow(), frozenColumns+1)
	return w.file.SetPanes(w.name, &excelize.Panes{Freeze: true, XSplit: frozenColumns, YSplit: w.form.Heading(), TopLeftCell: corner, ActivePane: "bottomRight",
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: "bottomRight"}}})
}

// top writes the title, the lines and the blanks to sign in.
func (w *formWriter) top() error {
	if err := w.across(1, w.form.Title, look{size: titleSize, bold: true, align: "center"}); err != nil {
		return err
	}
	for i, line := range w.form.Lines {
		if err := w.across(2+i, line, look{size: bodySize, align: "left"}); err != nil {
			return err
		}
	}
	for _, b := range w.form.Blanks {
		if err := w.blank(w.blankRow(b), b); err != nil {
			return err
		}
	}
	return nil
}

// blankRow is the row a blank stands in.
func (w *formWriter) blankRow(b FormBlank) int {
	return w.form.Heading() - w.form.blankLines() + b.Line
}

// across writes a text over the whole width, as high as it needs.
func (w *formWriter) across(row int, text string, k look) error {
	if err := w.put(row, 1, Text(text), k); err != nil {
		return err
	}
	if err := w.file.MergeCell(w.name, grid.Ref(row, 1), grid.Ref(row, len(w.form.Columns))); err != nil {
		return err
	}
	return w.file.SetRowHeight(w.name, row, heightOf(countLines(text, fits(w.width(), k.size)), k.size))
}

func (w *formWriter) blank(row int, b FormBlank) error {
	if err := w.put(row, b.Col, Text(b.Label), look{size: bodySize, align: "right"}); err != nil {
		return err
	}
	for col := b.Col + 1; col <= b.Col+b.Wide; col++ {
		v := Blank()
		if col == b.Col+1 {
			v = Text(b.Value)
		}
		if err := w.put(row, col, v, look{size: bodySize, framed: true, open: true, plain: b.Text, align: "left"}); err != nil {
			return err
		}
	}
	if b.Wide > 1 {
		if err := w.file.MergeCell(w.name, grid.Ref(row, b.Col+1), grid.Ref(row, b.Col+b.Wide)); err != nil {
			return err
		}
	}
	return w.file.SetRowHeight(w.name, row, heightOf(1, bodySize)+rowPadding)
}

func (w *formWriter) heading() error { return w.head(w.form.Heading(), w.form.Columns) }

func (w *formWriter) head(row int, columns []FormColumn) error {
	lines := 1
	for i, c := range columns {
		k := look{size: bodySize, bold: true, framed: true, fill: headFill, align: "center"}
		if err := w.put(row, i+1, Text(c.Heading), k); err != nil {
			return err
		}
		lines = max(lines, countLines(c.Heading, fits(w.form.Columns[i].Width, bodySize)))
	}
	return w.file.SetRowHeight(w.name, row, heightOf(lines, bodySize))
}

func (w *formWriter) rows() error {
	for i, r := range w.form.Rows {
		row, lines := w.form.FirstRow()+i, 1
		if len(r.Values) < 2 { // at most its number
			if err := w.emptyRow(row, w.form.Columns, r); err != nil {
				return err
			}
			continue
		}
		for at, c := range w.form.Columns {
			v := Row{Values: r.Values}.at(at)
			k := look{size: bodySize, framed: true, open: c.Open, align: c.align(), format: formatOf(v, TextKind)}
			switch {
			case !c.Open:
				k.fill = lockedFill
			case c.Figure:
				k.format = quantityFormats[r.Decimals]
			}
			if err := w.put(row, at+1, v, k); err != nil {
				return err
			}
			lines = max(lines, countLines(v.shown(), fits(c.Width, bodySize)))
		}
		if err := w.file.SetRowHeight(w.name, row, heightOf(lines, bodySize)); err != nil {
			return err
		}
	}
	return nil
}

func (c FormColumn) align() string {
	switch {
	case c.Figure:
		return "right"
	case c.Centred:
		return "center"
	}
	return "left"
}

// more writes the table of empty rows.
func (w *formWriter) more() error {
	if w.form.More == nil {
		return nil
	}
	head := w.form.MoreHeading()
	if err := w.across(head-1, w.form.Band, look{size: bodySize, bold: true, align: "left"}); err != nil {
		return err
	}
	if err := w.head(head, w.form.More); err != nil {
		return err
	}
	for row := head + 1; row <= w.form.lastRow(); row++ {
		if err := w.emptyRow(row, w.form.More, FormRow{}); err != nil {
			return err
		}
	}
	return nil
}

// emptyRow writes a row that is filled in by somebody else.
func (w *formWriter) emptyRow(row int, columns []FormColumn, r FormRow) error {
	for at, c := range columns {
		k := look{size: bodySize, framed: true, open: c.Open, plain: c.Text, align: c.align()}
		if !c.Open {
			k.fill = lockedFill
		}
		if err := w.put(row, at+1, Row{Values: r.Values}.at(at), k); err != nil {
			return err
		}
	}
	return w.file.SetRowHeight(w.name, row, formRowLines*minLineHeight)
}

// foot writes the line of signatures.
func (w *formWriter) foot() error {
	if len(w.form.Signatures) == 0 {
		return nil
	}
	return w.across(w.form.lastRow()+1, strings.Join(w.form.Signatures, "　　　　　　　　"), look{size: bodySize, align: "left"})
}

func (w *formWriter) put(row, col int, v Value, k look) error {
	ref := grid.Ref(row, col)
	style, err := w.looks.id(k)
	if err != nil {
		return err
	}
	if err := w.file.SetCellStyle(w.name, ref, ref, style); err != nil || v.blank() {
		return err
	}
	return w.file.SetCellValue(w.name, ref, v.content())
}

// hidden keeps the caller's texts where no menu shows them.
func (w *formWriter) hidden() error {
	if _, err := w.file.NewSheet(w.form.HiddenName); err != nil {
		return err
	}
	for i, texts := range w.form.Hidden {
		for at, text := range texts {
			if err := w.file.SetCellStr(w.form.HiddenName, grid.Ref(i+1, at+1), text); err != nil {
				return err
			}
		}
	}
	return w.file.SetSheetVisible(w.form.HiddenName, false, true)
}

func (w *formWriter) names() error {
	quoted := "'" + strings.ReplaceAll(w.name, "'", "''") + "'"
	last, head := grid.ColumnName(len(w.form.Columns)), w.form.Heading()
	area := fmt.Sprintf("%s!$A$1:$%s$%d", quoted, last, w.form.lastRow()+min(1, len(w.form.Signatures)))
	if err := w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: w.name, RefersTo: area}); err != nil {
		return err
	}
	return w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: w.name, RefersTo: fmt.Sprintf("%s!$%d:$%d", quoted, head, head)})
}

// protect locks all cells that are not open. Widths and heights may be changed,
// since a screen is not a page.
func (w *formWriter) protect() error {
	return w.file.ProtectSheet(w.name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true,
		FormatColumns: true, FormatRows: true, EditObjects: false, EditScenarios: false})
}
