package money

import "strings"

var (
	capitalDigits = [...]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}
	capitalSteps  = [...]string{"", "拾", "佰", "仟"}
	capitalGroups = [...]string{"", "万", "亿", "万亿", "亿亿"}
)

// Capital writes the amount as Chinese vouchers do, so that no digit can be
// added by hand: 46460.00 is 肆万陆仟肆佰陆拾元整. 整 follows 元 and 角, never 分
// (正确填写票据和结算凭证的基本规定, People's Bank of China).
func (f Fen) Capital() string {
	sign, u := "", uint64(f)
	if f < 0 {
		sign, u = "负", uint64(-f)
	}
	yuan, jiao, fen := u/100, u/10%10, u%10
	var b strings.Builder
	b.WriteString(sign)
	if yuan > 0 || jiao+fen == 0 {
		b.WriteString(capitalWhole(yuan) + "元")
	}
	if jiao+fen == 0 {
		return b.String() + "整"
	}
	if jiao > 0 {
		b.WriteString(capitalDigits[jiao] + "角")
	} else if yuan > 0 {
		b.WriteString("零")
	}
	if fen == 0 {
		return b.String() + "整"
	}
	return b.String() + capitalDigits[fen] + "分"
}

// capitalWhole writes whole yuan in groups of four digits; a gap of zeros
// between two digits is one 零.
func capitalWhole(n uint64) string {
	if n == 0 {
		return capitalDigits[0]
	}
	out, gap := "", false
	for group := 0; n > 0; group++ {
		part := n % 10_000
		n /= 10_000
		if part == 0 {
			gap = out != ""
			continue
		}
		text := capitalGroup(part) + capitalGroups[group]
		if gap && out != "" {
			text += capitalDigits[0]
		}
		out = text + out
		gap = part < 1000
	}
	return out
}

func capitalGroup(n uint64) string {
	out, gap := "", false
	for step := 0; n > 0; step++ {
		digit := n % 10
		n /= 10
		if digit == 0 {
			gap = out != ""
			continue
		}
		text := capitalDigits[digit] + capitalSteps[step]
		if gap {
			text += capitalDigits[0]
		}
		out, gap = text+out, false
	}
	return out
}
