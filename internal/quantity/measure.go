package quantity

import (
	"math/big"
	"math/bits"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/errs"
)

// The most one unit of goods may weigh or fill: a hundred tonnes, a thousand
// cubic metres. More is a slip, and what a whole stock weighs then still fits
// an int64 (see Times).
const (
	MaxGram int64 = 100_000_000
	MaxCm3  int64 = 1_000_000_000
)

// measure is what a figure is read as: its units in the smallest one.
type measure struct {
	name, usual string // 重量, 公斤
	smallest    string // 克
	units       map[string]int64
	most        int64
	decimals    int // of the usual unit
}

var (
	weight = measure{"重量", "公斤", "克", map[string]int64{"公斤": 1000, "千克": 1000, "kg": 1000, "克": 1, "g": 1, "吨": 1_000_000, "t": 1_000_000}, MaxGram, 3}
	volume = measure{"体积", "立方米", "立方厘米", map[string]int64{"立方米": 1_000_000, "立方": 1_000_000, "方": 1_000_000, "m3": 1_000_000, "m³": 1_000_000, "㎥": 1_000_000,
		"升": 1000, "l": 1000, "立方分米": 1000, "dm3": 1000, "dm³": 1000, "立方厘米": 1, "cm3": 1, "cm³": 1}, MaxCm3, 6}
)

// Gram reads a weight as people write it, in 公斤 where no unit stands behind
// it: 12.5, 500克, 1.2吨. It is exact to the gram; finer figures are refused.
func Gram(text string) (int64, error) { return weight.parse(text, weight.usual, new(big.Rat)) }

// Cm3 reads a volume, in 立方米 where no unit stands behind it: 0.25, 30升. It is
// exact to the cubic centimetre.
func Cm3(text string) (int64, error) { return volume.parse(text, volume.usual, new(big.Rat)) }

// GramCell reads the raw decimal text of a numeric cell. unit is what the
// heading says; anything that is no weight means 公斤. A float's tail is taken
// off.
func GramCell(raw, unit string) (int64, error) { return weight.cell(raw, unit) }

// Cm3Cell is GramCell for volumes.
func Cm3Cell(raw, unit string) (int64, error) { return volume.cell(raw, unit) }

// IsWeight reports a unit a weight can be in.
func IsWeight(unit string) bool { return weight.factor(unit) != 0 }

// IsVolume is IsWeight for volumes.
func IsVolume(unit string) bool { return volume.factor(unit) != 0 }

// KgText writes grams in 公斤, the shortest exact form: 12.5.
func KgText(gram int64) string { return Q(gram).String() }

// M3Text writes cubic centimetres in 立方米: 0.025.
func M3Text(cm3 int64) string {
	whole, part := cm3/1_000_000, cm3%1_000_000
	if part == 0 {
		return strconv.FormatInt(whole, 10)
	}
	return strconv.FormatInt(whole, 10) + "." + strings.TrimRight(strconv.FormatInt(1_000_000+part, 10)[1:], "0")
}

// Times gives what a quantity weighs or fills when one unit does each: rounded
// up to the next gram or cubic centimetre, since a lorry must hold all of it.
// A quantity within Max of a figure within its bounds never overflows; below
// zero there is nothing to carry.
func (q Q) Times(each int64) int64 {
	if q <= 0 || each <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(q), uint64(each))
	low, carry := bits.Add64(low, uint64(One)-1, 0)
	sum, _ := bits.Div64(high+carry, low, uint64(One))
	return int64(sum)
}

func (m measure) factor(unit string) int64 { return m.units[strings.ToLower(fold(unit))] }

var measureForm = regexp.MustCompile(`^(\d+|\d{1,3}(?:,\d{3})+)(\.\d*)?\s*((?:[^\d\s.,-]+[23³]?)?)$`)

// parse reads a figure with an optional unit behind it; 0 and nothing at all
// say that it is not known.
func (m measure) parse(text, usual string, tail *big.Rat) (int64, error) {
	text, visible := Bare(text)
	s := fold(text)
	if emptyMarks[s] && visible {
		return 0, nil
	}
	form := measureForm.FindStringSubmatch(s)
	if !visible || form == nil || len([]rune(s)) > maxText {
		return 0, m.refuse("“%s”不是%s，请填写数字（%s），例如 %s。", clip(s), m.name, m.usual, m.example())
	}
	unit := form[3]
	if unit == "" {
		unit = usual
	}
	factor := m.factor(unit)
	if factor == 0 {
		return 0, m.refuse("“%s”的单位不能换算成%s，请只填数字，例如 %s。", clip(s), m.usual, m.example())
	}
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(form[1], ",", "") + "." + strings.TrimPrefix(form[2], ".") + "0")
	if !ok {
		return 0, m.refuse("“%s”不是%s，请填写数字（%s），例如 %s。", clip(s), m.name, m.usual, m.example())
	}
	return m.whole(r.Mul(r, big.NewRat(factor, 1)), s, tail)
}

// cell reads a number of a workbook in the unit of its heading.
func (m measure) cell(raw, unit string) (int64, error) {
	raw = strings.TrimSpace(raw)
	form := rawNumber.FindStringSubmatch(raw)
	if form == nil || form[2] == "" && form[3] == "" || len(form[2])+len(form[3]) > maxDigits {
		return 0, m.refuse("“%s”不是%s，请填写数字（%s），例如 %s。", clip(raw), m.name, m.usual, m.example())
	}
	exp, err := strconv.Atoi("0" + strings.TrimLeft(form[4], "+-"))
	if err != nil || exp > maxExponent {
		return 0, m.refuse("“%s”超出了能填的范围，请检查。", clip(raw))
	}
	if strings.HasPrefix(form[4], "-") {
		exp = -exp
	}
	digits, _ := new(big.Int).SetString("0"+form[2]+form[3], 10)
	r := scale(digits, exp-len(form[3]))
	if form[1] == "-" {
		r.Neg(r)
	}
	factor := m.factor(unit)
	if factor == 0 {
		factor = m.factor(m.usual)
	}
	r.Mul(r, big.NewRat(factor, 1))
	return m.whole(r, raw, new(big.Rat).Mul(floatTail, big.NewRat(factor, 1)))
}

// whole gives the smallest units of r when r is within tail of them.
func (m measure) whole(r *big.Rat, text string, tail *big.Rat) (int64, error) {
	switch {
	case r.Sign() < 0:
		return 0, m.refuse("%s “%s”是负数，请填 0 或正数；不知道的请留空。", m.name, clip(text))
	case r.Cmp(big.NewRat(m.most, 1)) > 0:
		return 0, m.refuse("%s “%s”太大，一个计量单位最多 %s %s，请检查。", m.name, clip(text), m.text(m.most), m.usual)
	}
	n := round(r)
	gap := new(big.Rat).Sub(r, big.NewRat(n, 1))
	if gap.Abs(gap).Cmp(tail) > 0 {
		return 0, m.refuse("%s “%s”的小数太多，最多精确到 1 %s（%s最多 %d 位小数）。", m.name, clip(text), m.smallest, m.usual, m.decimals)
	}
	return n, nil
}

func (m measure) refuse(format string, args ...any) error {
	return errs.New(errs.Invalid, format, args...)
}

func (m measure) example() string { return map[int]string{3: "12.5", 6: "0.25"}[m.decimals] }

func (m measure) text(n int64) string {
	if m.decimals == 3 {
		return KgText(n)
	}
	return M3Text(n)
}
