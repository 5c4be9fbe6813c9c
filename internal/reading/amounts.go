package reading

import (
	"math/big"
	"regexp"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/quantity"
)

// amount is what one cell says of a quantity.
type amount struct {
	q     *quantity.Q
	unit  string
	note  string
	doubt string
	err   error  // the parser's refusal
	code  string // its contract code
}

// shownUnit finds a unit the number format puts behind the number: 0"箱".
var shownUnit = regexp.MustCompile(`(?:"([^"]+)"|\\(\p{Han}))\s*(?:;|$)`)

// readAmount reads a cell by its type: what looks alike on paper differs in
// the file, and the file is what was meant.
func (l *Lexicon) readAmount(c cell) amount {
	switch c.Kind {
	case grid.Number:
		return l.readFigure(c)
	case grid.Text:
		r, err := quantity.Parse(c.Raw)
		if err != nil {
			return amount{err: err, code: errs.CodeOf(err)}
		}
		a := amount{q: &r.Q, unit: r.Unit, note: r.Note, doubt: r.Doubt}
		if a.unit == "" && l.isUnit(a.note) {
			a.unit, a.note = a.note, ""
		}
		return a
	case grid.Fault:
		return amount{code: codeFormula, err: errs.New(errs.Invalid, "公式出错（%s），没有结果。请改正公式，或直接填写数字。", clip(c.text))}
	case grid.FormulaOnly:
		return amount{code: codeFormula, err: errs.New(errs.Invalid, "公式 %s 在文件里没有结果，这里也算不出来。请用 WPS 或 Excel 打开并保存一次，或直接填写数字。", clip(c.text))}
	}
	return amount{code: quantity.CodeNotNumeric, err: errs.New(errs.Invalid, "“%s”不是数字，请填写数字，例如 120。", clip(c.text))}
}

func (l *Lexicon) readFigure(c cell) amount {
	if c.Date != grid.NoDate {
		return amount{code: quantity.CodeNotNumeric, err: errs.New(errs.Invalid, "这一格被设成了日期格式，看不出是多少。请把格式改为“常规”，重新填写数字。")}
	}
	if strings.Contains(c.Format, "%") {
		return amount{code: quantity.CodeNotNumeric, err: errs.New(errs.Invalid, "这一格是百分数，不是数量。请填写数字，例如 120。")}
	}
	q, err := quantity.ParseNumber(c.Raw)
	if err != nil {
		return amount{err: err, code: errs.CodeOf(err)}
	}
	a := amount{q: &q}
	if m := shownUnit.FindStringSubmatch(c.Format); m != nil && l.isUnit(m[1]+m[2]) {
		a.unit = m[1] + m[2]
	}
	return a
}

// take reads the main quantity of a row from a cell of column c, with all its
// checks: unit, sign, decimals, doubts.
func (d *draft) take(c column) {
	t, row := d.t, d.Row.Row
	d.Cell = grid.Ref(row, c.col)
	d.Cells.put(Quantity, row, c.col)
	if t.mergedAcross(row, c.col) {
		m, _ := t.b.merge(row, c.col)
		v, _ := t.b.at(m.Row1, m.Col1)
		d.settleUnit(c, amount{}, v)
		d.flag(Quantity, d.Cell, codeQtyMerged, Error, v.text, "“%s”是合并单元格，一个数量盖住了几种物资。请取消合并，每行分别填写数量。", clip(v.text))
		return
	}
	v, ok := t.b.at(row, c.col)
	if !ok || v.Kind == grid.Text && t.l.isEmpty(v.text) {
		d.missing(c, v.text)
		return
	}
	a := t.l.readAmount(v)
	d.note(a.note)
	d.settleUnit(c, a, v)
	if a.err != nil {
		d.flag(Quantity, d.Cell, a.code, Error, v.text, "%s", errs.MessageOf(a.err))
		return
	}
	d.doubt(a.doubt, v)
	if d.unitConflict(c, a, v) || d.outOfBounds(a.q, c, v) {
		return
	}
	d.Quantity = a.q
	if v.Strike {
		d.flag(Quantity, d.Cell, codeStruckOut, Confirm, v.text, "“%s”被划了删除线，可能已作废。请确认这个数量。", clip(v.text))
	}
}

// missing handles an empty quantity: perhaps it is written behind the item.
func (d *draft) missing(c column, text string) {
	if item, q, unit, ok := d.t.l.inItem(d.Item); ok && (d.Unit == "" || d.t.l.stdUnit(d.Unit) == d.t.l.stdUnit(unit)) {
		d.flag(Item, d.refOr(Item), codeQtyInItem, Confirm, d.Item, "数量写在了名称里：“%s”，暂按“%s”%s%s 理解。请确认。", clip(d.Item), clip(item), q, unit)
		d.Item, d.Quantity = item, &q
		if d.Unit == "" {
			d.Unit = unit
		}
		return
	}
	d.settleUnit(c, amount{}, noCell)
	code := quantity.CodeMissing
	if d.t.kind == Stocktake {
		code = codeCountMissing
	}
	d.flag(Quantity, d.Cell, code, Error, text, "没有填数量。请填写数字，例如 120；确实没有的填 0。")
}

var inItemForm = regexp.MustCompile(`^(\p{Han}[^\d]*?)[:：×xX*\s]*(\d[\d,]*)\s*(\p{Han}{1,3})$`)

func (l *Lexicon) inItem(text string) (item string, q quantity.Q, unit string, ok bool) {
	m := inItemForm.FindStringSubmatch(text)
	if m == nil || !l.isUnit(m[3]) {
		return "", 0, "", false
	}
	r, err := quantity.Parse(m[2])
	return clean(m[1]), r.Q, m[3], err == nil && r.Doubt == ""
}

func (d *draft) note(note string) {
	switch {
	case note == "":
	case d.Remark == "":
		d.Remark = note
	default:
		d.Remark += "；" + note
	}
}

func (d *draft) doubt(code string, v cell) {
	sentence := map[string]string{
		quantity.DoubtApproximate: "“%s”是个约数。请清点后改成准确数字，或确认按 %s 导入。",
		quantity.DoubtChinese:     "“%s”是汉字数字，读作 %s。请确认。",
		quantity.DoubtPack:        "“%s”是按包装计的，暂只读取 %s。请确认是否要换算成小单位。",
	}[code]
	if sentence != "" {
		a := d.t.l.readAmount(v)
		d.flag(Quantity, d.Cell, code, Confirm, v.text, sentence, clip(v.text), *a.q)
		d.suggest(a.q.String())
	}
}

// settleUnit finds the unit: the column, the quantity's own words, the heading,
// the lines above.
func (d *draft) settleUnit(c column, a amount, v cell) {
	known := d.Unit
	for _, u := range []string{a.unit, c.unit, d.t.heads.unit} {
		if d.Unit == "" {
			d.Unit = u
		}
	}
	ref := d.t.ref(d.Row.Row, Unit)
	if ref == "" {
		ref = d.Cell
	}
	switch {
	case d.Unit == "":
		d.flag(Unit, ref, codeUnitMissing, Error, "", "没有填计量单位。请补上，例如 件、台、公斤。")
	case known == "" && a.unit == "" && c.ambiguous, strings.ContainsAny(d.Unit, "、,，/／;；或0123456789") && !d.t.l.isUnit(d.Unit):
		d.flag(Unit, ref, codeUnitAmbiguous, Confirm, d.Unit, "单位“%s”不止一个，看不出按哪个计数。请改成一个单位，或确认。", clip(d.Unit))
	case d.t.l.multiple(d.t.heads.unit):
		d.flag(Unit, ref, codeUnitAmbiguous, Confirm, d.t.heads.unit, "表的上方写着单位是“%s”，数量可能要乘上倍数。请确认这一行就是 %s%s，或改成实际的数量。", d.t.heads.unit, clip(v.text), clip(d.Unit))
	case known != "" && d.otherUnit(c.unit, known):
		d.flag(Unit, ref, codeUnitConflict, Confirm, known, "表头写的单位是“%s”，这一行的单位却是“%s”。请确认按%s计，或改成一致的单位和数量。", c.unit, clip(known), clip(known))
	case known == "" && a.unit != "" && !d.t.l.isUnit(a.unit):
		d.flag(Unit, ref, codeUnitAmbiguous, Confirm, a.unit, "数量后面的“%s”不像计量单位。请确认，或改成 件、台、公斤 这样的单位。", clip(a.unit))
	}
}

// otherUnit reports a heading's unit that is not the row's. 件 and 个 in a
// heading stand for whatever the rows say.
func (d *draft) otherUnit(heading, row string) bool {
	generic := heading == "件" || heading == "个"
	return heading != "" && !generic && d.t.l.stdUnit(heading) != d.t.l.stdUnit(row)
}

// unitConflict refuses a quantity whose own unit differs from the column's or
// the heading's.
func (d *draft) unitConflict(c column, a amount, v cell) bool {
	if a.unit == "" {
		return false
	}
	said := d.Unit
	if d.t.col(Unit) == 0 && c.unit != "" {
		said = c.unit
	}
	if d.t.l.stdUnit(a.unit) == d.t.l.stdUnit(said) {
		return false
	}
	d.flag(Quantity, d.Cell, codeUnitConflict, Error, v.text, "“%s”的单位是“%s”，单位一栏却是“%s”。请改成一致的单位和数量。", clip(v.text), clip(a.unit), clip(said))
	return true
}

// outOfBounds multiplies by the heading's factor and refuses what cannot be: a
// negative stock, half a tent.
func (d *draft) outOfBounds(q *quantity.Q, c column, v cell) bool {
	if c.factor > 1 {
		n := new(big.Int).Mul(big.NewInt(int64(*q)), big.NewInt(c.factor))
		if n.CmpAbs(big.NewInt(int64(quantity.Max))) > 0 {
			d.flag(Quantity, d.Cell, quantity.CodeTooLarge, Error, v.text, "“%s”乘以表头的倍数后太大。请检查数量和表头的单位。", clip(v.text))
			return true
		}
		*q = quantity.Q(n.Int64())
		if strings.ContainsAny(v.text, "万千百亿") {
			d.flag(Quantity, d.Cell, codeUnitAmbiguous, Confirm, v.text, "“%s”和表头都写了倍数，暂按 %s 理解。请确认。", clip(v.text), *q)
		}
	}
	decimals := 0
	if d.t.l.Measures(d.Unit) || d.Unit == "" {
		decimals = 3
	}
	checked := *q
	if d.t.kind == MovementJournal && checked < 0 {
		checked = -checked
	}
	if err := quantity.Check(checked, d.Unit, decimals); err != nil {
		d.flag(Quantity, d.Cell, errs.CodeOf(err), Error, v.text, "%s", errs.MessageOf(err))
		return true
	}
	return false
}

// mergedAcross reports a quantity merged down over several rows of goods.
func (t *table) mergedAcross(row, col int) bool {
	m, ok := t.b.merge(row, col)
	if !ok || m.Row1 == m.Row2 {
		return false
	}
	goods := 0
	for r := max(m.Row1, t.first); r <= min(m.Row2, t.end); r++ {
		if reason, ok := t.reasons[r]; ok && reason == "" {
			goods++
		}
	}
	return goods > 1
}

// side reads a quantity that only goes with the main one; nil when there is
// none or it cannot be read. A heading's factor applies to it as well.
func (d *draft) side(f Field) *quantity.Q {
	c, ok := d.t.column(f)
	if !ok {
		return nil
	}
	v, ok := d.t.b.at(d.Row.Row, c.col)
	if !ok {
		return nil
	}
	a := d.t.l.readAmount(v)
	if a.q == nil || a.doubt != "" {
		return nil
	}
	if c.factor > 1 {
		if *a.q > quantity.Max/quantity.Q(c.factor) || *a.q < -quantity.Max/quantity.Q(c.factor) {
			return nil
		}
		*a.q *= quantity.Q(c.factor)
	}
	d.Cells.put(f, v.Row, v.Col)
	return a.q
}
