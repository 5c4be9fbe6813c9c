// Writing takes a Document, which says what stands in a ledger, and lays it
// out as an office prints it on A4: merged title, bordered table, sums as
// formulas that carry their values, heading on every page. It may import the
// values that stand in cells (quantity, money, day).
package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
)

const (
	// maxRows leaves room below Excel's 1,048,576 rows for title, heading,
	// notes and signatures.
	maxRows    = 1_048_000
	maxColumns = 16_384
	creator    = "常备"
	// fixedMoment stands for the time of writing, which would make every export
	// of the same ledger a different file.
	fixedMoment = "2000-01-01T00:00:00Z"
	paperA4     = 9
)

// Write writes a workbook with one sheet for each document. The same documents
// give the same bytes. A text too long for a cell, or a table too long for a
// sheet, is an error that names it; nothing is cut.
func Write(w io.Writer, docs ...Document) error {
	if len(docs) == 0 {
		return errs.New(errs.Internal, "没有可写的表")
	}
	for i := range docs {
		if err := docs[i].check(); err != nil {
			return err
		}
	}
	f := excelize.NewFile()
	defer f.Close() // removes the temporary files of long sheets
	sheets := map[string]*packedPart{}
	f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &partsWriter{out: w, own: sheets} })
	if err := describe(f, docs); err != nil {
		return fmt.Errorf("sheet: properties: %w", err)
	}
	l := &looks{file: f, ids: map[look]int{}}
	for i, name := range sheetNames(docs) {
		if err := addSheet(f, i, name); err != nil {
			return fmt.Errorf("sheet: add %q: %w", name, err)
		}
		part, err := newPackedPart(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			return fmt.Errorf("sheet: pack %q: %w", name, err)
		}
		if err := writeSheet(f, l, name, &docs[i], part, i == 0); err != nil {
			return err
		}
		sheets[part.name] = part
	}
	return f.Write(w)
}

// addSheet makes room for a sheet; a new workbook already has one.
func addSheet(f *excelize.File, i int, name string) error {
	if i == 0 {
		return f.SetSheetName("Sheet1", name)
	}
	_, err := f.NewSheet(name)
	return err
}

func describe(f *excelize.File, docs []Document) error {
	if err := f.SetDefaultFont(bodyFont); err != nil {
		return err
	}
	if err := f.SetAppProps(&excelize.AppProperties{Application: creator}); err != nil {
		return err
	}
	return f.SetDocProps(&excelize.DocProperties{
		Title: cleanText(docs[0].Title), Creator: creator, LastModifiedBy: creator,
		Created: fixedMoment, Modified: fixedMoment,
	})
}

// check refuses what no sheet can hold before anything is written.
func (d *Document) check() error {
	if err := d.checkShape(); err != nil {
		return err
	}
	if len(d.Rows)+len(d.Notes) > maxRows {
		return errs.New(errs.TooLarge, "“%s”共 %d 行，超过一张工作表能放的 %d 行，请缩小日期范围，或按储备库分开导出", d.Title, len(d.Rows)+len(d.Notes), maxRows)
	}
	for i, r := range d.Rows {
		for c, v := range r.Values {
			if err := d.checkValue(v, i, c); err != nil {
				return err
			}
		}
	}
	return d.checkTexts()
}

// checkShape refuses rows that would lose values.
func (d *Document) checkShape() error {
	if len(d.Columns) == 0 || len(d.Columns) > maxColumns {
		return errs.New(errs.Internal, "“%s”有 %d 列，无法写成表格", d.Title, len(d.Columns))
	}
	for i, r := range d.Rows {
		if len(r.Values) > len(d.Columns) {
			return errs.New(errs.Internal, "“%s”第 %d 行有 %d 格，多于 %d 列", d.Title, i+1, len(r.Values), len(d.Columns))
		}
	}
	return nil
}

func (d *Document) checkValue(v Value, row, col int) error {
	switch {
	case v.form == textForm && unitsOf(v.text) > maxCellUnits:
		return errs.New(errs.Invalid, "“%s”第 %d 行“%s”的文字超过 %d 字，一个单元格放不下，请先在系统里改短再导出", d.Title, row+1, d.Columns[col].Heading, maxCellUnits)
	case v.figure() && tooLong(v.n):
		return errs.New(errs.Invalid, "“%s”第 %d 行“%s”的数字 %s 超过 15 位，表格不能准确表示，请先核对这个数字", d.Title, row+1, d.Columns[col].Heading, v.plain())
	}
	return nil
}

func (d *Document) checkTexts() error {
	texts := append([]string{d.Title, strings.Join(d.Signatures, "")}, d.Notes...)
	for _, l := range d.lines() {
		texts = append(texts, l.Left+l.Middle+l.Right)
	}
	for _, c := range d.Columns {
		texts = append(texts, c.Heading, c.Group)
	}
	for _, s := range texts {
		// Joined signatures get blanks between them, hence half the limit.
		if unitsOf(s) > maxCellUnits/2 {
			return errs.New(errs.Invalid, "“%s”的标题、表头或附注超过 %d 字，一个单元格放不下，请改短再导出", cutUnits(d.Title, 40), maxCellUnits/2)
		}
	}
	return nil
}
