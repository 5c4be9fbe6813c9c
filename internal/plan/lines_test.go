package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Depots of the small district these tests are about.
const (
	central id.ID = 11 + iota
	north
	south
	shut
	police // another department's
	firm   // keeps goods for the bureau
)

// Goods of it.
const (
	tent id.ID = 21 + iota
	bigTent
	water
	draft

	shelter id.ID = 31 // categories
	food    id.ID = 32
	tents   id.ID = 41 // a group
)

func depots() *plan.Depots {
	return plan.NewDepots([]place.Depot{{ID: central, Name: "中心库", Tier: place.District}, {ID: north, Name: "北库", Tier: place.Township},
		{ID: south, Name: "南库", Tier: place.Township}, {ID: shut, Name: "旧库", Tier: place.Township, Closed: true},
		{ID: police, Name: "公安库", Tier: place.Township, Holder: place.HeldByDepartment}, {ID: firm, Name: "代储库", Tier: place.Village, Holder: place.HeldByFirm}})
}

func goods() *plan.Goods {
	return plan.NewGoods([]catalog.Item{
		{ID: tent, Code: "T1", Name: "单帐篷", Spec: "12㎡", Unit: "顶", CategoryID: shelter},
		{ID: bigTent, Code: "T2", Name: "单帐篷", Spec: "36㎡", Unit: "顶", CategoryID: shelter},
		{ID: water, Code: "F1", Name: "矿泉水", Unit: "瓶", CategoryID: food, Packs: []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}}},
		{ID: draft, Code: "F2", Name: "干粮", CategoryID: food, Draft: true}},
		[]catalog.Category{{ID: shelter, Name: "住所"}, {ID: food, Name: "食品"}},
		[]plan.Group{{ID: tents, Name: "帐篷", Unit: "顶", Members: []plan.Member{{tent, plan.Same}, {bigTent, plan.Ratio{Num: 3, Den: 1}}}}})
}

func at(depot id.ID) plan.Scope       { return plan.Scope{Kind: plan.AtDepot, DepotID: depot} }
func every(t place.Tier) plan.Scope   { return plan.Scope{Kind: plan.AtTier, Tier: t} }
func one(item id.ID) plan.Target      { return plan.Target{Kind: plan.OfItem, ID: item} }
func all(category id.ID) plan.Target  { return plan.Target{Kind: plan.OfCategory, ID: category} }
func anyOf(group id.ID) plan.Target   { return plan.Target{Kind: plan.OfGroup, ID: group} }
func whole() plan.Scope               { return plan.Scope{Kind: plan.District} }
func clashed(c plan.Clash) [2]id.ID   { return [2]id.ID{c.Depot, c.ItemID} }
func numbers(c plan.Clash) (a, b int) { return c.A.No, c.B.No }
func line(s plan.Scope, t plan.Target) plan.Line {
	return plan.Line{Scope: s, Target: t, Unit: "顶", Standard: quantity.Of(10), Forms: []plan.Form{plan.Physical}}
}

// TestClashes: two lines overlap where some depot and some item are in both,
// however each names them.
func TestClashes(t *testing.T) {
	for name, c := range map[string]struct {
		a, b plan.Line
		want [2]id.ID // depot and item, 0 = none
	}{
		"same line twice":               {line(at(north), one(tent)), line(at(north), one(tent)), [2]id.ID{north, tent}},
		"two items":                     {line(at(north), one(tent)), line(at(north), one(bigTent)), [2]id.ID{}},
		"two depots":                    {line(at(north), one(tent)), line(at(south), one(tent)), [2]id.ID{}},
		"an item and its category":      {line(at(north), one(bigTent)), line(at(north), all(shelter)), [2]id.ID{north, bigTent}},
		"an item and another category":  {line(at(north), one(water)), line(at(north), all(shelter)), [2]id.ID{}},
		"an item and its group":         {line(at(north), one(bigTent)), line(at(north), anyOf(tents)), [2]id.ID{north, bigTent}},
		"a group and its category":      {line(at(north), anyOf(tents)), line(at(north), all(shelter)), [2]id.ID{north, tent}},
		"a depot and its tier":          {line(at(south), one(tent)), line(every(place.Township), one(tent)), [2]id.ID{south, tent}},
		"a depot and another tier":      {line(at(central), one(tent)), line(every(place.Township), one(tent)), [2]id.ID{}},
		"a depot and the district":      {line(at(central), one(tent)), line(whole(), one(tent)), [2]id.ID{central, tent}},
		"a tier and the district":       {line(every(place.Township), anyOf(tents)), line(whole(), one(bigTent)), [2]id.ID{north, bigTent}},
		"two tiers":                     {line(every(place.Township), one(tent)), line(every(place.District), one(tent)), [2]id.ID{}},
		"a closed depot is in no tier":  {line(at(shut), one(tent)), line(every(place.Township), one(tent)), [2]id.ID{}},
		"nor is another department's":   {line(at(police), one(tent)), line(whole(), one(tent)), [2]id.ID{}},
		"another unit, the same goods":  {line(at(north), one(water)), plan.Line{Scope: at(north), Target: one(water), Unit: "箱"}, [2]id.ID{north, water}},
		"goods in no unit yet, as well": {line(at(north), one(draft)), line(at(north), all(food)), [2]id.ID{north, draft}},
	} {
		for turned, pair := range map[string][]plan.Line{name: {c.a, c.b}, name + ", turned": {c.b, c.a}} {
			pair[0].No, pair[1].No = 1, 2
			found := plan.Clashes(pair, goods(), depots())
			var got [2]id.ID
			if len(found) > 0 {
				got = clashed(found[0])
			}
			if got != c.want || len(found) > 1 {
				t.Errorf("%s: %v and not %v (%d found)", turned, got, c.want, len(found))
			}
			if len(found) == 1 && !strings.Contains(found[0].Sentence(goods(), depots()), "第 1 行和第 2 行") {
				t.Errorf("%s: %s", turned, found[0].Sentence(goods(), depots()))
			}
		}
	}
}

// TestEveryClashIsNamed: of three lines on one another each pair that meets a
// line before it is named once.
func TestEveryClashIsNamed(t *testing.T) {
	lines := []plan.Line{line(every(place.Township), all(shelter)), line(at(north), one(tent)), line(whole(), anyOf(tents)), line(at(central), one(water))}
	var got []string
	for i := range lines {
		lines[i].No = i + 1
	}
	for _, c := range plan.Clashes(lines, goods(), depots()) {
		a, b := numbers(c)
		got = append(got, fmt.Sprint(a, "-", b))
	}
	if want := []string{"1-2", "1-3"}; !slices.Equal(got, want) {
		t.Errorf("%v and not %v", got, want)
	}
}

// TestOverlapsByCounting holds Clashes against counting, over random plans: no
// clash is found exactly where no depot and item is asked for twice.
func TestOverlapsByCounting(t *testing.T) {
	scopes := []plan.Scope{at(central), at(north), at(south), at(police), at(firm), every(place.District), every(place.Township), every(place.Village), whole()}
	targets := []plan.Target{one(tent), one(bigTent), one(water), one(draft), all(shelter), all(food), anyOf(tents)}
	where := map[plan.Scope][]id.ID{every(place.District): {central}, every(place.Township): {north, south}, // the firm's depot is a village's and stands nowhere where 代储 does not count
		whole(): {central, north, south}}
	what := map[plan.Target][]id.ID{all(shelter): {tent, bigTent}, all(food): {water, draft}, anyOf(tents): {tent, bigTent}}
	rapid.Check(t, func(t *rapid.T) {
		var lines []plan.Line
		asked, twice := map[[2]id.ID]bool{}, false
		for n := range rapid.IntRange(0, 6).Draw(t, "lines") {
			l := line(rapid.SampledFrom(scopes).Draw(t, "scope"), rapid.SampledFrom(targets).Draw(t, "target"))
			l.No = n + 1
			lines = append(lines, l)
			places, things := where[l.Scope], what[l.Target]
			if l.Scope.Kind == plan.AtDepot {
				places = []id.ID{l.Scope.DepotID}
			}
			if l.Target.Kind == plan.OfItem {
				things = []id.ID{l.Target.ID}
			}
			for _, d := range places {
				for _, it := range things {
					twice = twice || asked[[2]id.ID{d, it}]
					asked[[2]id.ID{d, it}] = true
				}
			}
		}
		if found := plan.Clashes(lines, goods(), depots()); (len(found) > 0) != twice {
			t.Fatalf("%d clashes, and something asked for twice: %v", len(found), twice)
		}
	})
}

func TestCompare(t *testing.T) {
	a, b, c, d := line(at(north), one(tent)), line(at(south), one(tent)), line(at(north), one(water)), line(whole(), anyOf(tents))
	changed := b
	changed.No, changed.Minimum, changed.Standard, changed.Forms = 7, quantity.Of(1), quantity.Of(12), []plan.Form{plan.Agreement, plan.Physical}
	changed.Responsible, changed.Fund, changed.BasisText, changed.Remark, changed.Unit, changed.Maximum = "一", "二", "三", "四", "套", quantity.Of(20)
	same := a
	same.No, same.Unit, same.Forms, same.ID = 9, "顶", []plan.Form{plan.Physical}, 77
	var got []string
	for _, ch := range plan.Compare([]plan.Line{a, b, c}, []plan.Line{d, changed, same}) {
		switch {
		case ch.Old == nil:
			got = append(got, "added "+string(ch.New.Target.Kind))
		case ch.New == nil:
			got = append(got, "gone "+string(ch.Old.Target.Kind))
		default:
			got = append(got, strings.Join(ch.Fields, " "))
		}
	}
	want := []string{"added group", "unit minimum standard maximum forms responsible fund basis remark", "gone item"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if list := plan.Compare([]plan.Line{a, b}, []plan.Line{b, a}); len(list) != 0 {
		t.Errorf("another order is no change: %v", list)
	}
	if list := plan.Compare(nil, []plan.Line{line(at(north), one(tent)), line(every(place.Township), one(tent))}); len(list) != 2 {
		t.Errorf("a depot's line and its tier's are two: %v", list)
	}
}

// TestWhatAFirmKeeps: a tier's or the district's line counts it where its
// forms say so, a depot's own line always, another department's goods only
// where the line names the depot.
func TestWhatAFirmKeeps(t *testing.T) {
	stock := plan.Stock{}
	for i, d := range []id.ID{central, north, south, shut, police, firm} {
		stock.Add(d, tent, plan.Usable, quantity.Of(int64(1)<<i), 0)
	}
	for name, c := range map[string]struct {
		scope plan.Scope
		forms []plan.Form
		want  []int64 // of each target
	}{
		"district, own goods":       {whole(), []plan.Form{plan.Physical}, []int64{1 + 2 + 4}},
		"district, what firms keep": {whole(), []plan.Form{plan.Kept}, []int64{32}},
		"district, both":            {whole(), []plan.Form{plan.Physical, plan.Kept}, []int64{1 + 2 + 4 + 32}},
		"villages":                  {every(place.Village), []plan.Form{plan.Physical}, nil},
		"villages, what firms keep": {every(place.Village), []plan.Form{plan.Kept}, []int64{32}},
		"townships":                 {every(place.Township), []plan.Form{plan.Physical}, []int64{2, 4}},
		"the firm itself":           {at(firm), []plan.Form{plan.Physical}, []int64{32}},
		"the police themselves":     {at(police), []plan.Form{plan.Physical}, []int64{16}},
	} {
		l := line(c.scope, one(tent))
		l.Forms = c.forms
		var got []int64
		for _, m := range plan.Coverage([]plan.Line{l}, plan.Sight{Goods: goods(), Depots: depots(), Stock: stock}) {
			got = append(got, int64(m.Have()/quantity.One))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v and not %v", name, got, c.want)
		}
	}
}

// TestPromisesCountOnce: what agreements promise goes where something is short,
// the district's lines first, each piece once and only where it counts.
func TestPromisesCountOnce(t *testing.T) {
	of := func(s plan.Scope, t plan.Target, standard int64, forms ...plan.Form) plan.Line {
		return plan.Line{Scope: s, Target: t, Unit: "顶", Standard: quantity.Of(standard), Forms: forms}
	}
	lines := []plan.Line{of(at(north), one(tent), 10, plan.Physical, plan.Agreement), of(at(south), one(tent), 10, plan.Physical),
		of(whole(), anyOf(tents), 20, plan.Agreement, plan.Social), of(at(central), one(tent), 10, plan.Agreement)}
	stock := plan.Stock{}
	stock.Add(north, tent, plan.Usable, quantity.Of(4), 0)
	promises := []plan.Promise{{Form: plan.Agreement, ItemID: tent, Qty: quantity.Of(25)}, {Form: plan.Social, ItemID: bigTent, Qty: quantity.Of(2)},
		{Form: plan.Capacity, ItemID: tent, Qty: quantity.Of(1000)}}
	var got []string
	for _, m := range plan.Coverage(lines, plan.Sight{Goods: goods(), Depots: depots(), Stock: stock, Promises: promises}) {
		got = append(got, fmt.Sprint(m.Usable(), "+", m.Promised, " short ", m.Short()))
	}
	// The district's first: 20 of the agreement's 25, the big tents are not
	// needed; 5 are left for the north, whose 4 make 9; the south's line counts
	// no agreements; the centre gets nothing.
	if d := cmp.Diff([]string{"4+5 short 1", "0+0 short 10", "0+20 short 0", "0+0 short 10"}, got); d != "" {
		t.Error(d)
	}
}

// TestNoPromiseIsGivenTwice: over random lines nothing promised counts more
// than there is of it, and nobody gets more than was short.
func TestNoPromiseIsGivenTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var promises []plan.Promise
		most := map[plan.Form]quantity.Q{}
		for range rapid.IntRange(1, 4).Draw(t, "promises") {
			p := plan.Promise{Form: rapid.SampledFrom([]plan.Form{plan.Agreement, plan.Capacity, plan.Social}).Draw(t, "form"), ItemID: bigTent,
				Qty: quantity.Q(rapid.Int64Range(0, 50_000).Draw(t, "qty"))}
			promises, most[p.Form] = append(promises, p), most[p.Form]+3*p.Qty // a big tent counts three
		}
		var lines []plan.Line
		for _, s := range []plan.Scope{at(central), at(north), at(south), whole()} {
			l := line(s, anyOf(tents))
			l.Standard, l.Forms = quantity.Q(rapid.Int64Range(1, 100_000).Draw(t, "standard")), []plan.Form{plan.Agreement}
			if rapid.Bool().Draw(t, "social too") {
				l.Forms = append(l.Forms, plan.Social)
			}
			lines = append(lines, l)
		}
		var given quantity.Q
		for _, m := range plan.Coverage(lines, plan.Sight{Goods: goods(), Depots: depots(), Stock: plan.Stock{}, Promises: promises}) {
			given += m.Promised
			if over := m.Promised - m.Line.Standard; over >= 3 { // one piece more at most
				t.Fatalf("%d too many for %d", over, m.Line.Standard)
			}
		}
		if all := most[plan.Agreement] + most[plan.Social]; given > all {
			t.Fatalf("%d given of %d", given, all)
		}
	})
}
