package quantity

import (
	"strings"

	"changbei/internal/errs"
)

var chineseDigits = map[rune]int64{
	'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9,
}

var chineseSteps = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000}

// maxChinese bounds the value before the next digit is added, so that the
// arithmetic cannot wrap whatever is written.
const maxChinese = int64(Max / One)

// readChinese reads 二千 and 一台: always with a doubt, since 一 may be any.
func (r *Reading) readChinese(s, body string) error {
	numeral, rest := cutChinese(strings.TrimPrefix(body, "共"))
	n, ok := chineseValue(numeral)
	if numeral == "" || !ok || n > maxChinese {
		return errs.Refuse(CodeNotNumeric, "“%s”不是数字，请填写数字，例如 120。", s)
	}
	if hasDigit(rest) {
		return errs.Refuse(CodeCompound, "“%s”里有不止一个数量，请拆成几行，每行只填一个数字。", s)
	}
	r.Q = Of(n)
	if err := r.readUnit(s, rest); err != nil {
		return err
	}
	if strings.ContainsAny(r.Unit, "一二两三四五六七八九十百千万") {
		return errs.Refuse(CodeCompound, "“%s”里有不止一个数量，请拆成几行，每行只填一个数字。", s)
	}
	if r.Doubt == "" {
		r.Doubt = DoubtChinese
	}
	return nil
}

func cutChinese(s string) (numeral, rest string) {
	for i, c := range s {
		_, digit := chineseDigits[c]
		_, step := chineseSteps[c]
		if !digit && !step && c != '万' && c != '亿' {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// chineseValue reads 五百六十, 一万二千 and the spelled 一二〇.
func chineseValue(s string) (int64, bool) {
	runes := []rune(s)
	if spelled(runes) {
		return spelledValue(runes)
	}
	runes = wholeSteps(runes)
	var total, section, digit int64
	for _, c := range runes {
		switch step := chineseSteps[c]; {
		case step > 0:
			section += max(digit, 1) * step
			digit = 0
		case c == '万' || c == '亿':
			factor := int64(10_000)
			if c == '亿' {
				factor = 100_000_000
			}
			if section+digit == 0 || section+digit > maxChinese/factor {
				return 0, false
			}
			total += (section + digit) * factor
			section, digit = 0, 0
		default:
			digit = chineseDigits[c]
		}
		if total > maxChinese || section > maxChinese {
			return 0, false
		}
	}
	return total + section + digit, len(runes) > 0
}

func spelled(runes []rune) bool {
	for _, c := range runes {
		if _, ok := chineseDigits[c]; !ok {
			return false
		}
	}
	return len(runes) > 1
}

func spelledValue(runes []rune) (int64, bool) {
	var n int64
	for _, c := range runes {
		n = n*10 + chineseDigits[c]
		if n > maxChinese {
			return 0, false
		}
	}
	return n, true
}

// wholeSteps writes out a step that speech leaves away: 一百二 is 一百二十, 三万五
// is 三万五千; with a 零 between it is not.
func wholeSteps(runes []rune) []rune {
	if len(runes) < 3 {
		return runes
	}
	below := map[rune]rune{'百': '十', '佰': '十', '千': '百', '仟': '百', '万': '千'}
	step, left := below[runes[len(runes)-2]]
	if last, digit := chineseDigits[runes[len(runes)-1]]; !left || !digit || last == 0 {
		return runes
	}
	return append(runes[:len(runes):len(runes)], step)
}
