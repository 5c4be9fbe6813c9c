package quantity

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/errs"
)

// The bounds of a raw number's text. A workbook's numbers have 17 digits and
// an exponent within 308; more would only serve to burn memory.
const (
	maxDigits   = 40
	maxExponent = 400
)

var (
	grouped    = regexp.MustCompile(`^\d{1,3}(?:,\d{3})+(?:\.\d+)?$`)
	plainForm  = regexp.MustCompile(`^\d+(?:\.\d*)?$`)
	spaceGroup = regexp.MustCompile(`^([+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?)(?:[^\d.,]|$)`)
	rawNumber  = regexp.MustCompile(`^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$`)
)

// cutNumber cuts the digits, with sign and separators, from the front.
func cutNumber(s string) (number, rest string) {
	s = strings.TrimSpace(strings.Replace(s, "负", "-", 1))
	if m := spaceGroup.FindStringSubmatch(s); m != nil {
		return strings.ReplaceAll(m[1], " ", ""), s[len(m[1]):]
	}
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == ',' || s[end] == '.' || end == 0 && (s[end] == '-' || s[end] == '+')) {
		end++
	}
	if !hasDigit(s[:end]) {
		return "", s
	}
	return s[:end], s[end:]
}

// ungroup drops thousands commas, and only those that stand where they must:
// 1,5 may be 1.5 or 15 and is refused.
func ungroup(s, number string) (string, error) {
	sign := ""
	if number[0] == '-' || number[0] == '+' {
		sign, number = strings.Trim(number[:1], "+"), number[1:]
	}
	number = strings.TrimSuffix(number, ",")
	if grouped.MatchString(number) {
		number = strings.ReplaceAll(number, ",", "")
	}
	if !plainForm.MatchString(number) {
		return "", errs.Refuse(CodeNotNumeric, "“%s”不是规范的数字，请写成 1200 或 1,200 的样子。", s)
	}
	return sign + number, nil
}

// cutMultiplier cuts 万, 千, 百 (also 十万, 百万) and a 余 or 多 before or
// behind it.
func cutMultiplier(s string) (factor int64, rest string, more bool) {
	factor, rest = 1, strings.TrimLeft(s, " ")
	if trimmed, ok := cutPrefixAny(rest, "余", "多"); ok {
		rest, more = trimmed, true
	}
	for _, m := range multipliers {
		if _, metric := cutPrefixAny(rest, metricUnits...); metric {
			break
		}
		if r, ok := strings.CutPrefix(rest, m.word); ok {
			factor, rest = m.factor, strings.TrimLeft(r, " ")
			break
		}
	}
	if trimmed, ok := cutPrefixAny(rest, "余", "多"); ok {
		rest, more = trimmed, true
	}
	return factor, rest, more
}

func cutPrefixAny(s string, words ...string) (string, bool) {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(s, w); ok {
			return rest, true
		}
	}
	return s, false
}

// metricUnits begin with a word that is no multiplier: 5千克 is not 5000 克.
var metricUnits = []string{"千克", "千米", "千瓦", "千伏", "千升", "千帕", "百分"}

// multipliers, the longer word first.
var multipliers = []struct {
	word   string
	factor int64
}{
	{"千万", 10_000_000}, {"百万", 1_000_000}, {"十万", 100_000}, {"亿", 100_000_000},
	{"万", 10_000}, {"千", 1_000}, {"仟", 1_000}, {"百", 100}, {"佰", 100},
}

// exact multiplies without a float: "1.23456" × 10000 is 12345.6.
func exact(s, plain string, factor int64) (Q, error) {
	r, ok := new(big.Rat).SetString(plain)
	if !ok {
		return 0, errs.Refuse(CodeNotNumeric, "“%s”不是规范的数字，请写成 1200 或 1,200 的样子。", s)
	}
	r.Mul(r, big.NewRat(factor, 1))
	return ofRat(r, s, new(big.Rat))
}

// ParseNumber reads the raw decimal text of a numeric cell, 1E+05 included.
// A float's tail is taken off only when the rest is within 10^-9 of three
// decimals (0.30000000000000004 is 0.3); other fractions are refused.
func ParseNumber(raw string) (Q, error) {
	raw = strings.TrimSpace(raw)
	if q, ok := plainQ(raw); ok {
		return q, nil
	}
	m := rawNumber.FindStringSubmatch(raw)
	if m == nil || m[2] == "" && m[3] == "" {
		return 0, errs.Refuse(CodeNotNumeric, "“%s”不是数字，请填写数字，例如 120。", clip(raw))
	}
	if len(m[2])+len(m[3]) > maxDigits {
		return 0, errs.Refuse(CodeTooLarge, "数字的位数太多，请检查，数量最多为十亿。")
	}
	exp := 0
	if m[4] != "" {
		var err error
		if exp, err = strconv.Atoi(m[4]); err != nil || exp > maxExponent || exp < -maxExponent {
			return 0, errs.Refuse(CodeTooLarge, "“%s”超出了能填的范围，数量最多为十亿，请检查。", clip(raw))
		}
	}
	digits, _ := new(big.Int).SetString("0"+m[2]+m[3], 10)
	r := scale(digits, exp-len(m[3]))
	if m[1] == "-" {
		r.Neg(r)
	}
	return ofRat(r, raw, floatTail)
}

// plainQ reads what most cells hold, a few digits with up to three decimals,
// without the exact arithmetic that the rest needs.
func plainQ(raw string) (Q, bool) {
	whole, part, _ := strings.Cut(raw, ".")
	if whole == "" || len(whole) > 8 || len(part) > 3 {
		return 0, false
	}
	n := int64(0)
	for _, digits := range []string{whole, part} {
		for i := range len(digits) {
			if digits[i] < '0' || digits[i] > '9' {
				return 0, false
			}
			n = n*10 + int64(digits[i]-'0')
		}
	}
	for range 3 - len(part) {
		n *= 10
	}
	return Q(n), true
}

// floatTail is the error a workbook's binary numbers leave behind, in units.
var floatTail = big.NewRat(1, 1_000_000_000)

func scale(digits *big.Int, power int) *big.Rat {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(power, -power))), nil)
	if power < 0 {
		return new(big.Rat).SetFrac(digits, ten)
	}
	return new(big.Rat).SetInt(digits.Mul(digits, ten))
}

// ofRat gives the thousandths of r when r is within tail of them.
func ofRat(r *big.Rat, text string, tail *big.Rat) (Q, error) {
	if new(big.Rat).Abs(r).Cmp(big.NewRat(int64(Max/One), 1)) > 0 {
		return 0, errs.Refuse(CodeTooLarge, "“%s”太大，数量最多为十亿，请检查是否多写了位数。", clip(text))
	}
	thousand := new(big.Rat).Mul(r, big.NewRat(int64(One), 1))
	q := round(thousand)
	gap := new(big.Rat).Sub(thousand, big.NewRat(q, 1))
	if gap.Abs(gap).Cmp(new(big.Rat).Mul(tail, big.NewRat(int64(One), 1))) > 0 {
		return 0, errs.Refuse(CodeFraction, "“%s”的小数超过 3 位，数量最多 3 位小数，请修改。", clip(text))
	}
	return Q(q), nil
}

// round gives the nearest whole number, halves away from zero.
func round(r *big.Rat) int64 {
	n := new(big.Int).Mul(r.Num(), big.NewInt(2))
	d := new(big.Int).Mul(r.Denom(), big.NewInt(2))
	if r.Sign() < 0 {
		n.Sub(n, r.Denom())
	} else {
		n.Add(n, r.Denom())
	}
	return n.Quo(n, d).Int64()
}

func clip(s string) string {
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText]) + "…"
	}
	return s
}
