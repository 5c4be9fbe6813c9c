package sheet

import (
	"bytes"

	"changbei/internal/grid"
)

const (
	// csvSheet is the name of the one sheet a text file has.
	csvSheet = "Sheet1"
	// sniffRecords is how many records decide about the delimiter.
	sniffRecords = 500
	// maxFieldLines: a quoted field over more lines than this has lost its
	// closing quote and would swallow the rest of the table.
	maxFieldLines = 200
)

// csvReader cuts text into records. Own code because the position must be the
// line number a person sees, a lone quote inside a field (2" 接口) is a
// character as in Excel, and what follows a closing quote is refused instead of
// guessed.
type csvReader struct {
	text      []byte
	delimiter byte
	line      int      // of the next record's first line, from 1
	fields    [][]byte // of the record at hand, used again for the next one
}

// parseCSV finds the delimiter and reads all records. Every cell is text: a
// file of texts has no types, and guessing them is how codes lose their zeros.
func parseCSV(text []byte) (*grid.Sheet, error) {
	text = bytes.TrimRight(text, "\x1a\x00")
	r := &csvReader{text: text, line: 1}
	if first, rest, _ := bytes.Cut(text, []byte("\n")); len(first) >= 5 && bytes.HasPrefix(bytes.ToLower(first), []byte("sep=")) {
		r.text, r.delimiter, r.line = rest, first[4], 2
	} else if r.delimiter = sniffDelimiter(text); r.delimiter == 0 {
		if len(bytes.TrimSpace(text)) == 0 {
			return &grid.Sheet{Name: csvSheet}, nil
		}
		return nil, broken("这是普通文本，里面没有分成列的表格（没有找到逗号、分号、竖线或制表符分隔的列）").mend(pick)
	}
	out := &grid.Sheet{Name: csvSheet, HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
	var b budget
	k := newCollector()
	for len(r.text) > 0 {
		row := r.line
		fields, err := r.record()
		if err != nil {
			return nil, err
		}
		if row > MaxRow {
			return nil, tooMuch("超过 %d 行", MaxRow).mend("请拆成几个文件后分别上传。")
		}
		progress := 1 - float64(len(r.text))/float64(len(text))
		if err := addRecord(out, &b, k, row, fields, progress); err != nil {
			return nil, located(err, "第 %d 行", row)
		}
	}
	return out, nil
}

func addRecord(out *grid.Sheet, b *budget, k *collector, row int, fields [][]byte, progress float64) error {
	for i, field := range fields {
		if len(field) == 0 {
			continue
		}
		if len(field) > MaxCellText {
			return tooMuch("第 %s 列的内容超过 %d KB", grid.ColumnName(i+1), MaxCellText>>10).mend("请把这个单元格的内容缩短后再上传。")
		}
		if err := b.addCell(len(field)); err != nil {
			return err
		}
		k.take(out, &passCell{row: row, col: i + 1, kind: grid.Text, raw: unwrapText(field)}, progress)
	}
	return nil
}

// unwrapText undoes ="00123", by which exports keep Excel from turning a code
// into a number.
func unwrapText(field []byte) []byte {
	inner, ok := bytes.CutPrefix(field, []byte(`="`))
	if !ok || !bytes.HasSuffix(inner, []byte(`"`)) || bytes.Count(inner, []byte(`"`)) != 1 || len(inner) == 1 {
		return field
	}
	return inner[:len(inner)-1]
}

// record reads one record, valid until the next; a blank line is a record
// without fields' contents.
func (r *csvReader) record() ([][]byte, error) {
	r.fields = r.fields[:0]
	for {
		field, last, err := r.field()
		if err != nil {
			return nil, err
		}
		if len(r.fields) >= MaxCol {
			return nil, tooMuch("第 %d 行的列数超过 %d 列", r.line, MaxCol)
		}
		r.fields = append(r.fields, field)
		if last {
			return r.fields, nil
		}
	}
}

// field reads one field and whether its record ends with it.
func (r *csvReader) field() (field []byte, last bool, err error) {
	if len(r.text) > 0 && r.text[0] == '"' {
		return r.quoted()
	}
	end := 0
	for end < len(r.text) && r.text[end] != r.delimiter && r.text[end] != '\n' && r.text[end] != '\r' {
		end++
	}
	field = r.text[:end]
	r.text = r.text[end:]
	return field, r.separator(), nil
}

// separator passes what stands behind a field; true at the end of the record.
func (r *csvReader) separator() bool {
	if len(r.text) == 0 {
		return true
	}
	c := r.text[0]
	r.text = r.text[1:]
	if c == r.delimiter {
		return false
	}
	r.line++
	if c == '\r' && len(r.text) > 0 && r.text[0] == '\n' {
		r.text = r.text[1:]
	}
	return true
}

// quoted reads a field in quotes, which may hold delimiters, line breaks and
// doubled quotes.
func (r *csvReader) quoted() (field []byte, last bool, err error) {
	start := r.line
	var out []byte
	for rest := r.text[1:]; ; {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return nil, false, broken("第 %d 行的双引号没有配对的结束引号", start).mend(saveCSV)
		}
		out = append(out, rest[:i]...)
		r.line += lineBreaks(rest[:i])
		if len(out) > MaxCellText {
			return nil, false, tooMuch("第 %d 行的双引号里的文字超过 %d KB", start, MaxCellText>>10).mend(saveCSV)
		}
		if r.line-start > maxFieldLines {
			return nil, false, broken("第 %d 行的双引号过了 %d 行还没有结束", start, maxFieldLines).mend(saveCSV)
		}
		rest = rest[i+1:]
		if len(rest) > 0 && rest[0] == '"' {
			out = append(out, '"')
			rest = rest[1:]
			continue
		}
		r.text = rest
		break
	}
	if len(r.text) > 0 && r.text[0] != r.delimiter && r.text[0] != '\n' && r.text[0] != '\r' {
		return nil, false, broken("第 %d 行的结束引号后面还有文字", r.line).mend(saveCSV)
	}
	return bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n")), r.separator(), nil
}

// lineBreaks counts \n, \r\n and lone \r.
func lineBreaks(b []byte) int {
	return bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}

// sniffDelimiter takes the delimiter that cuts most records into the same
// number of columns; 0 when the text is no table: at least two records must
// agree, and a third of all (two thirds on two columns), because prose has
// commas as well.
func sniffDelimiter(text []byte) byte {
	best, bestRecords, bestWidth := byte(0), 1, 0
	for _, delimiter := range []byte{',', '\t', ';', '|'} {
		records, width, all := commonWidth(text, delimiter)
		if records*3 < all || width == 2 && records*3 < all*2 {
			continue
		}
		if records > bestRecords || records == bestRecords && best != 0 && width > bestWidth {
			best, bestRecords, bestWidth = delimiter, records, width
		}
	}
	return best
}

// commonWidth gives the most frequent number of columns above one, how many
// records have it, and how many records are not blank.
func commonWidth(text []byte, delimiter byte) (records, width, all int) {
	r := &csvReader{text: text, delimiter: delimiter, line: 1}
	widths := map[int]int{}
	for n := 0; n < sniffRecords && len(r.text) > 0; n++ {
		fields, err := r.record()
		if err != nil {
			break
		}
		if len(fields) > 1 || len(bytes.TrimSpace(fields[0])) > 0 {
			all++
			widths[len(fields)]++
		}
	}
	for w, n := range widths {
		if w > 1 && (n > records || n == records && w > width) {
			records, width = n, w
		}
	}
	return records, width, all
}
