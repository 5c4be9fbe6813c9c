package bench

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/store/storetest"
)

// book posts through the use case, as a form does.
func book(inv *inventory.Service, d *district, p pattern) act {
	return func(caller int, dice *rand.Rand) error {
		s, chosen := d.pick(p, dice)
		_, err := inv.PostDraft(context.Background(), keeper(caller), issue(s, chosen))
		return err
	}
}

// The targets of posting.
const (
	leastOfFloor  = 0.8
	mostP99       = 3
	leastOfSpread = 0.5
)

// TestPosting compares issues of three lines through the use case with the
// same rows written by hand.
func TestPosting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		fo, fd := seeded(t, e)
		po, pd := seeded(t, e)
		fl, st := openFloor(t, fo), open(t, po)
		t.Cleanup(func() { st.Close() })
		inv := inventory.New(st)
		tb := newTable("posting issues of 3 lines, "+fl.engine(t), "pattern", "callers", "floor/s best", "med", "product/s best", "med", "ratio", "target",
			"floor p50 ms", "p99", "product p50 ms", "p99", "p99 ratio", "target", "floor stmts", "product stmts")
		spreads, hots := map[int]*side{}, map[int]*side{}
		var floors, books int
		for _, callers := range numbers("CALLERS", "1,8,64") {
			for _, p := range strings.Split(word("PATTERNS", "spread,hot"), ",") {
				a := &side{name: "floor", do: fl.act(fd, pattern(p)), asked: fl.asked()}
				b := &side{name: "product", do: book(inv, pd, pattern(p)), asked: fl.asked()}
				takeTurns(t, callers, span(), a, b)
				map[pattern]map[int]*side{spread: spreads, hot: hots}[pattern(p)][callers] = b
				floors, books = floors+a.done, books+b.done
				p99 := b.quantile(0.99) / a.quantile(0.99)
				tb.row(p, callers, a.best(), a.median(), b.best(), b.median(), b.over(a), least(b.over(a), leastOfFloor),
					a.quantile(0.5), a.quantile(0.99), b.quantile(0.5), b.quantile(0.99), p99, most(p99, mostP99), a.statements(), b.statements())
			}
		}
		tb.print()
		printHot(spreads, hots)
		fl.mustHold(t, floors)
		mustAgree(t, inv, int64(books+len(pd.sites)))
	})
}

// printHot tells what is left of the product's rate when all meet.
func printHot(spreads, hots map[int]*side) {
	for _, callers := range slices.Sorted(maps.Keys(hots)) {
		if s := spreads[callers]; s != nil {
			r := hots[callers].over(s)
			fmt.Printf("one hot row over spread, %d callers: %s  %s\n", callers, figure(r), least(r, leastOfSpread))
		}
	}
}
