package fault

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

// TestR7CallFailsInACrowd fails one call while many post at once. Whoever
// shares a transaction, a queue or a connection with the one it hit still gets
// an answer that is true for them.
func TestR7CallFailsInACrowd(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		begun := time.Now()
		x := newTrial(t, e)
		rounds := count(2, 80, 2000)
		var bystanders atomic.Int64
		for round := range rounds {
			f := failures[round%len(failures)]
			if f.only != "" && f.only != e.Name {
				continue
			}
			x.crowdRound(f, &bystanders)
		}
		x.mustCheck(t)
		counted(t, begun, "R7", "%-6s %d crowds of %d with one failed call: each answer true, said again each is booked once; %d others were told of it",
			e.Server, rounds, crowdSize, bystanders.Load())
	})
}

// crowdSize is how many post at once; every fourth asks for what is not there.
const crowdSize = 8

func (x *trial) crowdRound(f failure, bystanders *atomic.Int64) {
	x.Helper()
	start := count1(x, x.raw)
	ctx, cancel := context.WithCancel(x.ctx) // the request of the first caller
	defer cancel()
	at, failed := rand.IntN(crowdSize*15)+1, atomic.Int64{}
	x.plan.arm(func(c call) verdict {
		if c.n != at || c.kind == "rollback" {
			return verdict{}
		}
		return f.give(cancel)
	})
	var forms [crowdSize]inventory.Draft
	var got [crowdSize]id.ID
	crowd(crowdSize, func(i int) {
		forms[i] = x.form(ledger.Issue, inventory.NewKey(), x.quilts("1", ""))
		if i%4 == 3 {
			forms[i].Lines[0].Qty = "5000000"
		}
		mine := x.ctx
		if i == 0 {
			mine = ctx
		}
		v, err := x.inv.PostDraft(mine, x.keeper, forms[i])
		switch {
		case err != nil && !isShort(err):
			failed.Add(1)
			if k := errs.KindOf(err); k != errs.Internal && k != errs.Busy {
				x.Errorf("%s: caller %d got %v", f.name, i, err)
			}
		case err == nil && i%4 == 3:
			x.Errorf("%s: caller %d got %s for goods that are not there", f.name, i, v.Number)
		}
		got[i] = v.ID
	})
	x.plan.disarm()
	bystanders.Add(max(0, failed.Load()-1))
	want := int64(0)
	for i, d := range forms {
		v, err := x.inv.PostDraft(x.ctx, x.keeper, d)
		if got[i] != 0 && got[i] != v.ID {
			x.Fatalf("%s: caller %d was given %s, which is not there, but %s", f.name, i, got[i], v.ID)
		}
		if i%4 == 3 != isShort(err) || err != nil && !isShort(err) {
			x.Fatalf("%s: caller %d said it again: %v", f.name, i, err)
		}
		if err == nil {
			want++
		}
	}
	if now := count1(x, x.raw).minus(start); now[vouchers] != want || now[stock] != -1000*want || now[auditRows] != want {
		x.Fatalf("%s: %d callers have goods, and it left %v", f.name, want, now)
	}
}
