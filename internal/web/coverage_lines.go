package web

import (
	"fmt"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var coverageLinesPage = declare[view.CoverageLines]("base", "coverage/lines")

// shownCoverage bounds the page; the workbook holds all lines.
const shownCoverage = 500

// wholeDistrict is the word of addresses for the lines of the district as a whole.
const wholeDistrict = "district"

// linesQuery narrows the list of targets.
type linesQuery struct {
	coverageQuery
	depot    string // id or wholeDistrict
	category id.ID
	only     string // "short", "low" or ""
}

func (q linesQuery) url(path string) string {
	v := q.values()
	for _, f := range []struct{ name, value string }{{"depot", q.depot}, {"category", idText(q.category)}, {"only", q.only}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	return withQuery(path, v)
}

var onlyChoices = []struct{ value, label string }{{"short", "只看有缺口"}, {"low", "只看低于最低量"}}

// coverageLines lists the targets of a depot or category with what does not
// count.
func (s *Server) coverageLines(c echo.Context) error {
	f := form.Query(c.Request())
	q := linesQuery{coverageQuery: readCoverageQuery(f), depot: f.Text("depot"), category: f.ID("category"), only: f.Text("only")}
	v, found, err := s.Planning.Coverage(c.Request().Context(), actorOf(c), q.filter())
	if err != nil {
		return err
	}
	if !found {
		return errs.New(errs.NotFound, "这一天没有生效的储备计划。")
	}
	data := &view.CoverageLines{Base: s.base(c), Tier: string(q.tier), Plan: planTitle(v.Plan), On: v.On, Moment: momentTags[v.Moment], Notes: v.Notes, PlanID: idText(q.plan), OnTyped: q.on,
		BackURL: withQuery("/coverage", q.coverageQuery.values()), Kinds: nil, Filtered: q.depot != "" || q.category != 0 || q.only != "" || q.tier != "",
		ClearURL: withQuery("/coverage/lines", coverageQuery{plan: q.plan, on: q.on}.values())}
	s.lineChoices(data, v, q)
	fillCoverageLines(data, v, q)
	foldEmpty(data)
	return show(s, c, coverageLinesPage, data)
}

func (s *Server) lineChoices(data *view.CoverageLines, v planning.Coverage, q linesQuery) {
	if v.Matrix.District {
		data.Wheres = append(data.Wheres, view.Option{Value: wholeDistrict, Label: "全区合计行", Checked: q.depot == wholeDistrict})
	}
	data.Title = "全部计划行"
	if q.tier != "" {
		data.Title = "全部" + q.tier.Name() + "库的计划行"
	}
	for _, d := range v.Matrix.Depots {
		if q.tier != "" && d.Tier != q.tier {
			continue
		}
		at := d.ID.String() == q.depot
		if at {
			data.Title = d.Name
		}
		data.Wheres = append(data.Wheres, view.Option{Value: d.ID.String(), Label: d.Name, Checked: at})
	}
	if q.depot == wholeDistrict {
		data.Title = "全区合计行"
	}
	data.Kinds = categoryOptions(v.Matrix.Categories, q.category)
	for _, o := range onlyChoices {
		data.Only = append(data.Only, view.Option{Value: o.value, Label: o.label, Checked: o.value == q.only})
	}
}

func fillCoverageLines(data *view.CoverageLines, v planning.Coverage, q linesQuery) {
	n, short := 0, 0
	for _, m := range v.Lines(id.Parse(q.depot), q.category, q.depot == wholeDistrict) {
		if q.tier != "" && m.Depot.Tier != q.tier || q.only == "short" && m.Short() == 0 || q.only == "low" && m.Enough() {
			continue
		}
		if m.Short() > 0 {
			short++
		}
		if n++; n <= shownCoverage {
			data.Rows = append(data.Rows, coverageLine(v, m, q.coverageQuery))
		}
	}
	data.Sum = fmt.Sprintf("%d 行，其中 %d 行有缺口", n, short)
	if n > shownCoverage {
		data.Cut = fmt.Sprintf("共 %d 行，这里只列前 %d 行（完成率低的在前）。请选储备库或类别，或导出 Excel 查看全部。", n, shownCoverage)
	}
	data.Empty = view.Empty{Icon: "circle-check", Title: "没有符合条件的计划行", Text: "换一个储备库、类别或条件再看。"}
}

// foldEmpty leaves out the columns nothing stands in, and says so: with all of
// them the rate would lie beyond the edge of a desk's screen.
func foldEmpty(data *view.CoverageLines) {
	var keep []int
	for i, w := range plan.Whys {
		used := slices.ContainsFunc(data.Rows, func(r view.CoverageLine) bool { return r.Out[i].Qty != "" })
		if used {
			keep, data.Whys = append(keep, i), append(data.Whys, w.Name())
		} else {
			data.Zero = append(data.Zero, w.Name())
		}
	}
	for n, r := range data.Rows {
		var out []view.CoverageOut
		for _, i := range keep {
			out = append(out, r.Out[i])
		}
		data.Rows[n].Out = out
		data.AnyPromised = data.AnyPromised || r.Promised != ""
	}
}

func coverageLine(v planning.Coverage, m planning.Shown, q coverageQuery) view.CoverageLine {
	where := "全区合计"
	if m.DepotID != 0 {
		where = shortDepot(m.Depot.Name)
	}
	rate := m.Rate()
	band := plan.BandOf(rate.Capped())
	row := view.CoverageLine{Where: where, Target: m.Label, Unit: m.Line.Unit, URL: lotsURL(q, m.Met, ""), Minimum: level(m.Line.Minimum), Standard: m.Line.Standard.Grouped(),
		Maximum: level(m.Line.Maximum), Book: m.Book.Grouped(), Usable: m.Usable().Grouped(), Promised: level(m.Promised), Short: level(m.Short()), Enough: m.Enough(),
		Rate: view.CoverageCell{Text: rateText(rate), Class: bandClass(band), Low: band == plan.Severe, Hint: band.Name()}}
	for _, w := range plan.Whys {
		out := view.CoverageOut{Label: w.Name()}
		if qty := m.Out[w]; qty != 0 {
			out.Qty, out.URL = "−"+qty.Grouped(), lotsURL(q, m.Met, w.Key())
		}
		row.Out = append(row.Out, out)
	}
	return row
}

// lotsURL leads to the lots behind a target, those excluded for one reason, or
// all.
func lotsURL(q coverageQuery, m plan.Met, why string) string {
	v := coverageQuery{plan: m.Line.PlanID, on: q.on}.values()
	v.Set("line", m.Line.ID.String())
	if m.DepotID != 0 {
		v.Set("depot", m.DepotID.String())
	}
	if why != "" {
		v.Set("why", why)
	}
	return withQuery("/coverage/lots", v)
}

var coverageLotsPage = declare[view.CoverageLots]("base", "coverage/lots")

// coverageLots lists the lots behind a target and why some do not count.
func (s *Server) coverageLots(c echo.Context) error {
	f := form.Query(c.Request())
	q := readCoverageQuery(f)
	why, chosen := plan.ParseWhy(f.Text("why"))
	if f.Text("why") == plan.Usable.Key() {
		why, chosen = plan.Usable, true
	}
	ask := planning.LotFilter{CoverageFilter: q.filter(), LineID: f.ID("line"), DepotID: f.ID("depot"), Why: why, Any: !chosen}
	rows, v, of, err := s.Planning.Lots(c.Request().Context(), actorOf(c), ask)
	if err != nil {
		return err
	}
	line := coverageLine(v, of, q)
	data := &view.CoverageLots{Base: s.base(c), Title: of.Label, Where: line.Where, Unit: of.Line.Unit, On: v.On, Moment: momentTags[v.Moment], Line: line,
		BackURL: linesQuery{coverageQuery: q, depot: depotWord(of.DepotID)}.url("/coverage/lines")}
	data.Whys = append(data.Whys, view.StockTab{Label: "全部", URL: lotsURL(q, of.Met, ""), Current: !chosen},
		view.StockTab{Label: "可用 " + of.Usable().Grouped(), URL: lotsURL(q, of.Met, plan.Usable.Key()), Current: chosen && why == plan.Usable})
	for _, w := range plan.Whys {
		if of.Out[w] != 0 || chosen && w == why {
			data.Whys = append(data.Whys, view.StockTab{Label: w.Name() + " " + of.Out[w].Grouped(), URL: lotsURL(q, of.Met, w.Key()), Current: chosen && w == why})
		}
	}
	for _, r := range rows {
		data.Rows = append(data.Rows, s.coverageLot(r, v))
	}
	data.Empty = view.Empty{Icon: "box", Title: "这里没有批次", Text: "换一个分类再看。"}
	if v.Moment == planning.Past {
		data.Empty = view.Empty{Icon: "history", Title: "过去某天的批次在物资卡片里", Text: "点物资卡片可以看到那天的逐笔结存。", URL: cardOf(of, v), Do: "物资卡片"}
	}
	return show(s, c, coverageLotsPage, data)
}

func depotWord(depot id.ID) string {
	if depot == 0 {
		return wholeDistrict
	}
	return depot.String()
}

func cardOf(of planning.Shown, v planning.Coverage) string {
	counted := v.Goods.Counting(of.Line.Target, of.Line.Unit)
	if len(counted) == 0 {
		return "/stock"
	}
	return cardURL(counted[0].ItemID, of.DepotID)
}

var whyTones = map[plan.Why]view.Tag{
	plan.Usable: {Tone: "is-ok", Icon: "circle-check"}, plan.Expired: {Tone: "is-bad", Icon: "circle-x"}, plan.Expiring: {Tone: "is-warn", Icon: "alert-triangle"},
	plan.Barred: {Tone: "is-warn", Icon: "lock"}, plan.Untested: {Tone: "is-warn", Icon: "tool"}, plan.InTransit: {Tone: "is-info", Icon: "truck"},
	plan.Lent: {Tone: "is-info", Icon: "user"}, plan.InRepair: {Tone: "is-warn", Icon: "tool"},
}

func (s *Server) coverageLot(r planning.LotRow, v planning.Coverage) view.CoverageLot {
	tag := whyTones[r.Why]
	tag.Text = r.Why.Name()
	name := r.Item
	if r.Spec != "" {
		name += " " + r.Spec
	}
	allocated := ""
	if r.Allocated != 0 {
		allocated = quantity.Q(r.Allocated).Grouped()
	}
	return view.CoverageLot{Item: name, Depot: r.Depot, Bin: r.Bin, LotNo: r.Lot.No, LotURL: "/lots/" + r.Lot.ID.String(), Expires: r.Lot.Expires.String(),
		ExpiryTag: view.ExpiryTag(r.Lot.Expires, s.Planning.Today()), Qty: r.OnHand.Grouped(), Allocated: allocated, Unit: r.Unit, Why: tag,
		CardURL: cardURL(r.Lot.ItemID, r.DepotID)}
}
