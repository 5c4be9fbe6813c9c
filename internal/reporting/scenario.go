package reporting

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/polite"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// ofScenario addresses the workbook of a scenario. It is asked for with a case
// and not with fields, so that it is none of Forms.
const ofScenario Kind = "scenario"

// Scenario thinks a case through and writes what comes of it as one workbook:
// the verdict, what each street lacks, what goes where, and the application to
// buy the rest. Nothing is booked; that the figures left the house is one line
// in the audit trail.
func (s *Service) Scenario(ctx context.Context, actor access.Actor, in planning.ScenarioInput, w io.Writer) (File, error) {
	done, err := s.wait(ctx)
	if err != nil {
		return File{}, err
	}
	defer done()
	out, err := s.plans.Scenario(ctx, actor, in)
	if err != nil {
		return File{}, err
	}
	q := &query{kind: ofScenario, today: s.inventory.Today(), about: out.Title()}
	if err := s.readOrg(ctx, q); err != nil {
		return File{}, err
	}
	docs := q.scenario(out, actor.Name)
	if err := s.trail(ctx, actor, ofScenario, "情景推演", out.Title(), docs); err != nil {
		return File{}, err
	}
	return q.fileOf("情景推演", out.Called()), polite.Run(func() error { return sheet.Write(w, docs...) })
}

func (q *query) scenario(out planning.Scenario, prepared string) []sheet.Document {
	docs := []sheet.Document{q.verdictSheet(out, prepared), q.streetSheet(out, prepared)}
	if len(out.Supplies) > 0 {
		docs = append(docs, q.supplySheet(out, prepared))
	}
	if len(out.Lacks) > 0 {
		docs = append(docs, q.application(lacking(out), "补足情景推演“"+out.Called()+"”的缺口", prepared))
	}
	return docs
}

// scenarioPaper begins a sheet of a scenario.
func (q *query) scenarioPaper(out planning.Scenario, name, title, prepared string) sheet.Document {
	return sheet.Document{SheetName: name, Title: title, Left: q.org, Middle: "推演日期：" + q.today.Chinese(), Right: "计量单位：见各行",
		More: []sheet.Line{{Left: "情景：" + out.Title()}}, Signatures: signatures(prepared), Landscape: true}
}

// The widths of what the verdict's table says in words.
const (
	standardWidth = 26.0
	eachWidth     = 16.0
	outWidth      = 40.0
)

// verdictSheet says on one page what was assumed and what comes of it, standard
// by standard.
func (q *query) verdictSheet(out planning.Scenario, prepared string) sheet.Document {
	doc := q.scenarioPaper(out, "推演结论", "应急物资情景推演结论", prepared)
	sentence, _, _ := out.Verdict()
	doc.More = append(doc.More, sheet.Line{Left: "结论：" + sentence})
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "保障标准", Width: standardWidth}, {Heading: "用量", Width: eachWidth}, {Heading: "单位"},
		{Heading: "需要", Kind: sheet.QuantityKind}, {Heading: "自有", Kind: sheet.QuantityKind}, {Heading: "调入", Kind: sheet.QuantityKind}, {Heading: "缺口", Kind: sheet.QuantityKind},
		{Heading: "满足率%", Kind: sheet.QuantityKind}, {Heading: "何时何处不足", Width: outWidth}}
	for i, one := range out.Sums() {
		first := ""
		if one.RunsOut > 0 {
			first = fmt.Sprintf("第 %d 天起，%s", one.RunsOut, severalOf(out.ShortStreets(one.Standard)))
		}
		doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(i + 1)), sheet.Text(one.Name), sheet.Text(eachWords(one.Standard)), sheet.Text(one.Unit), sheet.Quantity(one.Need),
			sheet.Quantity(one.Own), sheet.Quantity(one.Moved), figure(one.Short), percent(one.Rate()), sheet.Text(first)}})
	}
	doc.Notes = append(assumed(out), out.Notes...)
	return doc
}

// assumed words what the case rests on.
func assumed(out planning.Scenario) []string {
	var people []string
	for _, st := range out.Streets {
		people = append(people, st.Name+" "+quantity.Of(st.People).Grouped()+" 人")
	}
	notes := []string{"转移人数：" + strings.Join(people, "、") + "。",
		"情形：" + cmp.Or(plan.CaseName(out.Input.Case), "全部保障标准") + "；" + cmp.Or(off(out), "没有不能用的库") + "；" + kept(out) + "。",
		"算法：按今天可用的库存推演，先用街镇自己的，再由近到远调入；不够时按需求分摊。没有记账。"}
	return notes
}

func off(out planning.Scenario) string {
	if names := out.OffDepots(); names != "" {
		return "不能用的库：" + names
	}
	return ""
}

func kept(out planning.Scenario) string {
	if out.Input.KeepMin {
		return "没有受灾的库留足自己的最低量"
	}
	return "没有受灾的库不留底"
}

func eachWords(st plan.Standard) string {
	if st.Daily {
		return "每人每天 " + st.Per.String()
	}
	return "每人 " + st.Per.String()
}

// severalOf names the first and says how many there are.
func severalOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return fmt.Sprintf("%s等 %d 个街镇", names[0], len(names))
}

// streetSheet lists what each street needs, has, gets and lacks.
func (q *query) streetSheet(out planning.Scenario, prepared string) sheet.Document {
	doc := q.scenarioPaper(out, "各街镇缺口", "各街镇物资需求与缺口", prepared)
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "街镇"}, {Heading: "转移人数", Kind: sheet.IntegerKind}, {Heading: "保障标准", Width: standardWidth},
		{Heading: "单位"}, {Heading: "需要", Kind: sheet.QuantityKind}, {Heading: "自有", Kind: sheet.QuantityKind}, {Heading: "调入", Kind: sheet.QuantityKind},
		{Heading: "缺口", Kind: sheet.QuantityKind}, {Heading: "满足率%", Kind: sheet.QuantityKind}, {Heading: "从第几天起不足"}}
	list := slices.Clone(out.Outcomes)
	slices.SortStableFunc(list, func(a, b plan.Outcome) int { return cmp.Compare(a.Street, b.Street) })
	for i, o := range list {
		st, first := out.Streets[o.Street], ""
		if o.RunsOut > 0 {
			first = fmt.Sprintf("第 %d 天", o.RunsOut)
		}
		doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(i + 1)), sheet.Text(st.Name), sheet.Int(st.People), sheet.Text(o.Standard.Name), sheet.Text(o.Standard.Unit),
			sheet.Quantity(o.Need), sheet.Quantity(o.Own), sheet.Quantity(o.Moved), figure(o.Short), percent(plan.RateOf(o.Need-o.Short, o.Need)), sheet.Text(first)}})
	}
	return doc
}

// supplySheet lists what would go where.
func (q *query) supplySheet(out planning.Scenario, prepared string) sheet.Document {
	doc := q.scenarioPaper(out, "调入明细", "推演中的调入明细", prepared)
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "调出库"}, {Heading: "送往"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"},
		{Heading: "数量", Kind: sheet.QuantityKind}, {Heading: "路程\n（分钟）", Kind: sheet.IntegerKind}, {Heading: "最早用到"}, {Heading: "备注", Width: remarkWidth}}
	names := make([]string, len(out.Supplies))
	for i, one := range out.Supplies {
		from, _ := out.Depots.Depot(one.From)
		it, _ := out.Goods.Item(one.ItemID)
		names[i] = from.Name
		minutes, remark := sheet.Blank(), "路程未知"
		if one.Known {
			minutes, remark = sheet.Int(int64(one.Minutes)), ""
		}
		doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(i + 1)), sheet.Text(from.Name), sheet.Text(out.Streets[one.Street].Name), sheet.Text(it.Name), sheet.Text(it.Spec),
			sheet.Text(it.Unit), sheet.Quantity(one.Qty), minutes, sheet.Text(fmt.Sprintf("第 %d 天", one.FirstOn)), sheet.Text(remark)}})
	}
	doc.Columns[1].Width = depotWidth(names...)
	return doc
}

// lacking lists what a case would have to be bought for.
func lacking(out planning.Scenario) []Wanted {
	list := make([]Wanted, len(out.Lacks))
	for i, l := range out.Lacks {
		list[i] = Wanted{Item: l.Standard.Name, Unit: l.Standard.Unit, Qty: l.Short, For: severalOf(out.ShortStreets(l.Standard))}
		if l.Item.ID != 0 {
			list[i] = Wanted{Item: l.Item.Name, Spec: l.Item.Spec, Unit: l.Item.Unit, Qty: l.Qty, Price: l.Price, For: list[i].For}
		}
	}
	return list
}
