package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"changbei/internal/catalog"
	"changbei/internal/id"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// goods is a small catalogue with the difficulties of the real one: shared
// beginnings, polyphones, aliases, specs, Latin letters, a draft.
func goods() []catalog.Item {
	list := []catalog.Item{
		{Code: "SH0001", Name: "帐篷", Unit: "顶", Aliases: []string{"救灾帐篷", "应急帐篷"}},
		{Code: "SH0002", Name: "单帐篷", Unit: "顶"},
		{Code: "SH0003", Name: "棉帐篷", Spec: "12㎡", Unit: "顶"},
		{Code: "SH0004", Name: "折叠床", Unit: "张"},
		{Code: "SH0005", Name: "折叠床", Spec: "单人式", Unit: "张"},
		{Code: "SH0006", Name: "棉被", Unit: "床", Aliases: []string{"救灾棉被"}},
		{Code: "SH0007", Name: "行军床", Unit: "张"},
		{Code: "GW0001", Name: "N95口罩", Unit: "只"},
		{Code: "GW0002", Name: "医用防护口罩", Spec: "GB 19083-2010", Unit: "只", Aliases: []string{"N95"}},
		{Code: "FX0001", Name: "编织袋", Unit: "条", Aliases: []string{"防汛编织袋"}},
		{Code: "FX0002", Name: "麻袋", Unit: "条"},
		{Code: "FX0003", Name: "铅丝", Unit: "千克"},
		{Code: "FX0004", Name: "冲锋舟", Unit: "艘"},
		{Code: "FX0005", Name: "帐篷布", Unit: "卷"},
		{Code: "QX0001", Name: "凿岩机", Draft: true},
		{Code: "ZM0001", Name: "强光手电", Unit: "支", Aliases: []string{"手电筒"}},
	}
	for i := range list {
		list[i].ID = id.ID(i + 1)
	}
	return list
}

func labels(items []catalog.Item) []string {
	var list []string
	for _, it := range items {
		list = append(list, it.Label())
	}
	return list
}

func TestSearch(t *testing.T) {
	ix := catalog.NewIndex(goods())
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"a code finds its one item", "SH0003", []string{"棉帐篷 12㎡"}},
		{"a code in small letters and full width finds it too", "ｓｈ0003", []string{"棉帐篷 12㎡"}},
		{"the beginning of a code lists the series", "gw", []string{"N95口罩", "医用防护口罩 GB 19083-2010"}},
		{"a name comes before names that only contain it, aliases last", "帐篷", []string{"帐篷", "帐篷布", "单帐篷", "棉帐篷 12㎡"}},
		{"initials find the beginning of names, then the middle", "zp", []string{"帐篷", "帐篷布", "单帐篷", "棉帐篷 12㎡"}},
		{"full pinyin finds names", "zhedie", []string{"折叠床", "折叠床 单人式"}},
		{"a polyphone is found by either reading of its initial", "xjc", []string{"行军床"}},
		{"a polyphone is found by the rarer reading", "hangjun", []string{"行军床"}},
		{"letters and digits of a name are kept, names before aliases", "n95", []string{"N95口罩", "医用防护口罩 GB 19083-2010"}},
		{"letters, digits and initials mix", "n95kz", []string{"N95口罩"}},
		{"an alias counts like a name", "救灾", []string{"帐篷", "棉被"}},
		{"the middle of an alias counts", "灾棉", []string{"棉被"}},
		{"initials of an alias count", "jzzp", []string{"帐篷"}},
		{"several words mean and", "折叠床 单人", []string{"折叠床 单人式"}},
		{"words may mix characters and initials", "床 xj", []string{"行军床"}},
		{"the spec alone is found", "12㎡", []string{"棉帐篷 12㎡"}},
		{"a square metre may be typed m2", "棉帐篷12m2", []string{"棉帐篷 12㎡"}},
		{"an item without unit is found", "凿岩机", []string{"凿岩机"}},
		{"what is not there gives nothing", "潜水艇", nil},
		{"an empty query gives nothing", "  ", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, labels(ix.Search(c.query, 0))); diff != "" {
				t.Errorf("Search(%q) (-want +got):\n%s", c.query, diff)
			}
		})
	}
}

func TestSearchLimit(t *testing.T) {
	ix := catalog.NewIndex(goods())
	all := ix.Search("c", 0)
	for limit := 1; limit <= len(all); limit++ {
		if diff := cmp.Diff(labels(all[:limit]), labels(ix.Search("c", limit))); diff != "" {
			t.Fatalf("limit %d is not the beginning of the whole (-want +got):\n%s", limit, diff)
		}
	}
}

func TestSearchNeverPanics(t *testing.T) {
	ix := catalog.NewIndex(goods())
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.String().Draw(t, "query")
		limit := rapid.IntRange(-1, 20).Draw(t, "limit")
		if got := ix.Search(q, limit); limit > 0 && len(got) > limit {
			t.Fatalf("%d results, limit %d", len(got), limit)
		}
		ix.Suggest(q)
		ix.Match(q, q, q)
	})
}

func TestSearchFindsWhatItHolds(t *testing.T) {
	runes := []rune("帐篷救灾床折叠棉被雨衣鞋靴机泵重行长乐ABn95（）")
	word := rapid.StringOfN(rapid.SampledFrom(runes), 1, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		var items []catalog.Item
		for i := range rapid.IntRange(1, 30).Draw(t, "n") {
			items = append(items, catalog.Item{ID: id.ID(i + 1), Code: fmt.Sprintf("SH%04d", i), Name: word.Draw(t, "name"), Unit: "个",
				Aliases: []string{word.Draw(t, "alias")}})
		}
		ix := catalog.NewIndex(items)
		it := rapid.SampledFrom(items).Draw(t, "item")
		r := []rune(it.Name)
		from := rapid.IntRange(0, len(r)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(r)).Draw(t, "to")
		for _, q := range []string{it.Code, it.Name, string(r[from:to]), it.Aliases[0], strings.ToLower(it.Code) + " " + it.Name} {
			found := ix.Search(q, 0)
			if !slices.ContainsFunc(found, func(f catalog.Item) bool { return f.ID == it.ID }) {
				t.Fatalf("Search(%q) does not find %q (%s)", q, it.Name, it.Code)
			}
			for _, f := range found {
				text := catalog.Key(f.Code + f.Name + strings.Join(f.Aliases, ""))
				if hasHan(q) && !strings.Contains(q, " ") && !containsAll(text, catalog.Key(q)) {
					t.Fatalf("Search(%q) gives %q, which has not all of its characters", q, f.Name)
				}
			}
		}
		if first := ix.Search(it.Code, 1); len(first) != 1 || first[0].ID != it.ID {
			t.Fatalf("an exact code does not come first: %v", first)
		}
	})
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func containsAll(text, chars string) bool {
	for _, r := range chars {
		if !strings.ContainsRune(text, r) {
			return false
		}
	}
	return true
}

// manyItems is as many items as the product promises to search within a
// millisecond.
func manyItems() []catalog.Item {
	parts := []string{"救灾", "应急", "防汛", "抗旱", "便携", "移动", "重型", "轻型", "充气", "折叠"}
	goods := []string{"帐篷", "棉被", "雨衣", "水泵", "发电机", "照明灯", "对讲机", "救生衣", "编织袋", "口罩"}
	var items []catalog.Item
	for i := range 5000 {
		name := parts[i%10] + parts[i/10%10] + goods[i/100%10]
		items = append(items, catalog.Item{ID: id.ID(i + 1), Code: fmt.Sprintf("SH%04d", i), Name: name, Spec: fmt.Sprintf("%d型", i/1000), Unit: "个",
			Aliases: []string{goods[i/100%10] + parts[i%10]}})
	}
	return items
}

func BenchmarkSearch(b *testing.B) {
	ix := catalog.NewIndex(manyItems())
	for _, q := range []string{"帐篷", "z", "yjzp", "yingji", "SH12", "救灾 zp 3型"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				ix.Search(q, 20)
			}
		})
	}
}

func BenchmarkNewIndex(b *testing.B) {
	items := manyItems()
	for b.Loop() {
		catalog.NewIndex(items)
	}
}

func BenchmarkMatchUnknown(b *testing.B) {
	ix := catalog.NewIndex(manyItems())
	for b.Loop() {
		ix.Match("多功能应急照名灯组", "", "台")
	}
}
