package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var summaryPage = declare[view.Summary]("base", "summary/view")

// summaryQuery is what the URL asks of the summary.
type summaryQuery struct {
	month    ledger.Month
	depot    id.ID
	category id.ID
	byDepot  bool
}

func (q summaryQuery) url(path string) string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"month", string(q.month)}, {"depot", idText(q.depot)}, {"category", idText(q.category)}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	if q.byDepot {
		v.Set("by", byDepot)
	}
	return withQuery(path, v)
}

func (q summaryQuery) filter() inventory.SummaryFilter {
	return inventory.SummaryFilter{Month: q.month, DepotID: q.depot, CategoryID: q.category, ByDepot: q.byDepot}
}

// readSummaryQuery reads the URL. A wrong value is an error beside the rest,
// so that the page still shows what was asked.
func (s *Server) readSummaryQuery(r *http.Request, depots []place.Depot, categories []catalog.Category) (summaryQuery, error) {
	f := form.Query(r)
	q := summaryQuery{depot: f.ID("depot"), category: f.ID("category"), byDepot: f.Text("by") == byDepot}
	month, err := s.monthOf(f.Text("month"))
	if err != nil {
		q.month = s.lastMonth()
		return q, err
	}
	q.month = month
	if f.Err() != nil {
		return q, errs.New(errs.Invalid, "储备库或类别有误，请从列表中重新选择。")
	}
	return q, stockQuery{depot: q.depot, category: q.category}.check(depots, categories)
}

// summaryFrame reads what the query is checked against.
func (s *Server) summaryFrame(c echo.Context) (depots []place.Depot, categories []catalog.Category, err error) {
	ctx := c.Request().Context()
	if depots, err = s.stockDepots(ctx, actorOf(c)); err != nil {
		return nil, nil, err
	}
	categories, err = s.Directory.Categories(ctx)
	return depots, categories, err
}

// summaryView shows the 收发存汇总表 of a month.
func (s *Server) summaryView(c echo.Context) error {
	depots, categories, err := s.summaryFrame(c)
	if err != nil {
		return err
	}
	q, wrong := s.readSummaryQuery(c.Request(), depots, categories)
	p := s.summaryData(c, q, depots, categories)
	if p.Export, err = s.exportBox(c, "summary", q.url("/summary/export")); err != nil {
		return err
	}
	if wrong == nil {
		var sum inventory.Summary
		if sum, wrong = s.Inventory.Summary(c.Request().Context(), actorOf(c), q.filter()); wrong == nil {
			fillSummary(p, sum, q)
		}
	}
	if wrong != nil {
		if errs.KindOf(wrong) != errs.Invalid {
			return wrong
		}
		p.Empty = view.Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: errs.MessageOf(wrong), URL: "/summary", Do: "重新查询"}
	}
	return show(s, c, summaryPage, p)
}

func (s *Server) summaryData(c echo.Context, q summaryQuery, depots []place.Depot, categories []catalog.Category) *view.Summary {
	p := &view.Summary{Base: s.base(c), Month: string(q.month), Name: q.month.Chinese(), Latest: string(ledger.MonthOf(s.Inventory.Today())),
		Depots: depotOptions(depots, q.depot), Kinds: categoryOptions(categories, q.category), ByDepot: q.byDepot,
		Filtered: q.depot != 0 || q.category != 0, ClearURL: summaryQuery{month: q.month, byDepot: q.byDepot}.url("/summary"),
		Heading: "应急物资收发存汇总表", PreparedBy: actorOf(c).Name}
	for _, d := range depots {
		if d.ID == q.depot {
			p.Heading = d.Name + p.Heading
		}
	}
	for _, t := range []struct {
		label   string
		byDepot bool
	}{{"按物资", false}, {"按储备库", true}} {
		at := q
		at.byDepot = t.byDepot
		p.Tabs = append(p.Tabs, view.StockTab{Label: t.label, URL: at.url("/summary"), Current: t.byDepot == q.byDepot})
	}
	p.Empty = view.Empty{Icon: "report-analytics", Title: "这个月没有收发，也没有结存", Text: "可以换一个月份、储备库或类别再看。"}
	return p
}

// shownSummary bounds the rows of the page; a district's items are far fewer,
// only depots times items may be more.
const shownSummary = 2000

func fillSummary(p *view.Summary, sum inventory.Summary, q summaryQuery) {
	p.State = view.Tag{Text: "已月结", Tone: "is-ok", Icon: "lock"}
	if len(sum.Open) > 0 {
		p.State = view.Tag{Text: "未月结", Tone: "is-warn", Icon: "lock-open"}
	}
	p.Notes = reporting.SummaryNotes(sum)
	var total reporting.SummarySum
	for i, r := range sum.Rows {
		total.Add(r)
		if i >= shownSummary {
			continue
		}
		row := view.SummaryRow{Depot: r.Depot.Name, Code: r.Item.Code, Name: r.Item.Name, Spec: r.Item.Spec, Category: r.Item.Category, Unit: r.Item.Unit,
			CardURL: summaryCardURL(r, q)}
		cells(&row, [4]string{r.Opening.Grouped(), r.Received.Grouped(), r.Issued.Grouped(), r.Closing.Grouped()}, r.Amounts)
		if r.Received == 0 && (r.Amounts == nil || r.Amounts.Received == 0) { // only what moved catches the eye
			row.Received = view.SummaryCell{}
		}
		if r.Issued == 0 && (r.Amounts == nil || r.Amounts.Issued == 0) {
			row.Issued = view.SummaryCell{}
		}
		p.Rows = append(p.Rows, row)
	}
	if n := len(sum.Rows); n > shownSummary {
		p.Cut = fmt.Sprintf("共 %d 行，页面只列前 %d 行（合计含全部）。请选一个储备库或类别，或导出 Excel 查看全部。", n, shownSummary)
	}
	var q4 [4]string
	if !total.Mixed {
		q4 = [4]string{total.Opening.Grouped(), total.Received.Grouped(), total.Issued.Grouped(), total.Closing.Grouped()}
	}
	var amounts *inventory.Amounts
	if total.Priced {
		amounts = &total.Amounts
	}
	cells(&p.Total, q4, amounts)
}

// summaryCardURL leads to the item's movements in the month.
func summaryCardURL(r inventory.SummaryRow, q summaryQuery) string {
	depot := q.depot
	if r.Depot.ID != 0 {
		depot = r.Depot.ID
	}
	return cardQuery{depot: depot, from: q.month.First(), to: q.month.Last()}.url("/stock/card/" + r.Item.ID.String())
}

func cells(row *view.SummaryRow, qty [4]string, a *inventory.Amounts) {
	var amounts [4]string
	if a != nil {
		amounts = [4]string{a.Opening.Grouped(), a.Received.Grouped(), a.Issued.Grouped(), a.Closing.Grouped()}
	}
	for i, cell := range []*view.SummaryCell{&row.Opening, &row.Received, &row.Issued, &row.Closing} {
		*cell = view.SummaryCell{Qty: qty[i], Amount: amounts[i]}
	}
}
