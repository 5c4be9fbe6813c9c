package inventory

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// orders proves I8 and I9 and that every piece is in one place: what loads
// promise is what shelves have set aside, what is on the road and at points of
// streets is what stands in those places, nothing was assigned beyond its
// approval or received beyond what left, distribution lists were booked as
// they are, and numbers have no gap.
func (k *checker) orders(ctx context.Context) error {
	for _, check := range []func(context.Context) error{k.orderSums, k.orderLines, k.orderVouchers, k.orderRolls, k.orderNumbers} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// at names a lot at a place, or in places of one kind of a depot.
type at struct{ where, lot id.ID }

func (k *checker) orderSums(ctx context.Context) error {
	promised, road, field := map[at]quantity.Q{}, map[at]quantity.Q{}, map[at]quantity.Q{}
	err := k.conn.EachStock(ctx, func(r store.StoredStock) {
		if r.Allocated != 0 {
			promised[at{r.PlaceID, r.LotID}] = r.Allocated
		}
		switch p := k.facts.places[r.PlaceID]; {
		case p.Kind == place.Transit:
			road[at{p.DepotID, r.LotID}] += r.Qty
		case p.Kind == place.Borrower && strings.HasPrefix(p.Code, place.FieldCode):
			field[at{p.DepotID, r.LotID}] += r.Qty
		}
	})
	if err != nil {
		return err
	}
	said, err := k.conn.Promised(ctx)
	if err != nil {
		return err
	}
	for _, s := range said {
		promised[at{s.PlaceID, s.LotID}] -= s.Qty
	}
	for a, left := range promised {
		if left != 0 {
			k.add("allocated", fmt.Sprintf("货位 %s 批次 %s", a.where, a.lot), "已分配数与待发各车的合计相差 %s", left)
		}
	}
	if said, err = k.conn.OnTheRoad(ctx); err != nil {
		return err
	}
	k.compareSums("在途", road, said)
	if said, err = k.conn.InTheField(ctx); err != nil {
		return err
	}
	k.compareSums("应急在用", field, said)
	return nil
}

// compareSums holds what stands in places of a kind against what orders say.
func (k *checker) compareSums(what string, stands map[at]quantity.Q, said []store.OrderSum) {
	for _, s := range said {
		stands[at{s.DepotID, s.LotID}] -= s.Qty
	}
	for a, left := range stands {
		if left != 0 {
			k.add("order", fmt.Sprintf("%s %s 批次 %s", k.facts.code(a.where), what, a.lot), "账上结存比各车的合计多 %s", left)
		}
	}
}

func (k *checker) orderLines(ctx context.Context) error {
	over, err := k.conn.OverAssigned(ctx)
	if err != nil {
		return err
	}
	for _, f := range over {
		k.add("order", fmt.Sprintf("%s 第 %d 行", f.Number, f.Line), "批准 %s，各车合计 %s", f.Qty, f.Assigned)
	}
	if over, err = k.conn.OverReceived(ctx); err != nil {
		return err
	}
	for _, f := range over {
		k.add("order", fmt.Sprintf("%s 第 %d 车第 %d 行", f.Number, f.ShipmentNo, f.Line), "发出 %s，签收与查明合计 %s，接收后未交代 %s", f.Qty, f.Came, f.Cleared)
	}
	return nil
}

func (k *checker) orderVouchers(ctx context.Context) error {
	list, err := k.conn.OrderVouchers(ctx)
	for _, f := range list {
		k.add("order", fmt.Sprintf("%s 第 %d 车", f.Number, f.ShipmentNo), "（%s）没有它的单据，或单据属于别的储备库", f.What)
	}
	return err
}

// orderRolls proves that what distribution lists handed out is what was booked
// of them.
func (k *checker) orderRolls(ctx context.Context) error {
	list, err := k.conn.RollFaults(ctx)
	for _, f := range list {
		k.add("order", fmt.Sprintf("花名册 %s 物资 %s", f.Number, f.ItemID), "花名册合计 %s，入账的是 %s", f.Listed, f.Booked)
	}
	return err
}

// orderNumbers proves that numbers run without gap and end where the counters
// stand.
func (k *checker) orderNumbers(ctx context.Context) error {
	numbers, err := k.conn.OrderNumbers(ctx)
	if err != nil {
		return err
	}
	counted := map[string]int64{} // by what stands before the last dash
	for _, number := range numbers {
		cut := strings.LastIndexByte(number, '-')
		counted[number[:max(cut, 0)]]++
		if n, err := strconv.ParseInt(number[cut+1:], 10, 64); err != nil || n != counted[number[:max(cut, 0)]] {
			k.add("number", "编号 "+number, "应为第 %d 号，编号不连续", counted[number[:max(cut, 0)]])
		}
	}
	for depot, h := range k.facts.heads {
		for name, n := range h.Counters {
			series := k.seriesName(depot, name)
			if series != "" && counted[series] != n {
				k.add("number", series, "编号记到 %d，实有 %d 份", n, counted[series])
			}
		}
	}
	return nil
}

// seriesName gives the numbers' beginning of a counter of orders or requests,
// "" for others.
func (k *checker) seriesName(depot id.ID, counter string) string {
	switch prefix, year, _ := strings.Cut(counter, "-"); prefix {
	case "ZL":
		return counter
	case "XQ":
		return prefix + "-" + k.facts.code(depot) + "-" + year
	}
	return ""
}
