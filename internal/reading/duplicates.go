package reading

import (
	"fmt"
	"strings"
)

// checkDuplicates asks about rows that say the same as an earlier row of the
// table: depot, item, spec, unit, quantity, dates and batch. Where the goods lie
// makes no difference: a row copied twice is often put in another place.
func (t *table) checkDuplicates() {
	first := map[string]int{}
	for i := range t.rows {
		r := &t.rows[i]
		if r.Quantity == nil || r.Item == "" {
			continue
		}
		key := strings.Join([]string{
			fold(r.Depot), fold(r.Item), fold(r.Spec), fold(r.Unit), r.Quantity.String(), r.Date.String(), r.ProductionDate.String(), r.Expiry.String(),
			fold(r.LotNo), r.Extra.Direction, docKey(r),
		}, "\x00")
		earlier, again := first[key]
		if !again {
			first[key] = r.Row
			continue
		}
		d := &draft{t: t, Row: *r}
		d.flag(Item, d.refOr(Item), codeDuplicate, Confirm, r.Item, "%s", fmt.Sprintf("与第 %d 行完全相同（仓库、名称、规格、单位、数量、日期和批号）。请确认是两批货，还是重复登记。", earlier))
		r.Status = d.Status
	}
}

// docKey tells the lines of a journal apart that two documents hold.
func docKey(r *Row) string { return fold(r.Extra.DocNo) + "\x01" + fold(r.Extra.Counterparty) }
