package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
)

// reservePlan writes this year's plan in two versions, both approved, and
// leaves next year's as a draft: figures of the demo, told to be so.
func (f *filler) reservePlan(ctx context.Context) error {
	there, err := f.Planning.Plans(ctx, f.planner)
	if err != nil || len(there) >= planVersions {
		return err
	}
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	year := f.today.Year()
	for _, v := range []struct {
		year, version int
		share         int64 // of the levels, in %
		signed, no    string
	}{
		{year, 1, 60, fmt.Sprintf("%d-01-08", year), fmt.Sprintf("望应急〔%d〕3号（演示）", year)},
		{year, 2, 70, fmt.Sprintf("%d-03-20", year), fmt.Sprintf("望应急〔%d〕21号（演示）", year)},
		{year + 1, draftVersion + 1, 75, "", ""},
	} {
		if v.signed > f.today.First {
			v.signed = f.today.First
		}
		if err := f.planVersion(ctx, there, goods, v.year, v.version, v.share, v.signed, v.no); err != nil {
			return fmt.Errorf("demo: plan of %d, version %d: %w", v.year, v.version, err)
		}
	}
	return nil
}

// planVersions is how many versions the demo writes.
const planVersions = 3

// planWindow is how near an expiry stock does not count any more, in days.
const planWindow = "60"

// planVersion brings one version as far as it goes; what a first attempt did is
// gone on from.
func (f *filler) planVersion(ctx context.Context, there []planning.ListedPlan, goods []goods, year, version int, share int64, signed, no string) error {
	var p plan.Plan
	for _, o := range there {
		if o.Year == year && o.Version == version {
			p = o.Plan
		}
	}
	var err error
	if p.ID == 0 {
		in := planning.PlanInput{Year: strconv.Itoa(year), Season: plan.WholeYear, Window: planWindow, Remark: "演示数据：数量为演示值，不作编制依据"}
		if p, err = f.Planning.CreatePlan(ctx, f.planner, in); err != nil {
			return err
		}
	}
	if p.Status == plan.Draft && p.LockNo == 1 {
		if p, err = f.planFirst(ctx, p, goods, share, signed == ""); err != nil {
			return err
		}
	}
	if signed == "" || p.Status == plan.Approved || p.Status == plan.Superseded {
		return nil
	}
	if p.Status == plan.Draft {
		if err := f.Planning.SubmitPlan(ctx, f.planner, p.ID, p.LockNo); err != nil {
			return err
		}
		p.LockNo++
	}
	return f.Planning.DecidePlan(ctx, f.leader, p.ID, p.LockNo, planning.Verdict{Approve: true, Document: no, Signed: signed, Words: "同意。"})
}

// planFirst writes the lines of a new version.
func (f *filler) planFirst(ctx context.Context, p plan.Plan, goods []goods, share int64, draft bool) (plan.Plan, error) {
	version := p.Version
	if draft {
		version = draftVersion
	}
	lines, err := f.planLines(ctx, goods, share, version)
	if err != nil {
		return p, err
	}
	if version != 1 {
		more, err := f.elsewhereLines(ctx, goods)
		if err != nil {
			return p, err
		}
		lines = append(lines, more...)
	}
	if err := f.Planning.ReplaceLines(ctx, f.planner, p.ID, p.LockNo, lines, "演示计划"); err != nil {
		return p, err
	}
	p.LockNo++
	if draft {
		return p, f.draftByBasis(ctx, p, goods)
	}
	return p, nil
}

// What the demo plans otherwise than item by item at each depot.
var (
	everyStreet   = []string{"手持扩音器", "警示带"}                       // the same at each street
	wholeDistrict = []string{"橡皮艇"}                                // over all depots together
	promisedToo   = []string{"瓶装饮用水", "方便食品", "编织袋", "橡皮艇", "排水泵"} // agreements count
	byBasis       = []string{"编织袋", "瓶装饮用水"}                       // of streets, in next year's draft
)

// villageShare is what villages are asked to keep of a street's level, in %.
const villageShare = 40

// planLines asks of every depot what it is meant to keep: the district's depot
// for the whole, streets for what each of them keeps, villages for little.
// Goods of an equivalence group are asked for as a group.
func (f *filler) planLines(ctx context.Context, all []goods, share int64, version int) ([]plan.Line, error) {
	groups, err := f.Planning.Groups(ctx, f.planner)
	if err != nil {
		return nil, err
	}
	p := &planWriter{share: share, groupOf: map[id.ID]plan.Member{}, groups: map[id.ID]plan.Group{}}
	for _, g := range groups {
		for _, m := range g.Members {
			p.groupOf[m.ItemID], p.groups[m.ItemID] = m, g
		}
	}
	for _, s := range f.sites {
		w := f.newWriter(s, all)
		p.begin(s)
		for i, sh := range w.shelves {
			p.shelf(sh, i, version)
		}
		p.end()
	}
	return p.lines, nil
}

// planWriter writes the lines of one version.
type planWriter struct {
	share   int64
	groupOf map[id.ID]plan.Member
	groups  map[id.ID]plan.Group
	lines   []plan.Line

	site   *site
	levels map[id.ID]quantity.Q // of the site's groups
	order  []id.ID
	once   map[string]bool // tiers' and the district's lines there are
}

func (p *planWriter) begin(s *site) {
	p.site, p.levels, p.order = s, map[id.ID]quantity.Q{}, nil
	if p.once == nil {
		p.once = map[string]bool{}
	}
}

func (p *planWriter) shelf(sh *shelf, n, version int) {
	level, name := sh.level, sh.Name
	switch p.site.Tier {
	case place.District:
		if version > 1 && n%9 == 0 {
			level = level * 12 / 10 // what the second version raised
		}
	case place.Village:
		level = level * villageShare / 100
	default:
		if version == 1 && n%7 == 3 || version == draftVersion && slices.Contains(byBasis, name) {
			return // what the second version added; what a basis tells
		}
	}
	target := plan.Target{Kind: plan.OfItem, ID: sh.ID}
	switch {
	case slices.Contains(everyStreet, name) && p.site.Tier == place.Township:
		p.single(name, plan.Scope{Kind: plan.AtTier, Tier: place.Township}, target, sh.Unit, level)
	case slices.Contains(everyStreet, name) && p.site.Tier != place.District, slices.Contains(wholeDistrict, name) && p.site.Tier != place.District:
	case slices.Contains(wholeDistrict, name):
		p.single(name, plan.Scope{Kind: plan.District}, target, sh.Unit, level)
	case p.groups[sh.ID].ID != 0:
		g := p.groups[sh.ID].ID
		if _, seen := p.levels[g]; !seen {
			p.order = append(p.order, g)
		}
		p.levels[g] += p.groupOf[sh.ID].Ratio.Down(quantity.Of(level))
	default:
		p.add(plan.Scope{Kind: plan.AtDepot, DepotID: p.site.ID}, target, sh.Unit, level, slices.Contains(promisedToo, name))
	}
}

// single writes a line that stands once for many depots.
func (p *planWriter) single(name string, at plan.Scope, target plan.Target, unit string, level int64) {
	if p.once[name] {
		return
	}
	p.once[name] = true
	p.add(at, target, unit, level, slices.Contains(promisedToo, name))
}

// end writes the groups of the site.
func (p *planWriter) end() {
	for _, g := range p.order {
		unit := ""
		for _, one := range p.groups {
			if one.ID == g {
				unit = one.Unit
			}
		}
		p.add(plan.Scope{Kind: plan.AtDepot, DepotID: p.site.ID}, plan.Target{Kind: plan.OfGroup, ID: g}, unit, int64(p.levels[g]/quantity.One), false)
	}
}

func (p *planWriter) add(at plan.Scope, target plan.Target, unit string, level int64, promised bool) {
	standard := rounded(max(level*p.share/100, 1))
	forms := []plan.Form{plan.Physical}
	if promised {
		forms = append(forms, plan.Agreement, plan.Capacity, plan.Social)
	}
	responsible := p.site.Custodian
	if at.Kind != plan.AtDepot {
		responsible = "各街镇"
	}
	p.lines = append(p.lines, plan.Line{Scope: at, Target: target, Unit: unit, Minimum: quantity.Of(standard * 6 / 10), Standard: quantity.Of(standard),
		Maximum: quantity.Of(standard * 2), Forms: forms, Responsible: responsible, Fund: "区级财政应急物资经费", Basis: plan.Basis{Kind: plan.Fixed}, BasisText: "演示值"})
}

// draftVersion tells next year's draft from the versions of this year.
const draftVersion = 0

// draftByBasis lets the basis figures say what streets need: bags by km of
// dike, water for three days by the people to be moved.
func (f *filler) draftByBasis(ctx context.Context, p plan.Plan, goods []goods) error {
	var streets []id.ID
	for _, s := range f.sites {
		if s.Tier == place.Township {
			streets = append(streets, s.ID)
		}
	}
	for _, in := range []planning.BasisInput{
		{Target: codeOf(goods, "编织袋", "", "条"), Kind: plan.PerKm, Figure: "堤防长度", Per: "300", Factor: "1", Share: "60", Basis: "演示值：每千米堤防 300 条"},
		{Target: codeOf(goods, "瓶装饮用水", "", "箱"), Kind: plan.PerHead, Figure: plan.MovedPeople, Per: "0.1", Days: "3", Share: "60", Basis: "演示值：每人每天 0.1 箱，3 天"},
	} {
		in.Depots = streets
		if _, err := f.Planning.GenerateLines(ctx, f.planner, p.ID, p.LockNo, in); err != nil {
			return err
		}
		p.LockNo++
	}
	return f.recount(ctx)
}

// recount corrects one street's figure after the draft was computed from it,
// so that there is something that would change.
func (f *filler) recount(ctx context.Context) error {
	values := map[string]string{}
	for _, a := range f.areas {
		if a.Name == "铜官街道" {
			values[a.Code] = "320"
		}
	}
	_, err := f.Planning.RecordFigures(ctx, f.planner, planning.FiguresInput{Name: plan.MovedPeople, Unit: "人", Year: strconv.Itoa(f.today.Year()), Values: values,
		Source: demoSource + "，汛后复核"})
	return err
}
