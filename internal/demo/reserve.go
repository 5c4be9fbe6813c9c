package demo

import (
	"context"
	"fmt"
	"strconv"

	"changbei/internal/catalog"
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
		{year + 1, 1, 75, "", ""},
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
		if err := f.Planning.ReplaceLines(ctx, f.planner, p.ID, p.LockNo, f.planLines(goods, share, version), "演示计划"); err != nil {
			return err
		}
		p.LockNo++
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

// planLines asks of every depot what it is meant to keep: the district's depot
// for the whole, streets for what each of them keeps, villages for little.
func (f *filler) planLines(all []goods, share int64, version int) []plan.Line {
	var lines []plan.Line
	add := func(s *site, it catalog.Item, level int64) {
		standard := rounded(max(level*share/100, 1))
		lines = append(lines, plan.Line{Scope: plan.Scope{Kind: plan.AtDepot, DepotID: s.ID}, Target: plan.Target{Kind: plan.OfItem, ID: it.ID}, Unit: it.Unit,
			Minimum: quantity.Of(standard * 6 / 10), Standard: quantity.Of(standard), Maximum: quantity.Of(standard * 2), Forms: []plan.Form{plan.Physical},
			Responsible: s.Custodian, Fund: "区级财政应急物资经费", Basis: plan.Basis{Kind: plan.Fixed}, BasisText: "演示值"})
	}
	for _, s := range f.sites {
		w := f.newWriter(s, all)
		for i, sh := range w.shelves {
			level := sh.level
			if version > 1 && s.Tier == place.District && i%9 == 0 {
				level = level * 12 / 10 // what the second version raised
			}
			if version == 1 && s.Tier != place.District && i%7 == 3 {
				continue // what it added
			}
			add(s, sh.Item, level)
		}
	}
	return lines
}
