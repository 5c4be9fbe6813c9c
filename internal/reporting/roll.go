package reporting

import (
	"cmp"
	"context"
	"io"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/polite"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// ofRoll addresses the workbook of a distribution list, which is asked for from
// its page alone: it is none of Forms.
const ofRoll Kind = "roll"

// Roll writes a distribution list as its paper, with a column to sign in. It
// shows of numbers what the view shows: whole ones only where somebody asked for
// them with a reason. Whole, it reads back as the same list.
func (s *Service) Roll(ctx context.Context, actor access.Actor, v dispatching.RollView, w io.Writer) (File, error) {
	done, err := s.wait(ctx)
	if err != nil {
		return File{}, err
	}
	defer done()
	q := &query{kind: ofRoll, today: s.inventory.Today(), about: v.Number}
	if err := s.readOrg(ctx, q); err != nil {
		return File{}, err
	}
	docs := []sheet.Document{q.roll(v, actor.Name)}
	if err := s.trail(ctx, actor, ofRoll, "发放花名册", v.Number, docs); err != nil {
		return File{}, err
	}
	return q.fileOf("发放花名册", v.Number), polite.Run(func() error { return sheet.Write(w, docs...) })
}

// RollColumn is a column of goods of a list on paper: an item, or a word nobody
// has tied to one yet.
type RollColumn struct {
	Heading string // 大米 5kg（袋）
	words   map[int]bool
	known   bool
}

// RollColumns gives the columns of goods of a list, words of one item together,
// what is no goods left out.
func RollColumns(v dispatching.RollView) []RollColumn {
	var list []RollColumn
	at := map[string]int{}
	for i, w := range v.Words {
		if w.Skipped {
			continue
		}
		heading, key := w.Word, "word "+catalog.Key(w.Word)+catalog.Key(w.Unit)
		unit := w.Unit
		if w.Item.ID != 0 {
			heading, unit, key = w.Item.Label(), w.Item.Unit, "item "+w.Item.ID.String()
		}
		if unit != "" {
			heading += "（" + unit + "）"
		}
		n, known := at[key]
		if !known {
			n = len(list)
			at[key] = n
			list = append(list, RollColumn{Heading: heading, words: map[int]bool{}, known: w.Item.ID != 0})
		}
		list[n].words[i] = true
	}
	return list
}

// Of gives what a person got of a column: a quantity, or while the goods are
// not known the amount as written. Rows left out count for nothing.
func (c RollColumn) Of(p dispatching.RollPerson) (sum quantity.Q, written string) {
	for i, x := range p.Rows {
		if x.Left || !c.words[p.Words[i]] {
			continue
		}
		if x.Qty > 0 {
			sum += x.Qty
		} else {
			written = x.Typed
		}
	}
	return sum, written
}

// RollCounts reports a person with a row that was not left out.
func RollCounts(p dispatching.RollPerson) bool {
	for _, x := range p.Rows {
		if !x.Left {
			return true
		}
	}
	return false
}

// The widths of what everybody's line holds alike.
const (
	idWidth      = 21.0
	signWidth    = 14.0
	addressWidth = 24.0
)

func (q *query) roll(v dispatching.RollView, prepared string) sheet.Document {
	columns := RollColumns(v)
	held, _ := day.Parse(v.HeldOn, q.today)
	doc := sheet.Document{SheetName: "发放花名册", Title: v.Title, Left: "发放单位：" + v.Desk.Name, Middle: "发放日期：" + held.Day.Chinese(), Right: "编号：" + v.Number, Landscape: true,
		More: []sheet.Line{{Left: "应急响应：" + cmp.Or(v.Response.Name, "日常"), Right: rollMasked(v, prepared)}}, Signatures: []string{"发放人：", "监督人：", "村（社区）负责人：", "日期："},
		Columns: []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "姓名"}, {Heading: "身份证号", Width: idWidth}, {Heading: "人口数", Kind: sheet.IntegerKind}, {Heading: "联系电话"},
			{Heading: "村（社区）"}, {Heading: "住址", Width: addressWidth}}}
	for _, c := range columns {
		doc.Columns = append(doc.Columns, sheet.Column{Heading: c.Heading, Kind: sheet.QuantityKind, Total: c.known})
	}
	doc.Columns = append(doc.Columns, sheet.Column{Heading: "领取时间"}, sheet.Column{Heading: "签字", Width: signWidth}, sheet.Column{Heading: "备注"})
	sums := make([]quantity.Q, len(columns))
	n := 0
	for _, p := range v.People {
		if RollCounts(p) {
			n++
			doc.Rows = append(doc.Rows, rollRow(p, n, columns, sums))
		}
	}
	doc.Rows = append(doc.Rows, rollTotal(columns, sums, len(doc.Columns)))
	return doc
}

func rollMasked(v dispatching.RollView, prepared string) string {
	if v.Full {
		return "含完整个人信息，导出人：" + prepared + "，请妥善保管，用后销毁"
	}
	return "身份证号和电话已隐去中间几位"
}

func rollRow(p dispatching.RollPerson, n int, columns []RollColumn, sums []quantity.Q) sheet.Row {
	household := sheet.Blank()
	if p.Household > 0 {
		household = sheet.Int(p.Household)
	}
	values := []sheet.Value{sheet.Int(int64(n)), sheet.Text(p.Person), sheet.Text(p.IDNo), household, sheet.Text(p.Phone), sheet.Text(p.Village), sheet.Text(p.Address)}
	for i, c := range columns {
		switch sum, written := c.Of(p); {
		case sum > 0:
			sums[i] += sum
			values = append(values, sheet.Quantity(sum))
		default:
			values = append(values, sheet.Text(written))
		}
	}
	return sheet.Row{Values: append(values, sheet.Text(p.Received), sheet.Text(p.Signed), sheet.Text(p.Remark))}
}

func rollTotal(columns []RollColumn, sums []quantity.Q, width int) sheet.Row {
	values := make([]sheet.Value, width)
	values[0] = sheet.Text("合计")
	for i, c := range columns {
		if c.known {
			values[len(rollHead)+i] = sheet.Quantity(sums[i])
		}
	}
	return sheet.Row{Kind: sheet.Total, Values: values}
}

// rollHead are the columns before those of goods.
var rollHead = [...]string{"序号", "姓名", "身份证号", "人口数", "联系电话", "村（社区）", "住址"}
