package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var coveragePage = declare[view.Coverage]("base", "coverage/view")

// coverageQuery is what the address asks of the matrix and its lists.
type coverageQuery struct {
	plan id.ID
	on   string
	tier place.Tier
	sort string // "rate" = lowest first
}

func readCoverageQuery(f *form.Form) coverageQuery {
	return coverageQuery{plan: f.ID("plan"), on: f.Text("on"), tier: place.Tier(f.Text("tier")), sort: f.Text("sort")}
}

func (q coverageQuery) values() url.Values {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"plan", idText(q.plan)}, {"on", q.on}, {"tier", string(q.tier)}, {"sort", q.sort}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	return v
}

// lines leads to the targets of a depot and category.
func (q coverageQuery) lines(depot string, category id.ID) string {
	q.sort = ""
	if depot != "" {
		q.tier = "" // a depot says its tier itself
	}
	v := q.values()
	if depot != "" {
		v.Set("depot", depot)
	}
	if category != 0 {
		v.Set("category", category.String())
	}
	return withQuery("/coverage/lines", v)
}

func (q coverageQuery) filter() planning.CoverageFilter {
	return planning.CoverageFilter{PlanID: q.plan, On: q.on}
}

var momentTags = map[planning.Moment]view.Tag{
	planning.Past: {Text: "历史", Icon: "history"}, planning.Ahead: {Text: "推算", Tone: "is-warn", Icon: "hourglass-high"},
	planning.Now: {Text: "今天", Tone: "is-info", Icon: "calendar"},
}

// coverageView shows the matrix of a day.
func (s *Server) coverageView(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	q := readCoverageQuery(form.Query(c.Request()))
	data := &view.Coverage{Base: s.base(c), Today: s.Planning.Today().First, On: q.on, Filtered: q.tier != "", ClearURL: withQuery("/coverage", coverageQuery{plan: q.plan, on: q.on}.values())}
	v, found, err := s.Planning.Coverage(ctx, actor, q.filter())
	switch {
	case errs.KindOf(err) == errs.Invalid && err != nil:
		data.Empty = view.Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: errs.MessageOf(err), URL: "/coverage", Do: "看今天的对照"}
		return show(s, c, coveragePage, data)
	case err != nil:
		return err
	case !found:
		data.Empty = view.Empty{Icon: "clipboard-list", Title: "这一天没有生效的储备计划", Text: "计划经领导批准后，这里按它对照库存。", URL: "/plans", Do: "查看储备计划"}
		if err := s.fillPlans(c, data, 0); err != nil {
			return err
		}
		if len(data.Plans) > 0 {
			data.Empty.Text += "也可以在上面选一个计划对照。"
		}
		return show(s, c, coveragePage, data)
	}
	if err := s.fillCoverage(c, data, v, q); err != nil {
		return err
	}
	return show(s, c, coveragePage, data)
}

// fillPlans offers the versions stock can be held against.
func (s *Server) fillPlans(c echo.Context, data *view.Coverage, chosen id.ID) error {
	list, err := s.Planning.Plans(c.Request().Context(), actorOf(c))
	for _, p := range list {
		if p.Status != plan.Discarded {
			data.Plans = append(data.Plans, view.Option{Value: p.ID.String(), Label: planTitle(p.Plan) + "（" + p.Status.Name() + "）", Checked: p.ID == chosen})
		}
	}
	return err
}

func (s *Server) fillCoverage(c echo.Context, data *view.Coverage, v planning.Coverage, q coverageQuery) error {
	if err := s.fillPlans(c, data, v.Plan.ID); err != nil {
		return err
	}
	data.Shown, data.Plan, data.PlanURL, data.On, data.Moment, data.Notes = true, v.Plan.Name+" "+planTitle(v.Plan), planURL(v.Plan), v.On, momentTags[v.Moment], v.Notes
	data.ExportURL = withQuery("/exports/coverage", coverageQuery{plan: v.Plan.ID, on: q.on}.values())
	for _, t := range tiersOf(v.Depots) {
		data.Tiers = append(data.Tiers, view.Option{Value: string(t), Label: t.Name(), Checked: t == q.tier})
	}
	for _, b := range plan.Bands {
		data.Legend = append(data.Legend, view.Band{Class: bandClass(b), Label: bandRange(b) + " " + b.Name()})
	}
	for _, k := range v.Matrix.Categories {
		data.Columns = append(data.Columns, k.Name)
	}
	data.Kpis = coverageKpis(v, q)
	data.Rows, data.Total = coverageRows(v, q)
	data.Sort = q.sort
	sorted := q
	if sorted.sort = "rate"; q.sort == "rate" {
		sorted.sort = ""
	}
	data.SortURL = withQuery("/coverage", sorted.values())
	data.Empty = view.Empty{Icon: "clipboard-list", Title: "这个范围没有计划行", Text: "换一个层级，或在计划里补上。", URL: planURL(v.Plan), Do: "查看计划"}
	if v.Moment != planning.Past {
		trend, err := s.Planning.Ahead(c.Request().Context(), actorOf(c), planning.CoverageFilter{PlanID: v.Plan.ID})
		if err != nil {
			return err
		}
		fillTrend(data, trend, q)
	}
	return nil
}

func coverageKpis(v planning.Coverage, q coverageQuery) []view.Kpi {
	var t plan.Sum
	for _, m := range tierMet(v, q) {
		t.Add(m)
	}
	rate, _ := t.Rate.Rate()
	short := linesQuery{coverageQuery: coverageQuery{plan: v.Plan.ID, on: v.On, tier: q.tier}, only: "short"}.url("/coverage/lines")
	below, planned := 0, 0
	for _, d := range v.Matrix.Depots {
		if q.tier != "" && d.Tier != q.tier {
			continue
		}
		planned++
		if r, ok := v.Matrix.Cells[[2]id.ID{d.ID, 0}].Rate.Rate(); ok && r < plan.Near.Floor() {
			below++
		}
	}
	return []view.Kpi{
		{Label: "计划完成率", Value: rateText(rate), Unit: "%", Tone: bandTone(plan.BandOf(rate)), Hint: plan.BandOf(rate).Name() + " · 各计划行可用量 ÷ 标准量的平均"},
		{Label: "品类齐全率", Value: rateText(t.Complete()), Unit: "%", Tone: bandTone(plan.BandOf(t.Complete())), Hint: fmt.Sprintf("%d / %d 行达到最低量", t.Enough, t.Lines)},
		{Label: "有缺口的计划行", Value: count(t.Short), Unit: "行", Tone: toneOf(t.Short == 0), Hint: fmt.Sprintf("共 %d 行，点开看缺多少", t.Lines), URL: short},
		{Label: "低于 90% 的库", Value: count(below), Unit: "个", Tone: toneOf(below == 0), Hint: fmt.Sprintf("列入计划的 %d 个库", planned)},
	}
}

func toneOf(good bool) string {
	if good {
		return "is-ok"
	}
	return "is-warn"
}

func bandTone(b plan.Band) string {
	switch b {
	case plan.Full, plan.Near:
		return "is-ok"
	case plan.Low, plan.Short:
		return "is-warn"
	}
	return "is-bad"
}

func coverageRows(v planning.Coverage, q coverageQuery) (rows []view.CoverageRow, total view.CoverageRow) {
	type sorted struct {
		view.CoverageRow
		rate plan.Rate
	}
	var list []sorted
	for _, d := range v.Matrix.Depots {
		if q.tier != "" && d.Tier != q.tier {
			continue
		}
		row := view.CoverageRow{Name: shortDepot(d.Name), URL: q.lines(d.ID.String(), 0)}
		if d.Holder != place.HeldByBureau && d.Holder != "" {
			row.Tag = d.Holder.Name()
		}
		rate := fillCells(&row, v, q, d.ID, d.ID.String())
		list = append(list, sorted{row, rate})
	}
	if v.Matrix.District && q.tier == "" {
		row := view.CoverageRow{Name: "全区合计行", URL: q.lines("district", 0)}
		rate := fillCells(&row, v, q, 0, "district")
		list = append([]sorted{{row, rate}}, list...)
	}
	if q.sort == "rate" {
		slices.SortStableFunc(list, func(a, b sorted) int { return cmp.Compare(a.rate, b.rate) })
	}
	for _, r := range list {
		rows = append(rows, r.CoverageRow)
	}
	return rows, coverageTotal(v, q)
}

func fillCells(row *view.CoverageRow, v planning.Coverage, q coverageQuery, depot id.ID, name string) plan.Rate {
	for _, k := range v.Matrix.Categories {
		row.Cells = append(row.Cells, coverageCell(v.Matrix.Cells[[2]id.ID{depot, k.ID}], row.Name+" "+k.Name, q.lines(name, k.ID)))
	}
	sum := v.Matrix.Cells[[2]id.ID{depot, 0}]
	row.Sum = coverageCell(sum, row.Name, row.URL)
	rate, _ := sum.Rate.Rate()
	row.Width = int(rate / 100)
	return rate
}

// tierMet are the targets of the tier the page is narrowed to, or all.
func tierMet(v planning.Coverage, q coverageQuery) []plan.Met {
	if q.tier == "" {
		return v.Met
	}
	return slices.DeleteFunc(slices.Clone(v.Met), func(m plan.Met) bool {
		d, _ := v.Depots.Depot(m.DepotID)
		return d.Tier != q.tier
	})
}

func coverageTotal(v planning.Coverage, q coverageQuery) view.CoverageRow {
	met := tierMet(v, q)
	var all plan.Sum
	for _, m := range met {
		all.Add(m)
	}
	by := v.Matrix.ByCategory(met)
	row := view.CoverageRow{Name: "合计", URL: q.lines("", 0)}
	for _, k := range v.Matrix.Categories {
		row.Cells = append(row.Cells, coverageCell(by[k.ID], "合计 "+k.Name, q.lines("", k.ID)))
	}
	row.Sum = coverageCell(all, "合计", row.URL)
	rate, _ := all.Rate.Rate()
	row.Width = int(rate / 100)
	return row
}

func coverageCell(sum plan.Sum, where, link string) view.CoverageCell {
	rate, ok := sum.Rate.Rate()
	if !ok {
		return view.CoverageCell{}
	}
	b := plan.BandOf(rate)
	return view.CoverageCell{Text: rateText(rate), Class: bandClass(b), Low: b == plan.Severe, URL: link,
		Hint: fmt.Sprintf("%s：%s%%（%s），%d 行中 %d 行有缺口", where, rateText(rate), b.Name(), sum.Lines, sum.Short)}
}

// shortDepot leaves off what all depots of a district are called, where a table
// has no room for it.
func shortDepot(name string) string {
	for _, tail := range []string{"应急物资储备点", "应急物资储备库", "应急物资仓库"} {
		if short := strings.TrimSuffix(name, tail); short != "" && short != name {
			return short
		}
	}
	return name
}

// rateText writes basis points as per cent, rounded down so that 100 means all.
func rateText(r plan.Rate) string {
	whole, tenth := int64(r/100), int64(r%100/10)
	if tenth == 0 || whole >= 100 {
		return strconv.FormatInt(whole, 10)
	}
	return fmt.Sprintf("%d.%d", whole, tenth)
}

func bandClass(b plan.Band) string { return "is-r" + count(int(b)+1) }

// bandRange words the rates of a band: 90–99.
func bandRange(b plan.Band) string {
	switch b {
	case plan.Full:
		return "≥100%"
	case plan.Severe:
		return "▼ <60"
	}
	return fmt.Sprintf("%d–%d", b.Floor()/100, (b-1).Floor()/100-1)
}
