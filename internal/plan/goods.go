package plan

import (
	"cmp"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/id"
)

// Group is an equivalence group (等效组): goods that count for each other. A
// 36㎡ tent counts for three of 12㎡ where the bureau says so.
type Group struct {
	ID      id.ID
	Name    string
	Unit    string
	Members []Member
	Remark  string
	Retired bool
	LockNo  int64
}

// Member is an item of a group; each counts Ratio of the group's unit.
type Member struct {
	ItemID id.ID
	Ratio  Ratio
}

// Goods knows what a target's unit means for each item: the catalogue with
// packs, the categories, the groups.
type Goods struct {
	items      map[id.ID]catalog.Item
	byCategory map[id.ID][]id.ID
	categories map[id.ID]catalog.Category
	groups     map[id.ID]Group
}

// NewGoods indexes a catalogue.
func NewGoods(items []catalog.Item, categories []catalog.Category, groups []Group) *Goods {
	g := &Goods{items: make(map[id.ID]catalog.Item, len(items)), byCategory: map[id.ID][]id.ID{},
		categories: map[id.ID]catalog.Category{}, groups: map[id.ID]Group{}}
	for _, it := range items {
		g.items[it.ID] = it
		g.byCategory[it.CategoryID] = append(g.byCategory[it.CategoryID], it.ID)
	}
	for _, c := range categories {
		g.categories[c.ID] = c
	}
	for _, gr := range groups {
		g.groups[gr.ID] = gr
	}
	return g
}

// Item gives an item of the catalogue.
func (g *Goods) Item(item id.ID) (catalog.Item, bool) { it, ok := g.items[item]; return it, ok }

// Group gives a group.
func (g *Goods) Group(group id.ID) (Group, bool) { gr, ok := g.groups[group]; return gr, ok }

// Groups lists all groups by name.
func (g *Goods) Groups() []Group {
	list := make([]Group, 0, len(g.groups))
	for _, gr := range g.groups {
		list = append(list, gr)
	}
	slices.SortFunc(list, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Counted is an item that counts toward a target, and what one of it counts.
type Counted struct {
	ItemID id.ID
	Ratio  Ratio
}

// Counting lists the items that count toward a target in a unit, by item id.
// Items of a category whose unit does not convert are left out.
func (g *Goods) Counting(t Target, unit string) []Counted {
	var list []Counted
	switch t.Kind {
	case OfItem:
		if it, ok := g.items[t.ID]; ok {
			if r, ok := unitRatio(it, unit); ok {
				list = append(list, Counted{it.ID, r})
			}
		}
	case OfCategory:
		for _, item := range g.byCategory[t.ID] {
			if r, ok := unitRatio(g.items[item], unit); ok {
				list = append(list, Counted{item, r})
			}
		}
	case OfGroup:
		gr := g.groups[t.ID]
		if catalog.Key(gr.Unit) != catalog.Key(unit) {
			return nil
		}
		for _, m := range gr.Members {
			list = append(list, Counted(m))
		}
	}
	slices.SortFunc(list, func(a, b Counted) int { return cmp.Compare(a.ItemID, b.ItemID) })
	return list
}

// unitRatio says what one of an item counts in a unit: its own, or a pack of
// it.
func unitRatio(it catalog.Item, unit string) (Ratio, bool) {
	key := catalog.Key(unit)
	if it.Draft || key == "" {
		return Ratio{}, false
	}
	if key == catalog.Key(it.Unit) {
		return Same, true
	}
	for _, p := range it.Packs {
		if catalog.Key(p.Name) == key && p.Factor > 0 {
			return Ratio{1000, int64(p.Factor)}, true
		}
	}
	return Ratio{}, false
}

// All lists every item of a target whatever its unit: what an overlap is told
// by.
func (g *Goods) All(t Target) []id.ID {
	switch t.Kind {
	case OfItem:
		return []id.ID{t.ID}
	case OfCategory:
		return g.byCategory[t.ID]
	case OfGroup:
		var list []id.ID
		for _, m := range g.groups[t.ID].Members {
			list = append(list, m.ItemID)
		}
		return list
	}
	return nil
}

// Label names a target: 单帐篷 12㎡; 生活救助类; 帐篷（等效）.
func (g *Goods) Label(t Target) string {
	switch t.Kind {
	case OfItem:
		return g.items[t.ID].Label()
	case OfCategory:
		return g.categories[t.ID].Name + "（全类）"
	case OfGroup:
		return g.groups[t.ID].Name + "（等效组）"
	}
	return ""
}

// CategoryOf gives the category a target is shown under: a group under that of
// its first member.
func (g *Goods) CategoryOf(t Target) id.ID {
	switch t.Kind {
	case OfCategory:
		return t.ID
	case OfItem:
		return g.items[t.ID].CategoryID
	case OfGroup:
		if m := g.groups[t.ID].Members; len(m) > 0 {
			return g.items[m[0].ItemID].CategoryID
		}
	}
	return 0
}

// Decimals is how fine a target's unit is counted.
func (g *Goods) Decimals(t Target) int {
	switch t.Kind {
	case OfItem:
		return g.items[t.ID].Decimals
	case OfGroup:
		most := 0
		for _, m := range g.groups[t.ID].Members {
			most = max(most, g.items[m.ItemID].Decimals)
		}
		return most
	}
	return 0
}
