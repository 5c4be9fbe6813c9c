package web_test

import (
	"context"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// ward is a small district on one engine with goods to move in an emergency:
// the district's depot, that of a street whose place is known and that of one
// whose place is not.
type ward struct {
	*desk
	ctx         context.Context
	depot       place.Depot // the district's
	gtl, bsz    place.Depot
	tent, water catalog.Item
	actors      map[string]access.Actor
	dis         *dispatching.Service
	begun       order.Response
	sly         string // a name with markup in it
}

// evening is when a ward's clock stands: 3 July 2026, 20:00 in Shanghai.
var evening = time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)

func newWard(t testing.TB, e storetest.Engine) *ward {
	t.Helper()
	w := &ward{desk: &desk{clock: &clock{}}, ctx: context.Background(), actors: map[string]access.Actor{}, sly: `演练"><script>alert(1)</script>`}
	w.clock.at.Store(evening.UnixMicro())
	w.store = e.Open(t, w.clock.now)
	w.open(t, false)
	w.dis = w.uses.Dispatching
	if err := w.store.Tx(w.ctx, w.fill); err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		login, name string
		role        access.Role
		depot       id.ID
	}{{"keeper", "周静", access.Keeper, w.depot.ID}, {"officer", "李强", access.Street, w.gtl.ID}, {"planner", "王芳", access.Planner, 0}, {"leader", "陈局", access.Leader, 0},
		{"audit", "梁静", access.Audit, 0}, {"system", "钟磊", access.System, 0}, {"far", "远人", access.Street, w.bsz.ID}} {
		grants := []access.Grant{{Role: p.role, DepotID: p.depot}}
		who, err := w.uses.Accounts.Console().Ensure(w.ctx, accounts.Person{Login: p.login, Name: p.name, Grants: grants})
		if err != nil {
			t.Fatal(err)
		}
		w.actors[p.login] = access.Actor{ID: who, Login: p.login, Name: p.name, Grants: grants}
	}
	_, err := w.uses.Inventory.PostDraft(w.ctx, w.actors["keeper"], inventory.Draft{Type: ledger.Receipt, DepotID: w.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-06-01",
		Reason: ledger.Purchased, Lines: []inventory.Line{{ItemID: w.tent.ID, LotNo: "T1", Expires: "2036-06-01", Qty: "100", Bin: "A-02"}, {ItemID: w.water.ID, LotNo: "W1", Expires: "2026-09-01", Qty: "400", Bin: "A-01"},
			{ItemID: w.water.ID, LotNo: "W2", Expires: "2027-09-01", Qty: "600", Bin: "A-01"}}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *ward) fill(tx *store.Tx) error {
	w.depot = place.Depot{ID: tx.NewID(), Code: "WC01", Name: "区级中心库", Tier: place.District, Keeper: "周静", Phone: "0731-88880001", Address: "高塘岭大道 1 号"}
	w.gtl = place.Depot{ID: tx.NewID(), Code: "GTL", Name: "高塘岭街道库", Tier: place.Township, Division: "430112001000", Keeper: "李强", Phone: "13900000002"}
	w.bsz = place.Depot{ID: tx.NewID(), Code: "BSZ", Name: "白沙洲街道库", Tier: place.Township, Division: "430112007000"}
	for _, d := range []place.Depot{w.depot, w.gtl, w.bsz} {
		if err := tx.InsertDepot(w.ctx, d); err != nil {
			return err
		}
	}
	for _, code := range []string{"A-01", "A-02"} {
		if _, _, err := tx.EnsurePlace(w.ctx, place.Place{Kind: place.Bin, DepotID: w.depot.ID, Code: code, Name: code}); err != nil {
			return err
		}
	}
	err := tx.InsertDivisions(w.ctx, place.Division{Code: "430112000000", Name: "望城区", Kind: "区", Lng: 112811610, Lat: 28355300},
		place.Division{Code: "430112001000", Name: "高塘岭街道", Kind: "街道", Parent: "430112000000", Lng: 112816670, Lat: 28366670},
		place.Division{Code: "430112007000", Name: "白沙洲街道", Kind: "街道", Parent: "430112000000"},
		place.Division{Code: "430112103000", Name: "茶亭镇", Kind: "镇", Parent: "430112000000", Lng: 112926110, Lat: 28497500})
	if err != nil {
		return err
	}
	if err := tx.InsertUnits(w.ctx, catalog.Unit{Name: "顶"}, catalog.Unit{Name: "瓶"}); err != nil {
		return err
	}
	cat := catalog.Category{ID: tx.NewID(), Code: "SH", Name: "生活救助"}
	if err := tx.InsertCategories(w.ctx, cat); err != nil {
		return err
	}
	w.tent = catalog.Item{ID: tx.NewID(), Code: "SH0001", Name: "救灾帐篷", Spec: "12㎡", Unit: "顶", CategoryID: cat.ID, Recoverable: true}
	w.water = catalog.Item{ID: tx.NewID(), Code: "SH0002", Name: "饮用水", Unit: "瓶", CategoryID: cat.ID}
	if err := tx.InsertItems(w.ctx, w.tent, w.water); err != nil {
		return err
	}
	return tx.PutRoad(w.ctx, store.Road{FromID: w.depot.ID, ToID: w.gtl.ID, Minutes: 25, Source: "测试"})
}

func (w *ward) pass(minutes int) { w.clock.advance(time.Duration(minutes) * time.Minute) }

// begin begins a response and is what orders then belong to.
func (w *ward) begin(t testing.TB, nature order.Nature, name string) order.Response {
	t.Helper()
	r, err := w.dis.BeginResponse(w.ctx, w.actors["leader"], dispatching.ResponseInput{Nature: nature, Name: name, Level: 3, WordFirst: true, Areas: []string{w.gtl.Division}, DocumentNo: "望应急〔2026〕7号"})
	if err != nil {
		t.Fatal(err)
	}
	w.begun = r
	return r
}

// approved is an order of tents and water to a point of the street.
func (w *ward) approved(t testing.TB, tents, water string) order.Order {
	t.Helper()
	in := dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: w.begun.ID, Reason: "应急调拨",
		Targets: []dispatching.TargetInput{{DeskID: w.gtl.ID, Name: "高塘岭中学安置点", Address: "中学路 8 号", Contact: "李强", Phone: "13900000002"}},
		Lines:   []dispatching.LineInput{{DepotID: w.depot.ID, ItemID: w.tent.ID, Qty: tents}, {DepotID: w.depot.ID, ItemID: w.water.ID, Qty: water}}}
	o, err := w.dis.Propose(w.ctx, w.actors["planner"], in)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = w.dis.Approve(w.ctx, w.actors["leader"], dispatching.DecisionInput{OrderID: o.ID, DocumentNo: "望应急调〔2026〕8号"}); err != nil {
		t.Fatal(err)
	}
	return o
}

func (w *ward) leave(t testing.TB, sh order.Shipment) {
	t.Helper()
	if _, err := w.dis.Leave(w.ctx, w.actors["keeper"], dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Plate: "湘A12345", Driver: "老张", DriverPhone: "13700000001"}); err != nil {
		t.Fatal(err)
	}
}

// sign signs for all of a load.
func (w *ward) sign(t testing.TB, sh order.Shipment) {
	t.Helper()
	in := dispatching.SignInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Way: order.ByPage}
	for _, l := range sh.Lines {
		in.Lines = append(in.Lines, dispatching.SignLine{LineID: l.ID, Good: l.Qty.String()})
	}
	if _, err := w.dis.Sign(w.ctx, w.actors["officer"], in); err != nil {
		t.Fatal(err)
	}
}

// byWord lets tents leave on a phone call.
func (w *ward) byWord(t testing.TB, tents string) order.Order {
	t.Helper()
	in := dispatching.WordInput{DepotID: w.depot.ID, WordOf: "陈局", Plate: "湘A54321"}
	in.OrderInput = dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: w.begun.ID, Reason: "应急调拨", Targets: []dispatching.TargetInput{{DeskID: w.bsz.ID, Name: "白沙洲安置点"}},
		Lines: []dispatching.LineInput{{ItemID: w.tent.ID, Qty: tents}}}
	o, err := w.dis.SendByWord(w.ctx, w.actors["keeper"], in)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (w *ward) order(t testing.TB, of id.ID) order.Order {
	t.Helper()
	o, err := w.store.Read().Order(w.ctx, of)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
