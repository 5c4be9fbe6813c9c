package web

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/web/view"
)

var homePage = declare[view.Home]("base", "home/index")

// How many rows the first page shows of what has a page of its own; they are
// what fits beside the heat table without scrolling.
const (
	homeVouchers = 8
	homeExpiries = 8
	homeDrafts   = 5
)

// home shows a person's first page.
func (s *Server) home(c echo.Context) error {
	actor := actorOf(c)
	p := &view.Home{Base: s.base(c), AsOf: view.When(s.Store.Now().UnixMicro()), SeesStock: actor.MayAnywhere(access.StockView),
		MayPost: actor.MayAnywhere(access.VoucherPost)}
	if !p.SeesStock {
		return show(s, c, homePage, p)
	}
	ctx := c.Request().Context()
	depots, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return err
	}
	if err := s.homeFigures(ctx, actor, p, depots); err != nil {
		return err
	}
	if err := s.homeLists(ctx, actor, p, depots); err != nil {
		return err
	}
	return show(s, c, homePage, p)
}

// homeFigures fills the three indicators and the heat table.
func (s *Server) homeFigures(ctx context.Context, actor access.Actor, p *view.Home, depots []place.Depot) error {
	o, err := s.Inventory.Overview(ctx, actor)
	if err != nil {
		return err
	}
	categories, err := s.Directory.Categories(ctx)
	if err != nil {
		return err
	}
	p.Kinds, p.Lots, p.Depots, p.DepotsAll, p.Bare = o.Kinds, o.Lots, o.Depots, o.DepotsAll, o.DepotsAll-o.Depots
	p.Expired, p.Expiring = o.ExpiredLots, o.ExpiringLots
	p.ExpiredURL = stockQuery{by: byLot, expiry: "expired"}.url("/stock")
	p.ExpiringURL = stockQuery{by: byLot, expiry: "90"}.url("/stock")
	p.ExpiryURL = p.ExpiringURL
	p.Receipts, p.Issues, p.Reversals = o.Vouchers.Receipts, o.Vouchers.Issues, o.Vouchers.Reversals
	month := s.Inventory.Today().First[:8] + "01"
	// Openings count as receipts and share their series, so the number finds both.
	p.ReceiptURL = withQuery("/vouchers", url.Values{"number": {ledger.Receipt.Prefix() + "-"}, "from": {month}})
	p.IssueURL = withQuery("/vouchers", url.Values{"type": {string(ledger.Issue)}, "from": {month}})
	p.ReversalURL = withQuery("/vouchers", url.Values{"type": {string(ledger.Reversal)}, "from": {month}})
	p.Check = checkView(actor, o.Check)
	if err := s.homePlan(ctx, actor, p); err != nil {
		return err
	}
	p.Heat = heat(o, depots, categories)
	return nil
}

// homePlan fills 储备全 with the plan's figures for those who see the whole
// district, and the table of rates in place of the counts.
func (s *Server) homePlan(ctx context.Context, actor access.Actor, p *view.Home) error {
	if !actor.May(access.PlanView, 0) {
		return nil
	}
	v, found, err := s.Planning.Coverage(ctx, actor, planning.CoverageFilter{})
	if err != nil || !found || v.Matrix.Total.Lines == 0 {
		return err
	}
	q := coverageQuery{}
	rate, _ := v.Matrix.Total.Rate.Rate()
	p.Plan = &view.HomePlan{Name: planTitle(v.Plan), URL: "/coverage", Rate: rateText(rate), Tone: bandTone(plan.BandOf(rate)),
		Tag: view.Tag{Text: plan.BandOf(rate).Name(), Tone: bandTone(plan.BandOf(rate)), Icon: "progress-check"}, Complete: rateText(v.Matrix.Total.Complete()),
		Short: v.Matrix.Total.Short, Lines: v.Matrix.Total.Lines, ShortURL: "/coverage/lines?only=short"}
	for _, k := range v.Matrix.Categories {
		p.Plan.Columns = append(p.Plan.Columns, k.Name)
	}
	for _, b := range plan.Bands {
		p.Plan.Legend = append(p.Plan.Legend, view.Band{Class: bandClass(b), Label: bandRange(b)})
	}
	p.Plan.Rows, p.Plan.Total = coverageRows(v, q)
	return nil
}

// homeDifferences is how many differences of the last check the page names;
// the command line lists all.
const homeDifferences = 5

// checkView words the last check. Where the books differ is for those who see
// the whole district; everybody sees that they do.
func checkView(actor access.Actor, run *store.CheckRun) *view.LedgerCheck {
	if run == nil {
		return nil
	}
	v := &view.LedgerCheck{Entries: run.Entries, Differences: run.Differences, When: view.When(run.FinishedAt),
		Day: inventory.CheckedOn(*run).String()}
	if actor.May(access.StockView, 0) {
		for _, d := range inventory.Differences(*run) {
			if len(v.Named) < homeDifferences {
				v.Named = append(v.Named, d.Object+"："+d.Text)
			}
		}
	}
	return v
}

// heat lays the counts out: a row per depot, a column per category. A closed
// depot stays while something is in it.
func heat(o inventory.Overview, depots []place.Depot, categories []catalog.Category) view.Heat {
	type key struct{ depot, category id.ID }
	counts, stocked := map[key]store.DepotStock{}, map[id.ID]bool{}
	for _, r := range o.ByDepot {
		counts[key{r.DepotID, r.CategoryID}], stocked[r.DepotID] = r, true
	}
	var columns []string
	var kinds []int
	for _, cat := range categories {
		columns, kinds = append(columns, cat.Name), append(kinds, o.KindsOf[cat.ID])
	}
	var rows []view.HeatRow
	for _, d := range depots {
		if d.Closed && !stocked[d.ID] {
			continue
		}
		row := view.HeatRow{Name: d.Name, URL: stockQuery{depot: d.ID}.url("/stock")}
		for _, cat := range categories {
			n := counts[key{d.ID, cat.ID}]
			row.Cells = append(row.Cells, view.HeatCell{Kinds: n.Items, Lots: n.Lots, Expired: n.Expired,
				URL: stockQuery{depot: d.ID, category: cat.ID}.url("/stock")})
		}
		rows = append(rows, row)
	}
	return view.NewHeat(columns, rows, kinds)
}

// homeLists fills the last vouchers, the next expiries and the open drafts.
func (s *Server) homeLists(ctx context.Context, actor access.Actor, p *view.Home, depots []place.Depot) error {
	vouchers, _, err := s.Inventory.Vouchers(ctx, actor, inventory.VoucherFilter{})
	if err != nil {
		return err
	}
	for _, v := range vouchers[:min(homeVouchers, len(vouchers))] {
		p.Vouchers = append(p.Vouchers, voucherRow(v))
	}
	expiring, err := s.Inventory.Expiring(ctx, actor, inventory.SoonDays, homeExpiries)
	if err != nil {
		return err
	}
	today := s.Inventory.Today()
	for _, r := range expiring {
		p.Expiries = append(p.Expiries, expiryRow(r, today))
	}
	if !p.MayPost {
		return nil
	}
	drafts, err := s.Inventory.Drafts(ctx, actor)
	p.OpenDrafts = len(drafts)
	p.Drafts = draftRows(drafts[:min(homeDrafts, len(drafts))], depots)
	return err
}

func expiryRow(r store.StockRow, today day.Day) view.ExpiryRow {
	return view.ExpiryRow{Item: catalog.Item{Name: r.Item, Spec: r.Spec}.Label(), Depot: r.Depot, LotNo: r.Lot.No, Qty: r.OnHand.Grouped(),
		Unit: r.Unit, Expires: r.Lot.Expires.String(), Tag: view.ExpiryTag(r.Lot.Expires, today),
		URL: stockQuery{by: byLot, depot: r.DepotID, text: r.ItemCode}.url("/stock")}
}
