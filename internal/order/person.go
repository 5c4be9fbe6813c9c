package order

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"
)

// Personal data of a distribution list is shown masked. How much of a number
// may be seen is for these functions alone to say.

// idWeights are the weights of GB 11643 for the first 17 digits of an identity
// number; the sum modulo 11 gives the last character.
var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const idChecks = "10X98765432"

// TidyID writes an identity number as cards do: half-width, no blanks, X.
func TidyID(text string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '’' || r == '-' || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, width.Narrow.String(text)))
}

// CheckID says what is wrong with an identity number, "" when it can be one.
// The sentence does not hold the number.
func CheckID(no string) string {
	switch {
	case no == "":
		return "没有填身份证号"
	case len(no) == 15 && digits(no):
		return "是 15 位的旧号码，无法校验"
	case len(no) != 18 || !digits(no[:17]) || !digits(no[17:]) && no[17] != 'X':
		return "不是 18 位的身份证号（现有 " + strconv.Itoa(len([]rune(no))) + " 位）"
	case !aBirthday(no[6:14]):
		return "中的出生日期不存在"
	}
	sum := 0
	for i, w := range idWeights {
		sum += int(no[i]-'0') * w
	}
	if idChecks[sum%11] != no[17] {
		return "的校验位不对，可能抄错了"
	}
	return ""
}

func digits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func aBirthday(text string) bool {
	t, err := time.Parse("20060102", text)
	return err == nil && t.Year() >= 1880
}

// maskShown is how much of a number stays: the first three and the last four.
const (
	maskHead = 3
	maskTail = 4
)

// MaskNumber hides the middle of an identity or telephone number; one that is
// too short to hide anything in is hidden whole.
func MaskNumber(no string) string {
	r := []rune(no)
	if len(r) <= maskHead+maskTail {
		return strings.Repeat("*", len(r))
	}
	return string(r[:maskHead]) + strings.Repeat("*", len(r)-maskHead-maskTail) + string(r[len(r)-maskTail:])
}

// writtenDay is a day, 2026-11-25 or 20261125, which is nobody's number.
var writtenDay = regexp.MustCompile(`^(19|20)\d\d(-\d{1,2}-\d{1,2}( \d{1,2})?|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))$`)

// leastSecret is how many digits in a row may be somebody's number.
const leastSecret = 7

// MaskText hides every long number inside a text: a remark, an address, a cell
// that slipped into another column. Blanks and dashes inside a number hide
// nothing.
func MaskText(text string) string {
	runes := []rune(text)
	out := append([]rune(nil), runes...)
	for i := 0; i < len(runes); {
		n, count := 0, 0
		for n < len(runes)-i && (isDigit(runes[i+n]) || count > 0 && joins(runes, i+n)) {
			if isDigit(runes[i+n]) {
				count++
			}
			n++
		}
		if count >= leastSecret && !writtenDay.MatchString(string(runes[i:i+n])) {
			hide(out[i:i+n], count)
		}
		i += max(n, 1)
	}
	return string(out)
}

// isDigit also knows full-width digits and those of other scripts.
func isDigit(r rune) bool { return unicode.IsDigit(r) }

// joins reports a blank or dash between two digits.
func joins(runes []rune, i int) bool {
	return strings.ContainsRune(" -　－—", runes[i]) && i+1 < len(runes) && isDigit(runes[i+1])
}

// hide masks the digits in a stretch of text, leaving the first three and the
// last four of them.
func hide(stretch []rune, count int) {
	seen := 0
	for i, r := range stretch {
		if !isDigit(r) {
			continue
		}
		seen++
		if count <= maskHead+maskTail || seen > maskHead && seen <= count-maskTail {
			stretch[i] = '*'
		}
	}
}

// HoldsNumber reports a text with a long number in it, which has no place in a
// title, a reason or a record.
func HoldsNumber(text string) bool { return MaskText(text) != text }
