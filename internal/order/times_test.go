package order_test

import (
	"slices"
	"testing"

	"changbei/internal/order"

	"pgregory.net/rapid"
)

const minute = int64(60_000_000)

// load is a load by the minutes of its six times after noon, -1 = not yet.
func load(requested, approved, picked, left, arrived, signed int64) order.Times {
	at := func(m int64) order.Stamp {
		if m < 0 {
			return order.Stamp{}
		}
		return order.Stamp{At: (720 + m) * minute, Who: "某人"}
	}
	return order.Times{Requested: at(requested), Approved: at(approved), Picked: at(picked), Left: at(left), Arrived: at(arrived), Signed: at(signed)}
}

// Worked out by hand: four loads, of which one is on the road and one has not
// left.
func TestFiguresOfFourLoads(t *testing.T) {
	list := []order.Times{load(0, 5, 10, 20, 60, 70), load(0, 5, 15, 30, 90, 95), load(10, 12, 20, 50, -1, -1), load(10, 12, -1, -1, -1, -1)}
	for leg, want := range map[order.Leg]order.Figure{
		order.ToLeave:  {Known: 3, Of: 4, Median: 30 * 60, Worst: 40 * 60, WorstAt: 2}, // 20, 30, 40
		order.OnTheWay: {Known: 2, Of: 4, Median: 50 * 60, Worst: 60 * 60, WorstAt: 1}, // 40, 60
		order.ToSign:   {Known: 2, Of: 4, Median: 7*60 + 30, Worst: 10 * 60, WorstAt: 0},
		order.WholeWay: {Known: 2, Of: 4, Median: 82*60 + 30, Worst: 95 * 60, WorstAt: 1},
	} {
		if got := order.FigureOf(list, leg); got != want {
			t.Errorf("%s: %+v, want %+v", leg.Name(), got, want)
		}
	}
	if got := order.FigureOf(nil, order.WholeWay); got != (order.Figure{WorstAt: -1}) {
		t.Errorf("of no load: %+v", got)
	}
}

// An order's times are its last load's, once all that go have them.
func TestTheTimesOfAnOrder(t *testing.T) {
	o := order.Order{Status: order.Approved, RequestedAt: 1 * minute, ProposedName: "王芳", DecidedAt: 2 * minute, DecidedName: "陈局", Shipments: []order.Shipment{
		{Status: order.Signed, PickedAt: 3 * minute, LeftAt: 4 * minute, LeftName: "甲", ArrivedAt: 8 * minute, SignedAt: 9 * minute},
		{Status: order.Left, PickedAt: 5 * minute, LeftAt: 6 * minute, LeftName: "乙"},
		{Status: order.ShipmentCancelled},
	}}
	got := o.WholeTimes()
	if got.Requested != (order.Stamp{At: minute, Who: "王芳"}) || got.Approved.Who != "陈局" || got.Picked.At != 5*minute || got.Left != (order.Stamp{At: 6 * minute, Who: "乙"}) || got.Arrived.At != 0 || got.Signed.At != 0 {
		t.Errorf("%+v", got)
	}
	o.Shipments[0], o.Shipments[1] = o.Shipments[1], o.Shipments[0] // whichever comes first
	if again := o.WholeTimes(); again != got {
		t.Errorf("%+v in another order", again)
	}
	o.Status = order.Refused
	if o.WholeTimes().Approved.At != 0 {
		t.Error("a refusal is no approval")
	}
}

// A leave keyed as 12:00 after an approval at 12:00:30 took no time.
func TestASpanIsNeverLessThanNone(t *testing.T) {
	x := order.Times{Requested: order.Stamp{At: minute + 30_000_000}, Left: order.Stamp{At: minute}}
	if s, known := x.Span(order.ToLeave); s != 0 || !known {
		t.Errorf("%d %v", s, known)
	}
}

func TestTheMedianIsTheMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 40).Draw(t, "spans")
		before := slices.Clone(spans)
		m := order.Median(spans)
		if !slices.Equal(spans, before) {
			t.Fatal("the list was changed")
		}
		below, above := 0, 0
		for _, s := range spans {
			if s < m {
				below++
			}
			if s > m {
				above++
			}
		}
		if 2*below > len(spans) || 2*above > len(spans) {
			t.Fatalf("%d below and %d above %d of %v", below, above, m, spans)
		}
		slices.Reverse(spans)
		if order.Median(spans) != m {
			t.Fatal("the order of the loads counts")
		}
		sorted := slices.Clone(spans)
		slices.Sort(sorted)
		if n := len(sorted); n%2 == 1 && m != sorted[n/2] || n%2 == 0 && (2*m-sorted[n/2-1]-sorted[n/2] < 0 || 2*m-sorted[n/2-1]-sorted[n/2] > 1) {
			t.Fatalf("%d of %v", m, sorted)
		}
		if twice := order.Median(append(spans, spans...)); twice != m {
			t.Fatalf("every load twice gives %d and not %d", twice, m)
		}
	})
}

func TestSpansInWords(t *testing.T) {
	for s, want := range map[int64]string{0: "0 秒", -5: "0 秒", 59: "59 秒", 60: "1 分", 4985: "1 小时 23 分 5 秒", 86400: "1 天", 90061: "1 天 1 小时 1 分 1 秒"} {
		if got := order.Lasting(s); got != want {
			t.Errorf("%d is %s, want %s", s, got, want)
		}
	}
}
