package sheet

import (
	"strings"

	"changbei/internal/grid"
)

// builtinCodes are the formats that a file names by number only, as a Chinese
// Excel shows them (ECMA-376 part 1, 18.8.30). Number 0 is General, "".
var builtinCodes = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
	18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
	27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`,
	32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 34: `上午/下午h"时"mm"分"`, 35: `上午/下午h"时"mm"分"ss"秒"`,
	36: `yyyy"年"m"月"`, 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0", 39: "#,##0.00;-#,##0.00",
	40: "#,##0.00;[Red]-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`,
	55: `上午/下午h"时"mm"分"`, 56: `上午/下午h"时"mm"分"ss"秒"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// dateFormOf tells what a number format code shows of a date. Only the first
// section counts: it is the one for positive numbers, and dates are positive.
func dateFormOf(code string) grid.DateForm {
	if code == "" {
		return grid.NoDate
	}
	var year, month, day, weekday, clock bool
	tokens := formatTokens(code)
	for i, t := range tokens {
		switch {
		case t.letter == 'y' || t.letter == 'e' || t.letter == 'b':
			year = true
		case t.letter == 'd' && t.length <= 2:
			day = true
		case t.letter == 'd' || t.letter == 'a':
			weekday = true
		case t.letter == 'h' || t.letter == 's':
			clock = true
		case t.letter == 'm' && isMinute(tokens, i):
			clock = true
		case t.letter == 'm':
			month = true
		}
	}
	switch {
	case year && day, weekday:
		return grid.FullDate
	case year && month:
		return grid.YearMonth
	case year:
		return grid.YearOnly
	case month || day:
		return grid.MonthDay
	case clock:
		return grid.TimeOnly
	}
	return grid.NoDate
}

// formatToken is a run of one date letter: yyyy is {y, 4}. Elapsed times in
// brackets, [h], count as their letter.
type formatToken struct {
	letter byte
	length int
}

// isMinute: m means minutes directly behind hours or before seconds.
func isMinute(tokens []formatToken, i int) bool {
	return i > 0 && tokens[i-1].letter == 'h' || i+1 < len(tokens) && tokens[i+1].letter == 's'
}

// formatTokens gives the date letters of the first section, without quoted and
// escaped text, colours, conditions and locales.
func formatTokens(code string) []formatToken {
	var tokens []formatToken
	previous := byte(0)
	for i := 0; i < len(code); i++ {
		c := code[i] | 0x20 // lower case; only letters are asked for below
		switch {
		case code[i] == ';':
			return tokens
		case code[i] == '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return tokens
			}
			i += end + 1
			previous = 0
		case code[i] == '\\' || code[i] == '_' || code[i] == '*' || code[i] == '!':
			i += max(1, runeLength(code[i+1:]))
			previous = 0
		case code[i] == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return tokens
			}
			if inner := strings.ToLower(code[i+1 : i+end]); strings.Trim(inner, "hms") == "" && inner != "" {
				tokens = append(tokens, formatToken{inner[0], len(inner)})
			}
			i += end
			previous = 0
		case skippedWord(code[i:]) > 0:
			i += skippedWord(code[i:]) - 1
			previous = 0
		case code[i] >= 'A' && strings.IndexByte("yedbahms", c) >= 0:
			if c == previous {
				tokens[len(tokens)-1].length++
			} else {
				tokens = append(tokens, formatToken{c, 1})
			}
			previous = c
		default:
			previous = 0
		}
	}
	return tokens
}

// skippedWord gives the length of a word at the start of code whose letters
// are no date letters. An E is one only where no exponent follows: e-m-d is a
// date.
func skippedWord(code string) int {
	for _, word := range []string{"General", "G/通用格式", "AM/PM", "A/P", "E+0", "E-0", "E+#", "E-#"} {
		if len(code) >= len(word) && strings.EqualFold(code[:len(word)], word) {
			return len(word)
		}
	}
	return 0
}

func runeLength(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return len(s)
}
