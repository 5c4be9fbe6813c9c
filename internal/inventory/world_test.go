package inventory_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// noon is the fixed clock of these tests: 24 November 2026 in Shanghai.
var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// world is a small district: two depots, two items, a keeper at each depot.
type world struct {
	t            testing.TB
	ctx          context.Context
	st           *store.Store
	inv          *inventory.Service
	depot, other place.Depot
	quilt, rice  catalog.Item
	keeper       access.Actor
	stranger     access.Actor
	planner      access.Actor
}

func newWorld(t testing.TB, e storetest.Engine) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), st: e.Open(t, func() time.Time { return noon })}
	w.inv = inventory.New(w.st)
	if err := w.st.Tx(w.ctx, w.fill); err != nil {
		t.Fatal(err)
	}
	w.keeper = actor(101, "周静", access.Keeper, w.depot.ID)
	w.stranger = actor(102, "李强", access.Keeper, w.other.ID)
	w.planner = actor(103, "王芳", access.Planner, 0)
	return w
}

func (w *world) fill(tx *store.Tx) error {
	w.depot = place.Depot{ID: tx.NewID(), Code: "WC01", Name: "区级中心库", Tier: place.District}
	w.other = place.Depot{ID: tx.NewID(), Code: "GTL", Name: "高塘岭街道库", Tier: place.Township}
	for _, d := range []place.Depot{w.depot, w.other} {
		if err := tx.InsertDepot(w.ctx, d); err != nil {
			return err
		}
	}
	if err := tx.InsertUnits(w.ctx, catalog.Unit{Name: "床"}, catalog.Unit{Name: "吨", Decimals: 3}); err != nil {
		return err
	}
	cat := catalog.Category{ID: tx.NewID(), Code: "SH", Name: "生活救助"}
	if err := tx.InsertCategories(w.ctx, cat); err != nil {
		return err
	}
	w.quilt = catalog.Item{ID: tx.NewID(), Code: "SH0001", Name: "棉被", Spec: "2m×1.5m", Unit: "床", CategoryID: cat.ID}
	w.rice = catalog.Item{ID: tx.NewID(), Code: "SH0002", Name: "大米", Unit: "吨", CategoryID: cat.ID}
	return tx.InsertItems(w.ctx, w.quilt, w.rice)
}

func actor(n int, name string, role access.Role, depot id.ID) access.Actor {
	return access.Actor{ID: id.ID(n), Login: name, Name: name, Grants: []access.Grant{{Role: role, DepotID: depot}}}
}

func (w *world) receipt(on string, lines ...inventory.Line) inventory.Draft {
	return inventory.Draft{Type: ledger.Receipt, DepotID: w.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: on, Reason: "本级采购", Lines: lines}
}

func (w *world) issue(on string, lines ...inventory.Line) inventory.Draft {
	return inventory.Draft{Type: ledger.Issue, DepotID: w.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: on, Reason: "救灾发放", Lines: lines}
}

func (w *world) quilts(qty string) inventory.Line {
	return inventory.Line{ItemID: w.quilt.ID, Item: w.quilt.Label(), Qty: qty}
}

func (w *world) post(d inventory.Draft) ledger.Voucher {
	w.t.Helper()
	v, err := w.inv.PostDraft(w.ctx, w.keeper, d)
	if err != nil {
		w.t.Fatalf("post: %v", err)
	}
	return v
}

func (w *world) onHand(item catalog.Item) string {
	w.t.Helper()
	rows, _, err := w.inv.StockByItem(w.ctx, w.planner, inventory.StockFilter{ItemID: item.ID}, 10)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(rows) == 0 {
		return "0"
	}
	return rows[0].Qty.String()
}

func (w *world) mustCheck() {
	w.t.Helper()
	r, err := w.inv.Check(w.ctx, nil)
	if err != nil || !r.OK() {
		w.t.Fatalf("check: %v %v", err, r.Differences)
	}
}

func wantField(t testing.TB, err error, field, part string) {
	t.Helper()
	for _, f := range errs.FieldsOf(err) {
		if f.Name == field && strings.Contains(f.Message, part) {
			return
		}
	}
	t.Fatalf("error %v has no field %s saying %q", err, field, part)
}
