package sheet

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	maxCellUnits      = 32_767 // UTF-16 units in a cell; Excel's limit, and excelize cuts there without a word
	maxSheetNameUnits = 31     // UTF-16 units in a sheet's name
)

// cleanText removes what XML cannot hold: control characters and bytes that
// are no text. Line ends become the one that cells know.
func cleanText(s string) string {
	if !strings.ContainsFunc(s, notXML) && utf8.ValidString(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.Map(func(r rune) rune {
		if notXML(r) {
			return -1
		}
		return r
	}, s)
}

func notXML(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff
}

// sheetNames makes names that Excel takes, each once.
func sheetNames(docs []Document) []string {
	names := make([]string, len(docs))
	taken := map[string]bool{}
	for i, d := range docs {
		base := legalSheetName(d)
		name := base
		for n := 2; taken[strings.ToLower(name)]; n++ {
			suffix := fmt.Sprintf("（%d）", n)
			name = cutUnits(base, maxSheetNameUnits-len([]rune(suffix))) + suffix
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// legalSheetName replaces the characters Excel forbids in a sheet's name by
// their full-width sisters, which look alike.
func legalSheetName(d Document) string {
	name := d.SheetName
	if strings.TrimSpace(name) == "" {
		name = d.Title
	}
	name = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, cleanText(name))
	name = strings.NewReplacer(":", "：", "\\", "＼", "/", "／", "?", "？", "*", "＊", "[", "［", "]", "］").Replace(name)
	name = strings.Trim(cutUnits(strings.Trim(name, "' "), maxSheetNameUnits), "' ")
	switch {
	case name == "":
		return "表"
	case strings.EqualFold(name, "History"):
		return name + "表" // reserved by Excel
	}
	return name
}

// cutUnits keeps the first n UTF-16 units without splitting a character.
func cutUnits(s string, n int) string {
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

func unitsOf(s string) int {
	if len(s) <= maxCellUnits {
		return len(s)
	}
	return len(utf16.Encode([]rune(s)))
}
