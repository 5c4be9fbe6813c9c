package day

import "strings"

// fold makes half-width what was typed full-width and drops line breaks.
func fold(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c >= 0xFF01 && c <= 0xFF5E:
			c -= 0xFEE0
		case c == '\u3000' || c == '\u00a0' || c == '\t' || c == '\n' || c == '\r':
			c = ' '
		case c == '−' || c == '‐' || c == '‑':
			c = '-'
		case c == '\u200b' || c == '\ufeff':
			continue
		}
		b.WriteRune(c)
	}
	return strings.TrimSpace(b.String())
}

var numerals = map[rune]int{'〇': 0, '零': 0, '○': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// arabic turns 二〇二六年三月十五日 into 2026年3月15日; other texts are left as
// they are.
func arabic(s string) string {
	if !strings.ContainsAny(s, "一二三四五六七八九十") {
		return s
	}
	var b strings.Builder
	runes := []rune(s)
	for i, c := range runes {
		n, digit := numerals[c]
		switch {
		case digit:
			b.WriteByte(byte('0' + n))
		case c == '十':
			b.WriteString(ten(runes, i))
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// ten writes 十 as the digits its neighbours leave out: 十 10, 十五 15, 二十
// 20, 二十五 25.
func ten(runes []rune, i int) string {
	out := ""
	if i == 0 || !isNumeral(runes[i-1]) {
		out = "1"
	}
	if i+1 == len(runes) || !isNumeral(runes[i+1]) {
		out += "0"
	}
	return out
}

func isNumeral(c rune) bool {
	_, ok := numerals[c]
	return ok
}
