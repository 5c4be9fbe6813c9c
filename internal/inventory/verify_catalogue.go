package inventory

import (
	"context"
	"fmt"
	"strings"

	"changbei/internal/ledger"
)

// itemAct is what an item's records say that gives its figures their meaning,
// as the record words it; "" = not told. Items of the starting catalogue have no
// record of their own and are told only once they were changed.
type itemAct struct{ unit, serial string }

// Parts of an item's record, as directory writes them.
const (
	unitMark  = "单位 "
	bySerial  = "逐件管理"
	byNumber  = "按数量管理"
	partsMark = "；"
	arrowMark = " → "
)

// wholeDetail is from how many characters on a record may have been cut short.
const wholeDetail = 500

// item reads what a record says of an item's unit and of how it is kept.
func (t *acts) item(a *ledger.AuditRecord) {
	if t.items == nil {
		t.items = map[string]itemAct{}
	}
	code, _, _ := strings.Cut(a.Object, " ")
	told := t.items[code]
	if len([]rune(a.Detail)) >= wholeDetail {
		told = itemAct{}
	} else {
		update := a.Act == "item.update"
		told.unit = recordedPart(told.unit, a.Detail, update, func(s string) bool { return strings.HasPrefix(s, unitMark) })
		told.serial = recordedPart(told.serial, a.Detail, update, func(s string) bool { return s == bySerial || s == byNumber })
	}
	t.items[code] = told
}

// recordedPart gives the one part of a record that is wanted, before it when a change
// leaves it alone. Names and specs are free words: when more than one part fits,
// or a change makes it out of another, nothing is told rather than a wrong thing.
func recordedPart(before, detail string, update bool, wanted func(string) bool) string {
	found, hits := "", 0
	for part := range strings.SplitSeq(detail, partsMark) {
		old, now, changed := strings.Cut(part, arrowMark)
		if !update {
			old, now, changed = part, part, true
		}
		if !changed || !wanted(now) {
			continue
		}
		found = now
		if hits++; !wanted(old) {
			hits++
		}
	}
	switch {
	case hits == 0 && update:
		return before
	case hits == 1:
		return found
	}
	return ""
}

func (t *acts) unit(a *ledger.AuditRecord) {
	var decimals int
	if _, err := fmt.Sscanf(a.Detail, "小数 %d 位", &decimals); err != nil {
		return
	}
	if t.units == nil {
		t.units = map[string]int{}
	}
	t.units[a.Object] = decimals
}

// itemRecords proves that items are counted as their last records say: with
// another unit every figure in the books means something else.
func (k *checker) itemRecords() {
	for _, i := range k.facts.catalogue {
		object, told := "物资 "+i.Code, k.acts.items[i.Code]
		if unit := strings.TrimPrefix(told.unit, unitMark); told.unit != "" && unit != i.Unit {
			k.add("item", object, "计量单位是「%s」，审计记录里是「%s」", i.Unit, unit)
		}
		if told.serial != "" && (told.serial == bySerial) != i.Serial {
			k.add("item", object, "逐件还是按数量管理被改动过，审计记录里是%s", told.serial)
		}
	}
}

// unitRecords proves the same of units.
func (k *checker) unitRecords(ctx context.Context) error {
	units, err := k.conn.Units(ctx)
	for _, u := range units {
		if decimals, told := k.acts.units[u.Name]; told && decimals != u.Decimals {
			k.add("item", "计量单位 "+u.Name, "小数 %d 位，审计记录里是 %d 位", u.Decimals, decimals)
		}
	}
	return err
}
