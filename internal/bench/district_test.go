package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// linesPerVoucher is what the targets are set for.
const linesPerVoucher = 3

// shelf is a lot in a bin that a line takes from.
type shelf struct {
	place, lot, item id.ID
	name             string
}

// site is a depot with its shelves.
type site struct {
	depot   place.Depot
	shelves []shelf
}

// district is what the posting callers work on.
type district struct{ sites []site }

// keeper may post everywhere.
func keeper(n int) access.Actor {
	return access.Actor{ID: id.ID(1000 + n), Login: fmt.Sprintf("keeper%d", n), Name: "周静", Grants: []access.Grant{{Role: access.Keeper}}, IP: "127.0.0.1"}
}

// pattern says where the callers meet.
type pattern string

const (
	spread pattern = "spread" // each voucher at a random depot, of random goods
	hot    pattern = "hot"    // all vouchers take the same lots of one depot
)

// pick chooses a depot and three shelves of it.
func (d *district) pick(p pattern, dice *rand.Rand) (site, []shelf) {
	if p == hot {
		return d.sites[0], d.sites[0].shelves[:linesPerVoucher]
	}
	s := d.sites[dice.IntN(len(d.sites))]
	var chosen []shelf
	for _, i := range dice.Perm(len(s.shelves))[:linesPerVoucher] {
		chosen = append(chosen, s.shelves[i])
	}
	return s, chosen
}

// issue is the form of an issue of some shelves.
func issue(s site, chosen []shelf) inventory.Draft {
	d := inventory.Draft{Type: ledger.Issue, DepotID: s.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: today(), Reason: "救灾发放", Counterparty: "高塘岭街道"}
	for _, sh := range chosen {
		d.Lines = append(d.Lines, inventory.Line{ItemID: sh.item, Item: sh.name, LotID: sh.lot, PlaceID: sh.place, Qty: "1"})
	}
	return d
}

func today() string { return day.At(time.Now()).First }

// plenty is more of each lot than any run issues.
const plenty = "900000000"

// found makes a district through the product's own use cases: depots, goods,
// and one receipt each.
func found(t *testing.T, st *store.Store) *district {
	t.Helper()
	ctx, inv := context.Background(), inventory.New(st)
	depots, items := number("DEPOTS", 100), number("ITEMS", 20)
	goods := make([]catalog.Item, items)
	d := &district{sites: make([]site, depots)}
	must(t, st.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.InsertUnits(ctx, catalog.Unit{Name: "床"}); err != nil {
			return err
		}
		category := catalog.Category{ID: tx.NewID(), Code: "BN", Name: "量测物资"}
		if err := tx.InsertCategories(ctx, category); err != nil {
			return err
		}
		for i := range goods {
			goods[i] = catalog.Item{ID: tx.NewID(), Code: fmt.Sprintf("BN%04d", i), Name: fmt.Sprintf("棉被%d型", i), Unit: "床", CategoryID: category.ID}
		}
		if err := tx.InsertItems(ctx, goods...); err != nil {
			return err
		}
		for i := range d.sites {
			d.sites[i].depot = place.Depot{ID: tx.NewID(), Code: fmt.Sprintf("B%04d", i), Name: fmt.Sprintf("%d号库", i), Tier: place.Township}
			if err := tx.InsertDepot(ctx, d.sites[i].depot); err != nil {
				return err
			}
		}
		return nil
	}))
	for i := range d.sites {
		must(t, d.sites[i].stock(ctx, inv, goods))
	}
	return d
}

// stock receives two lots of everything at a site and notes its shelves.
func (s *site) stock(ctx context.Context, inv *inventory.Service, goods []catalog.Item) error {
	r := inventory.Draft{Type: ledger.Receipt, DepotID: s.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: today(), Reason: "本级采购"}
	names := map[id.ID]string{}
	for _, it := range goods {
		names[it.ID] = it.Label()
		for _, lot := range []string{"一", "二"} {
			r.Lines = append(r.Lines, inventory.Line{ItemID: it.ID, Item: it.Label(), LotNo: lot, Expires: "2039-12-31", Qty: plenty})
		}
	}
	if _, err := inv.PostDraft(ctx, keeper(0), r); err != nil {
		return err
	}
	rows, _, err := inv.StockByLot(ctx, keeper(0), inventory.StockFilter{DepotID: s.depot.ID}, inventory.AllRows)
	for _, r := range rows {
		s.shelves = append(s.shelves, shelf{r.PlaceID, r.Lot.ID, r.Lot.ItemID, names[r.Lot.ItemID]})
	}
	return err
}

// seeded gives a fresh database with a district in it, closed again.
func seeded(t *testing.T, e storetest.Engine) (store.Options, *district) {
	t.Helper()
	_, o := e.Fixed(t)
	st := open(t, o)
	d := found(t, st)
	must(t, st.Close())
	return o, d
}

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), o)
	must(t, err)
	return st
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mustAgree proves that what was timed was really booked: the ledger check
// finds nothing, and there are as many vouchers as were answered for.
func mustAgree(t *testing.T, inv *inventory.Service, vouchers int64) {
	t.Helper()
	r, err := inv.Check(context.Background(), nil)
	must(t, err)
	if !r.OK() || r.Vouchers != vouchers {
		t.Fatalf("check: %d vouchers, answered for %d; %d differences %v", r.Vouchers, vouchers, len(r.Differences), r.Differences[:min(3, len(r.Differences))])
	}
}
