package importing_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// exported writes a version as its workbook.
func (d *planDesk) exported(version id.ID) []byte {
	d.t.Helper()
	var b bytes.Buffer
	if _, err := reporting.New(d.st, d.inv).Export(d.ctx, d.planner, reporting.Plan, reporting.Ask{reporting.FieldPlan: version.String()}, &b); err != nil {
		d.t.Fatal(err)
	}
	return b.Bytes()
}

// readsBack uploads a version's own workbook: every place and word must be
// known, and nothing differ.
func (d *planDesk) readsBack(version id.ID, lines int) {
	d.t.Helper()
	b := d.upload("储备计划表-导出.xlsx", d.exported(version))
	p := d.settle(b.ID)
	for _, x := range p.Depots {
		if x.DepotID == 0 {
			d.t.Errorf("no depot is proposed for %q", x.Written)
		}
	}
	for _, w := range p.Words {
		d.t.Errorf("the word %s %s %s is not known", w.Name, w.Spec, w.Unit)
	}
	for _, c := range p.Plan.Changes {
		d.t.Errorf("%s %s differs: %v, %+v → %+v", c.Depot, c.Label, c.Fields, c.Old, c.New)
	}
	for _, r := range p.Rows {
		for _, x := range r.Problems {
			d.t.Errorf("%s: %s", x.Cell, x.Message)
		}
	}
	for _, i := range p.Loose() {
		d.t.Errorf("%s: %s", i.Cell, i.Message)
	}
	if p.Plan.Base.ID != version || p.Plan.Lines != lines || !strings.Contains(p.Blocked, "没有差异") {
		d.t.Errorf("compared with %s, %d lines, blocked %q", planning.Label(p.Plan.Base), p.Plan.Lines, p.Blocked)
	}
}

func TestPlanOfTheCountyReadsBack(t *testing.T) {
	d := newPlanDesk(t, storetest.SQLite())
	b := d.upload(yunhuPlan, ledgerFile(t, yunhuPlan))
	before := d.settle(b.ID)
	draft := d.apply(b.ID)
	d.approve(draft)
	// The batch's own rows are known, so the workbook is read for what it says.
	again := d.upload("再读.xlsx", d.exported(draft.ID))
	p := d.settle(again.ID)
	var want, got []string
	for _, l := range d.lines(draft.ID) {
		want = append(want, fmt.Sprint(l.Scope.DepotID, l.Target.ID, l.Standard, l.Remark))
	}
	for _, r := range p.Rows {
		if r.Item == nil {
			t.Fatalf("%s %s is not known", r.Cell, r.Row.Item)
		}
		got = append(got, fmt.Sprint(r.DepotID, r.Item.ID, r.Amount, r.Remark))
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(got) != 80 || len(before.Rows) != 80 || !slices.Equal(want, got) || len(p.Plan.Changes) != 0 {
		t.Errorf("%d rows come back with %d changes:\n%v\nwant\n%v", len(got), len(p.Plan.Changes), got, want)
	}
}

// A plan as a whole district writes it: three tiers, levels, packs, remarks of
// one line and of all, and lines that stand at no depot.
func TestPlanOfADistrictReadsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newPlanDesk(t, e)
		depots := d.districtDepots(18, 6)
		lines := d.districtLines(depots)
		var draft plan.Plan
		err := d.st.Tx(d.ctx, func(tx *store.Tx) (err error) {
			draft, err = planning.DraftFrom(d.ctx, tx, d.planner, planning.DraftHead{ID: tx.NewID(), Year: 2027, Season: plan.WholeYear, Window: 90}, lines)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		d.approve(draft)
		d.readsBack(draft.ID, len(lines))

		t.Run("a figure typed over in the workbook is the only difference", func(t *testing.T) {
			b := d.upload("改一格.xlsx", d.exported(draft.ID))
			p := d.settle(b.ID)
			r := p.Rows[0]
			p = d.settle(b.ID, func(c *importing.Decisions) {
				text := (*r.Quantity + quantity.One).String()
				c.Mend(r.Sheet, r.Cell, &text)
			})
			if len(p.Plan.Changes) != 1 || p.Plan.Changes[0].Cell != r.Cell || p.Plan.Changes[0].New.Standard != *r.Quantity+quantity.One {
				t.Fatalf("the changes are %+v", p.Plan.Changes)
			}
			if p.Plan.Rest == 0 || p.Plan.Others != 2 || !p.Plan.Keep {
				t.Errorf("%d lines of the rest, %d others, kept %v", p.Plan.Rest, p.Plan.Others, p.Plan.Keep)
			}
			v := d.apply(b.ID)
			if v.Version != 2 || v.WindowDays != 90 || len(d.lines(v.ID)) != len(lines) {
				t.Errorf("%+v with %d lines", v, len(d.lines(v.ID)))
			}
		})
	})
}

func (d *planDesk) districtDepots(towns, villages int) []place.Depot {
	d.t.Helper()
	list := []place.Depot{d.depot}
	err := d.st.Tx(d.ctx, func(tx *store.Tx) error {
		for i := range towns + villages {
			n := place.Depot{ID: tx.NewID(), Code: fmt.Sprintf("N%02d", i), Name: fmt.Sprintf("%s街道应急物资储备点", street(i)), Tier: place.Township}
			if i >= towns {
				n.Name, n.Tier = fmt.Sprintf("%s街道%s村应急物资储备点", street(i-towns), street(i)), place.Village
			}
			if err := tx.InsertDepot(d.ctx, n); err != nil {
				return err
			}
			list = append(list, n)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// street invents a name of two characters.
func street(i int) string {
	a, b := []rune("青白高金月丁黄乌铜雷桥茶靖乔新东"), []rune("山湖塘岭岛湾园官锋驿亭港口箬铺")
	return string(a[i%len(a)]) + string(b[(i*7+i/16)%len(b)])
}

// districtLines asks for goods of the catalogue at every depot.
func (d *planDesk) districtLines(depots []place.Depot) []plan.Line {
	d.t.Helper()
	items, err := d.st.Read().Items(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	categories, err := d.st.Read().Categories(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	items = slices.DeleteFunc(items, func(it catalog.Item) bool { return it.Draft })
	line := func(s plan.Scope, t plan.Target, unit string, standard int64) plan.Line {
		return plan.Line{Scope: s, Target: t, Unit: unit, Standard: quantity.Of(standard), Forms: []plan.Form{plan.Physical}, Basis: plan.Basis{Kind: plan.Fixed}}
	}
	used := map[id.ID]bool{}
	var lines []plan.Line
	for n := 0; n < 40 && n*13 < len(items); n++ {
		it := items[n*13]
		for i, depot := range depots {
			if (i+n)%3 == 0 {
				continue
			}
			used[it.CategoryID] = true
			l := line(plan.Scope{Kind: plan.AtDepot, DepotID: depot.ID}, plan.Target{Kind: plan.OfItem, ID: it.ID}, it.Unit, int64(1+(i*37+n*11)%900))
			l.Minimum = l.Standard / 2000 * 1000
			if i%2 == 0 {
				l.Maximum = 2 * l.Standard
			}
			l.Forms, l.Responsible, l.Fund, l.BasisText = []plan.Form{plan.Physical, plan.Agreement}, "应急管理局", "区财政", "转移人口的三成"
			switch {
			case n%5 == 0:
				l.Remark = "其中协议储备一半"
			case n%5 == 1 && i == 0:
				l.Remark = "放在二楼"
			}
			lines = append(lines, l)
		}
	}
	free := slices.IndexFunc(categories, func(c catalog.Category) bool { return !used[c.ID] })
	spare := slices.IndexFunc(items, func(it catalog.Item) bool {
		return !slices.ContainsFunc(lines, func(l plan.Line) bool { return l.Target.ID == it.ID }) && (free < 0 || it.CategoryID != categories[free].ID)
	})
	extra := slices.IndexFunc(items[spare+1:], func(it catalog.Item) bool {
		return !slices.ContainsFunc(lines, func(l plan.Line) bool { return l.Target.ID == it.ID })
	}) + spare + 1
	return append(lines, line(plan.Scope{Kind: plan.AtTier, Tier: place.Village}, plan.Target{Kind: plan.OfItem, ID: items[spare].ID}, items[spare].Unit, 5),
		line(plan.Scope{Kind: plan.District}, plan.Target{Kind: plan.OfItem, ID: items[extra].ID}, items[extra].Unit, 500))
}
