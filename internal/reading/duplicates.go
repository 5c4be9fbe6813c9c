package reading

import (
	"fmt"
	"strings"

	"changbei/internal/money"
)

// checkDuplicates asks about rows that say the same as an earlier row of the
// table: depot, item, spec, unit, quantity, dates, batch, price, source, owner
// and place.
func (t *table) checkDuplicates() {
	first := map[string]int{}
	for i := range t.rows {
		r := &t.rows[i]
		if r.Quantity == nil || r.Item == "" {
			continue
		}
		key := strings.Join([]string{
			fold(r.Depot), fold(r.Item), fold(r.Spec), fold(r.Unit), r.Quantity.String(), r.Date.String(), r.ProductionDate.String(), r.Expiry.String(),
			fold(r.LotNo), priceText(r.Price), fold(r.Source), fold(r.Owner), fold(r.Location),
		}, "\x00")
		earlier, again := first[key]
		if !again {
			first[key] = r.Row
			continue
		}
		d := &draft{t: t, Row: *r}
		d.flag(Item, d.refOr(Item), codeDuplicate, Confirm, r.Item, "%s", fmt.Sprintf("与第 %d 行完全相同（仓库、名称、规格、单位、数量、日期、批号、单价和货位）。请确认是两批货，还是重复登记。", earlier))
		r.Status = d.Status
	}
}

func priceText(p *money.Fen) string {
	if p == nil {
		return ""
	}
	return p.String()
}
