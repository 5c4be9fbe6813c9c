package plan_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

func idOf(n int64) id.ID { return id.ID(n) }

func typedGoods() *plan.Goods {
	items := []catalog.Item{
		{ID: 1, Code: "SH0001", Name: "单帐篷", Spec: "12㎡", Unit: "顶", CategoryID: 10, Aliases: []string{"棚子"}},
		{ID: 2, Code: "SH0002", Name: "棉帐篷", Spec: "12㎡", Unit: "顶", CategoryID: 10},
		{ID: 3, Code: "SH0003", Name: "棉帐篷", Spec: "36㎡", Unit: "顶", CategoryID: 10},
		{ID: 4, Code: "SH0004", Name: "草稿物", CategoryID: 10, Draft: true},
	}
	return plan.NewGoods(items, []catalog.Category{{ID: 10, Code: "SH", Name: "生活救助类"}, {ID: 11, Code: "FX", Name: "空类"}},
		[]plan.Group{{ID: 20, Name: "帐篷", Unit: "顶", Members: []plan.Member{{ItemID: 1, Ratio: plan.Same}}}, {ID: 21, Name: "旧组", Retired: true}})
}

func TestTargetsAreReadAsTheyAreOffered(t *testing.T) {
	g := typedGoods()
	offered := g.Targets()
	if len(offered) != 5 { // the group in use, the category with goods, three items with a unit
		t.Errorf("offered: %v", offered)
	}
	for _, want := range offered {
		if got, err := g.ParseTarget(g.Typed(want)); err != nil || got != want {
			t.Errorf("%s: %v, %v", g.Typed(want), got, err)
		}
	}
	for text, want := range map[string]plan.Target{"sh0001": {Kind: plan.OfItem, ID: 1}, "SH0003 棉帐篷 36m2": {Kind: plan.OfItem, ID: 3}, "单帐篷": {Kind: plan.OfItem, ID: 1},
		"棉帐篷36㎡": {Kind: plan.OfItem, ID: 3}, "物资 棚子": {Kind: plan.OfItem, ID: 1}, "生活救助类": {Kind: plan.OfCategory, ID: 10}, "SH": {Kind: plan.OfCategory, ID: 10},
		"帐篷": {Kind: plan.OfGroup, ID: 20}, "等效组　帐篷": {Kind: plan.OfGroup, ID: 20}} {
		if got, err := g.ParseTarget(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"": "请填写", "火箭": "火箭", "棉帐篷": "SH0002 棉帐篷 12㎡", "旧组": "没有「旧组」", "空类": "没有「空类」"} {
		if got, err := g.ParseTarget(text); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestParseRatio(t *testing.T) {
	for text, want := range map[string]plan.Ratio{"3": {3, 1}, "0.5": {1, 2}, "1/3": {1, 3}, "２／６": {1, 3}, "1.5/2": {3, 4}, " 1 ": {1, 1}, "0.001": {1, 1000}} {
		if got, err := plan.ParseRatio(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1/0", "0/3", "1/", "/3", "1/2/3", "三顶", "约3", "3顶", "1e3", "9999999", "1/9999999", "0.0001"} {
		if got, err := plan.ParseRatio(text); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := plan.Ratio{Num: rapid.Int64Range(1, 1000).Draw(t, "num"), Den: rapid.Int64Range(1, 1000).Draw(t, "den")}
		got, err := plan.ParseRatio(r.String())
		if err != nil || got.Num*r.Den != r.Num*got.Den {
			t.Fatalf("%s: %v, %v", r, got, err)
		}
		if again, _ := plan.ParseRatio(got.String()); again != got {
			t.Fatalf("%v is not in lowest terms", got)
		}
	})
}

func TestParsePer(t *testing.T) {
	for text, want := range map[string]quantity.Q{"1": 1000, "1/4": 250, "0.125": 125, "3/8": 375, "2": 2000} {
		if got, err := plan.ParsePer(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"1/3": "0.334", "0": "大于 0", "": "大于 0", "每人一": "大于 0"} {
		if got, err := plan.ParsePer(text); err == nil || !strings.Contains(errs.MessageOf(err), want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestSameNeed(t *testing.T) {
	g := typedGoods()
	item, group, category := plan.Target{Kind: plan.OfItem, ID: 1}, plan.Target{Kind: plan.OfGroup, ID: 20}, plan.Target{Kind: plan.OfCategory, ID: 10}
	other := plan.Target{Kind: plan.OfItem, ID: 2}
	st := func(target plan.Target, cases ...string) plan.Standard {
		return plan.Standard{Target: target, Cases: cases}
	}
	put := func(s plan.Standard) plan.Standard { s.Retired = true; return s }
	for name, tc := range map[string]struct {
		a, b plan.Standard
		want bool
	}{
		"an item and its group":               {st(item), st(group), true},
		"a category and its item in one case": {st(category, "flood"), st(other, "flood", "ice"), true},
		"different cases":                     {st(item, "flood"), st(group, "ice"), false},
		"one for all cases":                   {st(item, "flood"), st(group), true},
		"different goods":                     {st(other), st(group), false},
		"one that is put away":                {st(item), put(st(group)), false},
	} {
		if got, both := g.SameNeed(tc.a, tc.b); both != tc.want || both && got == 0 {
			t.Errorf("%s: %v %v", name, got, both)
		}
	}
}
