package planning_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// lab is a database with goods, a clock that a run sets, and a way past the
// product for what no use case does yet. Runs share it, each with depots and
// lots of its own.
type lab struct {
	t    testing.TB
	ctx  context.Context
	st   *store.Store
	raw  *sql.DB
	inv  *inventory.Service
	work *planning.Service
	now  *atomic.Int64

	tent, bigTent, water, rice, pump catalog.Item
	shelter, food                    id.ID // categories
	tents                            id.ID // a group
	runs                             int
	spoilt                           bool
	seen                             map[planning.Moment]map[plan.Why]int // how often something was left out so
	close                            func()
}

func openLab(t testing.TB, e storetest.Engine) *lab {
	t.Helper()
	l := &lab{t: t, ctx: context.Background(), now: &atomic.Int64{}}
	l.setDay(firstDay)
	_, o := e.Fixed(t)
	o.Now = func() time.Time { return time.UnixMicro(l.now.Load()) }
	st, err := store.Open(l.ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	l.st, l.close, l.inv, l.work, l.raw = st, func() { st.Close() }, inventory.New(st), planning.New(st), storetest.Raw(t, o)
	if err := st.Tx(l.ctx, l.fill); err != nil {
		t.Fatal(err)
	}
	l.exec("UPDATE item SET check_months = 6 WHERE id = ?", int64(l.pump.ID))
	return l
}

// setDay puts the clock on a day's noon in Shanghai.
func (l *lab) setDay(on string) {
	t, err := time.Parse(time.DateOnly, on)
	if err != nil {
		panic(err)
	}
	l.now.Store(t.Add(4 * time.Hour).UnixMicro())
}

func (l *lab) exec(text string, args ...any) {
	l.t.Helper()
	if _, err := l.raw.Exec(text, args...); err != nil {
		l.t.Fatalf("%s: %v", text, err)
	}
}

func (l *lab) fill(tx *store.Tx) error {
	if err := tx.InsertUnits(l.ctx, catalog.Unit{Name: "顶"}, catalog.Unit{Name: "瓶"}, catalog.Unit{Name: "台"}, catalog.Unit{Name: "吨", Decimals: 3}); err != nil {
		return err
	}
	shelter, food := catalog.Category{ID: tx.NewID(), Code: "ZS", Name: "住所"}, catalog.Category{ID: tx.NewID(), Code: "SP", Name: "食品"}
	if err := tx.InsertCategories(l.ctx, shelter, food); err != nil {
		return err
	}
	l.shelter, l.food = shelter.ID, food.ID
	item := func(code, name, unit string, of id.ID) catalog.Item {
		return catalog.Item{ID: tx.NewID(), Code: code, Name: name, Unit: unit, CategoryID: of}
	}
	l.tent, l.bigTent = item("ZS0001", "单帐篷", "顶", l.shelter), item("ZS0002", "大帐篷", "顶", l.shelter)
	l.water, l.rice, l.pump = item("SP0001", "矿泉水", "瓶", l.food), item("SP0002", "大米", "吨", l.food), item("ZS0003", "水泵", "台", l.shelter)
	l.water.Packs = []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}}
	if err := tx.InsertItems(l.ctx, l.tent, l.bigTent, l.water, l.rice, l.pump); err != nil {
		return err
	}
	l.tents = tx.NewID()
	return tx.InsertItemGroup(l.ctx, plan.Group{ID: l.tents, Name: "帐篷", Unit: "顶", Members: []plan.Member{{ItemID: l.tent.ID, Ratio: plan.Same},
		{ItemID: l.bigTent.ID, Ratio: plan.Ratio{Num: 3, Den: 1}}}})
}

func (l *lab) items() []catalog.Item {
	return []catalog.Item{l.tent, l.bigTent, l.water, l.rice, l.pump}
}

var (
	planner = access.Actor{ID: 103, Login: "planner", Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}
	keeper  = access.Actor{ID: 104, Login: "keeper", Name: "赵敏", Grants: []access.Grant{{Role: access.Keeper}}}
)

// grounds are the depots of one run, with the model of them. Places that no use
// case fills yet are made as quarantine, where a move may put goods, and are
// what they stand for only while the plan is looked at.
type grounds struct {
	*lab
	*model
	fatal  func(args ...any)
	today  string
	owner  string // sets a run's lots apart
	depots []place.Depot
	spots  map[id.ID]string // code of a place
	posted []ledger.Voucher
	plan   id.ID
	window int
	wants  []want
}

// aside are the places of a depot beside its bins.
var aside = map[string]place.Kind{"DJ": place.Quarantine, "CHE": place.Transit, "JIE": place.Borrower, "XIU": place.Workshop}

func (l *lab) newGrounds(fatal func(...any)) *grounds {
	l.runs++
	l.setDay(firstDay)
	l.exec("UPDATE depot SET closed = 1")
	g := &grounds{lab: l, fatal: fatal, today: firstDay, owner: fmt.Sprintf("X%d", l.runs), spots: map[id.ID]string{},
		model: &model{lots: map[id.ID]known{}, kinds: map[id.ID]place.Kind{}, machines: map[id.ID]bool{l.pump.ID: true}, promised: map[spot]int64{}}}
	for i, d := range []place.Depot{{Tier: place.District}, {Tier: place.Township}, {Tier: place.Township}, {Tier: place.Township, Holder: place.HeldByDepartment},
		{Tier: place.Village, Holder: place.HeldByFirm}} {
		d.Code = fmt.Sprintf("%c%05d", 'A'+i, l.runs)
		d.Name = "库" + d.Code
		g.depots = append(g.depots, d)
	}
	g.must(l.st.Tx(l.ctx, g.build))
	return g
}

func (g *grounds) must(err error) {
	g.t.Helper()
	if err != nil {
		g.fatal(err)
	}
}

func (g *grounds) build(tx *store.Tx) error {
	for i := range g.depots {
		d := &g.depots[i]
		d.ID = tx.NewID()
		if err := tx.InsertDepot(g.ctx, *d); err != nil {
			return err
		}
		for code, kind := range aside {
			p := place.Place{ID: tx.NewID(), Kind: place.Quarantine, DepotID: d.ID, Code: code, Name: code}
			g.kinds[p.ID] = kind
			if err := tx.InsertPlaces(g.ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// book posts a draft; a refusal is no fault, many requests are random.
func (g *grounds) book(d inventory.Draft) bool {
	d.ClientKey = inventory.NewKey()
	v, err := g.inv.PostDraft(g.ctx, keeper, d)
	return g.took(v, err)
}

func (g *grounds) took(v ledger.Voucher, err error) bool {
	if err != nil {
		return false
	}
	g.posted = append(g.posted, v)
	g.model.post(v)
	g.learn()
	return true
}

// learn reads the facts of lots that were made.
func (g *grounds) learn() {
	rows, err := g.raw.Query("SELECT id, item_id, expires_on, expires_precision FROM lot WHERE owner = ?", g.owner)
	g.must(err)
	defer rows.Close()
	for rows.Next() {
		var lot, item int64
		var on string
		var precision int
		g.must(rows.Scan(&lot, &item, &on, &precision))
		if precision == 1 { // known to the month: good until its end
			first, _ := time.Parse(time.DateOnly, on)
			on = first.AddDate(0, 1, -1).Format(time.DateOnly)
		}
		g.lots[id.ID(lot)] = known{id.ID(item), on}
	}
	g.must(rows.Err())
}

// hold changes a lot's flag, as of today.
func (g *grounds) hold(lot id.ID, held bool) {
	if err := g.inv.HoldLot(g.ctx, planner, inventory.HoldRequest{LotID: lot, Held: held, Reason: "复检" + fmt.Sprint(len(g.holds))}); err == nil {
		g.holds = append(g.holds, flagged{lot, held, g.today})
	}
}

// try writes a machine's trial.
func (g *grounds) try(lot id.ID, on, due string, passed bool) {
	order := len(g.trials) + 1
	g.trials = append(g.trials, tried{lot: lot, on: on, due: due, order: order, passed: passed})
	g.exec("INSERT INTO readiness_check (id, lot_id, depot_id, checked_on, due_on, passed, remark, actor_id, actor_name, at) VALUES (?, ?, 0, ?, ?, ?, '', 1, '王芳', ?)",
		int64(g.runs)*1_000_000+int64(order), int64(lot), on, due, passed, order)
}

// promise allocates some of what stands somewhere, until it is forgotten.
func (g *grounds) promise(s spot, qty int64) {
	g.promised[s] = qty
	g.exec("UPDATE stock SET allocated = ? WHERE place_id = ? AND lot_id = ?", qty, int64(s.place), int64(s.lot))
}

// look makes the places what they stand for while fn asks.
func (g *grounds) look(fn func()) {
	for p, kind := range g.kinds {
		g.exec("UPDATE place SET kind = ? WHERE id = ?", string(kind), int64(p))
	}
	fn()
	for p := range g.kinds {
		g.exec("UPDATE place SET kind = 'quarantine' WHERE id = ?", int64(p))
	}
	for s := range g.promised {
		g.exec("UPDATE stock SET allocated = 0 WHERE place_id = ? AND lot_id = ?", int64(s.place), int64(s.lot))
	}
	clear(g.promised)
}
