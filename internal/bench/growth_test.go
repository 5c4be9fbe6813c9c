package bench

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// warmUp is how long each side posts before it counts.
const warmUp = 20 * time.Second

// The targets of growth.
const (
	mostPosting = 1.2
	mostRead    = 1.3
	mostPeriod  = 500 // ms
)

// TestGrowth compares books of few and of many entries: the same stock, the
// same last two months, only older entries more.
func TestGrowth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := plan{depots: number("DEPOTS", 100), items: number("STOCK", 300_000) / number("DEPOTS", 100) / 3, lots: 3,
			recent: number("SMALL", 10_000), closed: number("MONTHS", 3)}
		few := grow(t, e, p)
		p.older = number("LARGE", 10_000_000) - p.recent - p.opening()
		many := grow(t, e, p)
		few.mustAgree(t)
		reads(t, few, many) // before anything is posted that only one of them has
		postings(t, few, many)
	})
}

// grown are books of one size, opened both ways.
type grown struct {
	*books
	st  *store.Store
	inv *inventory.Service
	raw *sql.DB
}

func grow(t *testing.T, e storetest.Engine, p plan) *grown {
	t.Helper()
	start := time.Now()
	g := &grown{books: seedBooks(t, e.Options(t), p)}
	g.st, g.raw = open(t, g.o), rawOf(t, g.o)
	t.Cleanup(func() { g.st.Close() })
	g.inv = inventory.New(g.st)
	fmt.Printf("%s: %d entries in %d vouchers, %d stock rows, %d months of figures, seeded in %.0f s\n", e.Name, g.entries, g.posted, p.shelves(), p.closed, time.Since(start).Seconds())
	return g
}

// mustAgree proves that the seeded books are right; the check of the large
// ones takes minutes and would show nothing more.
func (g *grown) mustAgree(t *testing.T) {
	t.Helper()
	mustAgree(t, g.inv, g.posted)
}

// postings compares one caller's median.
func postings(t *testing.T, few, many *grown) {
	a := &side{name: "few", do: book(few.inv, few.d, spread)}
	b := &side{name: "many", do: book(many.inv, many.d, spread)}
	for _, s := range []*side{a, b} { // the pages in use are in memory, as they are after an hour's work
		s.run(t, 1, warmUp, false)
	}
	takeTurns(t, 1, span(), a, b)
	ratio := b.quantile(0.5) / a.quantile(0.5)
	tb := newTable(fmt.Sprintf("growth of posting, one caller: %d and %d entries", few.entries, many.entries),
		"what", "few p50 ms", "p99", "many p50 ms", "p99", "p50 ratio", "target")
	tb.row("issue of 3 lines", a.quantile(0.5), a.quantile(0.99), b.quantile(0.5), b.quantile(0.99), ratio, most(ratio, mostPosting))
	tb.print()
}

// read is a question people ask of the books.
type read struct {
	name string
	ask  func(ctx context.Context, g *grown, dice *rand.Rand) (rows int, err error)
}

var planner = access.Actor{ID: 900, Login: "planner", Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}

var auditor = access.Actor{ID: 902, Login: "audit", Name: "李审", Grants: []access.Grant{{Role: access.Audit}}}

func questions() []read {
	return []read{
		{"stock list, first page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			rows, _, err := g.inv.StockByItem(ctx, planner, inventory.StockFilter{}, inventory.PageSize)
			return len(rows), err
		}},
		{"stock list by lot, first page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			rows, _, err := g.inv.StockByLot(ctx, planner, inventory.StockFilter{}, inventory.PageSize)
			return len(rows), err
		}},
		{"stock of one depot", func(ctx context.Context, g *grown, dice *rand.Rand) (int, error) {
			depot := g.d.sites[dice.IntN(g.depots)].depot.ID
			rows, _, err := g.inv.StockByItem(ctx, planner, inventory.StockFilter{DepotID: depot}, inventory.PageSize)
			return len(rows), err
		}},
		{"busiest card, last page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			card, err := g.inv.Card(ctx, planner, inventory.CardFilter{ItemID: g.goods[0].ID, DepotID: g.d.sites[0].depot.ID})
			return len(card.Rows), err
		}},
		{"busiest card, one month", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			card, err := g.inv.Card(ctx, planner, inventory.CardFilter{ItemID: g.goods[0].ID, DepotID: g.d.sites[0].depot.ID, From: g.lastOn[:8] + "01", To: g.lastOn})
			return len(card.Rows), err
		}},
		{"its card over all depots, last page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			card, err := g.inv.Card(ctx, planner, inventory.CardFilter{ItemID: g.goods[0].ID})
			return len(card.Rows), err
		}},
		{"voucher list, first page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			rows, _, err := g.inv.Vouchers(ctx, planner, inventory.VoucherFilter{})
			return len(rows), err
		}},
		{"vouchers of one depot since last month", func(ctx context.Context, g *grown, dice *rand.Rand) (int, error) {
			rows, _, err := g.inv.Vouchers(ctx, planner, inventory.VoucherFilter{DepotID: g.d.sites[dice.IntN(g.depots)].depot.ID, From: g.lastOn[:8] + "01"})
			return len(rows), err
		}},
		{"a keeper's vouchers since last month", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			one := access.Actor{ID: 901, Login: "keeper", Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: g.d.sites[0].depot.ID}}}
			rows, _, err := g.inv.Vouchers(ctx, one, inventory.VoucherFilter{From: g.lastOn[:8] + "01"})
			return len(rows), err
		}},
		{"daily sheet", func(ctx context.Context, g *grown, dice *rand.Rand) (int, error) {
			d, err := g.inv.Daily(ctx, planner, g.d.sites[dice.IntN(g.depots)].depot.ID, g.lastOn)
			return 1 + len(d.Vouchers), err
		}},
		{"figures of the home page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			o, err := g.inv.Overview(ctx, planner)
			return o.Kinds, err
		}},
		{"month board", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			b, err := g.inv.Periods(ctx, planner, "")
			return len(b.Depots), err
		}},
		{"audit trail, first page", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			page, _, err := accounts.New(g.st, accounts.Options{}).Trail(ctx, auditor, accounts.Cursor{}, "")
			return len(page), err
		}},
		{"a voucher of the last month", func(ctx context.Context, g *grown, dice *rand.Rand) (int, error) {
			v, err := g.inv.Voucher(ctx, planner, g.latest[dice.IntN(len(g.latest))])
			return len(v.Lines), err
		}},
	}
}

// periodFloor is 收发存 of a closed month over all depots, by hand: one row per
// depot and item from the closed figures.
func periodFloor(ctx context.Context, g *grown, _ *rand.Rand) (n int, err error) {
	rows, err := g.raw.QueryContext(ctx, `SELECT depot_id, item_id, CAST(SUM(opening) AS SIGNED), CAST(SUM(received) AS SIGNED), CAST(SUM(issued) AS SIGNED),
CAST(SUM(closing) AS SIGNED) FROM period_stock WHERE month = ? GROUP BY depot_id, item_id`, g.lastOn[:7])
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var depot, item, opening, received, issued, closing int64
		if err := rows.Scan(&depot, &item, &opening, &received, &issued, &closing); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// periods are the ways to 收发存 of a month: the use case beside the hand-written
// query.
func periods() []read {
	return []read{{"收发存 of a closed month, all depots, raw SQL by lot", periodFloor},
		{"收发存 of a closed month, all depots", func(ctx context.Context, g *grown, _ *rand.Rand) (int, error) {
			s, err := g.inv.Summary(ctx, planner, inventory.SummaryFilter{Month: ledger.Month(g.lastOn[:7])})
			return len(s.Rows), err
		}}}
}

// reads compares p99 of what people look at.
func reads(t *testing.T, few, many *grown) {
	tb := newTable(fmt.Sprintf("growth of reading: %d and %d entries", few.entries, many.entries),
		"what", "rows", "few p50 ms", "p99", "many p50 ms", "p99", "p50 ratio", "p99 ratio", "target")
	for _, q := range questions() {
		a, b, rows := samples(t, q, few, many)
		ratio := quantile(b, 0.99) / quantile(a, 0.99)
		tb.row(q.name, rows, quantile(a, 0.5), quantile(a, 0.99), quantile(b, 0.5), quantile(b, 0.99), quantile(b, 0.5)/quantile(a, 0.5), ratio, most(ratio, mostRead))
	}
	for _, q := range periods() {
		a, b, rows := samples(t, q, few, many)
		ratio, half := quantile(b, 0.99)/quantile(a, 0.99), quantile(b, 0.5)
		tb.row(q.name, rows, quantile(a, 0.5), quantile(a, 0.99), half, quantile(b, 0.99), half/quantile(a, 0.5), ratio, verdict(half <= mostPeriod, "ms ≤", mostPeriod))
	}
	tb.print()
}

// One question is asked no longer than longEnough, but fewest times at least.
const (
	longEnough = time.Minute
	fewest     = 30
)

// samples asks the same of both in turns. Both must find as many rows: else
// the one is fast because it has nothing to tell.
func samples(t *testing.T, q read, few, many *grown) (a, b []time.Duration, rows int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(5, 5))
	ask := func(g *grown, seed uint64) (time.Duration, int) {
		start := time.Now()
		n, err := q.ask(context.Background(), g, rand.New(rand.NewPCG(6, seed)))
		if err != nil {
			t.Fatalf("%s: %v", q.name, err)
		}
		return time.Since(start), n
	}
	begun := time.Now()
	for i := range number("SAMPLES", 150) + 3 {
		if i > fewest+3 && time.Since(begun) > longEnough {
			break
		}
		seed := dice.Uint64()
		ta, na := ask(few, seed)
		tb, nb := ask(many, seed)
		if na == 0 || na != nb {
			t.Fatalf("%s: %d rows of few, %d of many", q.name, na, nb)
		}
		if rows = na; i > 2 { // the first three warm
			a, b = append(a, ta), append(b, tb)
		}
	}
	return a, b, rows
}
