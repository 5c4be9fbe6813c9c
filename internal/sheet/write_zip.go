package sheet

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"
	"github.com/xuri/excelize/v2"
)

// partsDate is the date of every part in the form of MS-DOS, so that a document
// written twice gives the same bytes: 1980-01-01, the first a zip can name.
const partsDate = 1<<5 | 1

const contentTypes = "[Content_Types].xml"

// partsWriter packs a workbook's parts in a fixed order: excelize hands over
// streamed sheets in the order of a map. Each part is compressed as it comes,
// so that only compressed bytes wait in memory. klauspost's deflate takes 0.7
// of the time of the standard library's.
type partsWriter struct {
	out   io.Writer
	parts []*packedPart
	own   map[string]*packedPart // written already; they take the place of the library's
}

type packedPart struct {
	name   string
	packed bytes.Buffer
	flate  *flate.Writer
	crc    uint32
	size   uint64
}

func newPartsWriter(w io.Writer) excelize.ZipWriter { return &partsWriter{out: w} }

func newPackedPart(name string) (*packedPart, error) {
	p := &packedPart{name: name}
	fw, err := flate.NewWriter(&p.packed, flate.DefaultCompression)
	p.flate = fw
	return p, err
}

// Create begins a part; the one before is complete.
func (w *partsWriter) Create(name string) (io.Writer, error) {
	if err := w.finish(); err != nil {
		return nil, err
	}
	if p, ok := w.own[name]; ok {
		delete(w.own, name)
		w.parts = append(w.parts, p)
		return io.Discard, nil
	}
	p, err := newPackedPart(name)
	if err != nil {
		return nil, err
	}
	w.parts = append(w.parts, p)
	return p, nil
}

// Write compresses more of the part.
func (p *packedPart) Write(b []byte) (int, error) {
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b)
	p.size += uint64(len(b))
	return p.flate.Write(b)
}

func (w *partsWriter) finish() error {
	if len(w.parts) == 0 {
		return nil
	}
	return w.parts[len(w.parts)-1].flate.Close()
}

// AddFS is asked for by excelize's interface and never called by it here.
func (w *partsWriter) AddFS(fs.FS) error {
	return errors.New("sheet: a workbook takes no folder")
}

// Close writes the parts, the list of content types first: programs that tell
// a file by its beginning look for it there.
func (w *partsWriter) Close() error {
	if err := w.finish(); err != nil {
		return err
	}
	if len(w.own) > 0 {
		return errors.New("sheet: a sheet was not asked for")
	}
	slices.SortFunc(w.parts, func(a, b *packedPart) int {
		return strings.Compare(partOrder(a.name), partOrder(b.name))
	})
	z := zip.NewWriter(w.out)
	for _, p := range w.parts {
		part, err := z.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate,
			//lint:ignore SA1019 CreateRaw writes this field and not Modified
			ModifiedDate: partsDate,
			CRC32:        p.crc, CompressedSize64: uint64(p.packed.Len()), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if _, err := p.packed.WriteTo(part); err != nil {
			return err
		}
	}
	return z.Close()
}

func partOrder(name string) string {
	if name == contentTypes {
		return ""
	}
	return name
}
