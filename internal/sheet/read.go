// Package sheet reads workbooks that people upload and writes the ones they
// download.
//
// Reading takes whatever a township sends (.xlsx, .xlsm, .xls, .et, .csv, web
// pages and "XML 表格 2003" that report tools name .xls), tells it by its content
// and never by its name, and yields a grid.Workbook.
// It is typed and checked: every cell that is in the file is in the grid, or
// Read fails with a sentence that names the place and the remedy. A file that
// is damaged, cut short or made to do harm is refused early and cheaply.
//
// The package may import grid, errs and file-format libraries. It must not
// know what a ledger, an item or a depot is: finding those is the work of
// internal/reading.
package sheet

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync/atomic"

	"changbei/internal/grid"
)

// The limits of one upload. They keep the work of one reading within about a
// second and 200 MB whatever the file claims about itself.
const (
	// MaxUpload is the size of a file as uploaded. The largest ledgers known,
	// 100,000 rows of 14 columns, stay under 10 MB; photographs make the rest.
	MaxUpload = 50 << 20
	// MaxCells counts the non-empty cells of all sheets: 107,000 rows of 14
	// columns, about 130 MB in memory.
	MaxCells = 1_500_000
	// MaxBlankCells counts cells that hold a style and nothing else. They cost
	// only time, but a file may have a hundred of them in every byte.
	MaxBlankCells = 5_000_000
	// MaxText is the text of all cells and formulas together, in bytes.
	MaxText = 64 << 20
	// MaxCellText is the text of one cell in bytes. Excel stops at 32,767
	// characters; other programs write somewhat more.
	MaxCellText = 256 << 10
	// MaxFormula is the text of one formula in bytes; Excel stops at 8,192
	// characters.
	MaxFormula = 32 << 10
	// MaxMerges counts the merged regions of all sheets.
	MaxMerges = 50_000
	// MaxSheets counts the sheets of a workbook.
	MaxSheets = 500
	// MaxRow and MaxCol are the edges of an Excel sheet.
	MaxRow = 1_048_576
	MaxCol = 16_384
)

// ReadFile reads the workbook at path. The name is the one the file was
// uploaded under; it only serves in messages.
func ReadFile(path, name string) (*grid.Workbook, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("stat upload: %w", err)
	}
	return Read(f, info.Size(), name)
}

// Read reads a workbook of size bytes. Every refusal is an *errs.Error, Invalid
// or TooLarge, whose sentence says what is wrong, where, and how to mend it; an
// error of src itself is passed on as Internal. Hidden sheets, rows and columns
// are read and marked. A workbook without any filled cell is refused.
func Read(src io.ReaderAt, size int64, name string) (book *grid.Workbook, err error) {
	watched := &source{r: src}
	defer func() {
		// The formats are written by strangers: a slip of a decoder must end
		// as a refused file and never take the server down.
		if p := recover(); p != nil {
			cause := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			book, err = nil, refusal(brokenBy(cause, "文件内容已损坏，无法读取"), name)
		}
		if failed := watched.failure(); failed != nil {
			book, err = nil, fmt.Errorf("read upload: %w", failed)
		}
	}()
	book, err = readAny(watched, size)
	if err != nil {
		return nil, refusal(err, name)
	}
	return book, nil
}

func readAny(src io.ReaderAt, size int64) (*grid.Workbook, error) {
	if size > MaxUpload {
		return nil, tooMuch("文件有 %d MB，超过 %d MB 的上限", size>>20, MaxUpload>>20).
			mend("请删除其中的图片和无关的工作表，或按年份、按库房拆成几个文件后再上传。")
	}
	found, err := sniff(src, size)
	if err != nil {
		return nil, err
	}
	book, err := found.read(src, size)
	if err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		if len(s.Cells) > 0 {
			return book, nil
		}
	}
	return nil, broken("空白工作簿：所有工作表里都没有填写内容").
		mend("请确认选对了文件，在 WPS 或 Excel 里填好并保存后再上传。")
}

// source passes reads on and remembers the first error of the disk itself, so
// that a failing disk is not taken for a damaged file.
type source struct {
	r   io.ReaderAt
	err atomic.Pointer[error]
}

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && err != io.EOF && off >= 0 {
		s.err.CompareAndSwap(nil, &err)
	}
	return n, err
}

func (s *source) failure() error {
	if p := s.err.Load(); p != nil {
		return *p
	}
	return nil
}

// budget counts what the caps of a whole workbook are about.
type budget struct {
	cells, blanks, merges int
	text                  int
	work                  int // XML tokens
}

func (b *budget) addCell(text int) error {
	b.cells++
	b.text += text
	switch {
	case b.cells > MaxCells:
		return tooMuch("填写的单元格超过 %d 万个", MaxCells/10_000).
			mend("请按年份或按库房拆成几个文件后分别上传。")
	case b.text > MaxText:
		return tooMuch("文字总量超过 %d MB", MaxText>>20).
			mend("请按年份或按库房拆成几个文件后分别上传。")
	}
	return nil
}

func (b *budget) addBlank() error {
	b.blanks++
	if b.blanks > MaxBlankCells {
		return tooMuch("设置了格式的空单元格超过 %d 万个", MaxBlankCells/10_000).
			mend("请只选中有数据的区域，复制到新工作簿，「另存为」.xlsx 后再上传。")
	}
	return nil
}
