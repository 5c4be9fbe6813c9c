package reading

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean gives a cell's text as it stands on paper: trimmed, without the line
// breaks a narrow column forces, runs of blanks as one. The letters stay as
// written.
func clean(s string) string {
	plain := true
	for _, c := range s {
		if c <= ' ' || c == '\u3000' || c == '\u00a0' || c == '\ufeff' || c == '\u200b' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	blank := false
	for _, c := range s {
		switch {
		case c == '\n' || c == '\r' || c == '\u200b' || c == '\ufeff':
			continue
		case unicode.IsSpace(c):
			blank = true
			continue
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(c)
	}
	return b.String()
}

// fold gives the form in which words are compared: NFKC (full-width folded,
// ㎡ = m2), lower case, without blanks.
func fold(s string) string {
	s = norm.NFKC.String(s)
	if strings.ContainsFunc(s, unicode.IsSpace) {
		s = strings.Join(strings.Fields(s), "")
	}
	return strings.ToLower(s)
}

// cutBrackets takes the bracketed parts out of a folded text: 数量(万条) gives
// 数量 and 万条. An opening bracket without its end is left alone.
func cutBrackets(s string) (base string, inside []string) {
	for {
		open := strings.IndexByte(s, '(')
		if open < 0 {
			return base + s, inside
		}
		end := strings.IndexByte(s[open:], ')')
		if end < 0 {
			return base + s, inside
		}
		base += s[:open]
		inside = append(inside, s[open+1:open+end])
		s = s[open+end+1:]
	}
}

func runeCount(s string) int { return len([]rune(s)) }

// clip shortens a text for a message, so that a sentence stays a sentence.
func clip(s string) string {
	const shown = 30
	if r := []rune(s); len(r) > shown {
		return string(r[:shown]) + "…"
	}
	return s
}
