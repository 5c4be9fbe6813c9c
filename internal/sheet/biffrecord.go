package sheet

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"
)

// The record types of BIFF8 that reading needs ([MS-XLS] 2.4).
const (
	recNone       = 0x0000 // no record at all: zeros in place of something
	recFormula    = 0x0006
	recEOF        = 0x000A
	recDate1904   = 0x0022
	recFilePass   = 0x002F
	recFont       = 0x0031
	recContinue   = 0x003C
	recColInfo    = 0x007D
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recMulBlank   = 0x00BE
	recRString    = 0x00D6
	recXF         = 0x00E0
	recMergeCells = 0x00E5
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027E
	recFormat     = 0x041E
	recBOF        = 0x0809
)

// biffVersion8 is what Excel 97 to 2003 and WPS write.
const biffVersion8 = 0x0600

// records walks a stream of records, each a type, a length and so many bytes.
type records struct {
	stream []byte
	pos    int
	kind   uint16
	data   biffData
	first  [1][]byte // what data begins with: most records have one piece
}

// next reads one record; the end of the stream without an EOF record before it
// is a fault, because it means that the rest of a sheet is missing.
func (r *records) next() error {
	if r.pos+4 > len(r.stream) {
		return broken("内容不完整，文件可能没有下载完或被截断")
	}
	r.kind = binary.LittleEndian.Uint16(r.stream[r.pos:])
	length := int(binary.LittleEndian.Uint16(r.stream[r.pos+2:]))
	r.pos += 4
	if r.pos+length > len(r.stream) {
		return broken("内容不完整，文件可能没有下载完或被截断")
	}
	r.first[0] = r.stream[r.pos : r.pos+length]
	r.data = biffData{segments: r.first[:]}
	r.pos += length
	return nil
}

// join adds the CONTINUE records that follow to the current record. Empty ones
// are left out: a file may have millions of them.
func (r *records) join() error {
	kind, joined := r.kind, biffData{segments: slices.Clone(r.data.segments), short: r.data.short}
	for r.pos+4 <= len(r.stream) && binary.LittleEndian.Uint16(r.stream[r.pos:]) == recContinue {
		if err := r.next(); err != nil {
			return err
		}
		if len(r.first[0]) > 0 {
			joined.segments = append(joined.segments, r.first[0])
		}
	}
	r.kind, r.data = kind, joined
	return nil
}

// biffData reads the fields of one record and its continuations. A field that
// is not there makes short true and reads as zero; whoever reads a record asks
// for short once, at its end.
type biffData struct {
	segments [][]byte
	short    bool
}

// left is the number of bytes left in the current segment; it moves on to the
// next one where the current is used up.
func (d *biffData) left() int {
	for len(d.segments) > 1 && len(d.segments[0]) == 0 {
		d.segments = d.segments[1:]
	}
	if len(d.segments) == 0 {
		return 0
	}
	return len(d.segments[0])
}

func (d *biffData) u8() uint8 {
	if d.left() == 0 {
		d.short = true
		return 0
	}
	b := d.segments[0][0]
	d.segments[0] = d.segments[0][1:]
	return b
}

func (d *biffData) u16() uint16 { return uint16(d.u8()) | uint16(d.u8())<<8 }

func (d *biffData) u32() uint32 { return uint32(d.u16()) | uint32(d.u16())<<16 }

func (d *biffData) u64() uint64 { return uint64(d.u32()) | uint64(d.u32())<<32 }

func (d *biffData) skip(n int) {
	for n > 0 && !d.short {
		take := min(n, d.left())
		if take == 0 {
			d.short = true
			return
		}
		d.segments[0] = d.segments[0][take:]
		n -= take
	}
}

// fault gives an error when the record was shorter than its fields.
func (d *biffData) fault() error {
	if d.short {
		return broken("记录的长度不对，内容已损坏")
	}
	return nil
}

// richText reads a string with its flags byte: n characters of one or two
// bytes, then formatting runs and phonetic data, of which only the fonts of the
// runs are of use.
func (d *biffData) richText(n int) (text string, fonts []int) {
	flags := d.u8()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = int(d.u16())
	}
	if flags&4 != 0 {
		extra = int(d.u32())
	}
	text = d.chars(n, flags&1 != 0)
	for i := 0; i < runs && !d.short; i++ {
		d.u16()
		fonts = append(fonts, int(d.u16()))
	}
	d.skip(extra)
	return text, fonts
}

// chars reads n characters. Where they go on in a CONTINUE record, that one
// begins with a flags byte of its own.
func (d *biffData) chars(n int, wide bool) string {
	units := make([]uint16, 0, min(n, 1<<15))
	for n > 0 {
		if len(d.segments) > 1 && len(d.segments[0]) == 0 {
			d.segments = d.segments[1:]
			wide = d.u8()&1 != 0
		}
		if len(d.segments) == 0 || len(d.segments[0]) == 0 {
			d.short = true
			break
		}
		if wide {
			units = append(units, d.u16())
		} else {
			units = append(units, uint16(d.u8()))
		}
		n--
	}
	return dropControls(string(utf16.Decode(units)))
}

// dropControls drops control characters other than tab and line feed.
func dropControls(text string) string {
	if strings.IndexFunc(text, isControl) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, text)
}

func isControl(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }
