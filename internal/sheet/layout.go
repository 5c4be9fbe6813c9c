package sheet

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// A column's width counts the half-width characters of the default font. In
// 宋体 an East Asian character is exactly two of them, so that widths and line
// breaks can be computed here; Excel never grows a row of a streamed sheet.

const (
	minLineHeight = 15.0 // one line of 11 pt, with room for taller fallback fonts
	rowPadding    = 5.0
	maxRowHeight  = 409.0 // Excel's limit
)

// runeColumns is how many half-width columns a rune takes.
func runeColumns(r rune) int {
	switch {
	case r < 0x20:
		return 0
	case r < 0x7f:
		return 1
	case r >= 0x4e00 && r <= 0x9fff: // nearly all Chinese; the tables below take ten times as long
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		// Ambiguous ones (“ × ℃ Φ) are full-width in 宋体.
		return 2
	}
	return 1
}

// textColumns is the width of the longest line of a text.
func textColumns(s string) int {
	longest, line := 0, 0
	for _, r := range s {
		if r == '\n' {
			line = 0
			continue
		}
		line += runeColumns(r)
		longest = max(longest, line)
	}
	return longest
}

// countLines is the number of lines a text takes in a cell of so many columns,
// breaking as Excel does: anywhere beside an East Asian character, else before
// a word, and inside a word only when it is longer than a line.
func countLines(s string, columns int) int {
	columns = max(columns, 2)
	if len(s) <= columns && strings.IndexByte(s, '\n') < 0 {
		return 1 // no character takes more columns than it has bytes
	}
	lines := 0
	for paragraph := range strings.SplitSeq(s, "\n") {
		lines += countParagraph(paragraph, columns)
	}
	return lines
}

func countParagraph(s string, columns int) int {
	lines, used, word := 1, 0, 0 // word is the tail of used that must stay together
	for _, r := range s {
		n := runeColumns(r)
		used += n
		if n == 2 || r == ' ' || r == '-' {
			word = 0
		} else {
			word += n
		}
		if used <= columns || r == ' ' {
			continue
		}
		lines++
		switch {
		case word > 0 && word < used && word <= columns:
			used = word
		default:
			used, word = n, min(word, n)
		}
	}
	return lines
}

// heightOf is the height of a row with so many lines of a font size.
func heightOf(lines int, size float64) float64 {
	line := max(minLineHeight, size*minLineHeight/bodySize)
	return min(maxRowHeight, float64(max(lines, 1))*line+rowPadding)
}

// fits gives the columns usable for text in a cell: Excel keeps a few pixels
// at both sides, which is about one character.
func fits(cellWidth, size float64) int {
	return int((cellWidth - 1) * bodySize / size)
}
