package plan_test

import (
	"testing"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

// A scenario invents nothing: what streets got left some depot that may send,
// every need is met or missing, and a street lacks only what nobody has.
func TestAScenarioUsesWhatThereIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		list := d.depots.List()
		sc := plan.Scenario{Days: rapid.IntRange(1, 6).Draw(t, "days"), Off: map[id.ID]bool{}}
		for i := range rapid.IntRange(1, len(list)-1).Draw(t, "streets") {
			sc.Streets = append(sc.Streets, plan.Affected{Name: list[i].Name, People: rapid.Int64Range(0, 200).Draw(t, "people"), Depots: []id.ID{list[i].ID}})
		}
		if rapid.Bool().Draw(t, "one is cut off") {
			sc.Off[rapid.SampledFrom(list).Draw(t, "off").ID] = true
		}
		per := quantity.Q(rapid.Int64Range(50, 3000).Draw(t, "per"))
		sc.Standards = []plan.Standard{{ID: 1, Name: "帐篷", Target: plan.Target{Kind: plan.OfGroup, ID: groupID}, Unit: "当量", Per: per, Daily: rapid.Bool().Draw(t, "daily")}}
		out := sc.Run(plan.Sight{Goods: d.goods, Depots: d.depots, Stock: d.stock}, d.roads)
		sent := map[[2]id.ID]quantity.Q{}
		for _, s := range out.Supplies {
			sent[[2]id.ID{s.From, s.ItemID}] += s.Qty
			if dep, _ := d.depots.Depot(s.From); sc.Off[s.From] || dep.Holder == place.HeldByDepartment || s.Qty <= 0 {
				t.Fatalf("%s come from depot %d, which cannot send", s.Qty, s.From)
			}
		}
		for at, qty := range sent {
			if qty > d.free[at] {
				t.Fatalf("%s of item %d leave depot %d, of which %s count", qty, at[1], at[0], d.free[at])
			}
		}
		short := false
		for _, o := range out.Outcomes {
			if o.Own+o.Moved+o.Short != o.Need || o.Own < 0 || o.Moved < 0 || o.Short < 0 || (o.RunsOut > 0) != (o.Short > 0) {
				t.Fatalf("outcome %+v does not add up", o)
			}
			short = short || o.Short > 0
		}
		if (out.First >= 0) != short {
			t.Fatalf("first %d, short %v", out.First, short)
		}
		d.nobodyHas(t, sc, out, sent, short)
	})
}

// nobodyHas proves that a street goes short only when the depots that may send
// have less than one share's rounding left.
func (d district) nobodyHas(t *rapid.T, sc plan.Scenario, out plan.Result, sent map[[2]id.ID]quantity.Q, short bool) {
	if !short {
		return
	}
	left := quantity.Q(0)
	for n, dep := range d.depots.List() {
		if sc.Off[dep.ID] || dep.Holder == place.HeldByDepartment || n < len(sc.Streets) {
			continue
		}
		for _, c := range d.goods.Counting(sc.Standards[0].Target, sc.Standards[0].Unit) {
			left += c.Ratio.Down(d.free[[2]id.ID{dep.ID, c.ItemID}] - sent[[2]id.ID{dep.ID, c.ItemID}])
		}
	}
	if most := 4 * quantity.One * quantity.Q(len(sc.Streets)); left > most {
		t.Fatalf("%s left in depots that may send while a street goes short: %+v", left, out.Outcomes)
	}
}

func TestCarrying(t *testing.T) {
	standards := []plan.Standard{{Name: "水", Per: 2000, Daily: true}, {Name: "被", Per: 1000}}
	have := map[string]quantity.Q{"水": quantity.Of(1200), "被": quantity.Of(150)}
	c := plan.CarryOf(standards, func(s plan.Standard) quantity.Q { return have[s.Name] }, 100, 3)
	if c.Kept != 150 || c.Rows[c.KeptLimit].Standard.Name != "被" || c.PersonDays != 450 {
		t.Errorf("keeps %d people, limited by %d", c.Kept, c.KeptLimit)
	}
	if c.Lasts != 6 || c.Rows[c.LastsLimit].Standard.Name != "水" {
		t.Errorf("lasts %d days", c.Lasts)
	}
	c = plan.CarryOf(standards, func(s plan.Standard) quantity.Q { return have[s.Name] }, 151, 3)
	if c.Lasts != 3 || c.Rows[c.LastsLimit].Standard.Name != "水" || len(c.Lacks) != 1 || c.Rows[c.Lacks[0]].Standard.Name != "被" {
		t.Errorf("151 people with 150 quilts have water for %d days and lack %v", c.Lasts, c.Lacks)
	}
}
