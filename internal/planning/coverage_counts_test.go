package planning_test

import (
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
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

// agree signs an agreement of some goods for the days given.
func (r *reserve) agree(number, form, from, to string, it catalog.Item, qty string) {
	r.Helper()
	_, err := r.SaveAgreement(r.Context(), r.planner, planning.AgreementInput{Number: number, Form: form, Firm: "甲公司", Contact: "张三", Phone: "0731-88060000", FromOn: from, ToOn: to,
		LeadHours: "24", Lines: []planning.AgreementLine{{Item: it.Code, Qty: qty}}})
	r.ok(err)
}

// expect notes goods to come.
func (r *reserve) expect(kind plan.ExpectedKind, d place.Depot, it catalog.Item, qty, due string) {
	r.Helper()
	_, err := r.SaveExpected(r.Context(), r.planner, planning.ExpectedInput{Kind: string(kind), DepotID: d.ID, Item: it.Code, Qty: qty, DueOn: due, Partner: "甲公司"})
	r.ok(err)
}

// aside books goods in at a place of another kind than a bin.
func (r *reserve) aside(d place.Depot, it catalog.Item, kind place.Kind, lot, qty string) {
	r.Helper()
	code := "Z-" + lot
	r.ok(r.store.Tx(r.Context(), func(tx *store.Tx) error {
		return tx.InsertPlaces(r.Context(), place.Place{ID: tx.NewID(), Kind: place.Bin, DepotID: d.ID, Code: code, Name: code})
	}))
	_, err := r.inv.PostDraft(r.Context(), r.mover, inventory.Draft{Type: ledger.Receipt, DepotID: d.ID, ClientKey: inventory.NewKey(), BusinessOn: r.Today().First, Reason: "本级采购",
		Lines: []inventory.Line{{ItemID: it.ID, Item: it.Label(), LotNo: lot, Qty: qty, Bin: code}}})
	r.ok(err)
	r.exec("UPDATE place SET kind = ? WHERE code = ?", string(kind), code)
}

func (r *reserve) wantMet(v planning.Coverage, want ...string) {
	r.Helper()
	if got := met(v); !slices.Equal(got, want) {
		r.Errorf("on %s:\n%s\nwant\n%s", v.On, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCoverageCountsEachThingOnceAndWhereItMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		for _, d := range []place.Depot{r.center, r.first, r.second, r.firm, r.office} {
			r.stock(d, r.quilt, "Q-"+d.Code, "", "40")
			r.stock(d, r.water, "W-"+d.Code, "", "480")
		}
		r.stock(r.first, r.tent, "T1", "", "30")
		r.stock(r.first, r.tent, "T2", "2026-06-05", "10")
		r.stock(r.second, r.big, "T3", "", "4")
		r.agree("1号", "agreement", "2026-01-01", "2026-08-31", r.water, "600")
		r.agree("2号", "capacity", "2026-06-01", "2027-08-31", r.water, "1000")
		r.agree("3号", "agreement", "2026-01-01", "2026-12-31", r.tent, "100")
		version := r.draft(planning.PlanInput{Window: "10"}, map[plan.Scope][]planning.LineInput{
			r.at(r.first): {row("SH0001", "100", "60")}, r.at(r.second): {row("等效组 帐篷", "50")}, everywhere: {with(row("SH0003", "200"), plan.Kept)},
		})
		packs := with(row("SH0004", "40"), plan.Agreement)
		packs.Unit = "箱"
		r.ok(r.save(version, tier(place.Township), packs))
		r.approve(version, "1号")
		r.in("today", func() {
			v := r.cover(r.planner, "")
			// Another department's quilts are nobody's, the firm's are 代储; the firm
			// has no line of water, for the tier does not count 代储. 600 bottles are
			// 25 packs: 20 to the first, what is left to the second.
			r.wantMet(v, "AA 帐篷 12㎡ 40/100", "BB 帐篷（等效组） 12/50", "全区 棉被 160/200", "AA 饮用水 20+20/40", "BB 饮用水 20+5/40")
			cell := v.Matrix.Cells[[2]id.ID{r.first.ID, r.living.ID}]
			if rate, _ := cell.Rate.Rate(); cell.Lines != 2 || cell.Short != 1 || cell.Enough != 1 || rate != 7000 {
				r.Errorf("the first depot's cell %+v", cell)
			}
		})
		r.in("a capacity counts where the line lets it, within its term", func() {
			r.wantMet(r.cover(r.planner, "2026-06-20"), "AA 帐篷 12㎡ 30/100", "BB 帐篷（等效组） 12/50", "全区 棉被 160/200", "AA 饮用水 20+20/40", "BB 饮用水 20+5/40")
			r.wantMet(r.cover(r.planner, "2026-09-01"), "AA 帐篷 12㎡ 30/100", "BB 帐篷（等效组） 12/50", "全区 棉被 160/200", "AA 饮用水 20/40", "BB 饮用水 20/40")
		})
		r.in("what expires within the window does not count, and then neither", func() {
			lots := func(on string, why plan.Why) string {
				line := r.whole(version).Lines[slices.IndexFunc(r.whole(version).Lines, func(l plan.Line) bool { return l.Target.ID == r.tent.ID })]
				rows, _, _, err := r.Lots(r.Context(), r.keeper, planning.LotFilter{CoverageFilter: planning.CoverageFilter{On: on}, LineID: line.ID, DepotID: r.first.ID, Why: why})
				r.ok(err)
				var nos []string
				for _, l := range rows {
					nos = append(nos, l.Lot.No)
				}
				return strings.Join(nos, " ")
			}
			for on, want := range map[string]string{"2026-05-25": "", "2026-05-26": "T2", "2026-06-05": "T2", "2026-06-06": ""} {
				if got := lots(on, plan.Expiring); got != want {
					r.Errorf("expiring on %s: %q", on, got)
				}
			}
			if got := lots("2026-06-06", plan.Expired); got != "T2" {
				r.Errorf("expired: %q", got)
			}
		})
		r.in("what is expected counts from its day", func() {
			r.aside(r.first, r.tent, place.Borrower, "LENT", "5")
			r.expect(plan.GiveBack, r.first, r.tent, "5", "2026-07-01")
			r.expect(plan.Delivery, r.first, r.tent, "60", "2026-07-10")
			for on, want := range map[string]string{"": "AA 帐篷 12㎡ 40/100", "2026-06-30": "AA 帐篷 12㎡ 30/100", "2026-07-01": "AA 帐篷 12㎡ 35/100", "2026-07-10": "AA 帐篷 12㎡ 95/100"} {
				if got := met(r.cover(r.keeper, on))[0]; got != want {
					r.Errorf("on %q: %s, want %s", on, got, want)
				}
			}
			if m := r.cover(r.keeper, "2026-07-01").Met[0]; m.Out[plan.Lent] != 0 || m.Book.String() != "45" {
				r.Errorf("given back: %+v", m.Amounts)
			}
		})
		r.in("who keeps one depot sees its lines as the planner does, and no others", func() {
			all := met(r.cover(r.planner, ""))
			for _, who := range []access.Actor{r.keeper, r.street} {
				v := r.cover(who, "")
				want := slices.DeleteFunc(slices.Clone(all), func(m string) bool { return !strings.HasPrefix(m, "AA ") })
				r.wantMet(v, want...)
				if len(v.Matrix.Depots) != 1 || v.Matrix.District || v.Matrix.Total.Lines != 2 {
					r.Errorf("%s's matrix %+v", who.Name, v.Matrix)
				}
			}
			for _, l := range r.whole(version).Lines {
				for _, d := range []id.ID{0, r.second.ID, r.first.ID} {
					own := d == r.first.ID && (l.Scope == r.at(r.first) || l.Scope.Kind == plan.AtTier)
					_, _, _, err := r.Lots(r.Context(), r.keeper, planning.LotFilter{LineID: l.ID, DepotID: d, Any: true})
					if own != (err == nil) || !own && errs.KindOf(err) != errs.NotFound {
						r.Errorf("line %d at %d: %v", l.No, d, err)
					}
				}
			}
		})
		r.in("the lots behind a figure are those it counts", func() {
			for _, m := range r.cover(r.planner, "").Met {
				rows, _, _, err := r.Lots(r.Context(), r.planner, planning.LotFilter{LineID: m.Line.ID, DepotID: m.DepotID, Any: true})
				r.ok(err)
				g := r.cover(r.planner, "").Goods
				ratio := map[id.ID]plan.Ratio{}
				for _, c := range g.Counting(m.Line.Target, m.Line.Unit) {
					ratio[c.ItemID] = c.Ratio
				}
				var sum quantity.Q
				for _, l := range rows {
					sum += ratio[l.Lot.ItemID].Down(l.OnHand)
				}
				if sum != m.Book {
					r.Errorf("line %d at %d: lots of %s, the book says %s", m.Line.No, m.DepotID, sum, m.Book)
				}
			}
		})
	})
}

func TestFormsOfReserveDecideWhatCounts(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	for _, d := range []place.Depot{r.first, r.second, r.firm, r.office} {
		r.stock(d, r.quilt, "Q-"+d.Code, "", "40")
	}
	r.agree("1号", "agreement", "2026-01-01", "2026-12-31", r.quilt, "70")
	r.agree("2号", "social", "2026-01-01", "2026-12-31", r.quilt, "9")
	for name, tc := range map[string]struct {
		at    plan.Scope
		forms []plan.Form
		want  []string
	}{
		"the district, physical":      {everywhere, []plan.Form{plan.Physical}, []string{"全区 棉被 80/500"}},
		"the district, 代储 too":        {everywhere, []plan.Form{plan.Physical, plan.Kept}, []string{"全区 棉被 120/500"}},
		"the district, 代储 only":       {everywhere, []plan.Form{plan.Kept}, []string{"全区 棉被 40/500"}},
		"the district, promises only": {everywhere, []plan.Form{plan.Agreement, plan.Social}, []string{"全区 棉被 0+79/500"}},
		"a tier, physical":            {tier(place.Township), []plan.Form{plan.Physical}, []string{"AA 棉被 40/500", "BB 棉被 40/500"}},
		"a tier, 代储 too":              {tier(place.Township), []plan.Form{plan.Physical, plan.Kept}, []string{"AA 棉被 40/500", "BB 棉被 40/500", "FM 棉被 40/500"}},
		"a tier, 代储 only":             {tier(place.Township), []plan.Form{plan.Kept}, []string{"FM 棉被 40/500"}},
		"a tier, promises only":       {tier(place.Township), []plan.Form{plan.Social}, []string{"AA 棉被 0+9/500", "BB 棉被 0/500"}},
		"a firm's depot by name":      {r.at(r.firm), []plan.Form{plan.Physical}, []string{"FM 棉被 40/500"}},
		"another department's":        {r.at(r.office), []plan.Form{plan.Physical}, []string{"DP 棉被 40/500"}},
		"a depot, promises only":      {r.at(r.first), []plan.Form{plan.Agreement}, []string{"AA 棉被 0+70/500"}},
	} {
		in := row("SH0003", "500")
		in.Forms = tc.forms
		version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{tc.at: {in}})
		v, _, err := r.Coverage(t.Context(), r.planner, planning.CoverageFilter{PlanID: version})
		r.ok(err)
		r.in(name, func() { r.wantMet(v, tc.want...) })
	}
	kept := row("SH0003", "5")
	kept.Forms = []plan.Form{plan.Kept}
	version := r.draft(planning.PlanInput{}, nil)
	r.refused(r.save(version, tier(place.Village), kept), errs.Invalid, "forms.1", "代储")
}

// The trend and the matrix of its days are one figure.
func TestTheTrendAgreesWithTheDaysItShows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		for i, expires := range []string{"", "2026-05-20", "2026-06-20", "2026-07-19", "2026-09-25", "2027-02-01"} {
			r.stock(r.first, r.tent, "T"+expires, expires, "10")
			r.stock(r.second, r.quilt, "Q"+expires, expires, []string{"3", "2", "5", "8", "13", "21"}[i])
		}
		r.stock(r.first, r.pump, "P-1", "", "2")
		r.stock(r.first, r.pump, "P-2", "", "1")
		for lot, on := range map[string]string{"P-1": "2026-05-20", "P-2": "2026-01-10"} {
			var n int64
			r.ok(r.raw.QueryRow("SELECT id FROM lot WHERE lot_no = ?", lot).Scan(&n))
			_, err := r.RecordCheck(t.Context(), r.planner, id.ID(n), planning.CheckInput{CheckedOn: on, Result: planning.TrialPassed})
			r.ok(err)
		}
		r.agree("1号", "agreement", "2026-01-01", "2026-10-31", r.quilt, "7")
		r.expect(plan.Delivery, r.first, r.tent, "6", "2026-08-20")
		r.expect(plan.Delivery, r.second, r.quilt, "4", "2026-05-01") // overdue: not there today
		version := r.draft(planning.PlanInput{Window: "30", To: "2027-12-31"}, map[plan.Scope][]planning.LineInput{r.at(r.first): {row("SH0001", "60"), row("FX0002", "4")},
			everywhere: {with(row("SH0003", "60"), plan.Agreement)}})
		r.approve(version, "1号")
		for _, who := range []access.Actor{r.planner, r.keeper} {
			trend, err := r.Ahead(t.Context(), who, planning.CoverageFilter{})
			r.ok(err)
			if len(trend) != 13 {
				t.Fatalf("%d points", len(trend))
			}
			for _, point := range trend {
				v := r.cover(who, point.On)
				if rate, _ := v.Matrix.Total.Rate.Rate(); rate != point.Rate {
					t.Errorf("%s on %s: the trend says %d, the matrix %d: %v", who.Name, point.On, point.Rate, rate, met(v))
				}
			}
		}
	})
}

func TestCoverageOfDaysGoneBy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		lines := map[plan.Scope][]planning.LineInput{r.at(r.first): {row("SH0001", "100")}}
		r.stock(r.first, r.tent, "T1", "2026-07-01", "10")
		r.inForce(lines)
		r.day("2026-06-10")
		r.stock(r.first, r.tent, "T2", "", "20")
		lines[r.at(r.first)] = []planning.LineInput{row("SH0001", "40")}
		r.inForce(lines)
		r.day("2026-07-20")
		for on, want := range map[string]string{"2026-05-20": "AA 帐篷 12㎡ 10/100", "2026-06-09": "AA 帐篷 12㎡ 10/100", "2026-06-10": "AA 帐篷 12㎡ 30/40",
			"2026-07-01": "AA 帐篷 12㎡ 30/40", "2026-07-02": "AA 帐篷 12㎡ 20/40", "": "AA 帐篷 12㎡ 20/40"} {
			if got := met(r.cover(r.keeper, on)); len(got) != 1 || got[0] != want {
				t.Errorf("on %q: %v, want %s", on, got, want)
			}
		}
		if _, found, err := r.Coverage(t.Context(), r.keeper, planning.CoverageFilter{On: "2026-05-19"}); found || err != nil {
			t.Errorf("before any plan: %t, %v", found, err)
		}
		for on, want := range map[string]string{"五月": "看不懂", "1899-01-01": "看不懂", "2032-01-01": "最远"} {
			_, _, err := r.Coverage(t.Context(), r.keeper, planning.CoverageFilter{On: on})
			r.refused(err, errs.Invalid, want)
		}
	})
}
