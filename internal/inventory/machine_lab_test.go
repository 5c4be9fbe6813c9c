package inventory_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"pgregory.net/rapid"
)

// lab is a database of its own, with a clock that a run sets; runs share it,
// each with depots and lots of its own.
type lab struct {
	*world
	water, generator catalog.Item
	now              *atomic.Int64
	owner            string // sets a run's lots apart
	runs             int
	spoilt           bool
	tally            *tally
	closeStore       func()
}

// tally counts what was done, over all runs.
type tally struct{ runs, steps, booked, refused, checks atomic.Int64 }

func (l *lab) count(_ string, err error) {
	if err == nil {
		l.tally.booked.Add(1)
	} else {
		l.tally.refused.Add(1)
	}
}

func (t *tally) line() string {
	return fmt.Sprintf("%d runs, %d steps: %d booked or done, %d refused, %d checks with cards and months",
		t.runs.Load(), t.steps.Load(), t.booked.Load(), t.refused.Load(), t.checks.Load())
}

// openLab makes a database for some runs.
func openLab(t testing.TB, o store.Options, total *tally) *lab {
	t.Helper()
	l := &lab{world: &world{t: t, ctx: t.Context()}, now: &atomic.Int64{}, tally: total}
	l.setDay(firstDay)
	o.Now = func() time.Time { return time.UnixMicro(l.now.Load()) }
	st, err := store.Open(l.ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	l.st, l.inv, l.closeStore = st, inventory.New(st), func() { st.Close() }
	l.world.planner = actor(103, "王芳", access.Planner, 0)
	if err := st.Tx(l.ctx, l.fillLab); err != nil {
		t.Fatal(err)
	}
	return l
}

// setDay puts the clock on a day's noon in Shanghai.
func (l *lab) setDay(on string) {
	t, err := time.Parse(time.DateOnly, on)
	if err != nil {
		panic(err)
	}
	l.now.Store(t.Add(4 * time.Hour).UnixMicro())
}

// fillLab adds to the small district what has packs and numbers.
func (l *lab) fillLab(tx *store.Tx) error {
	if err := l.fill(tx); err != nil {
		return err
	}
	cats, err := tx.Categories(l.ctx)
	if err != nil {
		return err
	}
	if err := tx.InsertUnits(l.ctx, catalog.Unit{Name: "瓶"}, catalog.Unit{Name: "台"}); err != nil {
		return err
	}
	l.water = catalog.Item{ID: tx.NewID(), Code: "SH0003", Name: "矿泉水", Unit: "瓶", CategoryID: cats[0].ID, Packs: []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}}}
	l.generator = catalog.Item{ID: tx.NewID(), Code: "SH0004", Name: "发电机", Unit: "台", CategoryID: cats[0].ID, Serial: true}
	return tx.InsertItems(l.ctx, l.water, l.generator)
}

// firstDay is a run's first: its days go over the end of a year.
const firstDay = "2026-12-29"

// newMachine makes two depots for a run, and an empty model of them.
func (l *lab) newMachine(rt judge, roll func(label string) int) *machine {
	l.runs++
	l.setDay(firstDay)
	l.owner = fmt.Sprintf("X%d", l.runs)
	m := &machine{lab: l, rt: rt, roll: roll, every: 25, model: &model{today: firstDay, have: map[cell]int64{}, pieces: map[string]piece{}}}
	for _, k := range []place.Kind{place.Supplier, place.Donor, place.Upper, place.Used, place.Scrapped, place.Lost} {
		m.spots = append(m.spots, &spot{depot: beyond, kind: k, code: string(k), id: place.Outer(k)})
	}
	if err := l.st.Tx(l.ctx, func(tx *store.Tx) error { return m.openDepots(tx) }); err != nil {
		rt.Fatal(err)
	}
	m.both, m.planner, m.leader = actor(104, "赵敏", access.Keeper, m.ids[0]), l.planner, actor(106, "钱伟", access.Leader, id.ID(0))
	m.both.Grants = append(m.both.Grants, access.Grant{Role: access.Keeper, DepotID: m.ids[1]})
	m.alone = [2]access.Actor{actor(101, "周静", access.Keeper, m.ids[0]), actor(102, "李强", access.Keeper, m.ids[1])}
	return m
}

func (m *machine) openDepots(tx *store.Tx) error {
	for i := range m.ids {
		m.ids[i], m.codes[i] = tx.NewID(), fmt.Sprintf("%c%05d", "AB"[i], m.runs)
		if err := tx.InsertDepot(m.ctx, place.Depot{ID: m.ids[i], Code: m.codes[i], Name: "库" + m.codes[i], Tier: place.Township}); err != nil {
			return err
		}
		for _, s := range []*spot{{depot: i, kind: place.Bin, code: "B-2"}, {depot: i, kind: place.Quarantine, code: "DJ"}} {
			s.id = tx.NewID()
			if err := tx.InsertPlaces(m.ctx, place.Place{ID: s.id, Kind: s.kind, DepotID: m.ids[i], Code: s.code, Name: s.code}); err != nil {
				return err
			}
			m.spots = append(m.spots, s)
		}
		places, err := tx.Places(m.ctx, m.ids[i])
		if err != nil {
			return err
		}
		for _, p := range places {
			if p.Code == place.DefaultBin {
				m.spots = append(m.spots, &spot{depot: i, kind: place.Bin, code: p.Code, id: p.ID})
			}
		}
	}
	return nil
}

// A run has at least so many steps.
const minSteps = 50

// run drives one machine for at least minSteps steps.
func (l *lab) run(rt *rapid.T) {
	l.spoilt = true // until the end: what a failed run left would fail the next
	m := l.newMachine(rt, func(label string) int { return dice.Draw(rt, label) })
	acts := m.acts()
	m.stockUp()
	for m.steps < minSteps {
		rt.Repeat(acts)
	}
	m.agrees(true)
	l.spoilt = false
	l.tally.runs.Add(1)
	l.tally.steps.Add(int64(m.steps))
}

// acts are the machine's, the commonest of them several times.
func (m *machine) acts() map[string]func(*rapid.T) {
	acts := rapid.StateMachineActions(m)
	for name, act := range map[string]func(*rapid.T){"receive": m.Receive, "receive more": m.Receive, "receive much": m.Receive,
		"receive most": m.Receive, "issue": m.Issue, "issue more": m.Issue, "transfer": m.Transfer, "reverse": m.Reverse, "return": m.Return, "hold": m.Hold} {
		acts[name] = act
	}
	return acts
}

// runsPerDatabase keeps databases small: what a run costs grows with what
// earlier runs left.
const runsPerDatabase = 8

// Runs of the machine: of a plain test, and of the nightly one.
const plainRuns, plainMySQL, nightlyRuns, nightlyMySQL = 300, 16, 100_000, 1_000

// TestRandomHistories drives every use case at random against the model, on
// two databases at a time.
func TestRandomHistories(t *testing.T) {
	randomHistories(t, inMemory(), runsOf(plainRuns, nightlyRuns, 2))
	randomHistories(t, storetest.MySQL(), runsOf(plainMySQL, nightlyMySQL, 2))
}

// runsOf chooses a count: CHANGBEI_TEST_MODEL is nightly or a number of runs.
func runsOf(plain, nightly, underRace int) int {
	asked := os.Getenv("CHANGBEI_TEST_MODEL")
	n, err := strconv.Atoi(asked)
	switch {
	case err == nil:
		return n
	case asked == "nightly":
		return nightly
	case raced:
		return underRace
	}
	return plain
}

// asRapid sets rapid's counts, which are flags, for as long as a test runs.
func asRapid(t *testing.T, checks int) {
	steps := minSteps / 4 // on average of one Repeat; a run repeats until it has enough
	if testing.Short() {  // rapid makes less of both then
		checks, steps = 5*checks, 2*steps
	}
	for name, value := range map[string]int{"rapid.checks": checks, "rapid.steps": steps} {
		was := flag.Lookup(name).Value.String()
		flag.Set(name, fmt.Sprint(value))
		t.Cleanup(func() { flag.Set(name, was) })
	}
}

// inMemory is SQLite on a RAM disk where there is one: the machine asks what
// the books say, not whether the disk keeps them.
func inMemory() storetest.Engine {
	e := storetest.SQLite()
	const ram = "/dev/shm"
	if st, err := os.Stat(ram); err != nil || !st.IsDir() {
		return e
	}
	e.Options = func(t testing.TB) store.Options {
		dir, err := os.MkdirTemp(ram, "changbei-model-")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		return store.Options{SQLite: filepath.Join(dir, "model.db")}
	}
	return e
}

const workers = 2

func randomHistories(t *testing.T, e storetest.Engine, runs int) {
	total := &tally{}
	t.Run(e.Name, func(t *testing.T) {
		asRapid(t, max(1, runs/workers))
		t.Run("side", func(t *testing.T) {
			for i := range workers {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					t.Parallel()
					var l *lab
					rapid.Check(t, func(rt *rapid.T) {
						if l == nil || l.spoilt || l.runs == runsPerDatabase {
							if l != nil {
								l.closeStore()
							}
							l = openLab(t, e.Options(t), total)
						}
						l.run(rt)
					})
					l.closeStore()
				})
			}
		})
		t.Log(total.line())
	})
}
