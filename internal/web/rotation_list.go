package web

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/planning"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var rotationListPage = declare[view.Rotation]("base", "rotation/list")

// shownRotation bounds the page; the workbook holds all lots.
const shownRotation = 500

// rotationQuery is what the address asks of the plan of rotation.
type rotationQuery struct {
	depot, category id.ID
	within          string // months, "" = a year
}

func (q rotationQuery) url() string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"depot", idText(q.depot)}, {"category", idText(q.category)}, {"within", q.within}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	return withQuery("/rotation", v)
}

func (q rotationQuery) filter() (planning.RotationFilter, error) {
	f := planning.RotationFilter{DepotID: q.depot, CategoryID: q.category}
	if q.within == "" {
		return f, nil
	}
	n, err := strconv.Atoi(q.within)
	if f.Months = n; err != nil || n == 0 {
		return f, errs.New(errs.Invalid, "期限「%s」看不懂，请从列表中选择。", q.within)
	}
	return f, nil
}

// rotationList shows what expires soon, with what it had best be used for.
func (s *Server) rotationList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	f := form.Query(c.Request())
	q := rotationQuery{depot: f.ID("depot"), category: f.ID("category"), within: f.Text("within")}
	ask, err := q.filter()
	if err != nil {
		return err
	}
	p, err := s.Planning.Rotation(ctx, actor, ask)
	if err != nil {
		return err
	}
	categories, err := s.Directory.Categories(ctx)
	if err != nil {
		return err
	}
	data := &view.Rotation{Base: s.base(c), On: s.Planning.Today().First, Until: p.Until.First, Depots: depotOptions(p.Choices, q.depot), Kinds: categoryOptions(categories, q.category),
		Filtered: q != rotationQuery{}, ExportURL: exportURL(reporting.Rotation, reporting.Ask{reporting.FieldDepot: idText(q.depot), reporting.FieldCategory: idText(q.category),
			reporting.FieldWithin: q.within})}
	for _, n := range planning.RotationMonths {
		data.Within = append(data.Within, view.Option{Value: count(n), Label: fmt.Sprintf("%d 个月内", n), Checked: n == p.Months})
	}
	fillRotation(data, p, q)
	s.fillRotating(data, p, q)
	return show(s, c, rotationListPage, data)
}

func fillRotation(data *view.Rotation, p planning.RotationPlan, q rotationQuery) {
	data.Uses = rotationSums(p.Uses)
	data.Quarters = rotationSums(p.Quarters)
	data.Kpis = []view.Kpi{
		{Label: "要轮换的批次", Value: count(p.Total.Lots), Unit: "个", Hint: fmt.Sprintf("%d 个月内到期和已过期的", p.Months)},
		{Label: "涉及金额", Value: p.Total.Amount.Grouped(), Unit: "元", Hint: unpricedSaid(p.Total.Unpriced)},
		{Label: "已过期", Value: count(p.Expired.Lots), Unit: "个批次", Tone: toneOf(p.Expired.Lots == 0), Hint: yuanSaid(p.Expired.Amount)},
		{Label: "三个月内到期", Value: count(p.Soon.Lots), Unit: "个批次", Tone: toneOf(p.Soon.Lots == 0), Hint: yuanSaid(p.Soon.Amount)},
	}
	data.Empty = view.Empty{Icon: "circle-check", Title: "没有要轮换的物资", Text: fmt.Sprintf("%d 个月内没有到期的，也没有已过期的。", p.Months)}
	if (q != rotationQuery{}) {
		data.Empty.URL, data.Empty.Do = "/rotation", "清除条件"
	}
}

func unpricedSaid(n int) string {
	if n == 0 {
		return "按各批次的入库单价"
	}
	return fmt.Sprintf("另有 %d 个批次没有单价", n)
}

func yuanSaid(f money.Fen) string { return f.Grouped() + " 元" }

// rotationSums writes sums with their part of the largest as a bar.
func rotationSums(list []planning.RotationSum) []view.RotationSum {
	var most money.Fen
	for _, one := range list {
		most = max(most, one.Amount)
	}
	var rows []view.RotationSum
	for _, one := range list {
		row := view.RotationSum{Label: one.Label, Lots: one.Lots, Pieces: one.Pieces(), Amount: one.Amount.Grouped()}
		if most > 0 {
			row.Width = int(one.Amount * 100 / most)
		}
		rows = append(rows, row)
	}
	return rows
}

// fillRotating lists the lots by depot.
func (s *Server) fillRotating(data *view.Rotation, p planning.RotationPlan, q rotationQuery) {
	n := 0
	for _, d := range p.Depots {
		if n >= shownRotation {
			break
		}
		only := q
		only.depot = d.DepotID
		part := view.RotationPart{Depot: d.Label, Lots: d.Lots, Amount: d.Amount.Grouped(), URL: only.url()}
		for _, r := range p.Lots[n:min(n+d.Lots, shownRotation)] {
			part.Rows = append(part.Rows, s.rotationRow(r))
		}
		n += d.Lots
		data.Parts = append(data.Parts, part)
	}
	switch {
	case p.Cut:
		data.Cut = fmt.Sprintf("批次太多，只算最早到期的 %d 个。请选一个储备库。", len(p.Lots))
	case len(p.Lots) > shownRotation:
		data.Cut = fmt.Sprintf("共 %d 个批次，这里只列前 %d 个；汇总是全部的。请选储备库或类别，或导出 Excel 查看全部。", len(p.Lots), shownRotation)
	}
}

func (s *Server) rotationRow(r planning.Rotating) view.RotationRow {
	row := view.RotationRow{Name: r.Item, Spec: r.Spec, Category: r.Category, LotNo: r.Lot.No, LotURL: lotURL(r.Lot.ID), Expires: r.Lot.Expires.String(),
		ExpiryTag: view.ExpiryTag(r.Lot.Expires, s.Planning.Today()), Use: r.Use, Qty: r.OnHand.Grouped(), Unit: r.Unit}
	if r.Amount != nil {
		row.Price, row.Amount = r.Lot.Price.Grouped(), r.Amount.Grouped()
	}
	switch {
	case r.Lot.Held:
		row.State = view.Tag{Text: "冻结", Tone: "is-warn", Icon: "lock"}
	case r.Kind == place.Quarantine:
		row.State = view.Tag{Text: "待检", Tone: "is-warn", Icon: "report-search"}
	}
	return row
}
