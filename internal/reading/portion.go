package reading

import "strings"

// askPortions asks about the rows below a 其中 that go on with it: those that
// have no number of their own where the others have one, or whose quantities
// fill what is left of the row they are part of.
func (t *table) askPortions() {
	if t.col(PlaceQty)+t.col(ItemQty) > 0 {
		return // several quantities a row
	}
	for i := 1; i < len(t.rows); i++ {
		if !strings.HasPrefix(t.rows[i].Item, "其中") {
			continue
		}
		for n := t.portions(i); n > 0; n-- {
			i++
			r := &t.rows[i]
			t.doubtRow(r.Row)
			t.flag(r.Row, Item, t.ref(r.Row, Item), codePartOf, Confirm, r.Item, "“%s”接在“其中”的一行下面，像是同一行的一部分，一起导入会重复计数。请确认要不要导入这一行。", clip(r.Item))
		}
	}
}

// portions is how many rows below the one at i are part of the same row as it.
func (t *table) portions(i int) int {
	numbered := t.col(Seq) > 0 && t.arabicSeq
	rest := t.rows[i+1:]
	left := orZero(t.rows[i-1].Quantity) - orZero(t.rows[i].Quantity)
	for n, r := range rest {
		_, own := t.own(r.Row, Seq)
		left -= orZero(r.Quantity)
		switch {
		case numbered && (own || strings.HasPrefix(r.Item, "其中")):
			return n
		case numbered:
		case strings.HasPrefix(r.Item, "其中"):
			return 0
		case left == 0:
			return n + 1
		}
	}
	if numbered {
		return len(rest)
	}
	return 0
}
