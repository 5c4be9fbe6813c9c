package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// planPlaces is how many depots stand side by side on a sheet of a plan.
const planPlaces = 18

// placeWidth gives a depot's column room for a figure; its name takes lines.
const (
	placeWidth  = 8.5
	remarkWidth = 14.0
)

// plan lays out a version as offices do: goods as rows, depots as columns in
// groups by tier. Minima and maxima get sheets of their own where they say
// something, and so does what no table by depot and item can hold.
func (s *Service) plan(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	w, err := s.plans.Plan(ctx, actor, q.plan.ID)
	if err != nil {
		return nil, err
	}
	q.about = fmt.Sprintf("%d年%s第%d版", w.Year, w.Season.Name(), w.Version)
	t := newPlanTable(w)
	docs := q.planSheets(t, planLevel{"", "", func(l plan.Line) quantity.Q { return l.Standard }}, actor.Name)
	for _, level := range []planLevel{{"最低储备量", "（最低储备量）", func(l plan.Line) quantity.Q { return l.Minimum }},
		{"最高储备量", "（最高储备量）", func(l plan.Line) quantity.Q { return l.Maximum }}} {
		if t.says(level) {
			docs = append(docs, q.planSheets(t, level, actor.Name)...)
		}
	}
	if len(t.others) > 0 {
		docs = append(docs, q.otherLines(t, actor.Name))
	}
	if len(docs) == 0 {
		return nil, errs.New(errs.NotFound, "「%s」里还没有一行，没有可以导出的。", planning.Label(w.Plan))
	}
	return docs, nil
}

// planLevel is one of the three figures of a line.
type planLevel struct {
	sheet, title string
	of           func(plan.Line) quantity.Q
}

// planTable is a version as a table by goods and depot.
type planTable struct {
	planning.Whole
	goods    []planGoods
	depots   []place.Depot
	at       map[planCell]plan.Line
	others   []plan.Line
	category map[id.ID]int // by id, its place in the list
}

// planGoods is a row: an item in a unit.
type planGoods struct {
	item catalog.Item
	unit string
}

type planCell struct {
	depot, item id.ID
	unit        string
}

func newPlanTable(w planning.Whole) *planTable {
	t := &planTable{Whole: w, at: map[planCell]plan.Line{}, category: map[id.ID]int{}}
	for i, c := range w.Categories {
		t.category[c.ID] = i
	}
	used, seen := map[id.ID]bool{}, map[planCell]bool{}
	for _, l := range w.Lines {
		if l.Scope.Kind != plan.AtDepot || l.Target.Kind != plan.OfItem {
			t.others = append(t.others, l)
			continue
		}
		it, _ := w.Goods.Item(l.Target.ID)
		t.at[planCell{l.Scope.DepotID, it.ID, l.Unit}], used[l.Scope.DepotID] = l, true
		if row := (planCell{0, it.ID, l.Unit}); !seen[row] {
			seen[row] = true
			t.goods = append(t.goods, planGoods{it, l.Unit})
		}
	}
	slices.SortStableFunc(t.goods, func(a, b planGoods) int {
		return cmp.Or(cmp.Compare(t.category[a.item.CategoryID], t.category[b.item.CategoryID]), cmp.Compare(a.item.Code, b.item.Code))
	})
	for _, d := range w.Depots.List() {
		if used[d.ID] {
			t.depots = append(t.depots, d)
		}
	}
	slices.SortStableFunc(t.depots, func(a, b place.Depot) int {
		return cmp.Compare(slices.Index(place.Tiers, a.Tier), slices.Index(place.Tiers, b.Tier))
	})
	return t
}

// says reports that a level is not told by the standard: where it is none or
// the standard itself everywhere, a sheet of it would only repeat.
func (t *planTable) says(level planLevel) bool {
	for _, l := range t.at {
		if q := level.of(l); q != 0 && q != l.Standard {
			return true
		}
	}
	return false
}

// parts cuts the depots into sheets: all on one where they fit, else villages
// apart from the others, each as evenly as can be.
func (t *planTable) parts() [][]place.Depot {
	if len(t.depots) == 0 {
		return nil
	}
	if len(t.depots) <= planPlaces {
		return [][]place.Depot{t.depots}
	}
	at := slices.IndexFunc(t.depots, func(d place.Depot) bool { return d.Tier == place.Village })
	if at < 0 {
		at = len(t.depots)
	}
	var parts [][]place.Depot
	for _, list := range [][]place.Depot{t.depots[:at], t.depots[at:]} {
		if sheets := (len(list) + planPlaces - 1) / planPlaces; sheets > 0 {
			parts = slices.AppendSeq(parts, slices.Chunk(list, (len(list)+sheets-1)/sheets))
		}
	}
	return parts
}

func (q *query) planSheets(t *planTable, level planLevel, prepared string) []sheet.Document {
	var docs []sheet.Document
	parts := t.parts()
	for i, depots := range parts {
		doc := sheet.Document{SheetName: cmp.Or(level.sheet, "储备计划"), Title: t.title() + level.title, Left: q.org, Middle: t.middle(), Right: "计量单位：见各行",
			More: t.decided(), Landscape: true, Signatures: []string{"制表人：" + prepared, "审核人：", "批准人：", "日期："}}
		sum := "合计"
		if len(parts) > 1 {
			sum = "本表合计"
			doc.SheetName += strconv.Itoa(i + 1)
			doc.Notes = append(doc.Notes, fmt.Sprintf("注：共 %d 个库，分 %d 张表，这是第 %d 张。", len(t.depots), len(parts), i+1))
		}
		l := planLayout{planTable: t, level: level, depots: depots, sum: sum}
		doc.Columns, doc.Rows = l.columns(), l.rows()
		doc.Notes = append(doc.Notes, l.notes...)
		docs = append(docs, doc)
	}
	return docs
}

// title names the year even where the plan's own name does not: by it the
// workbook is read back.
func (t *planTable) title() string {
	title := strings.TrimSuffix(t.Name, "表") + "表"
	if !strings.Contains(title, strconv.Itoa(t.Year)) {
		title = fmt.Sprintf("%d年度%s", t.Year, title)
	}
	return title
}

func (t *planTable) middle() string {
	return fmt.Sprintf("年度：%d年（%s，第 %d 版）", t.Year, t.Season.Name(), t.Version)
}

// decided is the line of who brought it into force, or that nobody has.
func (t *planTable) decided() []sheet.Line {
	if t.Status != plan.Approved && t.Status != plan.Superseded {
		return []sheet.Line{{Left: "状态：" + t.Status.Name() + "（未经批准）"}}
	}
	return []sheet.Line{{Left: "批准文号：" + t.DocumentNo, Middle: "批准人：" + t.DecidedName, Right: "签发日期：" + isoDay(t.SignedOn).Chinese()}}
}

// planLayout writes one sheet of a plan.
type planLayout struct {
	*planTable
	level  planLevel
	depots []place.Depot
	sum    string
	notes  []string
}

// The columns before the sum.
const (
	planLabel = 1 // 类别
	planSum   = 5
	planFirst = 6 // the first depot's
)

// tierGroups stand over the depots of a tier, in words a reader of ledgers
// knows for places.
var tierGroups = map[place.Tier]string{place.District: "区级储备", place.Township: "街镇储备", place.Village: "村（社区）储备"}

func (l *planLayout) columns() []sheet.Column {
	columns := []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "类别"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"},
		{Heading: l.sum, Kind: sheet.QuantityKind, Total: true}}
	for _, d := range l.depots {
		columns = append(columns, sheet.Column{Heading: d.Name, Group: tierGroups[d.Tier], Kind: sheet.QuantityKind, Total: true, Width: placeWidth})
	}
	return append(columns, sheet.Column{Heading: "备注", Width: remarkWidth})
}

func (l *planLayout) rows() []sheet.Row {
	var rows []sheet.Row
	goods := slices.DeleteFunc(slices.Clone(l.goods), func(g planGoods) bool { return l.blank(g) })
	all := newPlanTotal(len(l.depots))
	for start, n := 0, 0; start < len(goods); {
		end, part := start, newPlanTotal(len(l.depots))
		for ; end < len(goods) && goods[end].item.CategoryID == goods[start].item.CategoryID; end++ {
			n++
			rows = append(rows, l.row(n, goods[end], part, all))
		}
		rows = append(rows, part.row(sheet.Subtotal, "小计"))
		start = end
	}
	if !all.mixed && len(goods) > 0 {
		return append(rows, all.row(sheet.Total, "合计"))
	}
	l.notes = append(l.notes, "注：单位不同的物资不相加，只在单位相同的类别内小计。")
	return rows
}

func (l *planLayout) blank(g planGoods) bool {
	return !slices.ContainsFunc(l.depots, func(d place.Depot) bool { return l.level.of(l.at[planCell{d.ID, g.item.ID, g.unit}]) != 0 })
}

func (l *planLayout) row(n int, g planGoods, sums ...*planTotal) sheet.Row {
	category := ""
	if at, known := l.category[g.item.CategoryID]; known {
		category = l.Categories[at].Name
	}
	values := []sheet.Value{sheet.Int(int64(n)), sheet.Text(category), sheet.Text(g.item.Name), sheet.Text(g.item.Spec), sheet.Text(g.unit), sheet.Blank()}
	figures := make([]quantity.Q, len(l.depots))
	sum := quantity.Q(0)
	for i, d := range l.depots {
		figures[i] = l.level.of(l.at[planCell{d.ID, g.item.ID, g.unit}])
		sum += figures[i]
		values = append(values, figure(figures[i]))
	}
	values[planSum] = sheet.Computed(fmt.Sprintf("SUM({%d}:{%d})", planFirst, planFirst+len(l.depots)-1), sheet.Quantity(sum))
	for _, s := range sums {
		s.add(g.unit, figures)
	}
	return sheet.Row{Values: append(values, sheet.Text(l.remark(n, g)))}
}

// figure is a quantity, blank for none: nothing is planned there.
func figure(q quantity.Q) sheet.Value {
	if q == 0 {
		return sheet.Blank()
	}
	return sheet.Quantity(q)
}

// remark is what all the row's lines say alike. What only some say stands below
// the table: in the row it would be read back as said of all.
func (l *planLayout) remark(n int, g planGoods) string {
	if l.level.sheet != "" {
		return ""
	}
	var said, each []string
	for _, d := range l.planTable.depots {
		line, there := l.at[planCell{d.ID, g.item.ID, g.unit}]
		if !there {
			continue
		}
		if !slices.Contains(said, line.Remark) {
			said = append(said, line.Remark)
		}
		if line.Remark != "" && slices.ContainsFunc(l.depots, func(here place.Depot) bool { return here.ID == d.ID }) {
			each = append(each, d.Name+" "+line.Remark)
		}
	}
	if len(said) == 1 {
		return said[0]
	}
	if len(each) > 0 {
		l.notes = append(l.notes, fmt.Sprintf("注：序号 %d %s：%s。", n, g.item.Label(), strings.Join(each, "；")))
	}
	return ""
}

// planTotal adds up rows of one unit.
type planTotal struct {
	unit  string
	mixed bool
	rows  int
	sums  []quantity.Q
}

func newPlanTotal(depots int) *planTotal { return &planTotal{sums: make([]quantity.Q, depots)} }

func (t *planTotal) add(unit string, figures []quantity.Q) {
	t.mixed = t.mixed || t.rows > 0 && catalog.Key(unit) != catalog.Key(t.unit)
	t.unit = unit
	t.rows++
	for i, q := range figures {
		t.sums[i] += q
	}
}

// row is the line of a sum; of goods in several units it only says so, and
// keeps the next sum from reaching over it.
func (t *planTotal) row(kind sheet.RowKind, word string) sheet.Row {
	values := make([]sheet.Value, planFirst+len(t.sums)+1)
	values[planLabel] = sheet.Text(word)
	if t.mixed {
		values[len(values)-1] = sheet.Text("单位不同")
		return sheet.Row{Kind: kind, Values: values}
	}
	all := quantity.Q(0)
	for i, q := range t.sums {
		values[planFirst+i] = sheet.Quantity(q)
		all += q
	}
	values[planSum] = sheet.Quantity(all)
	return sheet.Row{Kind: kind, Values: values}
}
