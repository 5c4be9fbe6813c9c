package plan

import (
	"fmt"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// Depots indexes the depots a plan may speak of.
type Depots struct {
	list []place.Depot
	byID map[id.ID]place.Depot
}

// NewDepots indexes them, in the district's order.
func NewDepots(list []place.Depot) *Depots {
	d := &Depots{list: list, byID: make(map[id.ID]place.Depot, len(list))}
	for _, one := range list {
		d.byID[one.ID] = one
	}
	return d
}

// Depot gives one.
func (d *Depots) Depot(depot id.ID) (place.Depot, bool) { one, ok := d.byID[depot]; return one, ok }

// List gives all, in the district's order.
func (d *Depots) List() []place.Depot { return d.list }

// At lists the open depots a scope covers. What other departments hold is
// covered only where the line names the depot itself.
func (d *Depots) At(s Scope) []id.ID {
	if s.Kind == AtDepot {
		return []id.ID{s.DepotID}
	}
	var list []id.ID
	for _, one := range d.list {
		if !one.Closed && one.Holder != place.HeldByDepartment && (s.Kind == District || one.Tier == s.Tier) {
			list = append(list, one.ID)
		}
	}
	return list
}

// Stands lists the depots a line stands at. A firm's depot is among those of a
// tier or of the district only where 代储 counts, and the bureau's own unless
// nothing else does.
func (d *Depots) Stands(l Line) []id.ID {
	list := d.At(l.Scope)
	if l.Scope.Kind == AtDepot {
		return list
	}
	onlyKept := len(l.Forms) == 1 && l.Counts(Kept)
	return slices.DeleteFunc(list, func(depot id.ID) bool {
		if d.byID[depot].Holder == place.HeldByFirm {
			return !l.Counts(Kept)
		}
		return onlyKept
	})
}

// Holds reports that what a depot has on its shelves counts toward a line. One
// that names the depot itself need not say whose goods they are.
func (d *Depots) Holds(l *Line, depot id.ID) bool {
	switch {
	case l.Scope.Kind == AtDepot:
		return l.Counts(Physical) || l.Counts(Kept)
	case d.byID[depot].Holder == place.HeldByFirm:
		return l.Counts(Kept)
	}
	return l.Counts(Physical)
}

// Label names a scope: a depot; 街镇每库; 全区合计.
func (d *Depots) Label(s Scope) string {
	switch s.Kind {
	case AtDepot:
		return d.byID[s.DepotID].Name
	case AtTier:
		return s.Tier.Name() + "每库"
	}
	return "全区合计"
}

// CheckLine refuses a line that cannot be meant. Field names in errors: depot,
// tier, target, unit, minimum, standard, maximum, forms.
func CheckLine(l Line, goods *Goods, depots *Depots) error {
	var c errs.Check
	checkScope(&c, l, depots)
	checkTarget(&c, l, goods)
	checkLevels(&c, l, goods)
	if len(l.Forms) == 0 {
		c.Add("forms", "请至少选择一种储备形式。")
	}
	return c.Err()
}

func checkScope(c *errs.Check, l Line, depots *Depots) {
	s := l.Scope
	switch s.Kind {
	case AtDepot:
		d, ok := depots.Depot(s.DepotID)
		switch {
		case !ok:
			c.Add("depot", "请选择储备库。")
		case d.Closed:
			c.Add("depot", "「%s」已停用，不能列入计划。请选择在用的储备库，或先恢复启用。", d.Name)
		}
	case AtTier:
		if !slices.Contains(place.Tiers, s.Tier) {
			c.Add("tier", "请选择层级。")
		} else if len(depots.At(s)) == 0 {
			c.Add("tier", "%s还没有在用的储备库，这一行落不到任何库。", s.Tier.Name())
		} else if len(depots.Stands(l)) == 0 {
			c.Add("forms", "%s没有代储企业的储备库，只算代储的这一行落不到任何库。", s.Tier.Name())
		}
	case District:
	default:
		c.Add("depot", "请选择储备库、层级或全区。")
	}
}

func checkTarget(c *errs.Check, l Line, goods *Goods) {
	label := goods.Label(l.Target)
	switch l.Target.Kind {
	case OfItem:
		it, ok := goods.Item(l.Target.ID)
		switch {
		case !ok:
			c.Add("target", "目录里没有这种物资，请从列表中选择。")
			return
		case it.Draft:
			c.Add("target", "「%s」还没有计量单位，请先在物资目录补上单位。", label)
			return
		}
	case OfCategory:
		if _, ok := goods.categories[l.Target.ID]; !ok {
			c.Add("target", "没有这个类别，请从列表中选择。")
			return
		}
	case OfGroup:
		gr, ok := goods.Group(l.Target.ID)
		switch {
		case !ok || gr.Retired:
			c.Add("target", "没有这个等效组，或已停用，请从列表中选择。")
			return
		case len(gr.Members) == 0:
			c.Add("target", "等效组「%s」里还没有物资，请先加入物资。", gr.Name)
			return
		}
	default:
		c.Add("target", "请选择物资、类别或等效组。")
		return
	}
	if l.Unit == "" {
		c.Add("unit", "请填写计量单位。")
	} else if len(goods.Counting(l.Target, l.Unit)) == 0 {
		c.Add("unit", "单位“%s”换算不到「%s」%s。请用%s，或先在物资目录登记换算。", l.Unit, label, goods.unitsSaid(l.Target), goods.unitAdvice(l.Target))
	}
}

// unitsSaid words the units a target has: （单位：顶）.
func (g *Goods) unitsSaid(t Target) string {
	if units := g.Units(t); len(units) > 0 {
		return "（单位：" + strings.Join(units, "、") + "）"
	}
	return ""
}

func (g *Goods) unitAdvice(t Target) string {
	if units := g.Units(t); len(units) > 0 {
		return "“" + units[0] + "”"
	}
	return "物资自己的单位"
}

// Units lists the units a target may be planned in: those of its goods, most
// frequent first, and packs of a single item.
func (g *Goods) Units(t Target) []string {
	if t.Kind == OfGroup {
		return []string{g.groups[t.ID].Unit}
	}
	count, names := map[string]int{}, []string{}
	add := func(unit string) {
		if unit == "" {
			return
		}
		if count[catalog.Key(unit)]++; count[catalog.Key(unit)] == 1 {
			names = append(names, unit)
		}
	}
	for _, item := range g.All(t) {
		add(g.items[item].Unit)
	}
	slices.SortStableFunc(names, func(a, b string) int { return count[catalog.Key(b)] - count[catalog.Key(a)] })
	if t.Kind == OfItem {
		for _, p := range g.items[t.ID].Packs {
			names = append(names, p.Name)
		}
	}
	return names
}

func checkLevels(c *errs.Check, l Line, goods *Goods) {
	switch {
	case l.Standard <= 0:
		c.Add("standard", "请填写标准量，须大于 0。")
	case l.Minimum < 0 || l.Maximum < 0 || max(l.Minimum, l.Standard, l.Maximum) > quantity.Max:
		c.Add("standard", "数量超出范围，请核对。")
	case l.Minimum > l.Standard:
		c.Add("minimum", "最低量 %s 高于标准量 %s，请改低最低量或提高标准量。", l.Minimum, l.Standard)
	}
	if l.Maximum != 0 && l.Maximum < l.Standard {
		c.Add("maximum", "最高量 %s 低于标准量 %s，请改高，或留空表示不限。", l.Maximum, l.Standard)
	}
	decimals := goods.Decimals(l.Target)
	if l.Target.Kind == OfCategory {
		return
	}
	for _, f := range []struct {
		field string
		q     quantity.Q
	}{{"minimum", l.Minimum}, {"standard", l.Standard}, {"maximum", l.Maximum}} {
		if !f.q.Fits(decimals) {
			c.Add(f.field, "%s 的小数位数超过单位“%s”允许的 %d 位。", f.q, l.Unit, decimals)
		}
	}
}

// Clash is two lines that ask for the same goods at the same place.
type Clash struct {
	A, B   Line
	Depot  id.ID // where both stand
	ItemID id.ID // what both ask for
}

// Clashes finds the lines that overlap: each pair once, with the first place
// and item they share. Stock would otherwise count twice.
func Clashes(lines []Line, goods *Goods, depots *Depots) []Clash {
	var found []Clash
	taken := map[[2]id.ID]int{} // depot, item -> the line there
	said := map[[2]int]bool{}
	for i, l := range lines {
		for _, depot := range depots.Stands(l) {
			for _, item := range goods.All(l.Target) {
				at := [2]id.ID{depot, item}
				j, there := taken[at]
				if !there {
					taken[at] = i
				} else if j != i && !said[[2]int{j, i}] {
					said[[2]int{j, i}] = true
					found = append(found, Clash{A: lines[j], B: l, Depot: depot, ItemID: item})
				}
			}
		}
	}
	return found
}

// Beside words a clash for who edits line B and does not see A.
func (c Clash) Beside(goods *Goods, depots *Depots) string {
	it, _ := goods.Item(c.ItemID)
	d, _ := depots.Depot(c.Depot)
	return fmt.Sprintf("与计划第 %d 行（%s的%s）重叠：都要算%s的「%s」，同一份库存会算两次。请删去其中一行，或改成不重叠的库和物资。",
		c.A.No, depots.Label(c.A.Scope), goods.Label(c.A.Target), d.Name, it.Label())
}

// Sentence words a clash for people.
func (c Clash) Sentence(goods *Goods, depots *Depots) string {
	a, b := goods.Label(c.A.Target), goods.Label(c.B.Target)
	it, _ := goods.Item(c.ItemID)
	d, _ := depots.Depot(c.Depot)
	where := fmt.Sprintf("%s的%s与%s的%s", depots.Label(c.A.Scope), a, depots.Label(c.B.Scope), b)
	if c.A.Scope == c.B.Scope && c.A.Target == c.B.Target {
		return fmt.Sprintf("第 %d 行和第 %d 行都是%s的%s，请合并为一行。", c.A.No, c.B.No, depots.Label(c.A.Scope), a)
	}
	return fmt.Sprintf("第 %d 行和第 %d 行重叠：%s都要算%s的「%s」，同一份库存会算两次。请删去其中一行，或改成不重叠的库和物资。",
		c.A.No, c.B.No, where, d.Name, it.Label())
}
