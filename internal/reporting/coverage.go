package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// The columns of the coverage that its formulas speak of.
const (
	coverStandard = 7
	coverBook     = 9
	coverOut      = 10 // the first exclusion
)

var (
	coverUsable  = coverOut + len(plan.Whys)
	coverPromise = coverUsable + 1
)

// coverage lays out the plan against stock, depot by depot: what there is, what
// of it does not count and why, and what is missing.
func (s *Service) coverage(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	v, found, err := s.plans.Coverage(ctx, actor, planning.CoverageFilter{PlanID: q.plan.ID, On: q.on})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, noPlan(q)
	}
	categories, err := s.store.Read().Categories(ctx)
	if err != nil {
		return nil, err
	}
	doc := q.againstStock(v, "储备对照", "应急物资储备计划对照表", actor.Name)
	rows := q.metIn(v)
	names := make([]string, len(rows))
	for i, m := range rows {
		names[i] = depotWords(v, m.DepotID)
	}
	doc.Columns = coverColumns()
	doc.Columns[1].Width = depotWidth(names...)
	doc.Notes = append([]string{fmt.Sprintf("注：账面减去各项不计入的数量为可用；完成率为（可用＋协议可计）÷标准，小计和合计为各行的平均，超过 100%% 的按 100%% 计。窗口 %d 天内到期的不计。", v.Plan.WindowDays)}, v.Notes...)
	var part, all plan.Sum
	for i, m := range rows {
		if i > 0 && rows[i-1].DepotID != m.DepotID {
			doc.Rows = append(doc.Rows, coverSum("小计", part))
			part = plan.Sum{}
		}
		part.Add(m)
		all.Add(m)
		doc.Rows = append(doc.Rows, coverRow(v, i+1, m, categoryWord(v, categories, m.Line.Target)))
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "这份计划里没有您要看的库的计划行。")
	}
	doc.Rows = append(doc.Rows, coverSum("小计", part), coverSum("合计", all))
	return []sheet.Document{doc}, nil
}

// noPlan says that nothing is in force on the day asked for.
func noPlan(q *query) error {
	return errs.New(errs.NotFound, "%s没有生效的储备计划。请填写计划年度，或先由领导批准一份计划。", isoDay(q.on).Chinese())
}

// againstStock begins a paper that holds a plan against the stock of a day.
func (q *query) againstStock(v planning.Coverage, name, title, prepared string) sheet.Document {
	if q.about = q.depot.Name; v.On != q.today.First {
		q.about = words(q.about, v.On)
	}
	return sheet.Document{SheetName: name, Title: q.depot.Name + title, Left: q.org, Middle: "截止日期：" + isoDay(v.On).Chinese(), Right: planning.Label(v.Plan),
		Signatures: signatures(prepared), Landscape: true}
}

// metIn gives the targets asked for, by depot in the district's order, then by
// category; those of the district as a whole come last.
func (q *query) metIn(v planning.Coverage) []plan.Met {
	list := slices.DeleteFunc(slices.Clone(v.Met), func(m plan.Met) bool {
		return q.depot.ID != 0 && m.DepotID != q.depot.ID || q.category.ID != 0 && m.Category != q.category.ID
	})
	rank := depotRank(v)
	slices.SortStableFunc(list, func(a, b plan.Met) int {
		return cmp.Or(cmp.Compare(rank[a.DepotID], rank[b.DepotID]), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Line.No, b.Line.No))
	})
	return list
}

func depotRank(v planning.Coverage) map[id.ID]int {
	rank := map[id.ID]int{0: len(v.Depots.List()) + 1}
	for i, d := range v.Depots.List() {
		rank[d.ID] = i + 1
	}
	return rank
}

func coverColumns() []sheet.Column {
	columns := []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "储备库"}, {Heading: "类别"}, {Heading: "物资"}, {Heading: "规格型号"}, {Heading: "单位"}}
	for _, h := range []string{"最低", "标准", "最高"} {
		columns = append(columns, sheet.Column{Heading: h, Group: "计划量", Kind: sheet.QuantityKind})
	}
	columns = append(columns, sheet.Column{Heading: "账面", Kind: sheet.QuantityKind})
	for _, w := range plan.Whys {
		columns = append(columns, sheet.Column{Heading: w.Name(), Group: "其中不计入", Kind: sheet.QuantityKind})
	}
	for _, h := range []string{"可用", "协议可计", "缺口", "完成率%"} {
		columns = append(columns, sheet.Column{Heading: h, Kind: sheet.QuantityKind})
	}
	return columns
}

func coverRow(v planning.Coverage, n int, m plan.Met, category string) sheet.Row {
	name, spec := targetWords(v.Goods, m.Line.Target)
	values := []sheet.Value{sheet.Int(int64(n)), sheet.Text(depotWords(v, m.DepotID)), sheet.Text(category), sheet.Text(name), sheet.Text(spec), sheet.Text(m.Line.Unit),
		figure(m.Line.Minimum), sheet.Quantity(m.Line.Standard), figure(m.Line.Maximum), sheet.Quantity(m.Book)}
	for _, w := range plan.Whys {
		values = append(values, figure(m.Out[w]))
	}
	usable := fmt.Sprintf("{%d}-SUM({%d}:{%d})", coverBook, coverOut, coverUsable-1)
	short := fmt.Sprintf("MAX(0,{%d}-{%d}-{%d})", coverStandard, coverUsable, coverPromise)
	return sheet.Row{Values: append(values, sheet.Computed(usable, sheet.Quantity(m.Usable())), figure(m.Promised),
		sheet.Computed(short, sheet.Quantity(m.Short())), percent(m.Rate()))}
}

// percent is a rate as a figure of the column 完成率%.
func percent(r plan.Rate) sheet.Value { return sheet.Quantity(quantity.Q(r) * 10) }

// coverSum tells of some lines together: how many there are, how many have
// their minimum, and their rate. Quantities of different goods are not added.
func coverSum(word string, s plan.Sum) sheet.Row {
	values := make([]sheet.Value, len(coverColumns()))
	rate, _ := s.Rate.Rate()
	values[1] = sheet.Text(fmt.Sprintf("%s：%d 行，%d 行达到最低量，%d 行有缺口", word, s.Lines, s.Enough, s.Short))
	values[len(values)-1] = percent(rate)
	return sheet.Row{Kind: sheet.Stated, Values: values}
}

func depotWords(v planning.Coverage, depot id.ID) string {
	if d, ok := v.Depots.Depot(depot); ok {
		return d.Name
	}
	return v.Depots.Label(plan.Scope{Kind: plan.District})
}

// depotWidth keeps the longest name of a depot on one line, within bounds.
func depotWidth(names ...string) float64 {
	const least, most = 10, 36
	width := least
	for _, n := range names {
		width = max(width, 2*len([]rune(n))+2)
	}
	return float64(min(width, most))
}

// targetWords gives a target's name and spec; a category or group has no spec.
func targetWords(goods *plan.Goods, t plan.Target) (name, spec string) {
	if it, ok := goods.Item(t.ID); ok && t.Kind == plan.OfItem {
		return it.Name, it.Spec
	}
	return goods.Label(t), ""
}

// categoryWord names the category a target is shown under.
func categoryWord(v planning.Coverage, categories []catalog.Category, t plan.Target) string {
	at := v.Goods.CategoryOf(t)
	for _, c := range categories {
		if c.ID == at {
			return c.Name
		}
	}
	return ""
}
