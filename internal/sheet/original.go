package sheet

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/xuri/excelize/v2"
)

// original is an office's own workbook, held whole to be written on.
type original struct {
	*excelize.File
	done func()
	// rewrite changes parts as they are written, by folded name.
	rewrite map[string]func(io.Writer, []byte) error
}

// inHand lets one workbook be held at a time: each takes up to some 200 MB.
var inHand sync.Mutex

// openOriginal opens a checked .xlsx of known size. The answer holds the turn
// until it is closed. errUnfit, with the library's reason, when the workbook
// cannot be held.
func openOriginal(src io.ReaderAt, size int64) (*original, error) {
	a, err := openArchive(src, size)
	if err != nil {
		return nil, err
	}
	switch fits, err := fitsInHand(a); {
	case err != nil:
		return nil, err
	case !fits:
		return nil, errUnfit
	}
	inHand.Lock()
	release := sync.OnceFunc(inHand.Unlock)
	held := false
	defer func() {
		if !held { // also where the library panics
			release()
		}
	}()
	// All stays in memory, which the bounds allow: a killed program leaves no
	// temporary files behind.
	limit := int64(maxHeldParts + maxHeldMedia + 1<<20)
	file, err := excelize.OpenReader(io.NewSectionReader(src, 0, size), excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: limit})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	}
	file.Path = "workbook.xlsx" // what it becomes; a macro type would not open under that name
	held = true
	return &original{File: file, done: release}, nil
}

// Close gives the turn back; closing twice does no harm.
func (o *original) Close() error {
	defer o.done()
	return o.File.Close()
}

// bytes writes the workbook, without its macros.
func (o *original) bytes() ([]byte, error) {
	var out bytes.Buffer
	o.SetZipWriter(func(w io.Writer) excelize.ZipWriter {
		return &plainParts{partsWriter: partsWriter{out: w}, rewrite: o.rewrite}
	})
	err := o.Write(&out)
	return out.Bytes(), err
}

// The parts that make a workbook run programs, and what points at them.
var (
	macroPart     = regexp.MustCompile(`(?i)^xl/vba`)
	macroRelation = regexp.MustCompile(`(?i)<Relationship [^>]*vba(Project|Data)[^>]*>(</Relationship>)?`)
	macroOverride = regexp.MustCompile(`(?i)<Override [^>]*/xl/vba[^>]*>(</Override>)?`)
	macroDefault  = regexp.MustCompile(`application/vnd\.ms-office\.vbaProject`)
)

// printerType is what a .bin part is once the macros are gone.
const printerType = "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"

// plainParts packs parts and leaves the macros out.
type plainParts struct {
	partsWriter
	rewrite map[string]func(io.Writer, []byte) error
	held    *bytes.Buffer
	change  func(io.Writer, []byte) error
	name    string
}

// Create begins a part. The lists of parts are small and held back, to be
// written without what points at macros.
func (w *plainParts) Create(name string) (io.Writer, error) {
	if err := w.release(); err != nil {
		return nil, err
	}
	switch {
	case macroPart.MatchString(name):
		return io.Discard, nil
	case name == contentTypes || strings.HasSuffix(name, ".rels"):
		w.held, w.name, w.change = new(bytes.Buffer), name, withoutMacros
		return w.held, nil
	case w.rewrite[foldName(name)] != nil:
		w.held, w.name, w.change = new(bytes.Buffer), name, w.rewrite[foldName(name)]
		return w.held, nil
	}
	return w.partsWriter.Create(name)
}

func (w *plainParts) release() error {
	if w.held == nil {
		return nil
	}
	text := w.held.Bytes()
	w.held = nil
	out, err := w.partsWriter.Create(w.name)
	if err != nil {
		return err
	}
	return w.change(out, text)
}

// withoutMacros takes what points at macros out of a list of parts.
func withoutMacros(out io.Writer, text []byte) error {
	text = macroRelation.ReplaceAll(text, nil)
	text = macroOverride.ReplaceAll(text, nil)
	_, err := out.Write(macroDefault.ReplaceAll(text, []byte(printerType)))
	return err
}

// Close writes all parts.
func (w *plainParts) Close() error {
	if err := w.release(); err != nil {
		return err
	}
	return w.partsWriter.Close()
}
