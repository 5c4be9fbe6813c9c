package sheet

import (
	"fmt"
	"slices"

	"changbei/internal/grid"
)

// biffBook is the state of reading one BIFF8 stream.
type biffBook struct {
	budget
	records
	date1904 bool
	codes    map[int]string
	struck   []bool // by font, in file order
	xfs      []xf
	styles   []style
	strings  []string
	fonts    map[int][]int // fonts of the runs of a string
	sheets   []biffSheet
	book     *grid.Workbook
}

// xf is a cell format before fonts and codes are joined to it.
type xf struct{ font, format int }

// biffSheet is one entry of the list of sheets.
type biffSheet struct {
	name       string
	offset     int
	visibility grid.Visibility
	kind       uint8 // 0 = worksheet, 1 = macro, 2 = chart
}

const (
	biffWorksheet = 0
	biffChart     = 2
)

// readBIFF reads the Workbook stream of a .xls file.
func readBIFF(stream []byte) (*grid.Workbook, error) {
	b := &biffBook{records: records{stream: stream}, codes: map[int]string{}, fonts: map[int][]int{},
		book: &grid.Workbook{Format: "xls"}}
	if err := b.readGlobals(); err != nil {
		return nil, located(err, "工作簿的公共部分")
	}
	b.joinStyles()
	for _, s := range b.sheets {
		switch s.kind {
		case biffWorksheet:
		case biffChart:
			b.book.Notices = append(b.book.Notices, fmt.Sprintf(chartSheetFound, shownName(s.name)))
			continue
		default:
			if !slices.Contains(b.book.Notices, macrosIgnored) {
				b.book.Notices = append(b.book.Notices, macrosIgnored)
			}
			continue
		}
		if err := b.readSheet(s); err != nil {
			return nil, err
		}
	}
	return b.book, nil
}

// begin reads the BOF record a substream starts with.
func (b *biffBook) begin() error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != recBOF {
		return broken("开头的记录不对，内容已损坏")
	}
	if version := b.data.u16(); version != biffVersion8 {
		return broken("这是 Excel 95 以前的旧格式")
	}
	return nil
}

func (b *biffBook) readGlobals() error {
	if err := b.begin(); err != nil {
		return err
	}
	for {
		if err := b.next(); err != nil {
			return err
		}
		if b.kind == recEOF {
			break
		}
		if err := b.global(); err != nil {
			return err
		}
	}
	if len(b.sheets) == 0 {
		return broken("工作簿里没有工作表")
	}
	return nil
}

// global reads one record of the workbook's own part.
func (b *biffBook) global() error {
	d := &b.data
	switch b.kind {
	case recFilePass:
		return needsPassword()
	case recDate1904:
		b.date1904 = d.u16() == 1
	case recFont:
		d.u16()
		b.struck = append(b.struck, d.u16()&8 != 0)
	case recFormat:
		id := int(d.u16())
		b.codes[id], _ = d.richText(int(d.u16()))
	case recXF:
		b.xfs = append(b.xfs, xf{int(d.u16()), int(d.u16())})
	case recBoundSheet:
		return b.addSheet()
	case recSST:
		return b.readSST()
	}
	return d.fault()
}

func (b *biffBook) addSheet() error {
	if len(b.sheets) >= MaxSheets {
		return tooMuch("工作表超过 %d 张", MaxSheets).mend("请拆成几个文件后分别上传。")
	}
	d := &b.data
	s := biffSheet{offset: int(d.u32())}
	switch d.u8() & 3 {
	case 1:
		s.visibility = grid.Hidden
	case 2:
		s.visibility = grid.VeryHidden
	}
	s.kind = d.u8()
	s.name, _ = d.richText(int(d.u8()))
	for _, other := range b.sheets {
		if other.offset == s.offset {
			return broken("工作表“%s”与“%s”指向同一处内容", shownName(other.name), shownName(s.name))
		}
	}
	b.sheets = append(b.sheets, s)
	return d.fault()
}

// readSST reads the shared strings. The count it states only bounds the loop:
// nothing is allocated for it.
func (b *biffBook) readSST() error {
	if err := b.join(); err != nil {
		return err
	}
	d := &b.data
	d.u32()
	for n := d.u32(); n > 0; n-- {
		text, fonts := d.richText(int(d.u16()))
		if d.short {
			return located(d.fault(), "共用文字第 %d 条", len(b.strings)+1)
		}
		if b.text += len(text); b.text > MaxText || len(b.strings) >= maxStrings {
			return tooMuch("文字总量超过 %d MB", MaxText>>20).mend("请按年份或按库房拆成几个文件后分别上传。")
		}
		if len(fonts) > 0 {
			b.fonts[len(b.strings)] = fonts
		}
		b.strings = append(b.strings, text)
	}
	return nil
}

// joinStyles makes the styles once the whole of the globals is known.
func (b *biffBook) joinStyles() {
	known := map[int]style{}
	b.styles = make([]style, len(b.xfs))
	for i, x := range b.xfs {
		s, ok := known[x.format]
		if !ok {
			s = styleOf(x.format, b.codes)
			known[x.format] = s
		}
		s.struck = b.strikes(x.font)
		b.styles[i] = s
	}
}

// strikes asks a font by its index, which by an old custom skips 4.
func (b *biffBook) strikes(font int) bool {
	if font > 4 {
		font--
	}
	return font < len(b.struck) && b.struck[font]
}
