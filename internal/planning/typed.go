package planning

import (
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// named finds items by what a person typed: a code, a name, name and spec, an
// alias, or code and name as the forms list them.
type named map[string][]catalog.Item

func newNamed(items []catalog.Item) named {
	n := make(named, 3*len(items))
	for _, it := range items {
		keys := map[string]bool{catalog.Key(it.Code): true, catalog.Key(it.Name): true, catalog.Key(it.Label()): true, catalog.Key(Listed(it)): true}
		for _, a := range it.Aliases {
			keys[catalog.Key(a)] = true
		}
		for k := range keys {
			n[k] = append(n[k], it)
		}
	}
	return n
}

// Listed is how forms write an item that may be chosen: SH0001 帐篷 12㎡.
func Listed(it catalog.Item) string { return it.Code + " " + it.Label() }

// item finds the one item a text names; where begins the sentence: 第 3 行.
func (n named) item(c *errs.Check, field, where, text string) (catalog.Item, bool) {
	found := n[catalog.Key(text)]
	switch {
	case catalog.Key(text) == "":
		c.Add(field, "%s请填写物资的编码或名称。", where)
	case len(found) == 0:
		c.Add(field, "%s目录中没有「%s」，请从列表选择；确是新物资的，请先在物资目录新增。", where, clip(tidy(text), 60))
	case len(found) > 1:
		c.Add(field, "%s「%s」有 %d 种规格，请从列表选定一种，或改填编码。", where, clip(tidy(text), 60), len(found))
	case found[0].Draft:
		c.Add(field, "%s「%s」还没有计量单位，请先在物资目录补上单位。", where, found[0].Label())
	default:
		return found[0], true
	}
	return catalog.Item{}, false
}

// itemsByID indexes a catalogue.
func itemsByID(items []catalog.Item) map[id.ID]catalog.Item {
	byID := make(map[id.ID]catalog.Item, len(items))
	for _, it := range items {
		byID[it.ID] = it
	}
	return byID
}

// checkQty reads a quantity above zero in an item's unit or its packs. Without
// a known item only what no unit allows is refused.
func checkQty(c *errs.Check, field, where, text string, it catalog.Item) quantity.Q {
	r, _, err := it.Measure(text)
	switch {
	case strings.TrimSpace(text) == "":
		c.Add(field, "%s请填写数量。", where)
	case err != nil:
		c.Add(field, "%s数量：%s", where, errs.MessageOf(err))
	case r.Doubt != "":
		c.Add(field, "%s数量「%s」不够确切，请写成准确的数字，如 120。", where, strings.TrimSpace(text))
	case r.Q <= 0:
		c.Add(field, "%s数量应大于 0。", where)
	case r.Q > quantity.Max:
		c.Add(field, "%s数量太大，请核对。", where)
	case it.ID != 0 && r.Unit != "" && catalog.Key(r.Unit) != catalog.Key(it.Unit):
		c.Add(field, "%s数量的单位「%s」与物资的单位「%s」不同，请换算后只填数字。", where, r.Unit, it.Unit)
	case it.ID != 0 && !r.Q.Fits(it.Decimals):
		c.Add(field, "%s%s", where, errs.MessageOf(quantity.Check(r.Q, it.Unit, it.Decimals)))
	default:
		return r.Q
	}
	return 0
}

// checkPrice reads a price per unit; "" is none.
func checkPrice(c *errs.Check, field, where, text string) *money.Fen {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	fen, err := money.Parse(text)
	if err == nil && fen < 0 {
		err = errs.New(errs.Invalid, "不能是负数，没有约定单价的请留空。")
	}
	if err != nil {
		c.Add(field, "%s单价：%s", where, errs.MessageOf(err))
		return nil
	}
	return &fen
}

// earliestDay is the first day forms of this package take: no paper they speak
// of is older, so an earlier one is a slip in the year.
const earliestDay = "2000-01-01"

// checkDayWithin reads a day that must be written and lie between two days.
func (s *Service) checkDayWithin(c *errs.Check, field, label, text string, first, last day.Day) string {
	on := s.checkDay(c, field, label, text, true)
	switch {
	case on == "": // said already
	case on < first.First:
		c.Add(field, "%s %s 太早，不能早于 %s，请核对年份。", label, on, first)
	case on > last.First:
		c.Add(field, "%s %s 太晚，不能晚于 %s，请核对年份。", label, on, last)
	default:
		return on
	}
	return ""
}
