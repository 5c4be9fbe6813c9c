package planning_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

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

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// firstDay is a run's first: its days go over the end of a year, and the one a
// plan may be asked for back to.
const firstDay, oldestDay = "2026-11-20", "2026-08-15"

// walk is a run's history with the dice that make it.
type walk struct {
	*grounds
	roll func(n int, label string) int
}

// dice are even: rapid's own ranges prefer small numbers, which would make most
// requests alike.
var dice = rapid.Custom(func(t *rapid.T) int {
	n := 0
	for range 12 {
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	return n
})

func pick[T any](w *walk, list []T, label string) T { return list[w.roll(len(list), label)] }

// someDay is one of the last days, more often today.
func (w *walk) someDay() string {
	if w.roll(3, "today") == 0 {
		return w.today
	}
	return later(w.today, -w.roll(60, "days ago"))
}

func (w *walk) draft(t ledger.Type, reason string, lines ...inventory.Line) inventory.Draft {
	return inventory.Draft{Type: t, DepotID: pick(w, w.depots, "depot").ID, BusinessOn: w.someDay(), Reason: reason, Lines: lines}
}

func (w *walk) receive() {
	var lines []inventory.Line
	for range 1 + w.roll(3, "lines") {
		it := pick(w, w.items(), "item")
		l := inventory.Line{ItemID: it.ID, Item: it.Label(), Qty: fmt.Sprint(1 + w.roll(60, "qty")), Owner: w.owner,
			Bin: pick(w, []string{"", "", "", "DJ", "CHE", "JIE", "XIU"}, "bin")}
		if it.ID == w.rice.ID {
			l.Qty += "." + fmt.Sprint(1+w.roll(999, "part"))
		}
		switch w.roll(6, "expires") {
		case 0, 1:
			l.Expires = later(w.today, w.roll(520, "days")-60)
		case 2:
			l.Expires = later(w.today, w.roll(400, "days"))[:7]
		}
		lines = append(lines, l)
	}
	w.book(w.draft(ledger.Receipt, "本级采购", lines...))
}

// stand is somewhere that some of a lot stands.
func (w *walk) stand() (spot, int64, bool) {
	sums := w.stood(w.today)
	maps.DeleteFunc(sums, func(_ spot, q int64) bool { return q <= 0 })
	if len(sums) == 0 {
		return spot{}, 0, false
	}
	// Ids grow as they are given, so that their order is the run's own.
	list := slices.SortedFunc(maps.Keys(sums), func(a, b spot) int {
		return cmpAll(int(a.lot-b.lot), int(a.place-b.place))
	})
	s := pick(w, list, "stand")
	return s, sums[s], true
}

func cmpAll(list ...int) int {
	for _, c := range list {
		if c != 0 {
			return c
		}
	}
	return 0
}

func (w *walk) item(lot id.ID) catalog.Item {
	for _, it := range w.items() {
		if it.ID == w.lots[lot].item {
			return it
		}
	}
	return catalog.Item{}
}

// take books something of what stands somewhere: an issue, a transfer, a move
// or a disposal.
func (w *walk) take() {
	s, qty, ok := w.stand()
	if !ok {
		return
	}
	it := w.item(s.lot)
	part := quantity.Q(max(1000, qty/1000/int64(1+w.roll(4, "part"))*1000))
	l := inventory.Line{ItemID: it.ID, Item: it.Label(), LotID: s.lot, PlaceID: s.place, Qty: part.String(), Remark: "随机"}
	d := w.draft(ledger.Issue, "救灾发放", l)
	d.DepotID = s.depot
	switch w.roll(6, "what") {
	case 0:
		d.Type, d.Reason, d.ToDepotID = ledger.Transfer, "补充储备", pick(w, w.depots, "to").ID
	case 1, 2, 3:
		d.Type, d.Reason = ledger.BinMove, "整理货位"
		d.Lines[0].ToBin = pick(w, []string{place.DefaultBin, "DJ", "CHE", "JIE", "XIU"}, "bin")
	case 4:
		d.Type, d.Reason = ledger.Disposal, "损坏"
	}
	w.book(d)
}

func (w *walk) reverse() {
	if len(w.posted) == 0 {
		return
	}
	of := pick(w, w.posted, "voucher")
	v, err := w.inv.Reverse(w.ctx, keeper, inventory.ReverseRequest{VoucherID: of.ID, BusinessOn: max(of.BusinessOn.First, w.someDay()), Reason: "录错", ClientKey: inventory.NewKey()})
	w.took(v, err)
}

func (w *walk) flag() {
	if s, _, ok := w.stand(); ok {
		w.hold(s.lot, !w.held(s.lot, w.today))
	}
}

func (w *walk) tryMachine() {
	for range 12 {
		s, _, ok := w.stand()
		if !ok {
			return
		}
		if w.machines[w.lots[s.lot].item] {
			on := later(w.today, -w.roll(90, "tried"))
			w.try(s.lot, on, later(on, 20+w.roll(300, "due")), w.roll(4, "passed") > 0)
			return
		}
	}
}

func (w *walk) closeMonth() {
	month := pick(w, []ledger.Month{"2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01"}, "month")
	if string(month) >= w.today[:7] {
		return
	}
	_, err := w.inv.ClosePeriods(w.ctx, planner, month, []id.ID{pick(w, w.depots, "depot").ID})
	w.must(err)
}

func (w *walk) pass() {
	w.today = later(w.today, 1+w.roll(12, "days"))
	w.setDay(w.today)
}

// write makes the plan of a run: lines of every kind of place and target.
func (w *walk) write() {
	w.window = pick(w, []int{0, 30, 90}, "window")
	p, err := w.work.CreatePlan(w.ctx, planner, planning.PlanInput{Year: "2026", Season: plan.WholeYear, Name: "随机" + w.owner, Window: fmt.Sprint(w.window)})
	w.must(err)
	w.plan = p.ID
	same, one := [2]int64{1, 1}, func(it catalog.Item) map[id.ID][2]int64 { return map[id.ID][2]int64{it.ID: {1, 1}} }
	district, townships := []id.ID{w.depots[0].ID, w.depots[1].ID, w.depots[2].ID}, []id.ID{w.depots[1].ID, w.depots[2].ID}
	add := func(s plan.Scope, t plan.Target, unit string, forms []plan.Form, depots []id.ID, each map[id.ID][2]int64) {
		l := plan.Line{No: len(w.wants) + 1, Scope: s, Target: t, Unit: unit, Forms: forms, Basis: plan.Basis{Kind: plan.Fixed},
			Standard: quantity.Of(int64(5 + w.roll(150, "standard")))}
		l.Minimum = min(l.Standard, quantity.Of(int64(w.roll(80, "minimum"))))
		w.wants = append(w.wants, want{depots: depots, over: s.Kind == plan.District, each: each, line: l})
	}
	at := func(i int) (plan.Scope, []id.ID) {
		return plan.Scope{Kind: plan.AtDepot, DepotID: w.depots[i].ID}, []id.ID{w.depots[i].ID}
	}
	item := func(it catalog.Item) plan.Target { return plan.Target{Kind: plan.OfItem, ID: it.ID} }
	own := []plan.Form{plan.Physical}
	s, d := at(0)
	add(s, plan.Target{Kind: plan.OfGroup, ID: w.tents}, "顶", own, d, map[id.ID][2]int64{w.tent.ID: same, w.bigTent.ID: {3, 1}})
	add(s, item(w.pump), "台", own, d, one(w.pump))
	s, d = at(3) // another department's, named itself
	add(s, plan.Target{Kind: plan.OfCategory, ID: w.shelter}, "顶", own, d, map[id.ID][2]int64{w.tent.ID: same, w.bigTent.ID: same})
	s, d = at(4) // a firm's, named itself
	add(s, item(w.rice), "吨", own, d, one(w.rice))
	town := plan.Scope{Kind: plan.AtTier, Tier: place.Township}
	add(town, item(w.tent), "顶", own, townships, one(w.tent))
	add(town, item(w.bigTent), "顶", own, townships, one(w.bigTent))
	add(town, item(w.pump), "台", own, townships, one(w.pump))
	all := plan.Scope{Kind: plan.District}
	add(all, item(w.water), "箱", []plan.Form{plan.Physical, plan.Kept}, append(district, w.depots[4].ID), map[id.ID][2]int64{w.water.ID: {1000, 24000}})
	add(plan.Scope{Kind: plan.AtTier, Tier: place.District}, item(w.rice), "吨", own, district[:1], one(w.rice))
	var lines []plan.Line
	for _, wt := range w.wants {
		lines = append(lines, wt.line)
	}
	w.must(w.work.ReplaceLines(w.ctx, planner, w.plan, 1, lines, "随机"))
}

// agrees holds the product against the model on some days.
func (w *walk) agrees() {
	if w.roll(2, "promises") == 0 {
		for range 3 {
			if s, qty, ok := w.stand(); ok {
				w.promise(s, int64(w.roll(int(qty/1000)+1, "promised"))*1000)
			}
		}
	}
	days := []string{"", w.today, later(w.today, -1), later(w.today, 1), later(w.today, 30+w.roll(400, "ahead"))}
	for range 4 {
		days = append(days, max(oldestDay, later(w.today, -w.roll(130, "back"))))
	}
	days = append(days, pick(w, []string{"2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31"}, "month's end"))
	w.look(func() {
		for _, on := range days {
			w.compare(on)
		}
		w.compareTrend()
	})
}

func (w *walk) compare(on string) {
	v, found, err := w.work.Coverage(w.ctx, planner, planning.CoverageFilter{PlanID: w.plan, On: on})
	w.must(err)
	if on == "" {
		on = w.today
	}
	expected := w.figures(w.wants, on, w.today, w.window)
	converts := map[int]bool{}
	for _, f := range expected {
		converts[f.line] = converts[f.line] || f.converts
	}
	if d := cmp.Diff(texts(expected), texts(told(v.Met, converts))); d != "" || !found {
		w.fatal(fmt.Sprintf("on %s, today %s (-model +product):\n%s", on, w.today, d))
	}
	rate, complete := mean(expected)
	if got, _ := v.Matrix.Total.Rate.Rate(); int64(got) != rate || int64(v.Matrix.Total.Complete()) != complete {
		w.fatal(fmt.Sprintf("on %s: 计划完成率 %d and not %d, 品类齐全率 %d and not %d", on, got, rate, v.Matrix.Total.Complete(), complete))
	}
	for _, m := range v.Met {
		left := m.Book
		for _, why := range plan.Whys {
			if left -= m.Out[why]; m.Out[why] > 0 {
				w.seen[v.Moment][why]++
			}
		}
		if left != m.Usable() || left < 0 {
			w.fatal(fmt.Sprintf("on %s line %d: %d left of %d, %d usable", on, m.Line.No, left, m.Book, m.Usable()))
		}
	}
}

func (w *walk) compareTrend() {
	list, err := w.work.Ahead(w.ctx, planner, planning.CoverageFilter{PlanID: w.plan})
	w.must(err)
	if len(list) != 13 {
		w.fatal(fmt.Sprintf("%d months", len(list)))
	}
	for _, at := range list {
		if rate, _ := mean(w.figures(w.wants, at.On, w.today, w.window)); rate != int64(at.Rate) {
			w.fatal(fmt.Sprintf("the trend says %d of %s and not %d", at.Rate, at.On, rate))
		}
	}
}

// A run's acts, between two comparisons and in all.
const actsBetween, comparisons = 14, 4

func (l *lab) run(rt *rapid.T) {
	l.spoilt = true // until the end
	w := &walk{l.newGrounds(rt.Fatal), func(n int, label string) int { return dice.Draw(rt, label) % n }}
	w.write()
	acts := []func(){w.receive, w.receive, w.receive, w.take, w.take, w.take, w.take, w.reverse, w.flag, w.tryMachine, w.closeMonth, w.pass, w.pass}
	for range comparisons {
		for range actsBetween {
			pick(w, acts, "act")()
		}
		w.agrees()
	}
	l.spoilt = false
}

// Runs of a plain test and of the nightly one. CHANGBEI_TEST_MODEL is nightly
// or a number of runs.
const plainRuns, plainMySQL, nightlyRuns, nightlyMySQL = 16, 3, 5_000, 200

func runsOf(plain, nightly int) int {
	asked := os.Getenv("CHANGBEI_TEST_MODEL")
	if n, err := strconv.Atoi(asked); err == nil {
		return n
	}
	if asked == "nightly" {
		return nightly
	}
	if testing.Short() { // under the race detector: rapid makes a fifth of them
		return 5
	}
	return plain
}

// runsPerDatabase keeps databases small.
const runsPerDatabase = 8

// inMemory puts SQLite on a RAM disk where there is one: the walk asks what the
// books say, not whether the disk keeps them.
func inMemory(e storetest.Engine) storetest.Engine {
	const ram = "/dev/shm"
	if st, err := os.Stat(ram); err != nil || !st.IsDir() {
		return e
	}
	e.Options = func(t testing.TB) store.Options {
		dir, err := os.MkdirTemp(ram, "changbei-plan-")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		return store.Options{SQLite: filepath.Join(dir, "model.db")}
	}
	return e
}

// TestCoverageOfRandomLedgers drives the use cases at random and holds a plan
// against the books of today, of days gone by and to come.
func TestCoverageOfRandomLedgers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		runs := runsOf(plainRuns, nightlyRuns)
		if e.Name == "sqlite" {
			e = inMemory(e)
		} else {
			runs = runsOf(plainMySQL, nightlyMySQL)
		}
		was := flag.Lookup("rapid.checks").Value.String()
		flag.Set("rapid.checks", fmt.Sprint(runs))
		t.Cleanup(func() { flag.Set("rapid.checks", was) })
		var l *lab
		seen := map[planning.Moment]map[plan.Why]int{planning.Now: {}, planning.Past: {}, planning.Ahead: {}}
		rapid.Check(t, func(rt *rapid.T) {
			if l == nil || l.spoilt || l.runs == runsPerDatabase {
				if l != nil {
					l.close()
				}
				l = openLab(t, e)
				l.seen = seen
			}
			l.run(rt)
		})
		l.close()
		for moment, whys := range seen {
			for _, why := range plan.Whys {
				if whys[why] == 0 && runs >= plainRuns && (moment != planning.Past || why != plan.Allocated) {
					t.Errorf("%s: nothing was ever %s, so nothing is shown of it", moment, why.Name())
				}
			}
		}
		t.Log(seen)
	})
}
