package sheet

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// byteOrderMark makes Excel and WPS read the file as UTF-8.
const byteOrderMark = "\ufeff"

// WriteCSV writes a document for other programs: the title and its line, one
// heading row (a group as 期初/数量), the rows and the notes. Figures have no
// separators, days are ISO 8601. Signatures, which are for paper, are left out.
//
// A text that a spreadsheet would take for a formula gets a leading quote. An
// .xlsx needs none, because its cells are typed.
func WriteCSV(w io.Writer, doc Document) error {
	if err := doc.checkShape(); err != nil {
		return err
	}
	buffer := bufio.NewWriter(w)
	if _, err := buffer.WriteString(byteOrderMark); err != nil {
		return fmt.Errorf("sheet: csv: %w", err)
	}
	out := csv.NewWriter(buffer)
	out.UseCRLF = true
	for record := range csvRecords(&doc) {
		if err := out.Write(record); err != nil {
			return fmt.Errorf("sheet: csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("sheet: csv: %w", err)
	}
	return buffer.Flush()
}

// csvRecords yields every line, all of the same number of fields.
func csvRecords(d *Document) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for _, texts := range csvTop(d) {
			if !yield(csvTexts(d, texts)) {
				return
			}
		}
		for _, r := range d.Rows {
			if !yield(csvRow(d, r)) {
				return
			}
		}
		for _, note := range d.Notes {
			if !yield(csvTexts(d, []string{note})) {
				return
			}
		}
	}
}

// csvTop gives the lines above the rows.
func csvTop(d *Document) [][]string {
	var lines [][]string
	if d.Title != "" {
		lines = append(lines, []string{d.Title})
	}
	if d.hasInfo() {
		var parts []string
		for _, s := range []string{d.Left, d.Middle, d.Right} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		lines = append(lines, []string{strings.Join(parts, "    ")})
	}
	heading := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		heading[i] = c.Heading
		if c.Group != "" {
			heading[i] = c.Group + "/" + c.Heading
		}
	}
	return append(lines, heading)
}

func csvTexts(d *Document, texts []string) []string {
	record := make([]string, len(d.Columns))
	for i, s := range texts {
		record[i] = csvSafe(s)
	}
	return record
}

func csvRow(d *Document, r Row) []string {
	record := make([]string, len(d.Columns))
	for i := range record {
		v := r.at(i)
		record[i] = v.plain()
		if v.form == textForm {
			record[i] = csvSafe(v.text)
		}
	}
	return record
}

// csvSafe quotes a text that would be a formula. The characters are those of
// OWASP's list, with the full-width ones that an input method may fold.
func csvSafe(s string) string {
	s = cleanText(s)
	if s != "" && strings.ContainsRune("=+-@\t\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
