package planning_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// shelved is a small ledger with something under every reason, and things that
// are under several.
type shelved struct {
	*grounds
	day1, day2, day3 string
}

// receive books one lot in and gives it.
func (g *grounds) receive(on string, it catalog.Item, qty, expires, bin string) id.ID {
	g.t.Helper()
	v, err := g.inv.PostDraft(g.ctx, keeper, inventory.Draft{Type: ledger.Receipt, DepotID: g.depots[0].ID, ClientKey: inventory.NewKey(), BusinessOn: on,
		Reason: "本级采购", Lines: []inventory.Line{{ItemID: it.ID, Item: it.Label(), Qty: qty, Expires: expires, Bin: bin, Owner: g.owner, LotNo: qty}}})
	g.must(err)
	for _, e := range v.Entries {
		if e.DepotID != 0 {
			return e.LotID
		}
	}
	return 0
}

// shelve receives lots whose quantities are powers of two, so that a sum names
// them: on day1 all but 2048, which comes on day2. The window is 30 days.
func (l *lab) shelve(t *testing.T) shelved {
	s := shelved{grounds: l.newGrounds(t.Fatal), day1: "2026-10-10", day2: "2026-11-05", day3: firstDay}
	s.receive(s.day1, s.tent, "1", "", "")
	s.receive(s.day1, s.tent, "2", "2026-11-19", "")             // expired yesterday
	s.receive(s.day1, s.tent, "4", firstDay, "")                 // good until today: expires within the window
	s.receive(s.day1, s.tent, "8", "2026-12-20", "")             // on the window's last day
	s.receive(s.day1, s.tent, "16", "2026-12-21", "")            // the day after
	s.receive(s.day1, s.tent, "32", "2026-11-01", "CHE")         // on the road and expired
	s.receive(s.day1, s.tent, "64", "", "JIE")                   // lent out
	held := s.receive(s.day1, s.tent, "128", "", "XIU")          // in a workshop, and held
	s.receive(s.day1, s.tent, "256", "2026-11-30", "DJ")         // set aside
	barred := s.receive(s.day1, s.tent, "512", "2026-01-01", "") // held, and expired
	part := s.receive(s.day1, s.tent, "1024", "", "")
	s.receive(s.day2, s.tent, "2048", "", "")
	s.hold(held, true)
	s.hold(barred, true)
	s.exec("UPDATE stock SET allocated = ? WHERE lot_id = ?", int64(quantity.Of(24)), int64(part))
	s.exec("UPDATE stock SET allocated = ? WHERE lot_id = ?", int64(quantity.Of(3)), int64(barred)) // which does not count anyway
	return s
}

// line writes the one line's figures of a day.
func (s shelved) line(t *testing.T, version id.ID, on string) string {
	t.Helper()
	v, found, err := s.work.Coverage(s.ctx, planner, planning.CoverageFilter{PlanID: version, On: on})
	if err != nil || !found || len(v.Met) != 1 {
		t.Fatalf("%v, %v: %d", err, found, len(v.Met))
	}
	m := v.Met[0]
	text := fmt.Sprintf("%s of %s", m.Usable(), m.Book)
	for _, w := range plan.Whys {
		if m.Out[w] != 0 {
			text += fmt.Sprintf(" %s %s", w.Key(), m.Out[w])
		}
	}
	return fmt.Sprintf("%s = %d", text, m.Rate())
}

func (s shelved) version(t *testing.T, window string, lines ...plan.Line) id.ID {
	t.Helper()
	p, err := s.work.CreatePlan(s.ctx, planner, planning.PlanInput{Year: "2026", Season: plan.WholeYear, Name: "试算" + s.owner, Window: window})
	if err == nil {
		err = s.work.ReplaceLines(s.ctx, planner, p.ID, 1, lines, "试算")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func (s shelved) of(it catalog.Item) plan.Line {
	return plan.Line{Scope: plan.Scope{Kind: plan.AtDepot, DepotID: s.depots[0].ID}, Target: plan.Target{Kind: plan.OfItem, ID: it.ID}, Unit: it.Unit,
		Standard: quantity.Of(10_000), Forms: []plan.Form{plan.Physical}, Basis: plan.Basis{Kind: plan.Fixed}}
}

// TestUsable tells each exclusion apart: every quantity is in one column, by
// the first reason that holds.
func TestUsable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := openLab(t, e)
		defer l.close()
		s := l.shelve(t)
		lines, off := s.version(t, "30", s.of(s.tent)), s.version(t, "", s.of(s.tent))
		days := map[string]string{
			s.day3: "3065 of 4095 expired 2 expiring 12 lent 64 repair 128 transit 32 barred 768 allocated 24 = 3065",
			// Tomorrow 4 are expired, and 16 are within the window.
			"2026-11-21": "3049 of 4095 expired 6 expiring 24 lent 64 repair 128 transit 32 barred 768 allocated 24 = 3049",
			"2026-12-22": "3049 of 4095 expired 30 lent 64 repair 128 transit 32 barred 768 allocated 24 = 3049",
			// What was promised and held since is not known of a day gone by.
			"2026-11-19": "3097 of 4095 expired 512 expiring 6 lent 64 repair 128 transit 32 barred 256 = 3097",
			s.day2:       "3097 of 4095 expired 512 expiring 6 lent 64 repair 128 transit 32 barred 256 = 3097",
			"2026-11-04": "1049 of 2047 expired 512 expiring 6 lent 64 repair 128 transit 32 barred 256 = 1049",
			s.day1:       "1055 of 2047 expired 512 lent 64 repair 128 transit 32 barred 256 = 1055",
			"2026-10-09": "0 of 0 = 0",
		}
		check := func(when string) {
			s.look(func() {
				for _, on := range slices.Sorted(maps.Keys(days)) {
					if got := s.line(t, lines, on); got != days[on] {
						t.Errorf("%s, on %s:\n%s and not\n%s", when, on, got, days[on])
					}
				}
				if got, want := s.line(t, off, s.day3), "3077 of 4095 expired 2 lent 64 repair 128 transit 32 barred 768 allocated 24 = 3077"; got != want {
					t.Errorf("%s, without a window:\n%s and not\n%s", when, got, want)
				}
			})
		}
		s.promises()
		check("open months")
		for _, month := range []ledger.Month{"2026-09", "2026-10"} {
			if _, err := s.inv.ClosePeriods(s.ctx, planner, month, []id.ID{s.depots[0].ID}); err != nil {
				t.Fatal(err)
			}
			s.promises()
			check(string(month) + " closed")
		}
		s.promises()
		s.look(func() {
			s.lots(t, lines)
			list, err := s.work.Ahead(s.ctx, planner, planning.CoverageFilter{PlanID: lines})
			if err != nil || len(list) != 13 {
				t.Fatal(list, err)
			}
			for n, at := range list {
				if want := []plan.Rate{3065, 3049}[min(n, 1)]; at.Rate != want {
					t.Errorf("the trend says %d of %s and not %d", at.Rate, at.On, want)
				}
			}
		})
	})
}

// promises allocates again what look forgets.
func (s shelved) promises() {
	for at, qty := range s.allocated() {
		s.promise(at, qty)
	}
}

func (s shelved) allocated() map[spot]int64 {
	found := map[spot]int64{}
	for no, qty := range map[string]int64{"1024": 24_000, "512": 3_000} {
		var at spot
		s.must(s.raw.QueryRow("SELECT s.place_id, s.depot_id, s.lot_id FROM stock s JOIN lot l ON l.id = s.lot_id WHERE l.lot_no = ? AND l.owner = ?", no, s.owner).
			Scan((*int64)(&at.place), (*int64)(&at.depot), (*int64)(&at.lot)))
		found[at] = qty
	}
	return found
}

// lots tells the same of each lot: the columns are the sums of these.
func (s shelved) lots(t *testing.T, version id.ID) {
	t.Helper()
	v, _, err := s.work.Coverage(s.ctx, planner, planning.CoverageFilter{PlanID: version})
	if err != nil {
		t.Fatal(err)
	}
	line := v.Met[0].Line.ID
	ask := func(why plan.Why, any bool) string {
		rows, _, _, err := s.work.Lots(s.ctx, planner, planning.LotFilter{CoverageFilter: planning.CoverageFilter{PlanID: version}, LineID: line, DepotID: s.depots[0].ID, Why: why, Any: any})
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, r := range rows {
			list = append(list, r.OnHand.String()+" "+r.Why.Key())
		}
		return strings.Join(list, ", ")
	}
	for why, want := range map[plan.Why]string{plan.InTransit: "32 transit", plan.Lent: "64 lent", plan.InRepair: "128 repair", plan.Barred: "512 barred, 256 barred",
		plan.Expired: "2 expired", plan.Expiring: "4 expiring, 8 expiring", plan.Untested: "", plan.Allocated: "1024 usable"} {
		if got := ask(why, false); got != want {
			t.Errorf("lots %s: %q and not %q", why.Key(), got, want)
		}
	}
	if n := len(strings.Split(ask(0, true), ", ")); n != 12 {
		t.Errorf("%d lots in all", n)
	}
}

// TestMachines: one counts while its newest trial passed and is in date, on the
// day that is asked for.
func TestMachines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := openLab(t, e)
		defer l.close()
		s := shelved{grounds: l.newGrounds(t.Fatal)}
		pumps := map[string]id.ID{}
		for _, qty := range []string{"1", "2", "4", "8", "16", "32"} {
			pumps[qty] = s.receive("2026-09-01", s.pump, qty, "", "")
		}
		// The first was never tried.
		s.try(pumps["2"], "2026-10-01", "2026-11-20", true)  // until today
		s.try(pumps["4"], "2026-10-01", "2026-11-19", true)  // until yesterday
		s.try(pumps["8"], "2026-10-01", "2027-04-01", true)  // passed, and
		s.try(pumps["8"], "2026-11-10", "2027-05-10", false) // failed since
		s.try(pumps["16"], "2026-10-01", "2026-12-01", false)
		s.try(pumps["16"], "2026-10-01", "2027-01-15", true) // again on the same day
		s.try(pumps["32"], "2026-11-20", "2027-05-20", true)
		version := s.version(t, "", s.of(s.pump))
		for on, want := range map[string]string{"2026-09-30": "0 of 63 untested 63 = 0", "2026-10-01": "30 of 63 untested 33 = 30",
			"2026-11-09": "30 of 63 untested 33 = 30", "2026-11-10": "22 of 63 untested 41 = 22", "2026-11-19": "22 of 63 untested 41 = 22",
			firstDay: "50 of 63 untested 13 = 50", "2026-11-21": "48 of 63 untested 15 = 48", "2027-01-16": "32 of 63 untested 31 = 32", "2027-05-21": "0 of 63 untested 63 = 0"} {
			if got := s.line(t, version, on); got != want {
				t.Errorf("on %s: %s and not %s", on, got, want)
			}
		}
		list, err := s.work.Ahead(s.ctx, planner, planning.CoverageFilter{PlanID: version})
		if err != nil {
			t.Fatal(err)
		}
		var rates []int
		for _, at := range list {
			rates = append(rates, int(at.Rate))
		}
		if d := cmp.Diff([]int{50, 48, 32, 32, 32, 32, 32, 0, 0, 0, 0, 0, 0}, rates); d != "" {
			t.Error(d)
		}
	})
}

// TestWhoSeesOneDepot: a keeper of one depot is shown its lines with the same
// figures, and none of the district's; a stranger nothing.
func TestWhoSeesOneDepot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := openLab(t, e)
		defer l.close()
		s := l.shelve(t)
		district, other := s.of(s.bigTent), s.of(s.tent)
		district.Scope, other.Scope = plan.Scope{Kind: plan.District}, plan.Scope{Kind: plan.AtDepot, DepotID: s.depots[1].ID}
		version := s.version(t, "30", s.of(s.tent), district, other)
		if err := s.work.SubmitPlan(s.ctx, planner, version, 2); err != nil {
			t.Fatal(err)
		}
		leader := access.Actor{ID: 106, Name: "钱伟", Grants: []access.Grant{{Role: access.Leader}}}
		if err := s.work.DecidePlan(s.ctx, leader, version, 3, planning.Verdict{Approve: true, Document: "1"}); err != nil {
			t.Fatal(err)
		}
		s.promises()
		s.look(func() {
			for on, want := range map[string]quantity.Q{"": quantity.Of(3065), s.day2: quantity.Of(3097)} {
				one := access.Actor{ID: 107, Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: s.depots[0].ID}}}
				v, found, err := s.work.Coverage(s.ctx, one, planning.CoverageFilter{PlanID: version, On: on})
				if err != nil || !found || len(v.Met) != 1 || v.Met[0].Usable() != want || v.Matrix.District {
					t.Errorf("on %q: %v, %v, %+v", on, err, found, v.Met)
				}
			}
		})
		if _, _, err := s.work.Coverage(s.ctx, access.Actor{ID: 108}, planning.CoverageFilter{PlanID: version}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger is told %v", err)
		}
	})
}
