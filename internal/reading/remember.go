package reading

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// maxRemembered is how far down a sheet a heading is looked for that only a
// person's earlier choice makes one. Titles above a table are few.
const maxRemembered = 60

// fingerprint is the identity of a heading: its texts and their columns,
// wherever on the sheet it stands.
func fingerprint(b *board, rows []int) string {
	h := sha256.New()
	for i, row := range rows {
		for _, c := range b.cells[row] {
			h.Write([]byte(strconv.Itoa(i) + "\t" + strconv.Itoa(c.Col) + "\t" + fold(c.text) + "\n"))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// rememberedAt gives the heading rows that begin at a row, if a person once
// said of just these texts that they are headings.
func rememberedAt(b *board, row int, remembered map[string]Mapping) []int {
	if len(remembered) == 0 || row > maxRemembered {
		return nil
	}
	var rows []int
	for r := row; r < row+maxHeaderRows; r++ {
		rows = append(rows, r)
		if _, ok := remembered[fingerprint(b, rows)]; ok {
			return rows
		}
	}
	return nil
}

// said is what people decided on a table: on this workbook, else on one with
// the same headings before.
func (rd *reader) said(s *candidate, seg segment) Mapping {
	before := rd.o.Remembered[fingerprint(s.b, seg.header)]
	return before.over(s.override.Tables[slices.Min(seg.header)])
}
