package web

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/web/view"
)

var stockListPage = declare[view.StockList]("base", "stock/list")

// stockFilter turns the query into the use case's filter.
func (s *Server) stockFilter(ctx context.Context, q stockQuery) (inventory.StockFilter, error) {
	f := inventory.StockFilter{DepotID: q.depot, CategoryID: q.category, Query: q.text, LotNo: q.lot, Barred: q.state == stateBarred}
	f.ExpiresFrom, f.ExpiresBy, _ = q.expires(s.Inventory.Today())
	if err := q.point(&f); err != nil || q.text == "" {
		return f, err
	}
	ix, err := s.Directory.Index(ctx)
	if err != nil {
		return f, err
	}
	// A whole code means that one item and not those whose codes go on.
	if best := ix.Search(q.text, 1); len(best) == 1 && best[0].Code == catalog.Key(q.text) {
		f.ItemID = best[0].ID
	}
	return f, nil
}

// stockDepots are the depots whose stock the actor may see.
func (s *Server) stockDepots(ctx context.Context, actor access.Actor) ([]place.Depot, error) {
	depots, err := s.Directory.Depots(ctx, actor)
	return slices.DeleteFunc(depots, func(d place.Depot) bool { return !actor.May(access.StockView, d.ID) }), err
}

// numberLike is how the global search box tells a voucher number from goods.
var numberLike = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9-]*$`)

// voucherNumber reports a text that begins like one of the number series.
func voucherNumber(text string) (number string, ok bool) {
	number = catalog.Key(text)
	return number, numberLike.MatchString(number) &&
		slices.ContainsFunc(ledger.Types, func(t ledger.Type) bool { return strings.HasPrefix(number, t.Prefix()+"-") })
}

// stockPage is a stock list being filled.
type stockPage struct {
	view.StockList
	query      stockQuery
	filter     inventory.StockFilter
	actor      access.Actor
	today      day.Day
	depots     []place.Depot
	categories []catalog.Category
}

// stockList shows what is on the shelves. Wrong filters give a sentence in
// place of the rows: the next change of the form then mends it.
func (s *Server) stockList(c echo.Context) error {
	ctx := c.Request().Context()
	asked, wrong := readStockQuery(c.Request())
	if _, _, blank := ledger.ParseBlankNumber(catalog.Key(asked.text)); blank {
		return redirect(c, blankURL(catalog.Key(asked.text)))
	}
	if number, ok := voucherNumber(asked.text); ok {
		return redirect(c, "/vouchers?number="+url.QueryEscape(number))
	}
	p := &stockPage{query: asked.effective(), actor: actorOf(c), today: s.Inventory.Today()}
	p.Base = s.base(c)
	err := s.frameStock(ctx, p, asked)
	if err != nil {
		return err
	}
	if p.Export, err = s.exportBox(c, "stock", p.query.at("").url("/stock/export")); err != nil {
		return err
	}
	if wrong == nil {
		wrong = p.query.check(p.depots, p.categories)
	}
	if wrong == nil {
		p.filter, wrong = s.stockFilter(ctx, p.query)
	}
	if wrong == nil {
		wrong = s.fillStock(ctx, p)
	}
	if wrong != nil && errs.KindOf(wrong) != errs.Invalid {
		return wrong
	}
	p.settle(wrong)
	return show(s, c, stockListPage, &p.StockList)
}

// frameStock fills what stands around the rows.
func (s *Server) frameStock(ctx context.Context, p *stockPage, asked stockQuery) (err error) {
	if p.depots, err = s.stockDepots(ctx, p.actor); err != nil {
		return err
	}
	if p.categories, err = s.Directory.Categories(ctx); err != nil {
		return err
	}
	q := p.query
	p.AsOf = p.today.First
	p.Query = view.StockQuery{By: q.by, Depots: depotOptions(p.depots, q.depot), Kinds: categoryOptions(p.categories, q.category),
		Text: q.text, LotNo: q.lot, Filtered: q.filtered()}
	for _, st := range stockStates {
		p.Query.States = append(p.Query.States, view.Option{Value: st.value, Label: st.label, Checked: st.value == q.state})
	}
	for _, e := range stockExpiries {
		p.Query.Expiries = append(p.Query.Expiries, view.Option{Value: e.value, Label: e.label, Checked: e.value == q.expiry})
	}
	for _, t := range stockTabs {
		p.Tabs = append(p.Tabs, view.StockTab{Label: t.label, URL: asked.at(t.by).url("/stock"), Current: t.by == q.by})
	}
	p.ClearURL = stockQuery{by: q.by}.url("/stock")
	return nil
}

func (s *Server) fillStock(ctx context.Context, p *stockPage) error {
	switch p.query.by {
	case byLot:
		return s.fillLots(ctx, p)
	case byDepot:
		return s.fillDepotSums(ctx, p)
	case byCategory:
		return s.fillCategorySums(ctx, p)
	}
	return s.fillItems(ctx, p)
}

// settle says why a list is empty, and what to do.
func (p *stockPage) settle(wrong error) {
	p.None = len(p.ByItem)+len(p.ByLot)+len(p.ByDepot)+len(p.ByCategory) == 0
	switch {
	case wrong != nil:
		p.None, p.Empty = true, view.Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: errs.MessageOf(wrong), URL: p.ClearURL, Do: "重新查询"}
	case p.query.after != "":
		p.Empty = view.Empty{Icon: "stack-2", Title: "后面没有了", Text: "这一页已没有库存，可能刚被领完。", URL: p.query.at(p.query.by).url("/stock"), Do: "回到第一页"}
	case p.query.filtered():
		p.Empty = view.Empty{Icon: "search", Title: "没有符合条件的库存", Text: "可以放宽条件，或换一个储备库再查。", URL: p.ClearURL, Do: "清除条件"}
	default:
		p.Empty = view.Empty{Icon: "stack-2", Title: "还没有库存", Text: "登记入库或导入台账后，结存会列在这里。"}
		if p.actor.MayAnywhere(access.VoucherPost) {
			p.Empty.URL, p.Empty.Do = "/receipts/new", "登记入库"
		}
	}
}

// stockURL gives a stock list narrowed by a query.
func stockURL(q stockQuery) string { return q.url("/stock") }

// cardURL gives an item's stock card at a depot, 0 = all.
func cardURL(item, depot id.ID) string {
	v := url.Values{}
	if depot != 0 {
		v.Set("depot", depot.String())
	}
	return withQuery("/stock/card/"+item.String(), v)
}

func (s *Server) fillItems(ctx context.Context, p *stockPage) error {
	rows, more, err := s.Inventory.StockByItem(ctx, p.actor, p.filter, inventory.PageSize)
	for _, r := range rows {
		lots := p.query.at(byLot)
		lots.text = r.ItemCode
		p.ByItem = append(p.ByItem, view.StockItemRow{Code: r.ItemCode, Name: r.Item, Spec: r.Spec, Category: r.Category, Unit: r.Unit,
			OnHand: r.Qty.Grouped(), Available: r.Available.Grouped(), Held: someQty(r.Held), Quarantined: someQty(r.Quarantined), Away: someQty(r.Away), Allocated: someQty(r.Allocated), Expired: someQty(r.Expired), Expiring: someQty(r.Expiring),
			Lots: r.Lots, Depots: r.Depots, CardURL: cardURL(r.ItemID, p.query.depot), LotsURL: stockURL(lots)})
	}
	if more {
		p.turn(len(rows), rows[len(rows)-1].ItemCode)
	} else {
		p.turn(len(rows), "")
	}
	return err
}

func (s *Server) fillLots(ctx context.Context, p *stockPage) error {
	rows, more, err := s.Inventory.StockByLot(ctx, p.actor, p.filter, inventory.PageSize)
	for _, r := range rows {
		p.ByLot = append(p.ByLot, lotRow(r, p.today))
	}
	if more {
		last := rows[len(rows)-1]
		p.turn(len(rows), strings.Join([]string{last.ItemCode, last.DepotCode, last.Lot.ID.String(), last.PlaceID.String()}, stockAfterMark))
	} else {
		p.turn(len(rows), "")
	}
	return err
}

// usable is what may be issued: nothing outside bins, nothing of a lot that is
// held or has expired.
func usable(r store.StockRow, today day.Day) quantity.Q {
	if r.Kind != place.Bin || r.Lot.Held || r.Lot.Expired(today) {
		return 0
	}
	return r.Available()
}

func lotRow(r store.StockRow, today day.Day) view.StockLotRow {
	row := view.StockLotRow{Code: r.ItemCode, Name: r.Item, Spec: r.Spec, CardURL: cardURL(r.Lot.ItemID, r.DepotID), LotURL: lotURL(r.Lot.ID), Held: r.Lot.Held,
		Quarantine: r.Kind == place.Quarantine,
		Depot:      r.Depot, Bin: r.Bin, LotNo: r.Lot.No, Produced: r.Lot.Produced.String(), Expires: r.Lot.Expires.String(),
		Tag: view.ExpiryTag(r.Lot.Expires, today), OnHand: r.OnHand.Grouped(), Available: usable(r, today).Grouped(), Unit: r.Unit,
		Source: string(r.Lot.Source), Owner: r.Lot.Owner}
	if r.Lot.Price != nil {
		row.Price = r.Lot.Price.Grouped()
	}
	return row
}

// someQty writes a quantity that is only worth a word when there is some.
func someQty(q quantity.Q) string {
	if q == 0 {
		return ""
	}
	return q.Grouped()
}

// turn sets the pager: next is the key of the last row, "" at the end.
func (p *stockPage) turn(shown int, next string) {
	p.Pager = view.Pager{Shown: shown, Needed: next != "" || p.query.after != ""}
	if p.query.after != "" {
		p.Pager.First = stockURL(p.query.at(p.query.by))
	}
	if next != "" {
		q := p.query
		q.after = next
		p.Pager.Next = stockURL(q)
	}
}

// fillDepotSums counts what each depot holds, the district's first. A kind and
// a lot belong to one category, so the counts of categories add up.
func (s *Server) fillDepotSums(ctx context.Context, p *stockPage) error {
	rows, err := s.Inventory.StockByDepot(ctx, p.actor)
	if err != nil {
		return err
	}
	sums := map[id.ID]view.StockSum{}
	for _, r := range rows {
		if p.query.category != 0 && r.CategoryID != p.query.category {
			continue
		}
		sum := sums[r.DepotID]
		sum.Kinds, sum.Lots, sum.Expired, sum.Expiring = sum.Kinds+r.Items, sum.Lots+r.Lots, sum.Expired+r.Expired, sum.Expiring+r.Expiring
		sums[r.DepotID] = sum
	}
	for _, d := range p.depots {
		sum, ok := sums[d.ID]
		if !ok || p.query.depot != 0 && d.ID != p.query.depot {
			continue
		}
		sum.Name, sum.Note, sum.Counted = d.Name, d.Tier.Name(), "批"
		p.addSum(&p.ByDepot, sum, stockQuery{depot: d.ID, category: p.query.category})
	}
	return nil
}

// allKinds is more items than any catalogue has: a sum needs every one.
const allKinds = 100_000

// fillCategorySums counts over items and not over depots: one kind in ten
// depots is one kind.
func (s *Server) fillCategorySums(ctx context.Context, p *stockPage) error {
	rows, _, err := s.Inventory.StockByItem(ctx, p.actor, p.filter, allKinds)
	if err != nil {
		return err
	}
	sums := map[string]view.StockSum{}
	for _, r := range rows {
		sum := sums[r.Category]
		sum.Kinds, sum.Lots = sum.Kinds+1, sum.Lots+r.Lots
		if r.Expired != 0 {
			sum.Expired++
		}
		if r.Expiring != 0 {
			sum.Expiring++
		}
		sums[r.Category] = sum
	}
	for _, c := range p.categories {
		if sum, ok := sums[c.Name]; ok {
			sum.Name, sum.Counted = c.Name, "种"
			q := p.query
			q.category = c.ID
			p.addSum(&p.ByCategory, sum, q)
		}
	}
	return nil
}

// addSum appends a sum with the ways to what it counts.
func (p *stockPage) addSum(list *[]view.StockSum, sum view.StockSum, q stockQuery) {
	expired, expiring := q.at(byLot), q.at(byLot)
	expired.expiry, expiring.expiry = "expired", "90"
	sum.URL, sum.ExpiredURL, sum.ExpiringURL = stockURL(q.at(byItem)), stockURL(expired), stockURL(expiring)
	*list = append(*list, sum)
}
