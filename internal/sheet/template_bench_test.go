package sheet

import (
	"bytes"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

const templateLines = 5_000

// BenchmarkTemplate5kLines fills an office's form, read once, with 5,000 lines
// and does the same with one InsertRows by hand, in turns, and reports the
// ratio of their CPU. By hand nothing is mended, worked out or read back.
func BenchmarkTemplate5kLines(b *testing.B) {
	data := fileBytes(b, officeForm(b))
	filling := officeFilling(templateLines)
	form, err := template(data, officeFields)
	if err != nil {
		b.Fatal(err)
	}
	var hand, product time.Duration
	for b.Loop() {
		hand += cpu(b, func() error { return fillByHand(data, filling) })
		product += cpu(b, func() error { return form.Fill(new(bytes.Buffer), filling) })
	}
	b.ReportMetric(float64(product)/float64(hand), "cpu/hand")
	b.ReportMetric(hand.Seconds()/float64(b.N), "hand-s")
}

// cpu is the processor time a piece of work takes, of all threads.
func cpu(b *testing.B, work func() error) time.Duration {
	b.Helper()
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := spent()
	if err := work(); err != nil {
		b.Fatal(err)
	}
	return spent() - before
}

// fillByHand is what one would write for this one form, with the same cells:
// one insertion, styles and heights, values and formulas.
func fillByHand(data []byte, filling Filling) error {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer f.Close()
	n := len(filling.Lines)
	if err := f.InsertRows(sheetName, sampleRow+1, n-1); err != nil {
		return err
	}
	for col := 1; col <= 10; col++ {
		style, err := f.GetCellStyle(sheetName, grid.Ref(sampleRow, col))
		if err != nil {
			return err
		}
		if err := f.SetCellStyle(sheetName, grid.Ref(sampleRow+1, col), grid.Ref(sampleRow+n-1, col), style); err != nil {
			return err
		}
	}
	for i, line := range filling.Lines {
		row := sampleRow + i
		values := map[int]any{1: line[0].content(), 2: line[1].text + "（" + line[2].text + "）", 4: line[3].text, 5: line[4].content(), 6: line[5].content(), 8: line[6].content(), 9: "区级库", 10: line[7].text}
		for col, v := range values {
			if err := f.SetCellValue(sheetName, grid.Ref(row, col), v); err != nil {
				return err
			}
		}
		if err := f.SetCellFormula(sheetName, grid.Ref(row, 7), moveFormula("E5*F5", i, 0)); err != nil {
			return err
		}
		if err := f.SetRowHeight(sheetName, row, 24); err != nil {
			return err
		}
	}
	return f.Write(new(bytes.Buffer))
}
