package money

import (
	"math/big"
	"regexp"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// maxText bounds what is looked at and quoted in a message.
const maxText = 40

var (
	plainForm = regexp.MustCompile(`^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?(万)?$`)
	rawForm   = regexp.MustCompile(`^[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?$`)
	marks     = strings.NewReplacer("人民币", "", "RMB", "", "CNY", "", "￥", "", "¥", "", "元整", "", "元", "", "圆", "", " ", "")
)

// Parse reads an amount of yuan as people write it: 1,860.00, ￥12.8, 12.8元,
// 1.5万元. More than two decimals are refused, never rounded: which way 12.345
// goes is not ours to say.
func Parse(text string) (Fen, error) {
	text, visible := quantity.Bare(text)
	if !visible {
		return 0, errs.New(errs.Invalid, "金额里有看不见的字符或换行，请删去后重新填写，例如 12.80。")
	}
	s := fold(text)
	if s == "" || s == "/" || s == "-" {
		return 0, errs.New(errs.Invalid, "没有填金额，请填写数字，例如 12.80。")
	}
	m := plainForm.FindStringSubmatch(marks.Replace(s))
	if m == nil || len([]rune(s)) > maxText {
		return 0, errs.New(errs.Invalid, "“%s”不是金额，请填写数字，例如 1,860.00 或 12.8。", clip(s))
	}
	r, _ := new(big.Rat).SetString(m[1] + strings.ReplaceAll(m[2], ",", "") + "." + m[3] + "0")
	if m[4] != "" {
		r.Mul(r, big.NewRat(10_000, 1))
	}
	return ofRat(r, s, new(big.Rat))
}

// floatTail is the error a workbook's binary numbers leave behind, in yuan.
var floatTail = big.NewRat(1, 10_000_000)

// ParseNumber reads the raw decimal text of a numeric cell and takes off a
// float's tail (12.800000000000001 is 12.80); other fractions of a fen are
// refused.
func ParseNumber(raw string) (Fen, error) {
	raw = strings.TrimSpace(raw)
	if !rawForm.MatchString(raw) {
		return 0, errs.New(errs.Invalid, "“%s”不是金额，请填写数字，例如 12.8。", clip(raw))
	}
	r, _ := new(big.Rat).SetString(raw)
	return ofRat(r, raw, floatTail)
}

func ofRat(r *big.Rat, text string, tail *big.Rat) (Fen, error) {
	cents := new(big.Rat).Mul(r, big.NewRat(100, 1))
	whole := new(big.Int).Quo(new(big.Int).Add(new(big.Int).Mul(cents.Num(), big.NewInt(2)), signed(cents)), new(big.Int).Mul(cents.Denom(), big.NewInt(2)))
	if whole.CmpAbs(big.NewInt(int64(Max))) > 0 {
		return 0, errs.New(errs.Invalid, "“%s”太大，金额最多一千亿元，请检查是否多写了位数。", clip(text))
	}
	gap := new(big.Rat).Sub(cents, new(big.Rat).SetInt(whole))
	if gap.Abs(gap).Cmp(tail) > 0 {
		return 0, errs.New(errs.Invalid, "“%s”的小数超过两位，金额精确到分，请改为两位小数。", clip(text))
	}
	return Fen(whole.Int64()), nil
}

// signed is what rounds half away from zero when added to twice the numerator.
func signed(r *big.Rat) *big.Int {
	d := new(big.Int).Set(r.Denom())
	if r.Sign() < 0 {
		d.Neg(d)
	}
	return d
}

func fold(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '￥':
			c = '¥'
		case c >= 0xFF01 && c <= 0xFF5E:
			c -= 0xFEE0
		case c == '\u3000' || c == '\u00a0' || c == '\n' || c == '\r' || c == '\t':
			c = ' '
		case c == '−':
			c = '-'
		}
		b.WriteRune(c)
	}
	return strings.TrimSpace(b.String())
}

func clip(s string) string {
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText]) + "…"
	}
	return s
}
