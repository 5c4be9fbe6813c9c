package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
	"text/tabwriter"
	"time"
	"unsafe"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"changbei/internal/grid"
)

// benchRounds is how often each side is run; the best CPU time counts.
const benchRounds = 5

// benchSide is one of those that take turns, with the least CPU time it took.
type benchSide struct {
	name string
	run  func() error
	best time.Duration
}

// race runs the sides in turns, so that a busy machine slows all of them.
func race(b *testing.B, sides ...*benchSide) {
	b.Helper()
	for range benchRounds {
		for _, s := range sides {
			runtime.GC()
			before := cpuTime()
			if err := s.run(); err != nil {
				b.Fatalf("%s: %v", s.name, err)
			}
			if took := cpuTime() - before; s.best == 0 || took < s.best {
				s.best = took
			}
		}
	}
}

func (s *benchSide) over(floor *benchSide) float64 { return float64(s.best) / float64(floor.best) }

// BenchmarkSheet prints what reading and writing cost over floors of the same
// run: `make bench-sheet`. It judges nothing; the figures to reach stand beside.
func BenchmarkSheet(b *testing.B) {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer out.Flush()
	fmt.Fprintf(out, "\n%s, %d cores; CPU time, best of %d\n", runtime.Version(), runtime.NumCPU(), benchRounds)
	line := func(what string, figure string, target string) {
		fmt.Fprintf(out, "%s\t%s\t%s\n", what, figure, target)
	}
	ratio := func(what string, s, floor *benchSide, target string) {
		line(what, fmt.Sprintf("%.2f (%v / %v)", s.over(floor), s.best.Round(time.Millisecond), floor.best.Round(time.Millisecond)), target)
	}
	benchXLSX(b, line, ratio)
	benchOthers(b, ratio)
	benchExport(b, ratio)
	b.ReportMetric(0, "ns/op")
}

type (
	printLine  func(what, figure, target string)
	printRatio func(what string, s, floor *benchSide, target string)
)

func benchXLSX(b *testing.B, line printLine, ratio printRatio) {
	data := bigLedger(bigRows)
	inflate := &benchSide{name: "inflate", run: func() error { return inflateAll(data, nil) }}
	faster := &benchSide{name: "inflate", run: func() error { return inflateAll(data, flate.NewReader) }}
	pass := &benchSide{name: "pass", run: func() error { return passOver(data) }}
	read := &benchSide{name: "read", run: func() error { _, err := readBytes(data); return err }}
	iterate := &benchSide{name: "excelize", run: func() error { return iterateRaw(data) }}
	race(b, inflate, faster, pass, read, iterate)
	line("100,000 rows × 14 cells, .xlsx", fmt.Sprintf("%d MB", len(data)>>20), "")
	ratio("  typed checked pass / inflating alone", pass, inflate, "≤ 3")
	ratio("  the same / inflating alone with the library it uses", pass, faster, "")
	ratio("  the same collected into a grid / inflating alone", read, inflate, "")
	ratio("  excelize's raw row iterator / typed checked pass", iterate, pass, "≥ 8")
	ratio("  excelize's raw row iterator / collected", iterate, read, "")
	for _, n := range []int{bigRows / 4, bigRows} {
		some := bigLedger(n)
		var err error
		line(fmt.Sprintf("  peak of the pass, %d rows (with %d shared strings)", n, bigTexts), fmt.Sprintf("%.1f MB", peakDuring(func() { err = passOver(some) })), "≤ 20 + strings")
		if err != nil {
			b.Fatal(err)
		}
	}
	small := bigLedger(20_000)
	var book *grid.Workbook
	held := heldBy(func() { book, _ = readBytes(small) })
	line("  grid of 20,000 rows × 14", fmt.Sprintf("%.1f MB (%d bytes a cell of its own)", held, unsafe.Sizeof(grid.Cell{})), "")
	runtime.KeepAlive(book)
}

func benchOthers(b *testing.B, ratio printRatio) {
	xls, xlsx := bigXLS(xlsRows), bigLedger(xlsRows)
	readXLS := &benchSide{name: "xls", run: func() error { _, err := readBytes(xls); return err }}
	readXLSX := &benchSide{name: "xlsx", run: func() error { _, err := readBytes(xlsx); return err }}
	race(b, readXLS, readXLSX)
	ratio("65,536 rows, .xls / the same .xlsx, both collected", readXLS, readXLSX, "≤ 4")

	text := []byte(bigCSV(bigRows))
	chinese := []byte(mustGB18030(string(text)))
	readUTF8 := &benchSide{name: "UTF-8", run: func() error { _, err := readBytes(text); return err }}
	readGB := &benchSide{name: "GB18030", run: func() error { _, err := readBytes(chinese); return err }}
	race(b, readUTF8, readGB)
	ratio("100,000 rows, CSV in GB18030 / in UTF-8", readGB, readUTF8, "≤ 2.2")
}

func benchExport(b *testing.B, ratio printRatio) {
	doc := bigDocument(bigRows)
	ours := &benchSide{name: "Write", run: func() error { return Write(io.Discard, doc) }}
	plain := &benchSide{name: "StreamWriter", run: func() error { return streamPlain(&doc) }}
	race(b, ours, plain)
	ratio("100,000 rows × 14, styled export / plain StreamWriter", ours, plain, "≤ 0.75")
}

// inflateAll only unzips, with the standard library or another inflater.
func inflateAll(data []byte, inflater func(io.Reader) io.ReadCloser) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	if inflater != nil {
		archive.RegisterDecompressor(zip.Deflate, inflater)
	}
	for _, f := range archive.File {
		part, err := f.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// passOver goes over a workbook and keeps nothing of it.
func passOver(data []byte) error {
	a, err := openArchive(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	cells := 0
	_, err = passXLSX(a, func(*sheetScan) error {
		cells++
		return nil
	})
	if err == nil && cells%bigCols != 0 {
		err = fmt.Errorf("%d cells", cells)
	}
	return err
}

func iterateRaw(data []byte) error {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer f.Close()
	it, err := f.Rows("清单")
	if err != nil {
		return err
	}
	for it.Next() {
		if _, err := it.Columns(); err != nil {
			return err
		}
	}
	return it.Close()
}

func streamPlain(d *Document) error {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	cells := make([]any, len(d.Columns))
	for i, r := range d.Rows {
		for c := range cells {
			cells[c] = r.at(c).content()
		}
		if err := w.SetRow("A"+fmt.Sprint(i+1), cells); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Write(io.Discard)
}

// heapMB is what the program's objects take, the dead ones not yet collected.
func heapMB() float64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64()) / (1 << 20)
}

// heldBy gives what is still in use behind a run.
func heldBy(run func()) float64 {
	runtime.GC()
	before := heapMB()
	run()
	runtime.GC()
	return heapMB() - before
}

func mustGB18030(text string) string {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}
