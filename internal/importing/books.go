package importing

import (
	"sync"

	"changbei/internal/grid"
	"changbei/internal/sheet"
)

// maxKeptCells bounds the workbooks kept in memory between two looks at their
// previews: three ledgers of a thousand rows, or one of twenty-five thousand.
const maxKeptCells = 350_000

// books keeps the workbooks people are looking at: every mended cell reads the
// whole workbook's rows anew, and only taking the file apart would cost more.
// A kept workbook is read and never changed.
type books struct {
	mu    sync.Mutex
	kept  []keptBook // the last used last
	cells int
}

type keptBook struct {
	hash  string
	book  *grid.Workbook
	cells int
}

func (b *books) find(hash string) *grid.Workbook {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, k := range b.kept {
		if k.hash == hash {
			b.kept = append(append(b.kept[:i:i], b.kept[i+1:]...), k)
			return k.book
		}
	}
	return nil
}

func (b *books) keep(hash string, wb *grid.Workbook) {
	k := keptBook{hash: hash, book: wb}
	for _, s := range wb.Sheets {
		k.cells += len(s.Cells)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if k.cells > maxKeptCells {
		return
	}
	for _, other := range b.kept {
		if other.hash == hash {
			return
		}
	}
	for len(b.kept) > 0 && b.cells+k.cells > maxKeptCells {
		b.cells -= b.kept[0].cells
		b.kept = b.kept[1:]
	}
	b.kept, b.cells = append(b.kept, k), b.cells+k.cells
}

// workbook gives the cells of a batch's workbook.
func (s *Service) workbook(path string, b Batch) (*grid.Workbook, error) {
	if wb := s.books.find(b.FileHash); wb != nil {
		return wb, nil
	}
	wb, err := sheet.ReadFile(path, b.FileName)
	if err != nil {
		return nil, err
	}
	s.books.keep(b.FileHash, wb)
	return wb, nil
}
