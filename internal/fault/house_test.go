package fault

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// noon is where the clocks of these tests begin: 25 November 2026 in Shanghai.
var noon = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

// clock is a clock that moves only when it is told to.
type clock struct{ at atomic.Int64 }

func clockAt(t time.Time) *clock {
	c := &clock{}
	c.set(t)
	return c
}

func (c *clock) now() time.Time  { return time.UnixMicro(c.at.Load()) }
func (c *clock) set(t time.Time) { c.at.Store(t.UnixMicro()) }

// house is the product on a small district: two depots, two items, a keeper of
// both depots.
type house struct {
	ctx          context.Context
	st           *store.Store
	inv          *inventory.Service
	depot, other place.Depot
	quilt, rice  catalog.Item
	generator    catalog.Item // kept piece by piece
	keeper       access.Actor // of both depots
	planner      access.Actor
	leader       access.Actor
}

// openHouse opens a database as the program does and furnishes it when it is
// empty. It is for children too, which have no test.
func openHouse(o store.Options) (*house, error) {
	h := &house{ctx: context.Background()}
	var err error
	if h.st, err = store.Open(h.ctx, o); err != nil {
		return nil, err
	}
	h.inv = inventory.New(h.st)
	if err := h.find(); err != nil {
		h.st.Close()
		return nil, err
	}
	// A keeper of the whole district does not exist; one of two depots does.
	h.keeper = access.Actor{ID: 101, Login: "keeper", Name: "周静", Grants: []access.Grant{
		{Role: access.Keeper, DepotID: h.depot.ID}, {Role: access.Keeper, DepotID: h.other.ID}}}
	h.leader = access.Actor{ID: 104, Login: "leader", Name: "钱伟", Grants: []access.Grant{{Role: access.Leader}}}
	h.planner = access.Actor{ID: 103, Login: "planner", Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}
	return h, nil
}

// newHouse opens a house that ends with the test.
func newHouse(t testing.TB, o store.Options) *house {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	h, err := openHouse(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.st.Close() })
	return h
}

// find gives the house its rows, making them in an empty database.
func (h *house) find() error {
	depots, err := h.st.Read().Depots(h.ctx)
	if err == nil && len(depots) == 0 {
		if err = h.st.Tx(h.ctx, h.furnish); err == nil {
			depots, err = h.st.Read().Depots(h.ctx)
		}
	}
	if err != nil {
		return err
	}
	for _, d := range depots {
		switch d.Code {
		case "WC01":
			h.depot = d
		case "GTL":
			h.other = d
		}
	}
	items, err := h.st.Read().Items(h.ctx)
	for _, it := range items {
		switch it.Code {
		case "SH0001":
			h.quilt = it
		case "SH0002":
			h.rice = it
		case "SH0003":
			h.generator = it
		}
	}
	if err == nil && (h.depot.ID == 0 || h.other.ID == 0 || h.quilt.ID == 0 || h.rice.ID == 0 || h.generator.ID == 0) {
		err = fmt.Errorf("the house is half furnished: %v %v", depots, items)
	}
	return err
}

// secondBin is a bin of each depot beside its default one.
const secondBin = "B-2"

func (h *house) furnish(tx *store.Tx) error {
	for _, d := range []place.Depot{{Code: "WC01", Name: "区级中心库", Tier: place.District}, {Code: "GTL", Name: "高塘岭街道库", Tier: place.Township}} {
		d.ID = tx.NewID()
		if err := tx.InsertDepot(h.ctx, d); err != nil {
			return err
		}
		if err := tx.InsertPlaces(h.ctx, place.Place{ID: tx.NewID(), Kind: place.Bin, DepotID: d.ID, Code: secondBin, Name: secondBin}); err != nil {
			return err
		}
	}
	if err := tx.InsertUnits(h.ctx, catalog.Unit{Name: "床"}, catalog.Unit{Name: "台"}, catalog.Unit{Name: "吨", Decimals: 3}); err != nil {
		return err
	}
	cat := catalog.Category{ID: tx.NewID(), Code: "SH", Name: "生活救助"}
	if err := tx.InsertCategories(h.ctx, cat); err != nil {
		return err
	}
	return tx.InsertItems(h.ctx, catalog.Item{ID: tx.NewID(), Code: "SH0001", Name: "棉被", Spec: "2m×1.5m", Unit: "床", CategoryID: cat.ID},
		catalog.Item{ID: tx.NewID(), Code: "SH0002", Name: "大米", Unit: "吨", CategoryID: cat.ID},
		catalog.Item{ID: tx.NewID(), Code: "SH0003", Name: "发电机", Unit: "台", CategoryID: cat.ID, Serial: true})
}

// today is the business date of the forms, so that a form of a key is the same
// whenever it is filled.
const today = "2026-11-25"

// reasonOf is a reason of each type's forms.
var reasonOf = map[ledger.Type]string{ledger.Receipt: "本级采购", ledger.Issue: "救灾发放", ledger.Transfer: "补充储备", ledger.BinMove: "整理货位", ledger.Disposal: "损坏变质"}

// form is a filled form under a key.
func (h *house) form(t ledger.Type, key string, lines ...inventory.Line) inventory.Draft {
	d := inventory.Draft{Type: t, DepotID: h.depot.ID, ClientKey: key, BusinessOn: today, Reason: reasonOf[t], Lines: lines}
	if t == ledger.Transfer {
		d.ToDepotID = h.other.ID
	}
	return d
}

func (h *house) quilts(qty, lot string) inventory.Line {
	return inventory.Line{ItemID: h.quilt.ID, Item: h.quilt.Label(), Qty: qty, LotNo: lot}
}

func (h *house) tons(qty, lot string) inventory.Line {
	return inventory.Line{ItemID: h.rice.ID, Item: h.rice.Label(), Qty: qty, LotNo: lot}
}

// pieces is a line of two numbered pieces of a key's own.
func (h *house) pieces(key string) inventory.Line {
	no := "FD-" + key[:12]
	return inventory.Line{ItemID: h.generator.ID, Item: h.generator.Label(), Qty: "2", LotNo: no + "-1、" + no + "-2"}
}

// post books a form that must be booked.
func (h *house) post(t testing.TB, d inventory.Draft) ledger.Voucher {
	t.Helper()
	v, err := h.inv.PostDraft(h.ctx, h.keeper, d)
	if err != nil {
		t.Fatalf("post: %v", err)
	}
	return v
}

// fill puts enough goods on the shelves for every issue of a run, long ago.
func (h *house) fill(t testing.TB) {
	t.Helper()
	d := h.form(ledger.Receipt, inventory.NewKey(), h.quilts("900000", "备货"), h.tons("900000", "备货"))
	d.BusinessOn = "2026-01-05"
	h.post(t, d)
}

func (h *house) shelf(t testing.TB, item id.ID, lot string) ledger.Shelf {
	t.Helper()
	shelves, err := h.inv.Shelves(h.ctx, h.keeper, ledger.Issue, h.depot.ID, []id.ID{item})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shelves {
		if s.Lot.No == lot {
			return s
		}
	}
	t.Fatalf("no lot %s", lot)
	return ledger.Shelf{}
}

func (h *house) onHand(t testing.TB, item id.ID) quantity.Q {
	t.Helper()
	rows, _, err := h.inv.StockByItem(h.ctx, h.planner, inventory.StockFilter{ItemID: item}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		return 0
	}
	return rows[0].Qty
}

// mustCheck has the product's own check walk all the books.
func (h *house) mustCheck(t testing.TB) {
	t.Helper()
	r, err := h.inv.Check(h.ctx, nil)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if !r.OK() {
		t.Fatalf("check found %d differences: %v", len(r.Differences), r.Differences[:min(5, len(r.Differences))])
	}
}

// tally is what an act can change, counted past the product.
type tally [18]int64

// The places of a tally that tests ask for by name.
const (
	vouchers  = 0
	auditRows = 2
	stock     = 5
	seq       = 6
)

var tallied = []string{"COUNT(*) FROM voucher", "COUNT(*) FROM entry", "COUNT(*) FROM audit", "COUNT(*) FROM lot", "COUNT(*) FROM stock",
	"CAST(COALESCE(SUM(qty), 0) AS SIGNED) FROM stock", "CAST(SUM(seq) AS SIGNED) FROM depot_head", "CAST(SUM(audit_seq) AS SIGNED) FROM depot_head",
	"COUNT(*) FROM draft", "COUNT(*) FROM draft WHERE status = 'open'", "CAST(COALESCE(SUM(version), 0) AS SIGNED) FROM draft", "COUNT(*) FROM piece",
	"COUNT(*) FROM lot_hold", "COUNT(*) FROM lot WHERE held <> 0", "COUNT(*) FROM period", "COUNT(*) FROM period_stock",
	"COUNT(*) FROM reopening WHERE status = 'asked'", "COUNT(*) FROM depot_head WHERE closed_on <> ''"}

var tallyQuery = "SELECT (SELECT " + strings.Join(tallied, "), (SELECT ") + ")"

func count1(t testing.TB, raw *sql.DB) tally {
	t.Helper()
	var c tally
	into := make([]any, len(c))
	for i := range c {
		into[i] = &c[i]
	}
	if err := raw.QueryRow(tallyQuery).Scan(into...); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c tally) minus(b tally) tally {
	for i := range c {
		c[i] -= b[i]
	}
	return c
}

// orderless leaves the sequence out, which may have gaps: it orders only.
func (c tally) orderless() tally {
	c[seq] = 0
	return c
}

// String names what is not zero.
func (c tally) String() string {
	var parts []string
	for i, n := range c {
		if n != 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, tallied[i]))
		}
	}
	return "[" + strings.Join(parts, "; ") + "]"
}

// crowd starts n callers at the same moment and waits for all.
func crowd(n int, call func(i int)) {
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			call(i)
		})
	}
	start.Done()
	done.Wait()
}

// onEach runs a row on every engine.
func onEach(t *testing.T, row func(t *testing.T, e storetest.Engine)) { storetest.Each(t, row) }
