package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// The words that lead a target as people type or choose it.
const (
	itemWord     = "物资"
	categoryWord = "类别"
	groupWord    = "等效组"
)

// Typed writes a target as a field offers it and ParseTarget reads it:
// 物资 SH0001 单帐篷 12㎡; 类别 SH 生活救助类; 等效组 帐篷.
func (g *Goods) Typed(t Target) string {
	switch t.Kind {
	case OfItem:
		return itemWord + " " + TypedItem(g.items[t.ID])
	case OfCategory:
		return categoryWord + " " + g.categories[t.ID].Code + " " + g.categories[t.ID].Name
	case OfGroup:
		return groupWord + " " + g.groups[t.ID].Name
	}
	return ""
}

// TypedItem writes an item as a field offers it: SH0001 单帐篷 12㎡.
func TypedItem(it catalog.Item) string { return it.Code + " " + it.Label() }

// Items lists the catalogue by code.
func (g *Goods) Items() []catalog.Item {
	list := make([]catalog.Item, 0, len(g.items))
	for _, it := range g.items {
		list = append(list, it)
	}
	slices.SortFunc(list, func(a, b catalog.Item) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// Targets lists what a target may be: groups in use, categories with goods,
// goods with a unit.
func (g *Goods) Targets() []Target {
	var list []Target
	for _, gr := range g.Groups() {
		if !gr.Retired {
			list = append(list, Target{OfGroup, gr.ID})
		}
	}
	var cs []catalog.Category
	for _, c := range g.categories {
		if len(g.byCategory[c.ID]) > 0 {
			cs = append(cs, c)
		}
	}
	slices.SortFunc(cs, func(a, b catalog.Category) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Code, b.Code))
	})
	for _, c := range cs {
		list = append(list, Target{OfCategory, c.ID})
	}
	for _, it := range g.Items() {
		if !it.Draft {
			list = append(list, Target{OfItem, it.ID})
		}
	}
	return list
}

// ParseTarget reads a target: as Typed writes it, or a code or a name that
// means one thing only.
func (g *Goods) ParseTarget(text string) (Target, error) {
	key := catalog.Key(text)
	if key == "" {
		return Target{}, errs.New(errs.Invalid, "请填写物资、类别或等效组，可从列表中选择。")
	}
	var found []Target
	for _, t := range g.Targets() {
		if catalog.Key(g.Typed(t)) == key {
			return t, nil
		}
		if t.Kind == OfCategory && (key == catalog.Key(g.categories[t.ID].Name) || key == catalog.Key(g.categories[t.ID].Code)) ||
			t.Kind == OfGroup && key == catalog.Key(g.groups[t.ID].Name) {
			found = append(found, t)
		}
	}
	bare := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), itemWord))
	items := g.called(bare)
	for _, it := range items {
		found = append(found, Target{OfItem, it.ID})
	}
	for _, gr := range g.groups { // as pages show it
		if key == catalog.Key(g.Label(Target{OfGroup, gr.ID})) && !gr.Retired {
			found = append(found, Target{OfGroup, gr.ID})
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Target{}, errs.New(errs.Invalid, "没有「%s」这种物资、类别或等效组，请从列表中选择，或填写物资编码。", text)
	}
	var texts []string
	for _, t := range found[:min(len(found), 5)] {
		texts = append(texts, g.Typed(t)+g.unitsSaid(t))
	}
	return Target{}, errs.New(errs.Invalid, "「%s」不止一种：%s。请从列表中选择一种。", text, strings.Join(texts, "、"))
}

// ParseTargetIn reads a target as ParseTarget does; of goods of one name the unit
// beside it tells which is meant.
func (g *Goods) ParseTargetIn(text, unit string) (Target, error) {
	t, err := g.ParseTarget(text)
	if err == nil || catalog.Key(unit) == "" {
		return t, err
	}
	var found []catalog.Item
	for _, it := range g.called(text) {
		if _, fits := unitRatio(it, unit); fits {
			found = append(found, it)
		}
	}
	if len(found) == 1 {
		return Target{OfItem, found[0].ID}, nil
	}
	return t, err
}

// ParseItem reads an item: as TypedItem writes it, its code, or a name that
// means one item only.
func (g *Goods) ParseItem(text string) (catalog.Item, error) {
	if catalog.Key(text) == "" {
		return catalog.Item{}, errs.New(errs.Invalid, "请填写物资，可从列表中选择。")
	}
	found := g.called(text)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return catalog.Item{}, errs.New(errs.Invalid, "物资目录中没有「%s」，请从列表中选择，或填写编码。", text)
	}
	var texts []string
	for _, it := range found[:min(len(found), 5)] {
		texts = append(texts, TypedItem(it))
	}
	return catalog.Item{}, errs.New(errs.Invalid, "「%s」不止一种：%s。请填写编码。", text, strings.Join(texts, "、"))
}

// called finds goods by code, alone or before the name, else by name with
// spec, name, or alias.
func (g *Goods) called(text string) []catalog.Item {
	key := catalog.Key(text)
	var byLabel, byName []catalog.Item
	for _, it := range g.Items() {
		switch code := catalog.Key(it.Code); {
		case key == code, key == catalog.Key(TypedItem(it)):
			return []catalog.Item{it}
		case key == catalog.Key(it.Label()):
			byLabel = append(byLabel, it)
		case key == catalog.Key(it.Name), slices.ContainsFunc(it.Aliases, func(a string) bool { return catalog.Key(a) == key }):
			byName = append(byName, it)
		}
	}
	if len(byLabel) > 0 {
		return byLabel
	}
	return byName
}

// maxRatio bounds both parts of a ratio: nothing counts a million times
// another thing.
const maxRatio = 1_000_000

// ParseRatio reads what one of something counts: 3, 0.5 or 1/3, exactly and in
// lowest terms.
func ParseRatio(text string) (Ratio, error) {
	wrong := errs.New(errs.Invalid, "折合“%s”看不懂，请填大于 0 的数，例如 3、0.5 或 1/3。", text)
	above, below, fraction := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), "／", "/"), "/")
	num, ok := plainNumber(above)
	if !ok {
		return Ratio{}, wrong
	}
	den := quantity.One
	if fraction {
		if den, ok = plainNumber(below); !ok {
			return Ratio{}, wrong
		}
	}
	if num <= 0 || den <= 0 {
		return Ratio{}, wrong
	}
	part := common(int64(num), int64(den))
	r := Ratio{int64(num) / part, int64(den) / part}
	if r.Num > maxRatio || r.Den > maxRatio {
		return Ratio{}, errs.New(errs.Invalid, "折合“%s”太大或太细，请核对。", text)
	}
	return r, nil
}

// plainNumber reads a number with nothing said beside it.
func plainNumber(text string) (quantity.Q, bool) {
	r, err := quantity.Parse(text)
	return r.Q, err == nil && r.Unit == "" && r.Note == "" && r.Doubt == ""
}

func common(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// String writes the ratio as ParseRatio reads it: 3 or 1/3.
func (r Ratio) String() string {
	if r.Den == 1 {
		return strconv.FormatInt(r.Num, 10)
	}
	return strconv.FormatInt(r.Num, 10) + "/" + strconv.FormatInt(r.Den, 10)
}

// ParsePer reads what a person needs, in thousandths: 0.25 or 1/4. A fraction
// that is none in thousandths is refused, for nobody to wonder later.
func ParsePer(text string) (quantity.Q, error) {
	r, err := ParseRatio(text)
	switch {
	case err != nil:
		return 0, errs.New(errs.Invalid, "每人用量“%s”看不懂，请填大于 0 的数，例如 1、0.25 或 1/4。", text)
	case r.Num*int64(quantity.One)%r.Den != 0:
		up := quantity.Q((r.Num*int64(quantity.One) + r.Den - 1) / r.Den)
		return 0, errs.New(errs.Invalid, "每人用量“%s”超过三位小数，请取成小数，例如 %s。", text, up)
	}
	return quantity.Q(r.Num * int64(quantity.One) / r.Den), nil
}
