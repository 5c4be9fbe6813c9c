package quantity

import (
	"strings"
	"unicode"

	"changbei/internal/errs"
)

// Reading is what a text says of an amount, and how sure that is. A form
// echoes an unsure reading, an import asks.
type Reading struct {
	Q          Q
	Unit       string // the unit written behind the number, "" if none
	Note       string // the text in brackets behind it: 借给水利站
	Doubt      string // "" = sure, else one of the Doubt codes
	Multiplier int64  // 10000 for 1.5万, else 1
}

// The doubts: readable, but a person must say yes.
const (
	DoubtApproximate = "qty_approximate"
	DoubtChinese     = "qty_chinese_numeral"
	DoubtPack        = "qty_pack"
)

// The codes of refusals, as the contract of ledgers names them.
const (
	CodeMissing    = "qty_missing"
	CodeNotNumeric = "qty_not_numeric"
	CodeRange      = "qty_range"
	CodeCompound   = "qty_compound"
	CodeFraction   = "qty_fraction"
	CodeNegative   = "qty_negative"
	CodeTooLarge   = "qty_too_large"
)

// maxText bounds what is looked at: no honest quantity is longer, and the
// message that quotes it stays one line.
const maxText = 60

// Parse reads an amount as people write it: full-width digits, thousands
// commas, spaces, a unit and a note behind it, 万 and 千. It never guesses: two
// numbers, a range or words that are no number are refused with a sentence.
// A leading minus is read; whether it may be is the caller's to say (Check).
func Parse(text string) (Reading, error) {
	if n, plain := wholeNumber(text); plain {
		return Reading{Q: Of(n), Multiplier: 1}, nil
	}
	text, visible := Bare(text)
	if !visible {
		return Reading{}, errs.Refuse(CodeNotNumeric, "数量里有看不见的字符或换行，请删去后重新填写，例如 120。")
	}
	s := fold(text)
	if len([]rune(s)) > maxText {
		return Reading{}, errs.Refuse(CodeNotNumeric, "数量的文字太长（超过 %d 个字），请只填一个数字，例如 120。", maxText)
	}
	if emptyMarks[s] {
		return Reading{}, errs.Refuse(CodeMissing, "没有填数量，请填写数字，例如 120；确实没有的填 0。")
	}
	body, note := cutNote(s)
	if hasWord(body, noNumbers) {
		return Reading{}, errs.Refuse(CodeNotNumeric, "“%s”不是数字，请清点后填写准确的数量，例如 120。", s)
	}
	r := Reading{Note: note, Multiplier: 1}
	body, approx := cutApproximate(body)
	if approx || hasWord(note, noteApproximate) {
		r.Doubt = DoubtApproximate
	}
	if err := refuseSeveral(s, body); err != nil {
		return Reading{}, err
	}
	if err := r.readBody(s, body); err != nil {
		return Reading{}, err
	}
	if r.Doubt == "" && isPack(note) {
		r.Doubt = DoubtPack
	}
	return r, nil
}

// readBody reads number, multiplier and unit; s is the whole text for messages.
func (r *Reading) readBody(s, body string) error {
	number, rest := cutNumber(body)
	if number == "" {
		return r.readChinese(s, body)
	}
	plain, err := ungroup(s, number)
	if err != nil {
		return err
	}
	factor, rest, more := cutMultiplier(rest)
	if more {
		r.Doubt = DoubtApproximate
	}
	r.Multiplier = factor
	if r.Q, err = exact(s, plain, factor); err != nil {
		return err
	}
	return r.readUnit(s, rest)
}

// readUnit takes what stands behind the number. A unit has no digits except
// those of m2 and m3, so a second number cannot hide in it.
func (r *Reading) readUnit(s, rest string) error {
	unit := strings.ReplaceAll(rest, " ", "")
	if trimmed, more := cutMore(unit); more {
		unit, r.Doubt = trimmed, DoubtApproximate
	}
	if hasDigit(strings.NewReplacer("m2", "", "m3", "", "M2", "", "M3", "").Replace(unit)) {
		return errs.Refuse(CodeCompound, "“%s”里有不止一个数量，请拆成几行，每行只填一个数字。", s)
	}
	for _, c := range unit {
		if !unicode.IsLetter(c) && !strings.ContainsRune("㎡㎥²³23/", c) {
			return errs.Refuse(CodeNotNumeric, "“%s”不是数字，请只填数字，可带单位，例如 120 或 120件。", s)
		}
	}
	r.Unit = unit
	return nil
}

// Check says whether a read amount may stand in a line: not negative, and no
// more decimals than the unit allows (顶 0, 吨 3).
func Check(q Q, unit string, decimals int) error {
	if q < 0 {
		return errs.Refuse(CodeNegative, "数量 %s 是负数，请填 0 或正数；要冲减请用红冲或出库。", q)
	}
	if !q.Fits(decimals) {
		if decimals == 0 {
			return errs.Refuse(CodeFraction, "数量 %s 不是整数，“%s”只能按整数计，请改为整数。", q, unit)
		}
		return errs.Refuse(CodeFraction, "数量 %s 的小数太多，“%s”最多 %d 位小数，请修改。", q, unit, decimals)
	}
	return nil
}

// refuseSeveral refuses texts that hold several amounts.
func refuseSeveral(s, body string) error {
	if exponentForm.MatchString(body) {
		return errs.Refuse(CodeNotNumeric, "“%s”是科学记数法，请改写成普通数字，例如 100000。", s)
	}
	if strings.HasPrefix(body, "各") || strings.HasPrefix(body, "每") {
		return errs.Refuse(CodeCompound, "“%s”是几种物资合写的数量，请每种物资一行，分别填写数量。", s)
	}
	if isRange(body) {
		return errs.Refuse(CodeRange, "“%s”是一个范围，请填写一个准确的数字。", s)
	}
	if isSeveral(body) {
		return errs.Refuse(CodeCompound, "“%s”里有不止一个数量，请拆成几行，每行只填一个数字。", s)
	}
	return nil
}

// wholeNumber reads what most cells hold, a few digits and nothing else,
// without the pattern matching everything else needs.
func wholeNumber(text string) (n int64, plain bool) {
	if len(text) == 0 || len(text) > 9 || text[0] == '0' {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = 10*n + int64(text[i]-'0')
	}
	return n, true
}
