package dispatching_test

import (
	"fmt"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// The same list booked by several at once is booked once; a list and accounts
// of the same goods never take more than there are.
func TestOneListIsBookedOnceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		sh := w.handed(w.line(w.north, w.tent, "30"), w.line(w.north, w.water, "100"))
		lines := []dispatching.RollLine{got(3, "张三", idZhang, "救灾帐篷", "顶", "20"), got(4, "李四", idLi, "饮用水", "瓶", "60")}
		r := w.roll(w.rollInput(sh, got(3, "张三", idZhang, "救灾帐篷", "顶", "4"))) // booked six times it would still not be too much
		said := atOnce(6, func(i int) error {
			_, err := w.dis.ApplyRoll(w.ctx, []access.Actor{w.officer, w.planner}[i%2], w.applying(r))
			return err
		})
		if n := winners(t, said); n != 1 {
			t.Errorf("%d booked one list: %v", n, said)
		}
		w.wantStands(w.north, w.tent, place.Borrower, 26)
		w.mustCheck()
		back := dispatching.RollAct{ClientKey: inventory.NewKey(), RollID: r.ID, Reason: "重来"}
		for _, err := range atOnce(3, func(int) error { return w.dis.UndoRoll(w.ctx, w.officer, back) }) {
			if err != nil {
				t.Errorf("one form taken back thrice: %v", err)
			}
		}
		w.wantStands(w.north, w.tent, place.Borrower, 30)

		one := w.applying(w.roll(w.rollInput(sh, lines...)))
		other := w.applying(w.roll(w.rollInput(sh, lines...)))
		said = atOnce(5, func(i int) error {
			switch i {
			case 0:
				return w.clear(sh, order.Lost, "11") // of tents and, of water, 11 too
			case 1:
				_, err := w.dis.ApplyRoll(w.ctx, w.officer, other)
				return err
			}
			_, err := w.dis.ApplyRoll(w.ctx, w.officer, one) // one form, three times
			return err
		})
		for i := 3; i < 5; i++ {
			if (said[i] == nil) != (said[2] == nil) {
				t.Errorf("one form was told two things: %v", said)
			}
		}
		booked := 0
		for _, err := range said[:3] {
			if err == nil {
				booked++
			}
		}
		if left := w.stands(w.north, w.tent, place.Borrower); left < 0 || booked == 0 || booked > 2 {
			t.Errorf("%s tents are left after %d acts: %v", left, booked, said)
		}
		w.mustCheck()
	})
}

// What was booked of a list and the list itself are held against each other.
func TestTheCheckFindsAListThatWasChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.roll(w.rollInput(w.handed(w.line(w.north, w.tent, "5")), got(3, "张三", idZhang, "救灾帐篷", "顶", "2")))
		if _, err := w.dis.ApplyRoll(w.ctx, w.officer, w.applying(r)); err != nil {
			t.Fatal(err)
		}
		w.mustCheck()
		rows, err := w.st.Read().RollRows(w.ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		rows[0].Qty = quantity.Of(1)
		if err := w.st.Tx(w.ctx, func(tx *store.Tx) error { return tx.UpdateRollRow(w.ctx, rows[0]) }); err != nil {
			t.Fatal(err)
		}
		report, err := w.inv.Check(w.ctx, nil)
		if err != nil || report.OK() || !strings.Contains(fmt.Sprint(report.Differences), r.Number) {
			t.Errorf("%v %v", err, report.Differences)
		}
	})
}
