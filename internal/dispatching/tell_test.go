package dispatching_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/courier"
	"changbei/internal/dispatching"
	"changbei/internal/notifying"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

// hears gives the titles of what somebody is told, the newest first.
func (w *world) hears(who access.Actor) []string {
	w.t.Helper()
	p, err := notifying.New(w.st, courier.NewReach(nil)).List(w.ctx, who, false, notifying.Cursor{})
	if err != nil {
		w.t.Fatal(err)
	}
	var titles []string
	for _, n := range p.Notices {
		titles = append(titles, n.Title)
	}
	return titles
}

func hasPart(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}

// Who has something to do hears of it, and nobody else.
func TestWhoHearsOfAnOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		drill, err := w.dis.BeginResponse(w.ctx, w.leader, dispatching.ResponseInput{Nature: order.Drill, Name: "演练"})
		if err != nil {
			t.Fatal(err)
		}
		w.response = drill
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "5"))
		if !hasPart(w.hears(w.leader), "【演练】待批准的调拨指令 "+o.Number) || hasPart(w.hears(w.officer), o.Number) {
			t.Errorf("proposed: leader %v, street %v", w.hears(w.leader), w.hears(w.officer))
		}
		o = w.approve(o)
		if !hasPart(w.hears(w.keeper), "已批准 "+o.Number) || !hasPart(w.hears(w.officer), "已批准 "+o.Number) || hasPart(w.hears(w.stranger), o.Number) {
			t.Errorf("approved: %v %v %v", w.hears(w.keeper), w.hears(w.officer), w.hears(w.stranger))
		}
		w.leave(o.Shipments[0])
		if !hasPart(w.hears(w.officer), "物资已发出") {
			t.Errorf("left: %v", w.hears(w.officer))
		}
		w.sign(o.Shipments[0], "4", "", "1")
		if !hasPart(w.hears(w.keeper), "到货有缺损") {
			t.Errorf("short: %v", w.hears(w.keeper))
		}
		_, err = w.dis.Approve(w.ctx, w.other, dispatching.DecisionInput{OrderID: o.ID})
		if err == nil {
			t.Fatal("approved twice")
		}
		if n := len(w.hears(w.keeper)); n != 3 {
			t.Errorf("a refused act told something: %v", w.hears(w.keeper))
		}
	})
}

// What is late is told once, whoever looks and how often.
func TestWhatIsLateIsToldOnceWhileTwoWatch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		_, err := w.dis.SendByWord(w.ctx, w.keeper, dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "7")), DepotID: w.north.ID, WordOf: "陈局"})
		if err != nil {
			t.Fatal(err)
		}
		look := func() {
			t.Helper()
			for _, err := range atOnce(4, func(int) error { return w.dis.Watch(w.ctx) }) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		count := func(part string) (n int) {
			for _, title := range w.hears(w.planner) {
				if strings.Contains(title, part) {
					n++
				}
			}
			return n
		}
		look()
		if count("超时") != 0 {
			t.Errorf("nothing is late yet: %v", w.hears(w.planner))
		}
		w.clock.Pass(13 * time.Hour)
		look()
		if count("在途超时") != 1 || count("补手续超时") != 0 {
			t.Errorf("half a day on the road: %v", w.hears(w.planner))
		}
		w.clock.Pass(36 * time.Hour)
		look()
		look()
		if count("在途超时") != 1 || count("补手续超时") != 3 {
			t.Errorf("two days: %v", w.hears(w.planner))
		}
	})
}
