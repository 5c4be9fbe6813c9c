package dispatching_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// clock is a clock that tests set; every act may read it at once.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a small district: two depots of its own and one of a street, goods
// that come back, goods that are used up and numbered machines.
type world struct {
	t                 testing.TB
	ctx               context.Context
	st                *store.Store
	clock             *clock
	dis               *dispatching.Service
	inv               *inventory.Service
	north, south      place.Depot
	street            place.Depot
	tent, water, gen  catalog.Item
	keeper            access.Actor // of the depots of the district
	officer           access.Actor // of the street
	planner           access.Actor
	leader, other     access.Actor
	audit             access.Actor
	response          order.Response
	stranger, nothing access.Actor
}

func newWorld(t testing.TB, e storetest.Engine) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), clock: &clock{now: time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)}}
	w.st = e.Open(t, w.clock.Now)
	w.dis, w.inv = dispatching.New(w.st), inventory.New(w.st)
	if err := w.st.Tx(w.ctx, w.fill); err != nil {
		t.Fatal(err)
	}
	who := func(n int, name string, grants ...access.Grant) access.Actor {
		return access.Actor{ID: id.ID(n), Login: name, Name: name, Grants: grants}
	}
	at := func(r access.Role, d id.ID) access.Grant { return access.Grant{Role: r, DepotID: d} }
	w.keeper = who(101, "周静", at(access.Keeper, w.north.ID), at(access.Keeper, w.south.ID))
	w.officer = who(102, "李强", at(access.Street, w.street.ID))
	w.planner = who(103, "王芳", at(access.Planner, 0))
	w.leader = who(104, "陈局", at(access.Leader, 0))
	w.other = who(105, "刘局", at(access.Leader, 0))
	w.audit = who(106, "审计", at(access.Audit, 0))
	w.stranger = who(107, "外人", at(access.Keeper, w.south.ID))
	w.stock()
	return w
}

func (w *world) fill(tx *store.Tx) error {
	w.north = place.Depot{ID: tx.NewID(), Code: "WC01", Name: "区级中心库", Tier: place.District, Keeper: "周静", Phone: "0731-1"}
	w.south = place.Depot{ID: tx.NewID(), Code: "WC02", Name: "区级南库", Tier: place.District}
	w.street = place.Depot{ID: tx.NewID(), Code: "GTL", Name: "高塘岭街道库", Tier: place.Township, Division: "430112001"}
	for _, d := range []place.Depot{w.north, w.south, w.street} {
		if err := tx.InsertDepot(w.ctx, d); err != nil {
			return err
		}
	}
	if err := tx.InsertUnits(w.ctx, catalog.Unit{Name: "顶"}, catalog.Unit{Name: "瓶"}, catalog.Unit{Name: "台"}); err != nil {
		return err
	}
	cat := catalog.Category{ID: tx.NewID(), Code: "SH", Name: "生活救助"}
	if err := tx.InsertCategories(w.ctx, cat); err != nil {
		return err
	}
	w.tent = catalog.Item{ID: tx.NewID(), Code: "SH0001", Name: "救灾帐篷", Spec: "12㎡", Unit: "顶", CategoryID: cat.ID, Recoverable: true}
	w.water = catalog.Item{ID: tx.NewID(), Code: "SH0002", Name: "饮用水", Unit: "瓶", CategoryID: cat.ID}
	w.gen = catalog.Item{ID: tx.NewID(), Code: "SH0003", Name: "发电机", Unit: "台", CategoryID: cat.ID, Serial: true, Recoverable: true}
	return tx.InsertItems(w.ctx, w.tent, w.water, w.gen)
}

// stock fills the depots: tents 100 + 50, water 1000 of two lots, three machines.
func (w *world) stock() {
	w.t.Helper()
	in := func(d place.Depot, lines ...inventory.Line) {
		w.t.Helper()
		_, err := w.inv.PostDraft(w.ctx, w.keeper, inventory.Draft{Type: ledger.Receipt, DepotID: d.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-06-01",
			Reason: "本级采购", Lines: lines})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	in(w.north, inventory.Line{ItemID: w.tent.ID, LotNo: "T1", Qty: "100"}, inventory.Line{ItemID: w.water.ID, LotNo: "W1", Expires: "2026-09-01", Qty: "400"},
		inventory.Line{ItemID: w.water.ID, LotNo: "W2", Expires: "2027-09-01", Qty: "600"}, inventory.Line{ItemID: w.gen.ID, LotNo: "FD-1至FD-3"})
	in(w.south, inventory.Line{ItemID: w.tent.ID, LotNo: "T2", Qty: "50"})
}

// begin begins a response and is what orders then belong to.
func (w *world) begin(wordFirst bool) order.Response {
	w.t.Helper()
	r, err := w.dis.BeginResponse(w.ctx, w.leader, dispatching.ResponseInput{Nature: order.Real, Name: "七月防汛", Level: 3, WordFirst: wordFirst})
	if err != nil {
		w.t.Fatal(err)
	}
	w.response = r
	return r
}

func (w *world) toPoint() dispatching.TargetInput {
	return dispatching.TargetInput{DeskID: w.street.ID, Name: "高塘岭中学安置点", Contact: "李强", Phone: "139"}
}

func (w *world) toStreet() dispatching.TargetInput {
	return dispatching.TargetInput{DepotID: w.street.ID}
}

func (w *world) line(d place.Depot, it catalog.Item, qty string) dispatching.LineInput {
	return dispatching.LineInput{DepotID: d.ID, ItemID: it.ID, Qty: qty}
}

func (w *world) input(to dispatching.TargetInput, lines ...dispatching.LineInput) dispatching.OrderInput {
	return dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: w.response.ID, Reason: "应急调拨", Targets: []dispatching.TargetInput{to}, Lines: lines}
}

func (w *world) propose(to dispatching.TargetInput, lines ...dispatching.LineInput) order.Order {
	w.t.Helper()
	o, err := w.dis.Propose(w.ctx, w.planner, w.input(to, lines...))
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *world) approve(o order.Order) order.Order {
	w.t.Helper()
	o, err := w.dis.Approve(w.ctx, w.leader, dispatching.DecisionInput{OrderID: o.ID, DocumentNo: "望应急调〔2026〕7号"})
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *world) leave(sh order.Shipment) {
	w.t.Helper()
	if _, err := w.dis.Leave(w.ctx, w.keeper, dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Plate: "湘A12345", Driver: "老张"}); err != nil {
		w.t.Fatal(err)
	}
}

// sent is an order whose only load is on the road.
func (w *world) sent(to dispatching.TargetInput, lines ...dispatching.LineInput) order.Order {
	w.t.Helper()
	o := w.approve(w.propose(to, lines...))
	w.leave(o.Shipments[0])
	return w.order(o.ID)
}

func (w *world) order(of id.ID) order.Order {
	w.t.Helper()
	o, err := w.st.Read().Order(w.ctx, of)
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *world) signing(sh order.Shipment, good, damaged, missing string) dispatching.SignInput {
	in := dispatching.SignInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Way: order.ByPage, Signer: "李强"}
	for _, l := range sh.Lines {
		in.Lines = append(in.Lines, dispatching.SignLine{LineID: l.ID, Good: good, Damaged: damaged, Missing: missing})
	}
	return in
}

func (w *world) sign(sh order.Shipment, good, damaged, missing string) {
	w.t.Helper()
	if _, err := w.dis.Sign(w.ctx, w.officer, w.signing(sh, good, damaged, missing)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) clear(sh order.Shipment, f order.Fate, qty string) error {
	in := dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Fate: f, Note: "登记", Qty: map[id.ID]string{}}
	for _, l := range sh.Lines {
		in.Qty[l.ID] = qty
	}
	_, err := w.dis.Clear(w.ctx, w.keeper, in)
	return err
}

// stands gives what a depot has of an item in places of a kind.
func (w *world) stands(d place.Depot, it catalog.Item, kind place.Kind) quantity.Q {
	w.t.Helper()
	rows, err := w.st.Read().PlanLots(w.ctx, store.PlanStockFilter{Scope: store.Scope{Depots: []id.ID{d.ID}}, OnDay: "2026-07-03"}, []id.ID{it.ID}, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	var sum quantity.Q
	for _, r := range rows {
		if r.Kind == kind {
			sum += r.OnHand
		}
	}
	return sum
}

func (w *world) wantStands(d place.Depot, it catalog.Item, kind place.Kind, n int64) {
	w.t.Helper()
	if got := w.stands(d, it, kind); got != quantity.Of(n) {
		w.t.Errorf("%s 的%s在%s有 %s，应为 %d", d.Name, it.Name, kind, got, n)
	}
}

func (w *world) mustCheck() {
	w.t.Helper()
	r, err := w.inv.Check(w.ctx, nil)
	if err != nil || !r.OK() {
		w.t.Fatalf("check: %v %v", err, r.Differences)
	}
}

func refused(t testing.TB, err error, kind errs.Kind, part string) {
	t.Helper()
	text := errs.MessageOf(err)
	for _, f := range errs.FieldsOf(err) {
		text += f.Message
	}
	if errs.KindOf(err) != kind || !strings.Contains(text, part) || err == nil {
		t.Fatalf("got %v (%v), want one that says %q", err, errs.KindOf(err), part)
	}
}

func planItem(it id.ID) plan.Target { return plan.Target{Kind: plan.OfItem, ID: it} }

func exec(t *testing.T, raw *sql.DB, text string) {
	t.Helper()
	if _, err := raw.Exec(text); err != nil {
		t.Fatal(err)
	}
}

func says(list []inventory.Difference, part string) bool {
	return slices.ContainsFunc(list, func(d inventory.Difference) bool { return strings.Contains(d.Text, part) })
}
