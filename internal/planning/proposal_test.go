package planning_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store/storetest"
)

// road records the minutes between two depots.
func (r *reserve) road(a, b place.Depot, minutes string) {
	r.Helper()
	_, err := r.SaveRoads(r.Context(), r.planner, planning.RoadsInput{DepotID: a.ID, Source: "实测", Rows: []planning.RoadInput{{DepotID: b.ID, Minutes: minutes}}})
	r.ok(err)
}

// proposed writes proposals as people read them.
func proposed(p planning.Proposals) (list []string) {
	for _, t := range p.Transfers {
		for _, l := range t.Lines {
			list = append(list, fmt.Sprintf("%s→%s %s %s %s", t.From.Code, t.To.Code, l.Item.Label(), l.Lot.No, l.Qty))
		}
	}
	for _, c := range p.CallUps {
		for _, l := range c.Lines {
			list = append(list, fmt.Sprintf("%s→%s %s %s", c.Deal.Number, l.To.Code, l.Item.Label(), l.Qty))
		}
	}
	for _, b := range p.Purchases {
		var whom []string
		for _, share := range b.Shares {
			whom = append(whom, share.For())
		}
		list = append(list, fmt.Sprintf("买 %s %s %s %s", b.Label, b.Qty, b.Unit, strings.Join(whom, " ")))
	}
	return list
}

func (r *reserve) propose() planning.Proposals {
	r.Helper()
	p, err := r.Propose(r.Context(), r.planner)
	r.ok(err)
	return p
}

// suggest makes the drafts of all proposed transfers, as the page does.
func (r *reserve) suggest(p planning.Proposals) (int, error) {
	var drafts []inventory.Draft
	for _, t := range p.Transfers {
		d := inventory.Draft{DepotID: t.From.ID, ToDepotID: t.To.ID, BusinessOn: p.On, Reason: ledger.TransferReasons[0]}
		for _, l := range t.Lines {
			d.Lines = append(d.Lines, inventory.Line{ItemID: l.Item.ID, Item: l.Item.Label(), LotNo: l.Lot.No, LotID: l.Lot.ID, PlaceID: l.PlaceID, Bin: l.Bin,
				Expires: l.Lot.Expires.String(), Qty: l.Qty.String()})
		}
		drafts = append(drafts, d)
	}
	return r.inv.SuggestTransfers(r.Context(), r.planner, "reserve", drafts)
}

// shortOfTents is a first depot that lacks a hundred tents, others with some
// to spare or with some that do not count, and a plan for it all.
func shortOfTents(t *testing.T, e storetest.Engine) *reserve {
	r := newReserve(t, e)
	r.stock(r.first, r.tent, "A1", "", "20")
	r.stock(r.second, r.tent, "OLD", "2026-06-01", "50")
	r.stock(r.second, r.tent, "B1", "2027-12-31", "30")
	r.stock(r.second, r.tent, "B2", "2026-09-30", "20")
	r.stock(r.second, r.tent, "HELD", "2026-08-01", "40")
	r.aside(r.second, r.tent, place.Quarantine, "QUARANTINE", "40")
	r.aside(r.second, r.tent, place.Transit, "ROAD", "40")
	r.stock(r.center, r.tent, "C1", "", "40")
	r.stock(r.village, r.tent, "V1", "", "15")
	r.stock(r.office, r.tent, "D1", "", "99")
	r.exec("UPDATE lot SET held = 1 WHERE lot_no = 'HELD'")
	r.exec("INSERT INTO lot_hold (id, lot_id, depot_id, seq, held, reason, actor_id, actor_name, at) " +
		"SELECT 1, id, " + r.second.ID.String() + ", 1, 1, '', 0, '', 1 FROM lot WHERE lot_no = 'HELD'")
	r.exec("UPDATE stock SET allocated = 4000 WHERE lot_id = (SELECT id FROM lot WHERE lot_no = 'B2')")
	r.road(r.first, r.second, "20")
	r.road(r.first, r.center, "50")
	r.agree("1号", "agreement", "2026-01-01", "2026-12-31", r.tent, "12")
	r.day("2026-06-10")
	r.inForce(map[plan.Scope][]planning.LineInput{r.at(r.first): {row("SH0001", "120", "50")}, r.at(r.second): {row("SH0001", "20", "10")}, everywhere: {row("FX0002", "3")}})
	return r
}

func TestShortagesAreMetFromOthersThenFirmsThenBought(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := shortOfTents(t, e)
		r.in("near before far, first what expires first, and only what counts", func() {
			before := r.books()
			p := r.propose()
			// 46 count at the second depot, which keeps its 20; the road to the
			// village is unknown and comes last.
			want := []string{"BB→AA 帐篷 12㎡ B2 16", "BB→AA 帐篷 12㎡ B1 10", "QU→AA 帐篷 12㎡ C1 40", "CC→AA 帐篷 12㎡ V1 15",
				"1号→AA 帐篷 12㎡ 12", "买 抽水泵 3 台 全区合计", "买 帐篷 12㎡ 7 顶 甲街道库"}
			if got := proposed(p); !slices.Equal(got, want) || p.Short != 2 {
				r.Errorf("%d short:\n%s", p.Short, strings.Join(got, "\n"))
			}
			for _, who := range []access.Actor{r.leader, r.auditor} {
				if other, err := r.Propose(r.Context(), who); err != nil || !slices.Equal(proposed(other), want) {
					r.Errorf("%s is told %v, %v", who.Name, proposed(other), err)
				}
			}
			if after := r.books(); after != before {
				r.Errorf("proposing booked:\n%s", after)
			}
		})
		r.in("the minimum of all comes first", func() {
			r.exec("UPDATE stock SET qty = 14000 WHERE lot_id = (SELECT id FROM lot WHERE lot_no = 'B1')")
			r.exec("UPDATE stock SET qty = 4000 WHERE lot_id = (SELECT id FROM lot WHERE lot_no = 'B2')")
			for _, m := range r.propose().Transfers {
				if m.From.ID == r.second.ID {
					r.Errorf("a depot below its own standard gives: %+v", m)
				}
			}
			r.exec("UPDATE stock SET qty = 30000 WHERE lot_id = (SELECT id FROM lot WHERE lot_no = 'B1')")
			r.exec("UPDATE stock SET qty = 20000 WHERE lot_id = (SELECT id FROM lot WHERE lot_no = 'B2')")
		})
	})
}

func TestSuggestedTransfersArePostedAsTheyAre(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := shortOfTents(t, e)
		ctx := t.Context()
		stock := strings.Count(r.books(), "\n")
		made, err := r.suggest(r.propose())
		r.ok(err)
		if made != 3 {
			t.Fatalf("%d drafts", made)
		}
		for range 2 { // a second tap, and a third
			if again, err := r.suggest(r.propose()); again != 0 || err != nil {
				t.Errorf("again %d, %v", again, err)
			}
		}
		if n := strings.Count(r.books(), "\n") - stock; n != 3 {
			t.Errorf("%d rows more than before, want three drafts", n)
		}
		list, err := r.inv.Drafts(ctx, grant(31, "乙库保管员", access.Keeper, r.second.ID))
		if err != nil || len(list) != 1 || list[0].DepotID != r.second.ID || list[0].ActorName != "沈岚" || list[0].LineCount != 2 {
			t.Fatalf("the giver's keeper finds %+v, %v", list, err)
		}
		if list, err := r.inv.Drafts(ctx, r.keeper); err != nil || len(list) != 0 {
			t.Errorf("the receiver's keeper finds %v, %v", list, err)
		}
		r.in("the keeper of both ends opens one and posts it untouched", func() {
			ends := access.Actor{ID: 32, Name: "两库保管员", Grants: []access.Grant{{Role: access.Keeper, DepotID: r.first.ID}, {Role: access.Keeper, DepotID: r.second.ID}}}
			// Stock is compared with what the plan says before and after.
			d, err := r.inv.Draft(ctx, ends, list[0].ID)
			r.ok(err)
			v, err := r.inv.PostDraft(ctx, ends, d)
			r.ok(err)
			if v.Type != ledger.Transfer || v.ToDepotID != r.first.ID {
				r.Errorf("posted %+v", v)
			}
			if got := met(r.cover(r.planner, "")); !slices.Contains(got, "AA 帐篷 12㎡ 46/120") || !slices.Contains(got, "BB 帐篷 12㎡ 20/20") {
				r.Errorf("then %v", got)
			}
		})
		r.in("what is short again the same day can be suggested again", func() {
			r.stock(r.second, r.tent, "B3", "", "30")
			p := r.propose()
			if got := proposed(p); got[0] != "BB→AA 帐篷 12㎡ B1 20" {
				r.Fatalf("proposed %v", got)
			}
			made, err := r.suggest(p)
			if err != nil || made != 1 {
				r.Fatalf("made %d, %v", made, err)
			}
			list, err := r.inv.Drafts(ctx, r.mover)
			r.ok(err)
			at := slices.IndexFunc(list, func(d inventory.Draft) bool { return d.DepotID == r.second.ID })
			d, err := r.inv.Draft(ctx, r.mover, list[at].ID)
			r.ok(err)
			_, err = r.inv.PostDraft(ctx, r.mover, d)
			r.ok(err)
		})
		r.in("nor is a draft doubled on the day after", func() {
			r.day("2026-06-11")
			if made, err := r.suggest(r.propose()); made != 0 || err != nil {
				r.Errorf("made %d, %v", made, err)
			}
		})
		r.in("nothing chosen is refused", func() {
			_, err := r.inv.SuggestTransfers(ctx, r.planner, "reserve", nil)
			r.refused(err, errs.Invalid, "没有选中")
		})
	})
}

func TestAScenarioBooksNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		ctx := t.Context()
		for _, d := range []place.Depot{r.center, r.first, r.village, r.office} {
			r.stock(d, r.quilt, "Q-"+d.Code, "", "40")
		}
		r.road(r.center, r.first, "30")
		r.record(plan.MovedPeople, map[string]string{"430112001000": "100"})
		_, err := r.SaveStandard(ctx, r.planner, planning.StandardInput{Name: "棉被", Target: "SH0003", Per: "1", Source: "区定"})
		r.ok(err)
		r.inForce(map[plan.Scope][]planning.LineInput{r.at(r.center): {row("SH0003", "40", "25")}})
		think := func(in planning.ScenarioInput) planning.Scenario {
			in.Days, in.People = 3, map[string]int64{"430112001000": 100}
			out, err := r.Scenario(ctx, r.planner, in)
			r.ok(err)
			return out
		}
		before := r.books()
		for name, tc := range map[string]struct {
			in                planning.ScenarioInput
			own, moved, short string
		}{
			"all depots":                     {planning.ScenarioInput{}, "80", "20", "0"},
			"the district's switched off":    {planning.ScenarioInput{Off: []id.ID{r.center.ID}}, "80", "0", "20"},
			"the street's own switched off":  {planning.ScenarioInput{Off: []id.ID{r.first.ID}}, "40", "40", "20"},
			"others keep their minimum":      {planning.ScenarioInput{KeepMin: true}, "80", "15", "5"},
			"another department's never was": {planning.ScenarioInput{Off: []id.ID{r.office.ID}}, "80", "20", "0"},
		} {
			out := think(tc.in)
			if o := out.Outcomes[0]; len(out.Outcomes) != 1 || o.Own.String() != tc.own || o.Moved.String() != tc.moved || o.Short.String() != tc.short {
				t.Errorf("%s: own %s, moved %s, short %s", name, o.Own, o.Moved, o.Short)
			}
			if (tc.short != "0") != (len(out.Lacks) == 1) {
				t.Errorf("%s lacks %+v", name, out.Lacks)
			}
		}
		for field, in := range map[string]planning.ScenarioInput{"days": {Days: 61, People: map[string]int64{"430112001000": 1}}, "case": {Days: 1, Case: "陨石", People: map[string]int64{"430112001000": 1}},
			"streets": {Days: 1}} {
			_, err := r.Scenario(ctx, r.planner, in)
			turnedDown(t, err, errs.Invalid, field)
		}
		if r.books() != before {
			t.Error("a scenario booked something")
		}
	})
}
