package reading

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/money"
)

// labels are the fields' names in sentences.
var labels = map[Field]string{
	Item: "物资名称", Spec: "规格型号", Unit: "单位", Quantity: "数量", Date: "日期", Production: "生产日期", Expiry: "有效期", ShelfLife: "保质期", Depot: "仓库",
	Balance: "结存", Total: "合计", UnitPrice: "单价", BookQty: "账面数量", CountedQty: "实盘数量", Diff: "差异", DocType: "业务类型", UnitWeight: "单重", UnitVolume: "体积",
}

// draft is a row while it is read.
type draft struct {
	Row
	t *table
}

// flag records an issue of a cell and makes the row at least as bad. The
// sentence says what is wrong and the remedy; cell and field are put before it.
func (d *draft) flag(f Field, cellRef, code string, severity Status, value, format string, args ...any) {
	d.t.flag(d.Row.Row, f, cellRef, code, severity, value, format, args...)
	if severity == Error || d.Status == OK {
		d.Status = severity
	}
}

// suggest puts the reading a person may accept on the issue just flagged.
func (d *draft) suggest(reading string) {
	d.t.issues[len(d.t.issues)-1].Suggestion = reading
}

func (t *table) flag(row int, f Field, cellRef, code string, severity Status, value, format string, args ...any) {
	sentence := format
	if len(args) > 0 {
		sentence = fmt.Sprintf(format, args...)
	}
	where := cellRef
	if t.b.name != "" {
		where = "“" + clip(t.b.name) + "”" + cellRef
	}
	t.issues = append(t.issues, Issue{
		Sheet: t.b.name, Row: row, Cell: cellRef, Field: f, Code: code, Severity: severity, Value: clip(value),
		Message: where + " " + labels[f] + "：" + sentence,
	})
}

// readRow reads one row of goods into the table's rows: one, or one per filled
// cell of a pivot.
func (t *table) readRow(row int) {
	d := &draft{t: t, Row: Row{Sheet: t.b.name, Row: row, Status: OK, Cells: make(Refs, 0, len(t.columns)), Table: t.index}}
	d.texts()
	switch {
	case t.kind == ItemCatalogue:
		d.catalogue()
	case t.kind == DepotList:
		d.depotLine()
	case t.col(PlaceQty) > 0 || t.col(ItemQty) > 0:
		d.pivot()
	case t.kind == MovementJournal:
		d.movement()
	default:
		d.stock()
	}
}

// texts reads everything but amounts, units and days.
func (d *draft) texts() {
	t, row := d.t, d.Row.Row
	read := func(f Field) string {
		if c, ok := t.cellOf(row, f); ok {
			d.Cells.put(f, c.Row, c.Col)
		}
		return t.text(row, f)
	}
	if v := read(Category); v != "" {
		t.category = v
	}
	d.Category = t.category
	d.Item, d.Spec, d.Unit, d.Location, d.Remark = read(Item), read(Spec), read(Unit), read(Location), read(Remark)
	if t.col(Item) == 0 {
		d.Item, d.Spec = t.heads.item, t.heads.spec
	}
	if d.Location == "" {
		d.Location = t.bandLocation
	}
	d.LotNo, d.Source, d.Owner, d.Code = read(LotNo), read(Source), read(Owner), read(Code)
	e := &d.Extra
	e.DocNo, e.DocType, e.Counterparty, e.Purpose, e.Handler, e.Donor = read(DocNo), read(DocType), read(Counterparty), read(Purpose), read(Handler), read(Donor)
	if e.Purpose == "" {
		e.Purpose = read(Summary)
	}
	e.Seq = read(Seq)
	e.PeriodFrom, e.PeriodTo = t.heads.periodFrom, t.heads.periodTo
	e.Keeper, e.Phone = splitPhone(read(Keeper), read(Phone))
	d.readDepot()
}

// finish checks what every row must have and hands the row over.
func (d *draft) finish() {
	t, row := d.t, d.Row.Row
	d.checkItem()
	d.price()
	d.shelfLife()
	if t.b.sheet.HiddenRows[row] {
		d.flag(Item, d.refOr(Item), codeHiddenRow, Confirm, d.Item, "第 %d 行在表里是隐藏的。请确认要不要导入这一行。", row)
	}
	if c, ok := t.cellOf(row, Item); ok && c.Strike {
		d.flag(Item, c.Ref(), codeStruckOut, Confirm, d.Item, "“%s”被划了删除线，可能已作废。请确认要不要导入这一行。", clip(d.Item))
	}
	d.ItemStd = t.l.stdItem(d.Item)
	if std := t.l.stdUnit(d.Unit); d.Unit != "" && std != fold(d.Unit) {
		d.UnitStd = std
	}
	t.rows = append(t.rows, d.Row)
}

// refOr gives the cell of a field in this row, the row's own cell when the
// table has no such column.
func (d *draft) refOr(f Field) string {
	if ref := d.t.ref(d.Row.Row, f); ref != "" {
		return ref
	}
	return d.Cell
}

// several cuts a list of items; brackets may hold 、 themselves.
func several(item string) []string {
	base, _ := cutBrackets(strings.NewReplacer("（", "(", "）", ")").Replace(item))
	parts := strings.FieldsFunc(base, func(r rune) bool { return strings.ContainsRune("、，；;", r) })
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && p != "等" {
			out = append(out, p)
		}
	}
	return out
}

func (d *draft) checkItem() {
	ref := d.refOr(Item)
	switch parts := several(d.Item); {
	case d.Item == "":
		d.flag(Item, ref, codeItemMissing, Error, "", "没有填物资名称。请补上名称；这一行不要的话请删除。")
	case strings.HasPrefix(d.Item, "其中"):
		d.flag(Item, ref, codePartOf, Confirm, d.Item, "“%s”像是上面某一行的一部分，一起导入会重复计数。请确认要不要导入这一行。", clip(d.Item))
	case len(parts) > 1 && d.t.l.items[fold(d.Item)] == "":
		d.flag(Item, ref, codeItemCompound, Error, d.Item, "“%s”把 %d 种物资写在一格里。请拆成 %d 行，分别填写名称和数量。", clip(d.Item), len(parts), len(parts))
	}
	for _, f := range []Field{Item, Spec, Unit} {
		d.checkWord(f)
	}
}

// checkWord asks about words that a spreadsheet turned into something else.
func (d *draft) checkWord(f Field) {
	c, ok := d.t.cellOf(d.Row.Row, f)
	switch {
	case !ok:
	case c.Kind == grid.Fault || c.Kind == grid.FormulaOnly:
		d.flag(f, c.Ref(), codeFormula, Error, c.text, "公式没有结果（%s）。请直接填写文字。", clip(c.text))
	case c.numeric() && c.Date != grid.NoDate, c.Kind == grid.Bool:
		d.flag(f, c.Ref(), codeBecameDate, Confirm, c.text, "这一格不是文字，被表格软件改成了“%s”。请改成原来的文字，或确认。", clip(c.text))
	}
}

// price reads the unit price; a price that cannot be read is asked, not lost.
func (d *draft) price() {
	c, ok := d.t.cellOf(d.Row.Row, UnitPrice)
	if !ok || d.t.l.isEmpty(c.text) {
		return
	}
	var f money.Fen
	var err error
	if c.numeric() {
		f, err = money.ParseNumber(c.Raw)
	} else {
		f, err = money.Parse(c.text)
	}
	if column, _ := d.t.column(UnitPrice); err == nil && strings.Contains(column.header, "万元") {
		if f > money.Max/10_000 || f < -money.Max/10_000 {
			err = errs.New(errs.Invalid, "“%s”万元太大。", clip(c.text))
		}
		f *= 10_000
	}
	if err != nil {
		d.flag(UnitPrice, c.Ref(), codePriceUnreadable, Confirm, c.text, "%s确认后这一行不带单价。", errs.MessageOf(err))
		return
	}
	d.Price = &f
	d.Cells.put(UnitPrice, c.Row, c.Col)
}

var shelfForm = regexp.MustCompile(`^(\d{1,3}(?:\.5)?)(年|个?月)?$`)

// shelfLife reads 6年 and 96个月. A figure without a unit is taken for years
// and asked.
func (d *draft) shelfLife() {
	c, ok := d.t.cellOf(d.Row.Row, ShelfLife)
	if !ok || d.t.l.isEmpty(c.text) {
		return
	}
	d.Extra.ShelfLife = c.text
	m := shelfForm.FindStringSubmatch(fold(c.text))
	if m == nil {
		return
	}
	halves, _ := strconv.Atoi(strings.TrimSuffix(m[1], ".5"))
	halves *= 2
	if strings.HasSuffix(m[1], ".5") {
		halves++
	}
	if d.Extra.ShelfMonths = halves * 6; strings.HasSuffix(m[2], "月") {
		d.Extra.ShelfMonths = halves / 2
	}
	if head := shelfHeading(d.t); m[2] == "" && head != "" {
		if head == "月" {
			d.Extra.ShelfMonths = halves / 2
		}
		return
	}
	if m[2] == "" {
		d.flag(ShelfLife, c.Ref(), codeShelfUnit, Confirm, c.text, "“%s”没有写单位，暂按 %s 年理解。请确认，或改成“%s年”“%s个月”。", c.text, m[1], m[1], m[1])
	}
}

// shelfHeading gives the unit a heading states for all its figures: 保质期（年）.
func shelfHeading(t *table) string {
	c, _ := t.column(ShelfLife)
	_, inside := cutBrackets(fold(c.header))
	for _, in := range inside {
		switch strings.TrimPrefix(in, "单位:") {
		case "年":
			return "年"
		case "月", "个月":
			return "月"
		}
	}
	return ""
}

var phoneForm = regexp.MustCompile(`1\d{10}|0\d{2,3}-?\d{7,8}`)

// splitPhone parts 刘洋13900000001 where no column of its own holds the number.
func splitPhone(keeper, phone string) (string, string) {
	if phone != "" {
		return keeper, phone
	}
	loc := phoneForm.FindStringIndex(keeper)
	if loc == nil {
		return keeper, ""
	}
	return clean(strings.Trim(keeper[:loc[0]]+keeper[loc[1]:], " ,，、/:：()（）")), keeper[loc[0]:loc[1]]
}

// readDepot takes the depot of the row: its column, the band above, the table.
func (d *draft) readDepot() {
	t, row := d.t, d.Row.Row
	d.Depot = t.depot
	if t.bandDepot != "" {
		d.Depot = t.bandDepot
	}
	if t.col(Depot) == 0 {
		return
	}
	last := t.above[Depot]
	c, ok := t.cellOf(row, Depot)
	if d.Depot = t.text(row, Depot); d.Depot != "" {
		d.Cells.put(Depot, c.Row, c.Col)
		if t.askDepot > 0 {
			d.flag(Depot, c.Ref(), codeDepotFilled, Confirm, c.text, "按内容看，“%s”是这一行物资所在的储备库。请确认，或在“列的含义”里指定这一列。", clip(c.text))
		}
		return
	}
	t.above[Depot], d.Depot = last, last
	if last != "" && !ok && !t.namedOnce {
		d.flag(Depot, t.ref(row, Depot), codeDepotFilled, Confirm, "", "没有填仓库，暂按上一行的“%s”理解。请确认，或填上仓库名称。", clip(last))
	}
}
