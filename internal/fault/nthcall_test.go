package fault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

var errNo = errors.New("fault: the engine says no")

// failure is one way in which a call can fail. give makes its verdict; cancel
// ends the request the call belongs to.
type failure struct {
	name string
	only string // an engine, "" = both
	give func(cancel func()) verdict
}

var failures = []failure{
	{"refused", "", func(func()) verdict { return verdict{refuse: errNo} }},
	{"done, its answer lost", "sqlite", func(func()) verdict { return verdict{lose: errNo} }},
	{"the connection lost before it", "mysql", func(func()) verdict { return verdict{refuse: driver.ErrBadConn, gone: true} }},
	{"done, the connection lost after it", "mysql", func(func()) verdict { return verdict{lose: driver.ErrBadConn, gone: true} }},
	{"the request given up before it", "", func(cancel func()) verdict { return verdict{refuse: context.Canceled, then: cancel} }},
	{"the request given up after it", "", func(cancel func()) verdict { return verdict{lose: errPass, then: cancel} }},
}

// trial is a house whose driver fails when told to, seen past the driver too.
type trial struct {
	*testing.T
	*house
	plan   *plan
	raw    *sql.DB
	engine string
	failed int // calls
	most   int // calls of one act
	checks int
}

func newTrial(t *testing.T, e storetest.Engine) *trial {
	t.Helper()
	o, p := faulty(t, e.Options(t))
	x := &trial{T: t, house: newHouse(t, o), plan: p, raw: storetest.Raw(t, o), engine: e.Name}
	x.fill(t)
	x.post(t, x.form(ledger.Receipt, inventory.NewKey(), x.quilts("3", "常"), x.tons("1.5", "常")))
	return x
}

// TestR7NthCallFails fails every single call of every act, one at a time, in
// every way, and looks whether all or nothing of it is there, whether the
// answer tells the truth, and whether saying it again makes it whole.
func TestR7NthCallFails(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		begun := time.Now()
		x := newTrial(t, e)
		ways := 0
		for _, a := range acts {
			for _, f := range failures {
				if f.only != "" && f.only != e.Name {
					continue
				}
				ways++
				x.each(a, f)
			}
		}
		for _, a := range acts {
			if a.vouchers > 0 && !a.rare {
				x.saidAgain(a)
			}
		}
		x.refusedIssue()
		x.mustCheck(t)
		counted(t, begun, "R7", "%-6s %d calls failed one by one (up to %d in an act), %d acts in %d ways, %d checks of all books, 0 half effects",
			e.Server, x.failed, x.most, len(acts), ways, x.checks)
	})
}

// each fails the first call of an act, then the second, to the last.
func (x *trial) each(a act, f failure) {
	whole := x.whole(a)
	for n := 1; ; n++ {
		if testing.Short() {
			n += rand.IntN(16)
		}
		if !x.once(a, f, n, whole) {
			break
		}
		x.failed, x.most = x.failed+1, max(x.most, n)
		if x.failed%count(1000, 120, 1) == 0 {
			x.checks++
			x.mustCheck(x)
		}
	}
}

// whole is what an act changes when nothing fails.
func (x *trial) whole(a act) tally {
	var start tally
	for range 2 { // the first makes what later ones find: a lot, a shelf
		key := inventory.NewKey()
		on := x.prepared(a, key)
		start = count1(x, x.raw)
		if _, err := a.do(x.ctx, x.house, key, on); err != nil {
			x.Fatalf("%s: %v", a.name, err)
		}
	}
	return count1(x, x.raw).minus(start)
}

func (x *trial) prepared(a act, key string) id.ID {
	on, err := a.prepare(x.ctx, x.house, key)
	if err != nil {
		x.Fatalf("%s: prepare: %v", a.name, err)
	}
	return on
}

// once fails call n of an act; false says that there are fewer.
func (x *trial) once(a act, f failure, n int, whole tally) bool {
	key := inventory.NewKey()
	on := x.prepared(a, key)
	start := count1(x, x.raw)
	ctx, cancel := context.WithCancel(x.ctx)
	defer cancel()
	hit := ""
	x.plan.arm(func(c call) verdict {
		if c.n != n {
			return verdict{}
		}
		hit = c.kind
		return f.give(cancel)
	})
	got, err := a.do(ctx, x.house, key, on)
	x.plan.disarm()
	if hit == "" {
		if err != nil {
			x.Fatalf("%s: nothing failed, but %v", a.name, err)
		}
		return false
	}
	now := count1(x, x.raw).minus(start)
	done := now == whole
	if !done && now != (tally{}) {
		x.Fatalf("%s, %s at call %d (%s): half an effect %v; whole is %v; answer %v", a.name, f.name, n, hit, now, whole, err)
	}
	if err == nil && !done {
		x.Fatalf("%s, %s at call %d (%s): success was answered, nothing is there", a.name, f.name, n, hit)
	}
	if err != nil && done && claimsNothing(err) && x.engine == "mysql" {
		x.Errorf("%s, %s at call %d (%s): it is done, but the person reads %q (%v)", a.name, f.name, n, hit, errs.MessageOf(err), err)
	}
	again, errAgain := a.do(x.ctx, x.house, key, on)
	if errAgain != nil {
		x.Fatalf("%s, %s at call %d (%s): said again: %v; first answer %v", a.name, f.name, n, hit, errAgain, err)
	}
	if err == nil && again != got {
		x.Fatalf("%s, %s at call %d (%s): %s and then %s", a.name, f.name, n, hit, got, again)
	}
	if all := count1(x, x.raw).minus(start); all.orderless() != whole.orderless() {
		x.Fatalf("%s, %s at call %d (%s): said twice it left %v, once is %v", a.name, f.name, n, hit, all, whole)
	}
	return true
}

// claimsNothing reports a sentence that says for sure that nothing was saved.
func claimsNothing(err error) bool {
	return strings.Contains(errs.MessageOf(err), "没有保存") && !errors.Is(err, context.Canceled)
}

// saidAgain books an act whose answer is lost, and fails every call of saying it
// again, the one that looks the key up too. Whatever is answered is no refusal:
// the act is booked, and who cannot see that cannot say that it was refused.
func (x *trial) saidAgain(a act) {
	key := inventory.NewKey()
	on := x.prepared(a, key)
	first, err := a.do(x.ctx, x.house, key, on)
	if err != nil {
		x.Fatalf("%s: %v", a.name, err)
	}
	start := count1(x, x.raw)
	for n, hit := 1, true; hit; n++ {
		hit = false
		x.plan.arm(func(c call) verdict {
			if c.n != n {
				return verdict{}
			}
			if hit = true; c.kind == "rollback" {
				return verdict{lose: errNo}
			}
			return verdict{refuse: errNo}
		})
		got, err := a.do(x.ctx, x.house, key, on)
		x.plan.disarm()
		if kind := errs.KindOf(err); err == nil && got != first || err != nil && kind != errs.Internal && kind != errs.Busy {
			x.Fatalf("%s is booked as %s; said again, call %d failed, and the answer is %s %v", a.name, first, n, got, err)
		}
		if now := count1(x, x.raw).minus(start); now != (tally{}) {
			x.Fatalf("%s is booked; said again, call %d failed, and it left %v", a.name, n, now)
		}
		x.failed++
	}
}

// refusedIssue fails every call of an issue of goods that are not there, the
// rollback too: it leaves nothing, whatever fails.
func (x *trial) refusedIssue() {
	for _, f := range failures {
		if f.only != "" && f.only != x.engine {
			continue
		}
		for n := 1; ; n++ {
			start := count1(x, x.raw)
			ctx, cancel := context.WithCancel(x.ctx)
			hit := false
			x.plan.arm(func(c call) verdict {
				if hit = hit || c.n == n; c.n != n {
					return verdict{}
				}
				if c.kind == "rollback" { // one that fails is one that nobody answers any more
					return verdict{lose: errNo}
				}
				return f.give(cancel)
			})
			_, err := x.inv.PostDraft(ctx, x.keeper, x.form(ledger.Issue, inventory.NewKey(), x.quilts("5000000", "")))
			x.plan.disarm()
			cancel()
			if now := count1(x, x.raw); err == nil || now != start {
				x.Fatalf("a refused issue, %s at call %d: %v, and it left %v", f.name, n, err, now.minus(start))
			}
			if !hit {
				break
			}
			x.failed++
		}
	}
}
