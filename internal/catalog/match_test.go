package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/id"
	sqltext "changbei/sql"

	"pgregory.net/rapid"
)

func words(t testing.TB) *catalog.Words {
	t.Helper()
	f, err := sqltext.Seed.Open("seed/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := catalog.ReadWords(f)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestMatch(t *testing.T) {
	ix := catalog.NewIndex(goods(), words(t))
	for _, c := range []struct {
		name             string
		item, spec, unit string
		verdict          catalog.Verdict
		first            string // Item, or the first candidate
		why              string // a part of the sentence
	}{
		{"name, spec and unit agree", "棉帐篷", "12㎡", "顶", catalog.Same, "棉帐篷 12㎡", ""},
		{"a spec of the same size agrees", "棉帐篷", "12平方米", "顶", catalog.Same, "棉帐篷 12㎡", ""},
		{"the spec may stand in the name", "12㎡棉帐篷", "", "顶", catalog.Same, "棉帐篷 12㎡", ""},
		{"the spec may stand in brackets behind the name", "棉帐篷（12平米）", "/", "顶", catalog.Same, "棉帐篷 12㎡", ""},
		{"an alias of the item agrees", "救灾帐篷", "", "顶", catalog.Same, "帐篷", "别名"},
		{"a known word for the item agrees", "救援棉被", "", "床", catalog.Same, "棉被", "别名"},
		{"two words for a unit agree", "铅丝", "无", "公斤", catalog.Same, "铅丝", ""},
		{"units that count single pieces of this family agree", "帐篷", "", "个", catalog.Same, "帐篷", "按件计"},
		{"full width letters agree", "Ｎ９５口罩", "", "只", catalog.Same, "N95口罩", ""},
		{"of two specs the one written is taken", "折叠床", "单人式", "张", catalog.Same, "折叠床 单人式", ""},
		{"of two specs the one without is taken when none is written", "折叠床", "", "张", catalog.Same, "折叠床", ""},

		{"another size in the name is asked", "15㎡棉帐篷", "", "顶", catalog.Similar, "棉帐篷 12㎡", ""},
		{"a size the item does not have is asked", "12㎡单帐篷", "", "顶", catalog.Similar, "单帐篷", "规格"},
		{"a missing spec is asked", "棉帐篷", "", "顶", catalog.Similar, "棉帐篷 12㎡", "没有写规格"},
		{"another spec is asked", "棉帐篷", "36㎡", "顶", catalog.Similar, "棉帐篷 12㎡", "规格不同"},
		{"a spec the catalogue does not have is asked", "铅丝", "8#", "公斤", catalog.Similar, "铅丝", "带有规格「8#」"},
		{"a missing unit is asked", "棉被", "", "", catalog.Similar, "棉被", "没有写计量单位"},
		{"another unit is asked", "铅丝", "", "吨", catalog.Similar, "铅丝", "计量单位不同"},
		{"a package unit is asked for its factor", "编织袋", "", "包", catalog.Similar, "编织袋", "换算"},
		{"single-piece units of another family do not agree", "铅丝", "", "个", catalog.Similar, "铅丝", "计量单位不同"},
		{"an item without a unit is asked", "凿岩机", "", "台", catalog.Similar, "凿岩机", "还没有计量单位"},
		{"a word for review is asked", "军用折叠床", "", "张", catalog.Similar, "折叠床", ""},
		{"a same-sound word is asked", "折迭床", "", "张", catalog.Similar, "折叠床", "读音相同"},
		{"a longer name of the same noun is asked", "救灾专用单帐篷", "", "顶", catalog.Similar, "单帐篷", "名称相近"},
		{"what is not there is unknown", "潜水艇", "", "艘", catalog.Unknown, "", "没有「潜水艇」"},
		{"a missing name is unknown", " ", "12㎡", "顶", catalog.Unknown, "", "名称"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := ix.Match(c.item, c.spec, c.unit)
			first := ""
			if len(m.Candidates) > 0 {
				first = m.Candidates[0].Label()
			}
			if m.Verdict != c.verdict || first != c.first || !strings.Contains(m.Why, c.why) || m.Why == "" {
				t.Errorf("Match = %d %q because %q; want %d %q because …%s…", m.Verdict, first, m.Why, c.verdict, c.first, c.why)
			}
			if (m.Item != nil) != (m.Verdict == catalog.Same) {
				t.Errorf("Item is %v at verdict %d", m.Item, m.Verdict)
			}
		})
	}
}

func TestMatchNeverMergesDifferentGoods(t *testing.T) {
	w := words(t)
	items := goods()
	items[9].Aliases = append(items[9].Aliases, "草袋") // somebody gave 编织袋 a wrong alias
	ix := catalog.NewIndex(items, w)
	for _, name := range []string{"草袋", "沙袋", "防汛沙袋"} {
		t.Run(name+" is not offered as 编织袋", func(t *testing.T) {
			m := ix.Match(name, "", "条")
			if m.Verdict == catalog.Same || slices.Contains(labels(m.Candidates), "编织袋") {
				t.Errorf("Match(%q) = %+v", name, m)
			}
		})
	}
	t.Run("name and spec in one that make different goods are not the same", func(t *testing.T) {
		ix := catalog.NewIndex([]catalog.Item{{ID: 1, Code: "A1", Name: "铅丝", Spec: "笼", Unit: "个"}}, w)
		if m := ix.Match("铅丝笼", "", "个"); m.Verdict != catalog.Unknown {
			t.Errorf("Match = %+v", m)
		}
	})
	t.Run("麻袋 is itself and 编织袋 never", func(t *testing.T) {
		if m := ix.Match("麻袋", "", "条"); m.Item == nil || m.Item.Name != "麻袋" {
			t.Errorf("Match = %+v", m)
		}
	})
	t.Run("the standard word speaks for its variants", func(t *testing.T) {
		if !w.NeverSame("塑料编织袋", "麻袋") || w.NeverSame("塑料编织袋", "防汛编织袋") {
			t.Error("variants of 编织袋 are not kept apart from 麻袋")
		}
	})
}

func TestMatchAsksWhenTwoFit(t *testing.T) {
	items := []catalog.Item{
		{ID: 1, Code: "A1", Name: "应急灯", Unit: "个", Aliases: []string{"照明灯"}},
		{ID: 2, Code: "A2", Name: "手提灯", Unit: "个", Aliases: []string{"照明灯"}},
	}
	m := catalog.NewIndex(items).Match("照明灯", "", "个")
	if m.Verdict != catalog.Similar || len(m.Candidates) != 2 || !strings.Contains(m.Why, "请选一种") {
		t.Errorf("Match = %+v", m)
	}
}

// pieces are the units of the words' table that count the same single pieces.
var pieces = map[string][]string{"顶": {"个"}, "床": {"条"}, "张": {"个"}, "支": {"个"}, "只": {"个"}, "艘": {"只"}}

// TestMatchSameIsCertain draws lines around real names: whatever is called
// Same has the name (or alias) and unit of the line and no other spec.
func TestMatchSameIsCertain(t *testing.T) {
	w := words(t)
	items := goods()
	ix := catalog.NewIndex(items, w)
	runes := []rune("帐篷单棉折叠床12㎡编织麻袋铅丝（）个顶条")
	rapid.Check(t, func(t *rapid.T) {
		it := rapid.SampledFrom(items).Draw(t, "item")
		noise := rapid.StringOfN(rapid.SampledFrom(runes), 0, 3, -1)
		name := it.Name + noise.Draw(t, "behind")
		if rapid.Bool().Draw(t, "inFront") {
			name = noise.Draw(t, "front") + it.Name
		}
		unit := rapid.SampledFrom([]string{"顶", "条", "个", "千克", "公斤", "张", ""}).Draw(t, "unit")
		spec := rapid.SampledFrom([]string{"", "12㎡", "单人式", "10㎡"}).Draw(t, "spec")
		m := ix.Match(name, spec, unit)
		if m.Verdict != catalog.Same {
			return
		}
		got := *m.Item
		fold := strings.NewReplacer("(", "", ")", "")
		said := fold.Replace(catalog.Key(name))
		known := append([]string{got.Name, got.Name + got.Spec, got.Spec + got.Name}, got.Aliases...)
		if !slices.ContainsFunc(known, func(k string) bool { return fold.Replace(catalog.Key(k)) == said || w.Canonical(name) == k }) {
			t.Fatalf("%q is called the same as %q", name, got.Label())
		}
		if spec != "" && spec != got.Spec {
			t.Fatalf("%q %q is called the same as %q", name, spec, got.Label())
		}
		if unit == "" || w.Unit(unit) != got.Unit && !slices.Contains(pieces[got.Unit], unit) {
			t.Fatalf("%q in %q is called the same as %q in %q", name, unit, got.Label(), got.Unit)
		}
	})
}

func TestMatchKnowsAllSynonyms(t *testing.T) {
	w := words(t)
	for _, c := range []struct{ variant, canonical string }{{"桩木", "木桩"}, {"2号工具", "二号工具"}, {"水鞋", "雨靴"}, {"生活应急包", "家庭应急包"}} {
		t.Run(c.variant+" is "+c.canonical, func(t *testing.T) {
			ix := catalog.NewIndex([]catalog.Item{{ID: id.ID(1), Code: "A1", Name: c.canonical, Unit: "个"}}, w)
			if m := ix.Match(c.variant, "", "个"); m.Verdict != catalog.Same {
				t.Errorf("Match = %+v", m)
			}
		})
	}
}

func TestReadWords(t *testing.T) {
	t.Run("an unknown relation is refused with its row", func(t *testing.T) {
		_, err := catalog.ReadWords(strings.NewReader("kind,canonical,variant,relation,note\nitem,a,b,perhaps,\n"))
		if err == nil || !strings.Contains(err.Error(), "row 2") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("units have one standard word", func(t *testing.T) {
		w := words(t)
		for unit, want := range map[string]string{"公斤": "千克", "kg": "千克", "㎡": "平方米", "平": "平方米", "方": "立方米", "顶": "顶", " 付 ": "副"} {
			if got := w.Unit(unit); got != want {
				t.Errorf("Unit(%q) = %q, want %q", unit, got, want)
			}
		}
	})
}

func TestSuggest(t *testing.T) {
	ix := catalog.NewIndex(goods(), words(t))
	for _, c := range []struct{ name, word, want string }{
		{"a same-sound character is mended", "折迭床", "折叠床"},
		{"the beginning typed by ear is mended", "折迭", "折叠床"},
		{"a wrong character in a long name is mended", "医用防护口照", "医用防护口罩"},
		{"a character too many is mended", "冲冲锋舟", "冲锋舟"},
		{"an alias is offered", "救灾帐蓬", "救灾帐篷"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ix.Suggest(c.word); len(got) == 0 || got[0] != c.want {
				t.Errorf("Suggest(%q) = %q, want %q first", c.word, got, c.want)
			}
		})
	}
	for _, word := range []string{"折叠床", "zhedie", "", "潜水艇", "雨鞋"} {
		t.Run("nothing is suggested for "+word, func(t *testing.T) {
			if got := ix.Suggest(word); len(got) > 0 {
				t.Errorf("Suggest(%q) = %q", word, got)
			}
		})
	}
}
