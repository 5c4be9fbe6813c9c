package reading

import (
	"regexp"
	"slices"

	"changbei/internal/quantity"
)

// movementPart reads the columns under 本期收入 and 本期发出 that say how goods
// came or went: 采购, 捐赠, 计; each may have a quantity and an amount below.
func (l *Lexicon) movementPart(c *column, up, low Field) bool {
	if up != InQty && up != OutQty || len(c.parts) < 2 {
		return false
	}
	way := c.parts[len(c.parts)-1]
	switch low {
	case Date:
		c.field, c.dateOf = Other, up
		return true
	case Item, Category, Depot, Location, LotNo, Production, Expiry:
		return false
	case Amount, UnitPrice, OpeningAmount, InAmount, OutAmount:
		c.field = Other
		if low == Amount && len(c.parts) == 2 {
			c.field = groupFields[up][Amount]
		}
		return true
	case Quantity:
		if len(c.parts) == 2 {
			return false
		}
		way = c.parts[len(c.parts)-2]
	case Spec, Unit, DocNo, Remark, Handler, Counterparty, Source, Purpose:
		return false
	}
	_, c.whole = l.totalLabel(way)
	if base, _ := cutBrackets(fold(way)); base == "计" || base == "数量" {
		c.whole = true
	}
	c.part, c.field = up, Other
	return true
}

// ways are headings of how goods came or went: 采购入库, 报废出库数量.
var ways = map[Field]*regexp.Regexp{
	InQty:  regexp.MustCompile(`^\p{Han}{2,4}(入库|收入|调入|接收)(数|量|数量)?$`),
	OutQty: regexp.MustCompile(`^\p{Han}{2,4}(出库|支出|发出|调出)(数|量|数量)?$`),
}

// byWay takes such headings beside an opening for parts of what came and went,
// as they would be below one heading over them all.
func byWay(columns []column) {
	if !slices.ContainsFunc(columns, func(c column) bool { return c.field == OpeningQty }) {
		return
	}
	for i := range columns {
		c := &columns[i]
		for f, form := range ways {
			if (c.field == "" || c.field == Other) && len(c.parts) == 1 && form.MatchString(fold(c.header)) {
				c.part, c.field = f, Other
			}
		}
	}
}

// joinParts makes the sum of a group its quantity; without one its only part;
// else the parts are added up row by row.
func joinParts(columns []column) {
	for _, f := range []Field{InQty, OutQty} {
		whole, parts := -1, []int{}
		for i, c := range columns {
			switch {
			case c.field == f:
				return // the group has a column of its own
			case c.part == f && c.whole:
				whole = i
			case c.part == f:
				parts = append(parts, i)
			}
		}
		switch {
		case whole >= 0:
			columns[whole].field = f
		case len(parts) == 1:
			columns[parts[0]].field = f
		case len(parts) > 1:
			columns[parts[0]].field = f // read together with the others: see partSum
		}
	}
}

// partSum adds up the columns a group's quantity is divided into; ok is false
// where they have a sum of their own, or one of them cannot be read.
func (d *draft) partSum(f Field) (sum quantity.Q, ok bool) {
	parts := 0
	for _, c := range d.t.columns {
		if c.part != f {
			continue
		}
		if c.whole {
			return 0, false
		}
		parts++
		v, there := d.t.b.at(d.Row.Row, c.col)
		if !there || d.t.l.isEmpty(v.text) {
			continue
		}
		a := d.t.l.readAmount(v)
		if a.q == nil || a.doubt != "" {
			return 0, false
		}
		sum += *a.q
	}
	return sum, parts > 1
}

// unwrap takes the labels 收入 and 支出 off the halves of a table that each
// name their goods: they are two tables side by side, and the label says which
// way their goods went.
func (l *Lexicon) unwrap(columns []column) {
	items := map[string]int{}
	for _, c := range columns {
		if h, ok := l.heading(c.parts[len(c.parts)-1]); ok && h.field == Item && len(c.parts) > 1 {
			items[c.parts[0]]++
		}
	}
	if len(items) < 2 {
		return
	}
	for i := range columns {
		c := &columns[i]
		if len(c.parts) > 1 && items[c.parts[0]] == 1 {
			own := column{col: c.col, parts: c.parts[1:], header: c.header, factor: 1, group: c.parts[0]}
			l.mean(&own)
			*c = own
		}
	}
}

// splitGroups cuts such a table.
func splitGroups(columns []column) [][]column {
	var out [][]column
	for _, c := range columns {
		if c.group == "" && len(out) == 0 {
			return nil
		}
		if c.group != "" && (len(out) == 0 || out[len(out)-1][0].group != c.group) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], c)
	}
	return out
}
