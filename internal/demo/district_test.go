package demo_test

import (
	"slices"
	"testing"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/demo"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestWholeDistrict(t *testing.T) {
	d := deps(storetest.SQLite().Open(t, clock), district)
	fill(t, d)
	whole := district == demo.Size{}
	c := d.Store.Read()
	t.Run("the books balance", func(t *testing.T) {
		if r := balanced(t, d); whole && r.Vouchers < 1000 {
			t.Errorf("only %d vouchers", r.Vouchers)
		}
	})
	t.Run("the district is whole", func(t *testing.T) {
		kinds := map[string]int{}
		areas, err := c.Divisions(ctx)
		if err != nil {
			t.Fatal(err)
		}
		located := 0
		for _, a := range areas {
			kinds[a.Kind]++
			if a.Located() {
				located++
			}
		}
		if kinds["区"] != 1 || kinds["街道"]+kinds["镇"] != 16 || kinds["社区"]+kinds["村"] != 160 || located != 8 {
			t.Errorf("areas %v, %d located", kinds, located)
		}
		tiers := map[place.Tier]int{}
		depots, err := d.Directory.Depots(ctx, planner)
		for _, x := range depots {
			tiers[x.Tier]++
			if x.Keeper == "" || x.Custodian == "" || x.Tier != place.District && !slices.ContainsFunc(areas, func(a place.Division) bool { return a.Code == x.Division }) {
				t.Errorf("depot %+v", x)
			}
		}
		if want := map[place.Tier]int{place.District: 3, place.Township: 16, place.Village: 3}; err != nil || whole && !cmp.Equal(tiers, want) {
			t.Errorf("depots %v, %v", tiers, err)
		}
	})
	t.Run("goods are expired, about to expire and low somewhere", func(t *testing.T) {
		today := day.At(noon)
		rows := stock(t, d.Store)
		expired, soon, plain, low := 0, 0, 0, 0
		kinds := map[string]map[string]bool{}
		for _, r := range rows {
			if kinds[r.DepotCode] == nil {
				kinds[r.DepotCode] = map[string]bool{}
			}
			kinds[r.DepotCode][r.ItemCode] = true
			switch left := today.Until(r.Lot.Expires); {
			case r.Lot.Expires.IsZero():
				plain++
			case left < 0:
				expired++
			case left <= 90:
				soon++
			}
			if r.DepotCode == "WC01" && r.OnHand < 20000 {
				low++
			}
		}
		if whole && (expired < 20 || soon < 10 || plain < 20 || low < 5 || expired > len(rows)/3) {
			t.Errorf("of %d lots %d expired, %d soon, %d without expiry, %d low", len(rows), expired, soon, plain, low)
		}
		if n := len(kinds["WC01"]); n < 55 {
			t.Errorf("the district depot has %d kinds", n)
		}
		if n := len(kinds["GTL"]); n < 20 || n > 25 {
			t.Errorf("a street has %d kinds", n)
		}
	})
	t.Run("vouchers lie in the two years before today, issues peak in the seasons", func(t *testing.T) {
		perMonth, reversals := map[string]int{}, 0
		for _, v := range vouchers(t, d.Store) {
			if v.BusinessOn < "2024-11-24" || v.BusinessOn > "2026-11-23" {
				t.Errorf("%s on %s", v.Number, v.BusinessOn)
			}
			if v.Type == ledger.Issue {
				perMonth[v.BusinessOn[:7]]++
			}
			if v.Type == ledger.Reversal {
				reversals++
			}
		}
		if whole && (perMonth["2026-06"] < 2*perMonth["2026-04"] || perMonth["2026-01"] <= perMonth["2025-10"] || reversals < 10) {
			t.Errorf("issues %v, %d reversals", perMonth, reversals)
		}
	})
	t.Run("the keeper finds unfinished drafts", func(t *testing.T) {
		depots, _ := c.Depots(ctx)
		keeper := access.Actor{ID: 9, Grants: []access.Grant{{Role: access.Keeper, DepotID: depots[0].ID}}}
		if drafts, err := d.Inventory.Drafts(ctx, keeper); err != nil || len(drafts) != 2 {
			t.Errorf("%d drafts, %v", len(drafts), err)
		}
	})
	t.Run("a second start leaves it alone", func(t *testing.T) {
		before := len(vouchers(t, d.Store))
		fill(t, d)
		if after := len(vouchers(t, d.Store)); after != before {
			t.Errorf("%d vouchers, then %d", before, after)
		}
	})
	t.Run("the database says it is a demo", func(t *testing.T) {
		if v, err := c.Setting(ctx, demo.Setting); err != nil || v != "1" {
			t.Errorf("setting = %q, %v", v, err)
		}
	})
}
