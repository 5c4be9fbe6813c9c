package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// typedLine is a line of an order as typed. Target counts from 1, 0 = not
// chosen.
type typedLine struct {
	item   string
	itemID id.ID
	qty    string
	depot  id.ID
	target int
	need   id.ID
	group  id.ID  // of a needs list: any of a group will do
	note   string // what the request asks for, told beside the line
}

// blank reports a line nobody means: nothing typed, or one of the request's of
// which nothing is to be sent.
func (l typedLine) blank() bool { return l.qty == "" && (l.item == "" || l.need != 0) }

// readLines reads the lines a form sent. Blank ones are dropped, so that line
// numbers in errors are those of the rows shown again; of a request's lines
// those are kept apart, to be shown again behind the others.
func readLines(f *form.Form) (lines, idle []typedLine) {
	for _, n := range lineNumbers(f) {
		at := func(key string) string { return f.Text("line." + strconv.Itoa(n) + "." + key) }
		l := typedLine{item: at("item"), itemID: id.Parse(at("item_id")), qty: f.Figure("line." + strconv.Itoa(n) + ".qty"), depot: id.Parse(at("depot")),
			need: id.Parse(at("need")), group: id.Parse(at("group")), note: at("note")}
		l.target, _ = strconv.Atoi(at("target"))
		switch {
		case !l.blank():
			lines = append(lines, l)
		case l.need != 0:
			idle = append(idle, l)
		}
	}
	return lines, idle
}

// padded adds blank lines up to a number.
func padded(lines []typedLine, least int) []typedLine {
	for len(lines) < least {
		lines = append(lines, typedLine{})
	}
	return lines
}

// nameItems finds the items of lines that were typed without the list. named
// says what is wrong with those that name none: a use case will refuse them, and
// say what else is wrong.
func (s *Server) nameItems(ctx context.Context, actor access.Actor, lines []typedLine) (named, failed error) {
	var c errs.Check
	for i := range lines {
		l := &lines[i]
		if l.itemID != 0 {
			continue
		}
		field := fmt.Sprintf("line.%d.item", i+1)
		if l.item == "" {
			c.Add(field, "第 %d 行请选择物资。", i+1)
			continue
		}
		it, err := s.Inventory.FindItem(ctx, actor, l.item)
		switch errs.KindOf(err) {
		case errs.NotFound, errs.Invalid:
			c.Add(field, "第 %d 行：%s", i+1, errs.MessageOf(err))
			continue
		}
		if err != nil {
			return nil, err
		}
		l.itemID = it.ID
	}
	return c.Err(), nil
}

// bothWrong tells at once which lines name no goods and what else a use case
// finds wrong; of two sentences about one field the first.
func bothWrong(named, err error) error {
	if named == nil || errs.KindOf(err) != errs.Invalid {
		return err
	}
	var c errs.Check
	said := map[string]bool{}
	for _, f := range slices.Concat(errs.FieldsOf(named), errs.FieldsOf(err)) {
		if !said[f.Name] {
			said[f.Name] = true
			c.Add(f.Name, "%s", f.Message)
		}
	}
	return c.Err()
}

// lineInputs makes the use case's lines. The only target needs no choice.
func lineInputs(lines []typedLine, targets int) []dispatching.LineInput {
	var list []dispatching.LineInput
	for _, l := range lines {
		to := l.target - 1
		if targets == 1 && l.target == 0 {
			to = 0
		}
		list = append(list, dispatching.LineInput{Target: to, DepotID: l.depot, ItemID: l.itemID, Qty: l.qty, NeedLineID: l.need})
	}
	return list
}

// lineGoods knows the items of some lines and where they are free.
type lineGoods struct {
	items map[id.ID]catalog.Item
	free  map[id.ID]map[id.ID]quantity.Q
}

func (s *Server) lineGoods(ctx context.Context, actor access.Actor, lines []typedLine) (lineGoods, error) {
	g := lineGoods{items: map[id.ID]catalog.Item{}}
	var ids []id.ID
	for _, l := range lines {
		if l.itemID != 0 {
			ids = append(ids, l.itemID)
		}
	}
	if len(ids) == 0 {
		return g, nil
	}
	ix, err := s.Directory.Index(ctx)
	if err != nil {
		return g, err
	}
	for _, it := range ix.Items() {
		if slices.Contains(ids, it.ID) {
			g.items[it.ID] = it
		}
	}
	g.free, err = s.Dispatching.FreeOf(ctx, actor, ids)
	return g, err
}

// row lays one line out.
func (g lineGoods) row(n int, l typedLine, ends []place.Depot, targets []order.Target) view.LineRow {
	it, known := g.items[l.itemID]
	r := view.LineRow{N: n, Item: l.item, Qty: l.qty, NeedID: idText(l.need), GroupID: idText(l.group), Note: l.note, Targets: targetOptions(targets, l.target), Wrong: map[string]string{}}
	if known {
		r.ItemID, r.Item, r.Spec, r.Unit, r.Packs = it.ID.String(), firstText(l.item, it.Name), it.Spec, it.Unit, catalog.PacksText(it.Packs)
		r.Depots = depotsWithGoods(ends, g.free[it.ID], it, l.depot)
	} else {
		r.Depots = depotsByTier(ends, l.depot)
	}
	return r
}

// depotsByTier lists depots under the heads of their tiers.
func depotsByTier(ends []place.Depot, chosen id.ID) []view.OptionGroup {
	var groups []view.OptionGroup
	for _, t := range place.Tiers {
		g := view.OptionGroup{Label: t.Name()}
		for _, d := range ends {
			if d.Tier == t {
				g.Options = append(g.Options, view.Option{Value: d.ID.String(), Label: d.Name, Checked: d.ID == chosen})
			}
		}
		if len(g.Options) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// depotsWithGoods lists depots by how much of an item they can send.
func depotsWithGoods(ends []place.Depot, free map[id.ID]quantity.Q, it catalog.Item, chosen id.ID) []view.OptionGroup {
	ends = slices.Clone(ends)
	slices.SortStableFunc(ends, func(a, b place.Depot) int { return cmp.Compare(free[b.ID], free[a.ID]) })
	has, none := view.OptionGroup{Label: "有货"}, view.OptionGroup{Label: "没有可调的"}
	for _, d := range ends {
		o := view.Option{Value: d.ID.String(), Label: d.Name, Checked: d.ID == chosen}
		if free[d.ID] > 0 {
			o.Label += "（可调 " + free[d.ID].Grouped() + " " + it.Unit + "）"
			has.Options = append(has.Options, o)
		} else {
			none.Options = append(none.Options, o)
		}
	}
	var groups []view.OptionGroup
	for _, g := range []view.OptionGroup{has, none} {
		if len(g.Options) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
