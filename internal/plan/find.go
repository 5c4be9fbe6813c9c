package plan

import (
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
)

// The words that tell a category and a group from an item in one typed field.
const (
	categoryWord = "类别："
	groupWord    = "等效组："
)

// Written is a target as FindTarget reads it back: SH0001 帐篷; 类别：生活救助.
func (g *Goods) Written(t Target) string {
	switch t.Kind {
	case OfItem:
		if it, ok := g.items[t.ID]; ok {
			return it.Code + " " + it.Label()
		}
	case OfCategory:
		return categoryWord + g.categories[t.ID].Name
	case OfGroup:
		return groupWord + g.groups[t.ID].Name
	}
	return ""
}

// Choices lists every target as Written: groups and categories first.
func (g *Goods) Choices(items []catalog.Item, categories []catalog.Category) []string {
	var list []string
	for _, gr := range g.Groups() {
		if !gr.Retired {
			list = append(list, groupWord+gr.Name)
		}
	}
	for _, c := range categories {
		list = append(list, categoryWord+c.Name)
	}
	for _, it := range items {
		if !it.Draft {
			list = append(list, it.Code+" "+it.Label())
		}
	}
	return list
}

// FindTarget reads a typed target: what Written gives, an item's code, or a
// name that one item alone has.
func (g *Goods) FindTarget(text string) (Target, error) {
	text = strings.TrimSpace(text)
	key := catalog.Key(text)
	if key == "" {
		return Target{}, errs.New(errs.Invalid, "请填写物资、类别或等效组。")
	}
	if rest, ok := cutWord(text, categoryWord); ok {
		for _, c := range g.categories {
			if catalog.Key(c.Name) == catalog.Key(rest) {
				return Target{OfCategory, c.ID}, nil
			}
		}
		return Target{}, errs.New(errs.Invalid, "没有物资类别「%s」，请从列表中选择。", rest)
	}
	if rest, ok := cutWord(text, groupWord); ok {
		for _, gr := range g.groups {
			if catalog.Key(gr.Name) == catalog.Key(rest) {
				return Target{OfGroup, gr.ID}, nil
			}
		}
		return Target{}, errs.New(errs.Invalid, "没有等效组「%s」，请从列表中选择，或先在“等效组”里建立。", rest)
	}
	return g.findItem(text, key)
}

// cutWord takes a leading word off, its colon full or half width.
func cutWord(text, word string) (string, bool) {
	if rest, ok := strings.CutPrefix(text, word); ok {
		return strings.TrimSpace(rest), true
	}
	rest, ok := strings.CutPrefix(text, strings.TrimSuffix(word, "：")+":")
	return strings.TrimSpace(rest), ok
}

func (g *Goods) findItem(text, key string) (Target, error) {
	code, _, _ := strings.Cut(text, " ")
	var byName []catalog.Item
	for _, it := range g.items {
		switch {
		case catalog.Key(it.Code) == catalog.Key(code):
			return Target{OfItem, it.ID}, nil
		case catalog.Key(it.Label()) == key || catalog.Key(it.Name) == key:
			byName = append(byName, it)
		}
	}
	exact := byName[:0:0]
	for _, it := range byName {
		if catalog.Key(it.Label()) == key {
			exact = append(exact, it)
		}
	}
	if len(exact) > 0 {
		byName = exact
	}
	switch len(byName) {
	case 1:
		return Target{OfItem, byName[0].ID}, nil
	case 0:
		return Target{}, errs.New(errs.Invalid, "目录里没有「%s」，请从列表中选择，或先在物资目录新增。", text)
	}
	return Target{}, errs.New(errs.Invalid, "叫「%s」的物资有 %d 种，请填编码，例如 %s。", text, len(byName), byName[0].Code)
}
