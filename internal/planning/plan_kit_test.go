package planning_test

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

// reserve is a district with every kind of depot, a few goods and a group,
// the people who make plans, and those who may not.
type reserve struct {
	*testing.T
	*planning.Service
	inv   *inventory.Service
	store *store.Store
	raw   *sql.DB
	clock atomic.Int64

	center, first, second, village, firm, office place.Depot
	tent, big, quilt, water, sand, pump          catalog.Item
	living, flood                                catalog.Category
	tents                                        plan.Group

	planner, colleague, leader, deputy, both access.Actor
	keeper, street, auditor, nobody, mover   access.Actor
}

// reserveDay is the first day of these tests' clock, noon in Shanghai.
var reserveDay = time.Date(2026, 5, 20, 4, 0, 0, 0, time.UTC)

func newReserve(t *testing.T, e storetest.Engine) *reserve {
	t.Helper()
	e, options := e.Fixed(t)
	r := &reserve{T: t}
	r.clock.Store(reserveDay.UnixMicro())
	r.store = e.Open(t, func() time.Time { return time.UnixMicro(r.clock.Load()) })
	r.Service, r.inv, r.raw = planning.New(r.store), inventory.New(r.store), storetest.Raw(t, options)
	r.ok(r.store.Tx(t.Context(), r.fill))
	r.planner, r.colleague = grant(21, "沈岚", access.Planner, 0), grant(22, "周敏", access.Planner, 0)
	r.leader, r.deputy = grant(23, "贺志远", access.Leader, 0), grant(24, "钟立", access.Leader, 0)
	r.both = access.Actor{ID: 25, Name: "兼任", Grants: []access.Grant{{Role: access.Planner}, {Role: access.Leader}}}
	r.keeper, r.street = grant(26, "李红梅", access.Keeper, r.first.ID), grant(27, "专干", access.Street, r.first.ID)
	r.auditor, r.mover = grant(28, "审计", access.Audit, 0), grant(29, "吴敏", access.Keeper, 0)
	g, err := r.SaveGroup(t.Context(), r.planner, planning.GroupInput{Name: "帐篷", Unit: "顶",
		Members: []planning.MemberInput{{Item: r.tent.Code, Ratio: "1"}, {Item: r.big.Code, Ratio: "3"}}})
	r.ok(err)
	r.tents = g
	return r
}

func (r *reserve) fill(tx *store.Tx) error {
	ctx := r.Context()
	area := func(code, name, kind, parent string) place.Division {
		return place.Division{Code: code, Name: name, Kind: kind, Parent: parent}
	}
	err := tx.InsertDivisions(ctx, area("430112000000", "望城区", "区", ""), area("430112001000", "甲街道", "街道", "430112000000"),
		area("430112001001", "甲一村", "村", "430112001000"), area("430112003000", "乙街道", "街道", "430112000000"))
	if err != nil {
		return err
	}
	for _, d := range []struct {
		at *place.Depot
		place.Depot
	}{{&r.center, place.Depot{Code: "QU", Name: "区库", Tier: place.District}}, {&r.first, place.Depot{Code: "AA", Name: "甲街道库", Tier: place.Township, Division: "430112001000"}},
		{&r.second, place.Depot{Code: "BB", Name: "乙街道库", Tier: place.Township, Division: "430112003000"}},
		{&r.village, place.Depot{Code: "CC", Name: "甲一村点", Tier: place.Village, Division: "430112001001"}},
		{&r.firm, place.Depot{Code: "FM", Name: "代储企业库", Tier: place.Township, Division: "430112003000", Holder: place.HeldByFirm}},
		{&r.office, place.Depot{Code: "DP", Name: "水利局库", Tier: place.Township, Division: "430112001000", Holder: place.HeldByDepartment}}} {
		d.Depot.ID = tx.NewID()
		if *d.at = d.Depot; d.Holder == "" {
			d.at.Holder = place.HeldByBureau
		}
		if err := tx.InsertDepot(ctx, *d.at); err != nil {
			return err
		}
	}
	units := []catalog.Unit{{Name: "顶"}, {Name: "床"}, {Name: "瓶"}, {Name: "吨", Decimals: 3}, {Name: "台"}}
	if err := tx.InsertUnits(ctx, units...); err != nil {
		return err
	}
	r.living, r.flood = catalog.Category{ID: tx.NewID(), Code: "SH", Name: "生活救助类", Position: 1}, catalog.Category{ID: tx.NewID(), Code: "FX", Name: "防汛类", Position: 2}
	if err := tx.InsertCategories(ctx, r.living, r.flood); err != nil {
		return err
	}
	goods := []struct {
		at *catalog.Item
		catalog.Item
	}{{&r.tent, catalog.Item{Code: "SH0001", Name: "帐篷", Spec: "12㎡", Unit: "顶"}}, {&r.big, catalog.Item{Code: "SH0002", Name: "帐篷", Spec: "36㎡", Unit: "顶"}},
		{&r.quilt, catalog.Item{Code: "SH0003", Name: "棉被", Unit: "床"}},
		{&r.water, catalog.Item{Code: "SH0004", Name: "饮用水", Unit: "瓶", Packs: []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}}}},
		{&r.sand, catalog.Item{Code: "FX0001", Name: "黄沙", Unit: "吨", Decimals: 3}}, {&r.pump, catalog.Item{Code: "FX0002", Name: "抽水泵", Unit: "台", CheckMonths: 6}}}
	for _, g := range goods {
		g.Item.ID, g.Item.CategoryID = tx.NewID(), r.living.ID
		if strings.HasPrefix(g.Code, "FX") {
			g.Item.CategoryID = r.flood.ID
		}
		*g.at = g.Item
		if err := tx.InsertItems(ctx, g.Item); err != nil {
			return err
		}
	}
	return nil
}

func (r *reserve) ok(err error) {
	r.Helper()
	if err != nil {
		r.Fatalf("%v %v", err, errs.FieldsOf(err))
	}
}

// in runs a part of a test on the same district.
func (r *reserve) in(name string, part func()) {
	outer := r.T
	outer.Run(name, func(t *testing.T) {
		r.T = t
		defer func() { r.T = outer }()
		part()
	})
}

// refused asserts an error's kind and what it says, to fields as well.
func (r *reserve) refused(err error, kind errs.Kind, parts ...string) {
	r.Helper()
	if err == nil {
		r.Errorf("not refused; want %v with %q", kind, parts)
		return
	}
	for _, part := range parts {
		wantKind(r.T, err, kind, part)
	}
	if len(parts) == 0 && errs.KindOf(err) != kind {
		r.Errorf("%v, want %v", err, kind)
	}
}

// day moves the clock to noon of a day.
func (r *reserve) day(on string) {
	at, err := time.Parse(time.DateOnly, on)
	r.ok(err)
	r.clock.Store(at.Add(4 * time.Hour).UnixMicro())
}

func (r *reserve) at(d place.Depot) plan.Scope { return plan.Scope{Kind: plan.AtDepot, DepotID: d.ID} }

var everywhere = plan.Scope{Kind: plan.District}

func tier(t place.Tier) plan.Scope { return plan.Scope{Kind: plan.AtTier, Tier: t} }

// row is a typed line of physical goods: target, minimum, standard, maximum.
func row(target string, levels ...string) planning.LineInput {
	in := planning.LineInput{Target: target, Forms: []plan.Form{plan.Physical}}
	for i, at := range []*string{&in.Standard, &in.Minimum, &in.Maximum} {
		if i < len(levels) {
			*at = levels[i]
		}
	}
	return in
}

// with lets more forms of reserve count.
func with(in planning.LineInput, forms ...plan.Form) planning.LineInput {
	in.Forms = append(slices.Clone(in.Forms), forms...)
	return in
}

func (r *reserve) create(in planning.PlanInput) plan.Plan {
	r.Helper()
	if in.Year == "" {
		in.Year = "2026"
	}
	if in.Season == "" {
		in.Season = plan.WholeYear
	}
	p, err := r.CreatePlan(r.Context(), r.planner, in)
	r.ok(err)
	return p
}

// draft is a plan with lines: those of depots first, then the district's and
// the tiers'.
func (r *reserve) draft(in planning.PlanInput, lines map[plan.Scope][]planning.LineInput) id.ID {
	r.Helper()
	p := r.create(in)
	order := slices.SortedFunc(maps.Keys(lines), func(a, b plan.Scope) int { return strings.Compare(planning.ScopeText(a), planning.ScopeText(b)) })
	for _, at := range order {
		r.ok(r.save(p.ID, at, lines[at]...))
	}
	return p.ID
}

// save saves the lines of a scope as the planner, on the page as it now is.
func (r *reserve) save(version id.ID, at plan.Scope, rows ...planning.LineInput) error {
	r.Helper()
	return r.SaveLines(r.Context(), r.planner, version, r.lock(version), at, rows)
}

func (r *reserve) whole(version id.ID) planning.Whole {
	r.Helper()
	w, err := r.Plan(r.Context(), r.planner, version)
	r.ok(err)
	return w
}

func (r *reserve) lock(version id.ID) int64 { return r.whole(version).LockNo }

// lines gives the lines of a scope as people read them: 1 帐篷 12㎡ 10/20.
func (r *reserve) lines(version id.ID, at plan.Scope) []string {
	r.Helper()
	w := r.whole(version)
	var list []string
	for _, l := range w.Lines {
		if l.Scope == at {
			list = append(list, strings.Join([]string{id.ID(l.No).String(), w.Goods.Label(l.Target), l.Minimum.String() + "/" + l.Standard.String() + l.Unit}, " "))
		}
	}
	return list
}

// approve takes a draft through to force, by the leader.
func (r *reserve) approve(version id.ID, document string) {
	r.Helper()
	r.ok(r.SubmitPlan(r.Context(), r.planner, version, r.lock(version)))
	r.ok(r.DecidePlan(r.Context(), r.leader, version, r.lock(version), planning.Verdict{Approve: true, Document: document}))
}

// inForce brings a plan of such lines into force.
func (r *reserve) inForce(lines map[plan.Scope][]planning.LineInput) id.ID {
	r.Helper()
	version := r.draft(planning.PlanInput{}, lines)
	r.approve(version, "望应急〔2026〕1号")
	return version
}

// stock books goods in; expires "" = never.
func (r *reserve) stock(d place.Depot, it catalog.Item, lot, expires, qty string) {
	r.Helper()
	_, err := r.inv.PostDraft(r.Context(), r.mover, inventory.Draft{Type: ledger.Receipt, DepotID: d.ID, ClientKey: inventory.NewKey(), BusinessOn: r.Today().First, Reason: "本级采购",
		Lines: []inventory.Line{{ItemID: it.ID, Item: it.Label(), LotNo: lot, Expires: expires, Qty: qty}}})
	r.ok(err)
}

func (r *reserve) exec(query string, args ...any) {
	r.Helper()
	_, err := r.raw.ExecContext(r.Context(), query, args...)
	r.ok(err)
}

// books is everything that a booking would change.
func (r *reserve) books() string {
	r.Helper()
	var all []string
	for _, q := range []string{"SELECT CONCAT(place_id, ' ', lot_id, ' ', qty, ' ', allocated) FROM stock ORDER BY place_id, lot_id", "SELECT CONCAT(id, ' ', status) FROM draft ORDER BY id",
		"SELECT CONCAT(id, ' ', lot_id, ' ', qty) FROM entry ORDER BY id", "SELECT number FROM voucher ORDER BY number", "SELECT CONCAT(id, ' ', status) FROM expected ORDER BY id"} {
		rows, err := r.raw.QueryContext(context.Background(), q)
		r.ok(err)
		for rows.Next() {
			var text string
			r.ok(rows.Scan(&text))
			all = append(all, text)
		}
		r.ok(rows.Err())
		rows.Close()
	}
	return strings.Join(all, "\n")
}

// cover holds the plan in force against stock as somebody sees it.
func (r *reserve) cover(actor access.Actor, on string) planning.Coverage {
	r.Helper()
	v, found, err := r.Coverage(r.Context(), actor, planning.CoverageFilter{On: on})
	r.ok(err)
	if !found {
		r.Fatalf("no plan is in force on %q", on)
	}
	return v
}

// met writes targets as 库 物资 可用+协议/标准.
func met(v planning.Coverage) []string {
	var list []string
	for _, m := range v.Met {
		where := "全区"
		if d, ok := v.Depots.Depot(m.DepotID); ok {
			where = d.Code
		}
		promised := ""
		if m.Promised != 0 {
			promised = "+" + m.Promised.String()
		}
		list = append(list, where+" "+v.Goods.Label(m.Line.Target)+" "+m.Usable().String()+promised+"/"+m.Line.Standard.String())
	}
	return list
}
