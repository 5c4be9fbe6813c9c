package sourcing_test

import (
	"errors"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"
)

func TestBadProblemsAreRefused(t *testing.T) {
	good := func() sourcing.Problem {
		return sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 5)}, Supplies: []sourcing.Supply{have(11, 1, 9, "2027-01-31")}}
	}
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*sourcing.Problem)
		field string
		text  string
	}{
		"no needs":               {func(p *sourcing.Problem) { p.Needs = nil }, "", "没有需求行"},
		"too many needs":         {func(p *sourcing.Problem) { p.Needs = make([]sourcing.Need, 501) }, "", "最多 500 行"},
		"too many supplies":      {func(p *sourcing.Problem) { p.Supplies = make([]sourcing.Supply, 100_001) }, "", "最多 100000 条"},
		"nothing asked":          {func(p *sourcing.Problem) { p.Needs[0].Qty = 0 }, "line.1", "应大于 0"},
		"less than nothing":      {func(p *sourcing.Problem) { p.Needs[0].Qty = -1 }, "line.1", "应大于 0"},
		"more than there can be": {func(p *sourcing.Problem) { p.Needs[0].Qty = quantity.Max + 1 }, "line.1", "不超过十亿"},
		"half a piece":           {func(p *sourcing.Problem) { p.Needs[0].Qty = 500 }, "line.1", "小数"},
		"a line twice":           {func(p *sourcing.Problem) { p.Needs = append(p.Needs, p.Needs[0]) }, "line.1", "出现了两次"},
		"a member twice":         {func(p *sourcing.Problem) { p.Needs[0].Members = append(p.Needs[0].Members, p.Needs[0].Members[0]) }, "line.1", "列了两次"},
		"a ratio of nothing":     {func(p *sourcing.Problem) { p.Needs[0].Members[0].Num = 0 }, "line.1", "折算比例"},
		"a ratio over nothing":   {func(p *sourcing.Problem) { p.Needs[0].Members[0].Den = -1 }, "line.1", "折算比例"},
		"a wild ratio":           {func(p *sourcing.Problem) { p.Needs[0].Members[0].Num = 1 << 60 }, "line.1", "折算比例"},
		"negative stock":         {func(p *sourcing.Problem) { p.Supplies[0].Qty = -1 }, "supply.1", "可用数量"},
		"two units of an item": {func(p *sourcing.Problem) {
			p.Supplies = append(p.Supplies, p.Supplies[0])
			p.Supplies[1].Decimals = 3
		}, "supply.2", "计量方式"},
		"no day":            {func(p *sourcing.Problem) { p.Supplies[0].Expires = "明年" }, "supply.1", "不是日期"},
		"a day of ten":      {func(p *sourcing.Problem) { p.Supplies[0].Expires = "2026/03/31" }, "supply.1", "不是日期"},
		"a negative floor":  {func(p *sourcing.Problem) { p.Floors = map[sourcing.At]quantity.Q{{DepotID: 11, ItemID: 1}: -1} }, "floor", "最低数"},
		"a negative rank":   {func(p *sourcing.Problem) { p.Rank = map[id.ID]int{11: -1} }, "rank", "层级"},
		"days of loading":   {func(p *sourcing.Problem) { p.Loading = map[id.ID]int{11: 1441} }, "loading", "装车时间"},
		"a negative weight": {func(p *sourcing.Problem) { p.Rates = map[id.ID]sourcing.Rate{1: {WeightGram: -1}} }, "rate", "重量"},
		"a negative truck":  {func(p *sourcing.Problem) { p.Vehicle.PayloadGram = -1 }, "vehicle", "载重"},
		"a road back in time": {func(p *sourcing.Problem) {
			p.Road = func(id.ID, id.ID) (int, bool) { return -5, true }
		}, "", "行车时间"},
		"too much in all": {func(p *sourcing.Problem) {
			for i := range 20 {
				p.Needs = append(p.Needs, want(2+i, 91, 1, int64(quantity.Max/quantity.One)))
			}
		}, "lines", "合计太大"},
		"parts too fine to count": {func(p *sourcing.Problem) {
			p.Needs[0].Qty, p.Needs[0].Members[0].Den = quantity.Max, 1_000_000_000
		}, "", "拆得太细"},
	} {
		t.Run(name, func(t *testing.T) {
			p := good()
			c.spoil(&p)
			_, err := p.Plans()
			if !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), c.text) {
				t.Fatalf("%v does not say %s", err, c.text)
			}
			if f := errs.FieldsOf(err); c.field != "" && (len(f) == 0 || f[0].Name != c.field) {
				t.Errorf("%v is not at %s", f, c.field)
			}
		})
	}
}

// TestAbsurdFiguresStayExact: the largest amounts there can be, hundreds of
// places, items far apart.
func TestAbsurdFiguresStayExact(t *testing.T) {
	most := int64(quantity.Max / quantity.One)
	p := sourcing.Problem{Road: func(depot, target id.ID) (int, bool) { return int(depot+target) % 1440, true }}
	for i := range 14 {
		n := want(1+i, id.ID(900+i), 1, most)
		n.Members = append(n.Members, sourcing.Member{ItemID: 2, Num: 3, Den: 2})
		p.Needs = append(p.Needs, n)
	}
	for d := range 100 {
		s := have(id.ID(11+d), id.ID(1+d%2), most/8, "")
		s.Decimals = 3
		p.Supplies = append(p.Supplies, s)
	}
	for _, k := range sourcing.Kinds {
		plan := mustPlan(t, p, k)
		var asked, met, taken quantity.Q
		for _, l := range plan.Lines {
			asked, met = asked+l.Asked, met+l.Met
		}
		for _, take := range plan.Takes {
			taken += take.Qty
		}
		if free := 50 * quantity.Of(most/8) * 5 / 2; met != min(asked, free) || taken > 100*quantity.Of(most/8) {
			t.Errorf("%s: %s met with %s, and %s are free for %s", k.Name(), met, taken, free, asked)
		}
	}
}

// TestRatiosWithoutACommonMeasure: fractions whose common denominator has some
// fifty digits. A plan still counts what it brings, and a millionth too much at
// most.
func TestRatiosWithoutACommonMeasure(t *testing.T) {
	n := sourcing.Need{Line: 1, Target: 91, Qty: quantity.Of(1000), Decimals: 3}
	p := sourcing.Problem{}
	for i, prime := range []int64{999_983, 999_979, 999_961, 999_959, 999_953, 999_931, 999_917, 999_907} {
		item := id.ID(1 + i)
		n.Members = append(n.Members, sourcing.Member{ItemID: item, Num: 700_001, Den: prime})
		p.Supplies = append(p.Supplies, have(11, item, 200, ""))
	}
	p.Needs = []sourcing.Need{n}
	for _, k := range sourcing.Kinds {
		if l := mustPlan(t, p, k).Lines[0]; l.Unmet != 0 || l.Over > quantity.One {
			t.Errorf("%s: %+v", k.Name(), l)
		}
	}
}

func TestHundredsOfPlaces(t *testing.T) {
	d := district{seed: 4, depots: 40, items: 1, lots: 300, targets: sourcing.MaxNeeds}
	p := d.make()
	plan := mustPlan(t, p, sourcing.Fastest)
	gap, err := plan.Gap(p)
	if err != nil || !gap.Proven() {
		t.Errorf("%v, %v", gap, err)
	}
}

// FuzzPlans makes problems of any bytes: they are refused with a sentence or
// planned, and a plan takes no more than there is.
func FuzzPlans(f *testing.F) {
	f.Add([]byte{1, 1, 1, 5, 0, 1, 1, 9, 3, 7})
	f.Add([]byte("\x03\x02\x01\xff\xff\xff\x00\x10\x20\x30\x40\x50\x60\x70\x80\x90"))
	f.Fuzz(func(t *testing.T, data []byte) {
		at := 0
		next := func() int64 {
			if at >= len(data) {
				return 0
			}
			at++
			return int64(data[at-1])
		}
		big := func() int64 { return next() << (next() % 56) }
		p := sourcing.Problem{Road: func(d, to id.ID) (int, bool) { return int(d * to % 1500), (d+to)%3 > 0 }, Floors: map[sourcing.At]quantity.Q{}}
		for i := range 1 + next()%6 {
			n := sourcing.Need{Line: int(i), Target: id.ID(next() % 3), Qty: quantity.Q(big()), Decimals: int(next() % 5)}
			for j := range next() % 4 {
				n.Members = append(n.Members, sourcing.Member{ItemID: id.ID(j), Num: big(), Den: big()})
			}
			p.Needs = append(p.Needs, n)
		}
		free := map[sourcing.At]quantity.Q{}
		for range next() % 12 {
			s := sourcing.Supply{DepotID: id.ID(next() % 4), ItemID: id.ID(next() % 4), LotID: id.ID(next()), Qty: quantity.Q(big()), Decimals: int(next() % 4), Serial: next()%5 == 0}
			p.Supplies = append(p.Supplies, s)
			free[sourcing.At{DepotID: s.DepotID, ItemID: s.ItemID}] += s.Qty
			p.Floors[sourcing.At{DepotID: s.DepotID, ItemID: s.ItemID}] = quantity.Q(next())
		}
		plans, err := p.Plans()
		if err != nil && (!errors.Is(err, errs.Invalid) || errs.MessageOf(err) == "") {
			t.Fatal(err)
		}
		for _, plan := range plans {
			if _, err := plan.Gap(p); err != nil {
				t.Fatal(err)
			}
			left := map[sourcing.At]quantity.Q{}
			for _, take := range plan.Takes {
				at := sourcing.At{DepotID: take.DepotID, ItemID: take.ItemID}
				if left[at] += take.Qty; take.Qty <= 0 || left[at] > free[at] {
					t.Fatalf("%+v of %s", take, free[at])
				}
			}
		}
	})
}
