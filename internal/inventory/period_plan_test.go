package inventory_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// monthFigures are a lot's or an item's four figures, as the test counts them.
type monthFigures struct{ Opening, Received, Issued, Closing quantity.Q }

// monthPlan runs random vouchers, closes and reopenings at two depots of its
// own, and counts the figures of months from the vouchers alone.
type monthPlan struct {
	*world
	raw    *sql.DB
	rt     *rapid.T
	leader access.Actor
	depots [2]place.Depot
	bins   [2][2]id.ID
	lots   map[id.ID]ledger.Lot
	posted []ledger.Voucher
	closed [2][]ledger.Month // with figures, in order
	step   int
}

// monthDays lie on the edges of months; the clock stands on the last.
var monthDays = []string{"2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01", "2026-10-15", "2026-10-31", "2026-11-01", "2026-11-24"}

var planMonths = []ledger.Month{"2026-08", "2026-09", "2026-10", "2026-11"}

// even draws 0 to 31 alike; rapid's own ranges favour small numbers, and rare
// steps would hardly come.
var even = rapid.Custom(func(t *rapid.T) (n int) {
	for range 5 {
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	return n
})

func (p *monthPlan) draw(n int, label string) int {
	return even.Draw(p.rt, fmt.Sprintf("%d %s", p.step, label)) % n
}

func (p *monthPlan) day() string { return monthDays[p.draw(len(monthDays), "day")] }

// open makes the plan's depots, lots and items' prices: one lot has none.
func (p *monthPlan) open(n int) {
	err := p.st.Tx(p.ctx, func(tx *store.Tx) error {
		for i := range p.depots {
			code := fmt.Sprintf("M%d%04d", i, n)
			p.depots[i] = place.Depot{ID: tx.NewID(), Code: code, Name: "月结" + code, Tier: place.Township}
			if err := tx.InsertDepot(p.ctx, p.depots[i]); err != nil {
				return err
			}
			for j := range p.bins[i] {
				p.bins[i][j] = tx.NewID()
				code := fmt.Sprint("B", j)
				if err := tx.InsertPlaces(p.ctx, place.Place{ID: p.bins[i][j], Kind: place.Bin, DepotID: p.depots[i].ID, Code: code, Name: code}); err != nil {
					return err
				}
			}
		}
		odd, even := money.Fen(33333), money.Fen(1250)
		lots := []ledger.Lot{{ItemID: p.quilt.ID, No: "甲", Received: day.Of(2026, 1, 1), Source: "本级采购", Price: &odd},
			{ItemID: p.quilt.ID, No: "乙", Received: day.Of(2026, 1, 1), Source: "本级采购"},
			{ItemID: p.rice.ID, No: "甲", Received: day.Of(2026, 1, 1), Source: "本级采购", Price: &even},
			{ItemID: p.rice.ID, No: "乙", Received: day.Of(2026, 1, 1), Source: "本级采购", Price: &odd}}
		if err := tx.FindOrMakeLots(p.ctx, lots); err != nil {
			return err
		}
		p.lots = map[id.ID]ledger.Lot{}
		for _, l := range lots {
			p.lots[l.ID] = l
		}
		return nil
	})
	if err != nil {
		p.rt.Fatal(err)
	}
}

// move books a random movement of lots: into a depot, out of it, between the
// depots or inside one; several lines, so that bins and lots mix.
func (p *monthPlan) move() {
	on, _ := day.Parse(p.day(), day.At(noon))
	at := p.draw(2, "depot")
	v := ledger.Voucher{DepotID: p.depots[at].ID, Type: ledger.Adjustment, BusinessOn: on.Day, Reason: "x"}
	lots := slices.Sorted(maps.Keys(p.lots))
	for n := range p.draw(3, "lines") + 1 {
		label := fmt.Sprintf("line %d ", n+1)
		lot := p.lots[lots[p.draw(len(lots), label+"lot")]]
		bin := p.bins[at][p.draw(2, label+"bin")]
		qty := quantity.Q(p.draw(5, label+"qty")+1) * 125
		if lot.ItemID == p.quilt.ID {
			qty *= 8
		}
		other, otherDepot := place.Outer(place.Supplier), id.ID(0)
		switch p.draw(5, label+"kind") {
		case 0:
			qty = -qty // out
		case 1: // to the other bin
			other, otherDepot = p.bins[at][0]+p.bins[at][1]-bin, p.depots[at].ID
		case 2: // from the other depot
			other, otherDepot = p.bins[1-at][0], p.depots[1-at].ID
		}
		v.Entries = append(v.Entries, ledger.Entry{Line: n + 1, PlaceID: bin, DepotID: p.depots[at].ID, LotID: lot.ID, ItemID: lot.ItemID, Qty: qty},
			ledger.Entry{Line: n + 1, PlaceID: other, DepotID: otherDepot, LotID: lot.ID, ItemID: lot.ItemID, Qty: -qty})
	}
	if idles(v) {
		return
	}
	key := inventory.NewKey()
	got, err := posting.Run(p.ctx, p.st, posting.Request{Actor: actor(9, "周静", access.Keeper, 0), Permission: access.VoucherPost, ClientKey: key, Hash: key},
		func(_ context.Context, _ *store.Tx) (ledger.Voucher, error) { return v, nil })
	p.took(got, v, err)
}

// idles reports a voucher that moves a shelf there and back: no form makes one.
func idles(v ledger.Voucher) bool {
	net := map[[2]id.ID]quantity.Q{}
	for _, e := range v.Entries {
		net[[2]id.ID{e.PlaceID, e.LotID}] += e.Qty
	}
	return slices.Contains(slices.Collect(maps.Values(net)), 0)
}

// reverse takes a random voucher back, whole or a line of it.
func (p *monthPlan) reverse() {
	if len(p.posted) == 0 {
		return
	}
	orig := p.posted[p.draw(len(p.posted), "original")]
	r := inventory.ReverseRequest{VoucherID: orig.ID, BusinessOn: p.day(), Reason: "录错", ClientKey: inventory.NewKey()}
	if p.draw(2, "whole") == 1 {
		r.Lines = []int{1}
	}
	on, _ := day.Parse(r.BusinessOn, day.At(noon))
	got, err := p.inv.Reverse(p.ctx, actor(9, "周静", access.Keeper, 0), r)
	p.took(got, ledger.Voucher{BusinessOn: on.Day, Entries: orig.Entries}, err)
}

// took keeps what was booked. What touches a closed month must be refused, and
// for that reason.
func (p *monthPlan) took(got, meant ledger.Voucher, err error) {
	barred := false
	for i, d := range p.depots {
		if n := len(p.closed[i]); n > 0 && meant.BusinessOn.First <= p.closed[i][n-1].Last() {
			barred = barred || slices.ContainsFunc(meant.Entries, func(e ledger.Entry) bool { return e.DepotID == d.ID })
		}
	}
	switch {
	case err == nil && barred:
		p.rt.Fatalf("%s was booked on %s in a closed month", got.Number, meant.BusinessOn)
	case err == nil:
		p.posted = append(p.posted, got)
	case !errors.Is(err, errs.Invalid) && !errors.Is(err, errs.Conflict):
		p.rt.Fatal(err)
	}
}

// close closes a random month, and the test knows whether it may.
func (p *monthPlan) close() {
	at, m := p.draw(2, "depot"), planMonths[p.draw(3, "month")]
	n := len(p.closed[at])
	may := n == 0 || m == p.closed[at][n-1].Add(1)
	results, err := p.inv.ClosePeriods(p.ctx, p.planner, m, []id.ID{p.depots[at].ID})
	if err != nil || len(results) != 1 || (results[0].Err == nil) != may {
		p.rt.Fatalf("close %s after %v: %v %v", m, p.closed[at], results, err)
	}
	if may {
		p.closed[at] = append(p.closed[at], m)
		p.compareLots(at, m)
	}
}

// reopen opens a random closed month again and closes the same months anew:
// the figures are what they were.
func (p *monthPlan) reopen() {
	at := p.draw(2, "depot")
	if len(p.closed[at]) == 0 {
		return
	}
	n := p.draw(len(p.closed[at]), "from")
	r, err := p.inv.AskReopening(p.ctx, p.planner, p.depots[at].ID, p.closed[at][n], "漏记")
	if err != nil {
		p.rt.Fatal(err)
	}
	if _, err := p.inv.DecideReopening(p.ctx, p.leader, r.ID, true); err != nil {
		p.rt.Fatal(err)
	}
	opened := p.closed[at][n:]
	p.closed[at] = slices.Clone(p.closed[at][:n])
	if p.draw(2, "again") == 0 {
		return
	}
	for _, m := range opened {
		if results, err := p.inv.ClosePeriods(p.ctx, p.planner, m, []id.ID{p.depots[at].ID}); err != nil || results[0].Err != nil {
			p.rt.Fatal(err, results)
		}
		p.closed[at] = append(p.closed[at], m)
	}
}

// figures counts the figures of a month at a depot from the vouchers.
func (p *monthPlan) figures(at int, m ledger.Month) map[id.ID]monthFigures {
	out := map[id.ID]monthFigures{}
	net := func(v ledger.Voucher, lot id.ID) (q quantity.Q) {
		for _, e := range v.Entries {
			if e.LotID == lot && e.DepotID == p.depots[at].ID {
				q += e.Qty
			}
		}
		return q
	}
	for _, v := range p.posted {
		for lot := range p.lots {
			q, f := net(v, lot), out[lot]
			in, sign := ledger.MonthOf(v.BusinessOn), quantity.Q(0)
			if i := slices.IndexFunc(p.posted, func(o ledger.Voucher) bool { return o.ID == v.ReversesID }); i >= 0 {
				sign = net(p.posted[i], lot)
			}
			switch {
			case in < m:
				f.Opening += q
			case in > m:
			case v.ReversesID != 0 && sign < 0, v.ReversesID == 0 && q < 0:
				f.Issued -= q
			default:
				f.Received += q
			}
			f.Closing = f.Opening + f.Received - f.Issued
			out[lot] = f
		}
	}
	maps.DeleteFunc(out, func(_ id.ID, f monthFigures) bool { return f == monthFigures{} })
	return out
}

// compareLots holds the kept figures per lot against the test's own.
func (p *monthPlan) compareLots(at int, m ledger.Month) {
	got := map[id.ID]monthFigures{}
	rows, err := p.raw.Query(fmt.Sprintf("SELECT lot_id, opening, received, issued, closing FROM period_stock WHERE month = '%s' AND depot_id = %d", m, p.depots[at].ID))
	if err != nil {
		p.rt.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var lot id.ID
		var f monthFigures
		if err := rows.Scan(&lot, &f.Opening, &f.Received, &f.Issued, &f.Closing); err != nil {
			p.rt.Fatal(err)
		}
		got[lot] = f
	}
	if diff := cmp.Diff(p.figures(at, m), got); diff != "" {
		p.rt.Fatalf("%s at depot %d (-counted +kept):\n%s", m, at, diff)
	}
}

// compare holds every month's summary, closed or open, against the vouchers.
func (p *monthPlan) compare() {
	for _, m := range planMonths {
		for at, d := range p.depots {
			want := map[string]monthFigures{}
			worth := map[string]money.Fen{}
			for lot, f := range p.figures(at, m) {
				l := p.lots[lot]
				code := p.quilt.Code
				if l.ItemID == p.rice.ID {
					code = p.rice.Code
				}
				w := want[code]
				want[code] = monthFigures{w.Opening + f.Opening, w.Received + f.Received, w.Issued + f.Issued, w.Closing + f.Closing}
				if l.Price == nil {
					worth[code] = -1 << 40
				} else {
					worth[code] += *l.Price * money.Fen(f.Closing) // thousandths
				}
			}
			maps.DeleteFunc(want, func(_ string, f monthFigures) bool { return f == monthFigures{} })
			sum, err := p.inv.Summary(p.ctx, p.planner, inventory.SummaryFilter{Month: m, DepotID: d.ID, ByDepot: p.step%2 == 0})
			if err != nil {
				p.rt.Fatal(err)
			}
			got := map[string]monthFigures{}
			for _, r := range sum.Rows {
				got[r.Item.Code] = monthFigures{r.Opening, r.Received, r.Issued, r.Closing}
				p.checkAmounts(r, worth[r.Item.Code])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				p.rt.Fatalf("%s at depot %d (-counted +summed):\n%s", m, at, diff)
			}
			n := len(p.closed[at])
			if open := n == 0 || p.closed[at][n-1] < m; open != (len(sum.Open) == 1) {
				p.rt.Fatalf("%s at depot %d: open %v, said %v", m, at, open, sum.Open)
			}
		}
	}
}

func (p *monthPlan) checkAmounts(r inventory.SummaryRow, thousandths money.Fen) {
	switch {
	case thousandths < -1<<30:
		if r.Amounts != nil {
			p.rt.Fatalf("%s has amounts although a lot has no price", r.Item.Code)
		}
	case r.Amounts == nil:
		p.rt.Fatalf("%s has no amounts", r.Item.Code)
	case r.Amounts.Closing != (thousandths+500)/1000:
		p.rt.Fatalf("%s closes at %s, want %d thousandths of a fen", r.Item.Code, r.Amounts.Closing, thousandths)
	case r.Amounts.Opening+r.Amounts.Received-r.Amounts.Issued != r.Amounts.Closing:
		p.rt.Fatalf("%s: %+v does not add up", r.Item.Code, *r.Amounts)
	}
}

func TestAnyPlanOfMonthsKeepsItsFigures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		fixed, o := e.Fixed(t)
		w, raw, n := newWorld(t, fixed), storetest.Raw(t, o), 0
		rapid.Check(t, func(rt *rapid.T) {
			p := &monthPlan{world: w, raw: raw, rt: rt, leader: actor(104, "钱伟", access.Leader, 0)}
			n++
			p.open(n)
			for p.step = range planSteps {
				switch p.draw(8, "what") {
				case 0, 1, 2, 3:
					p.move()
				case 4, 5:
					p.reverse()
				case 6:
					p.close()
				default:
					p.reopen()
				}
			}
			p.compare()
		})
		w.mustCheck()
	})
}
