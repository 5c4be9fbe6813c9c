package catalog_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/quantity"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var water = catalog.Item{Name: "矿泉水", Unit: "瓶", Packs: []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}, {Name: "件", Factor: quantity.Of(10)}}}

func TestMeasure(t *testing.T) {
	for text, want := range map[string]string{
		"120": "120", "120瓶": "120", "5箱": "120", "5箱3瓶": "123", "5 箱 3 瓶": "123", "1.5箱": "36", "2件": "20", "1箱1件1瓶": "35", "５箱": "120", "5\u200b箱": "120",
	} {
		r, packed, err := water.Measure(text)
		if err != nil || r.Q.String() != want {
			t.Errorf("%s: %v %v, want %s", text, r.Q, err, want)
		}
		if plain := !strings.ContainsAny(text, "箱件"); plain != (packed == "") {
			t.Errorf("%s: packed %q", text, packed)
		}
	}
	for _, text := range []string{"5袋", "箱", "5箱3", "0.0001箱", "900000000箱", "-5箱", "5箱约3瓶", "5箱3吨", "2\x00箱", "2\x003箱", "2 3箱", "2\n3箱", "2\u200b3箱"} {
		if r, packed, err := water.Measure(text); err == nil && packed != "" {
			t.Errorf("%s was read as %s", text, r.Q)
		}
	}
	if _, packed, err := (catalog.Item{Name: "水", Unit: "瓶"}).Measure("5箱"); packed != "" || err != nil {
		t.Errorf("without packs: %q %v; the unit is the form's to refuse", packed, err)
	}
}

// TestPacksAreExact takes any mix of packs and single units in and out again.
func TestPacksAreExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		boxes := rapid.IntRange(0, 1000).Draw(rt, "boxes")
		single := rapid.IntRange(0, 1000).Draw(rt, "single")
		factor := quantity.Q(rapid.Int64Range(1, 5_000_000).Draw(rt, "factor"))
		it := catalog.Item{Unit: "瓶", Packs: []catalog.Pack{{Name: "箱", Factor: factor}}}
		r, _, err := it.Measure(quantity.Of(int64(boxes)).String() + "箱" + quantity.Of(int64(single)).String() + "瓶")
		if err != nil {
			rt.Fatal(err)
		}
		if want := quantity.Q(int64(boxes)*int64(factor)) + quantity.Of(int64(single)); r.Q != want {
			rt.Fatalf("%d × %s + %d = %s, got %s", boxes, factor, single, want, r.Q)
		}
	})
}

func TestParseSerials(t *testing.T) {
	for text, want := range map[string][]string{
		"FD-001": {"FD-001"}, "FD-001、FD-003，FD-009": {"FD-001", "FD-003", "FD-009"},
		"FD-008至FD-011": {"FD-008", "FD-009", "FD-010", "FD-011"}, "FD-001~003": {"FD-001", "FD-002", "FD-003"},
		" A1 \n A2 ": {"A1", "A2"}, "": nil,
	} {
		got, err := catalog.ParseSerials(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	for _, text := range []string{"FD-001至FD-2", "FD-010至FD-001", "FD-001、fd-001", "A0001至B0003", "A0001至A9999"} {
		if got, err := catalog.ParseSerials(text); err == nil {
			t.Errorf("%s was read as %v", text, got)
		}
	}
}
