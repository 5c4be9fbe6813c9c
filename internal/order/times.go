package order

import (
	"fmt"
	"slices"
	"strings"
)

// Stamp is one of the six times, with who.
type Stamp struct {
	At  int64 // 0 = not yet
	Who string
}

// Times are the six times of a load or an order (product.md, Identity and
// figures). Requested and approved are the order's, the rest a load's.
type Times struct {
	Requested, Approved, Picked, Left, Arrived, Signed Stamp
}

// TimeNames are the office's words for the six, in their order.
var TimeNames = [...]string{"提出", "批准", "备货", "出发", "到达", "签收"}

// List gives the six in their order.
func (t Times) List() [6]Stamp {
	return [6]Stamp{t.Requested, t.Approved, t.Picked, t.Left, t.Arrived, t.Signed}
}

// Times gives the six of a load. By word, the call is who approved and when.
func (o Order) Times(s Shipment) Times {
	t := Times{Requested: Stamp{o.RequestedAt, o.RequestedName}, Picked: Stamp{s.PickedAt, s.PickedName}, Left: Stamp{s.LeftAt, s.LeftName},
		Arrived: Stamp{s.ArrivedAt, s.ArrivedName}, Signed: Stamp{s.SignedAt, s.SignedName}}
	if o.RequestedName == "" {
		t.Requested.Who = o.ProposedName
	}
	if o.Status != Refused && o.Status != Proposed {
		t.Approved = Stamp{o.DecidedAt, o.DecidedName}
	}
	return t
}

// WholeTimes gives the six of an order: each is its last load's, and is there
// once every load that goes has it.
func (o Order) WholeTimes() Times {
	whole := o.Times(Shipment{})
	n := 0
	for _, s := range o.Shipments {
		if s.Status == ShipmentCancelled {
			continue
		}
		t := o.Times(s)
		for _, x := range [][2]*Stamp{{&whole.Picked, &t.Picked}, {&whole.Left, &t.Left}, {&whole.Arrived, &t.Arrived}, {&whole.Signed, &t.Signed}} {
			switch {
			case n == 0 || x[1].At == 0:
				*x[0] = *x[1]
			case x[0].At != 0 && x[1].At > x[0].At:
				*x[0] = *x[1]
			}
		}
		n++
	}
	return whole
}

// Leg is a part of the way from the request to the signature.
type Leg int

// The legs, and the whole way, which is 调得快.
const (
	ToLeave  Leg = iota // requested to left
	OnTheWay            // left to arrived
	ToSign              // arrived to signed
	WholeWay            // requested to signed
)

// Legs lists them in the order pages show them.
var Legs = [...]Leg{ToLeave, OnTheWay, ToSign, WholeWay}

var legNames = [...]string{"提出到出发", "在途", "到达到签收", "全程"}

// Name gives the office's word.
func (l Leg) Name() string { return legNames[l] }

func (t Times) ends(l Leg) (from, to int64) {
	switch l {
	case ToLeave:
		return t.Requested.At, t.Left.At
	case OnTheWay:
		return t.Left.At, t.Arrived.At
	case ToSign:
		return t.Arrived.At, t.Signed.At
	}
	return t.Requested.At, t.Signed.At
}

const microsPerSecond = 1_000_000

// Span gives how many whole seconds a leg took; false while one of its ends is
// missing. A minute somebody typed may lie a few seconds before the instant of
// an act within that same minute: that is no time, not less than none.
func (t Times) Span(l Leg) (seconds int64, known bool) {
	from, to := t.ends(l)
	if from == 0 || to == 0 {
		return 0, false
	}
	return max(0, to-from) / microsPerSecond, true
}

// Figure is how long a leg took over some loads, in whole seconds. Known is how
// many of them have it behind them; the others are in no figure.
type Figure struct {
	Known, Of     int
	Median, Worst int64
	WorstAt       int // which of the list was the slowest, the first of several
}

// FigureOf works a leg's figure out.
func FigureOf(list []Times, l Leg) Figure {
	f := Figure{Of: len(list), WorstAt: -1}
	var spans []int64
	for i, t := range list {
		s, known := t.Span(l)
		if !known {
			continue
		}
		if f.WorstAt < 0 || s > f.Worst {
			f.Worst, f.WorstAt = s, i
		}
		spans = append(spans, s)
	}
	f.Known, f.Median = len(spans), Median(spans)
	return f
}

// Median gives the middle of some spans, of an even number the mean of the two
// in the middle, half a second rounded up; 0 of none.
func Median(spans []int64) int64 {
	n := len(spans)
	if n == 0 {
		return 0
	}
	spans = slices.Clone(spans)
	slices.Sort(spans)
	if n%2 == 1 {
		return spans[n/2]
	}
	low, high := spans[n/2-1], spans[n/2]
	return low + (high-low+1)/2
}

// Lasting writes a span of whole seconds as people say it, with every second
// of it: 1 小时 23 分 5 秒. A span below none is written as none.
func Lasting(seconds int64) string {
	if seconds <= 0 {
		return "0 秒"
	}
	var parts []string
	for _, part := range []struct {
		unit int64
		name string
	}{{86400, "天"}, {3600, "小时"}, {60, "分"}, {1, "秒"}} {
		if n := seconds / part.unit; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, part.name))
		}
		seconds %= part.unit
	}
	return strings.Join(parts, " ")
}
