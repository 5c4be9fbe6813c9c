package dispatching

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/order"
)

// tick lists what happened, in the order it did.
func (r *Replay) tick(changes []order.Change, records []order.Record, requests []order.Request) {
	for _, c := range changes {
		text := c.Act.Name()
		if c.Act == order.Began || c.Act == order.Levelled {
			text += "：" + c.Level.Name()
		}
		r.note(Tick{At: c.At, Kind: TickResponse, Text: text + spaced(c.Note), Who: c.ActorName})
	}
	for _, q := range requests {
		r.note(Tick{At: q.SentAt, Kind: TickRequest, Text: q.Number + " 提出需求：" + q.Place, Who: q.AuthorName, Request: q.ID})
		if q.Status == order.RequestRefused || q.Status == order.RequestWithdrawn {
			r.note(Tick{At: q.DecidedAt, Kind: TickRequest, Text: q.Number + " " + q.Status.Name(), Who: q.DecidedName, Request: q.ID})
		}
	}
	for _, x := range records {
		r.tickOrder(x)
	}
	slices.SortStableFunc(r.Ticks, func(a, b Tick) int { return cmp.Compare(a.At, b.At) })
}

// note keeps what has a time.
func (r *Replay) note(t Tick) {
	if t.At != 0 {
		r.Ticks = append(r.Ticks, t)
	}
}

func spaced(text string) string {
	if text == "" {
		return ""
	}
	return "，" + text
}

func (r *Replay) tickOrder(x order.Record) {
	at := func(when int64, kind TickKind, who, text string, args ...any) {
		r.note(Tick{At: when, Kind: kind, Text: x.Number + " " + fmt.Sprintf(text, args...), Who: who, Order: x.ID})
	}
	if !x.ByWord {
		at(x.ProposedAt, TickOrder, x.ProposedName, "拟制")
	}
	switch {
	case x.ByWord:
		at(x.DecidedAt, TickOrder, x.WordOf, "电话批准")
	case x.Status == order.Refused:
		at(x.DecidedAt, TickOrder, x.DecidedName, "未批准：%s", x.Decision)
	default:
		at(x.DecidedAt, TickOrder, x.DecidedName, "批准")
	}
	if x.CancelledAt != 0 {
		at(x.CancelledAt, TickOrder, "", "取消：%s", x.Decision)
	}
	for _, p := range x.Papers {
		at(p.DoneAt, TickPaper, p.DoneName, "补齐%s", p.Kind.Name())
	}
	for _, s := range x.Shipments {
		r.tickLoad(x, s)
	}
}

func (r *Replay) tickLoad(x order.Record, s order.Shipment) {
	at := func(when int64, kind TickKind, who, text string) {
		r.note(Tick{At: when, Kind: kind, Text: fmt.Sprintf("%s 第 %d 车%s", x.Number, s.No, text), Who: who, Shipment: s.ID})
	}
	to := x.Target(s.TargetID).Name
	if s.Status == order.ShipmentCancelled {
		at(x.LoadsEnded[s.ID], TickOrder, "", "取消")
		return
	}
	if s.PickedAt != s.LeftAt {
		at(s.PickedAt, TickOrder, s.PickedName, "备好货")
	}
	at(s.LeftAt, TickLeft, s.LeftName, "出发，送往"+to)
	if s.ArrivedAt != 0 && s.ArrivedAt != firstSigned(x, s) {
		at(s.ArrivedAt, TickArrived, s.ArrivedName, "到达"+to)
	}
	for _, h := range x.Handovers {
		if h.ShipmentID == s.ID && h.UndoneAt == 0 {
			at(h.At, TickSigned, h.Signer, "签收（"+h.Way.Name()+"）")
		}
	}
	fates := map[order.Clearing]bool{}
	for _, c := range x.Clearings {
		key := order.Clearing{VoucherID: c.VoucherID, Fate: c.Fate}
		if c.ShipmentID == s.ID && c.UndoneAt == 0 && !fates[key] {
			fates[key] = true
			at(c.At, TickCleared, c.ActorName, strings.TrimSpace("登记"+c.Fate.Name()))
		}
	}
}

// firstSigned is when a load was first signed for: an arrival noted with it is
// no event of its own.
func firstSigned(x order.Record, s order.Shipment) int64 {
	var first int64
	for _, h := range x.Handovers {
		if h.ShipmentID == s.ID && h.UndoneAt == 0 && (first == 0 || h.At < first) {
			first = h.At
		}
	}
	return first
}
