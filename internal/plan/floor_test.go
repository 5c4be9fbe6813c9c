package plan

import (
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// What depots must keep: an item's own minimum, and of a group's what others
// that count toward it do not keep already.
func TestWhatDepotsMustKeep(t *testing.T) {
	items := []catalog.Item{{ID: 1, Name: "帐篷", Unit: "顶"}, {ID: 2, Name: "瓶装水", Unit: "瓶"}, {ID: 3, Name: "桶装水", Unit: "桶"}}
	goods := NewGoods(items, nil, []Group{{ID: 9, Name: "饮用水", Unit: "瓶", Members: []Member{{ItemID: 2, Ratio: Same}, {ItemID: 3, Ratio: Ratio{Num: 36, Den: 1}}}}})
	depots := NewDepots([]place.Depot{{ID: 11, Tier: place.District}, {ID: 12, Tier: place.Township}, {ID: 13, Tier: place.Township}})
	lines := []Line{
		{Scope: Scope{Kind: AtDepot, DepotID: 11}, Target: Target{OfItem, 1}, Unit: "顶", Minimum: quantity.Of(30), Forms: []Form{Physical}},
		{Scope: Scope{Kind: AtTier, Tier: place.Township}, Target: Target{OfGroup, 9}, Unit: "瓶", Minimum: quantity.Of(100), Forms: []Form{Physical}},
		{Scope: Scope{Kind: District}, Target: Target{OfItem, 1}, Unit: "顶", Minimum: quantity.Of(900), Forms: []Form{Physical}},
	}
	stock := Stock{}
	stock.Add(11, 1, Usable, quantity.Of(80), 0)
	stock.Add(12, 2, Usable, quantity.Of(500), 0)
	stock.Add(12, 3, Usable, quantity.Of(2), 0)
	stock.Add(13, 3, Usable, quantity.Of(5), 0)
	for name, tc := range map[string]struct {
		send  []id.ID
		asked map[id.ID]quantity.Q
		want  Floors
	}{
		"an item of its own":                  {[]id.ID{1}, nil, Floors{{11, 1}: quantity.Of(30)}},
		"what the barrels do not keep":        {[]id.ID{2}, nil, Floors{{12, 2}: quantity.Of(28)}},
		"barrels that bottles keep":           {[]id.ID{3}, nil, Floors{{13, 3}: 2778}},
		"both asked for: the first keeps all": {[]id.ID{2, 3}, nil, Floors{{12, 2}: quantity.Of(100), {13, 3}: 2778}},
		"what nobody asks for keeps first":    {[]id.ID{2, 3}, map[id.ID]quantity.Q{2: quantity.Of(450)}, Floors{{12, 2}: quantity.Of(50), {12, 3}: 1389, {13, 3}: 2778}},
		"all of it is asked for":              {[]id.ID{2, 3}, map[id.ID]quantity.Q{2: quantity.Of(500), 3: quantity.Of(2)}, Floors{{12, 2}: quantity.Of(100), {13, 3}: 2778}},
	} {
		got := FloorsOf(lines, goods, depots, stock, tc.send, tc.asked)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %v", name, got)
		}
		for k, q := range tc.want {
			if got[k] != q {
				t.Errorf("%s: %v keeps %s, want %s", name, k, got[k], q)
			}
		}
	}
	if all := Beside(lines, goods, []id.ID{2}); len(all) != 2 || all[1] != 3 {
		t.Errorf("beside: %v", all)
	}
}
