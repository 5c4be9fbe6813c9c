package web

import (
	"slices"
	"strings"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/web/view"
)

// fillSlips lays an order out by where its goods go: what, how much, from
// where, and what would remain there or how far it got.
func fillSlips(p *view.OrderView, v dispatching.OrderView) {
	for _, t := range v.Targets {
		slip := view.OrderSlip{No: t.No, Name: t.Name, Address: t.Address, Contact: t.Contact, Phone: t.Phone, Dial: view.Dial(t.Phone), Kind: "入" + v.Depots[t.DeskID].Name}
		if t.Point() {
			slip.Kind = v.Depots[t.DeskID].Name + "签收"
		} else if t.Name == v.Depots[t.DeskID].Name {
			slip.Kind = "入库"
		}
		for _, l := range v.Lines {
			if l.TargetID == t.ID {
				slip.Lines = append(slip.Lines, slipLine(p, v, l))
			}
		}
		p.Slips = append(p.Slips, slip)
	}
}

func slipLine(p *view.OrderView, v dispatching.OrderView, l order.Line) view.SlipLine {
	it := v.Items[l.ItemID]
	row := view.SlipLine{Item: it.Name, Spec: it.Spec, Qty: l.Qty.Grouped(), Unit: it.Unit, From: v.Depots[l.DepotID].Name, Remark: l.Remark}
	at := slices.IndexFunc(v.Remains, func(r dispatching.Remain) bool { return r.DepotID == l.DepotID && r.ItemID == l.ItemID })
	if at < 0 {
		row.Progress = lineProgress(v.Order, l)
		return row
	}
	r := v.Remains[at]
	row.Free, row.After = r.Free.Grouped(), r.After().Grouped()
	switch {
	case r.After() < 0:
		p.Short, row.Progress, row.After = true, "可调 "+row.Free, ""
		row.Mark = view.Tag{Text: "不够，差 " + (-r.After()).Grouped() + " " + it.Unit, Tone: "is-bad", Icon: "circle-x"}
	case r.Below():
		row.Mark = view.Tag{Text: "低于最低储备 " + r.Minimum.Grouped(), Tone: "is-warn", Icon: "alert-triangle"}
	case r.After() == 0:
		row.Mark = view.Tag{Text: "调空", Tone: "is-warn", Icon: "alert-triangle"}
	}
	return row
}

// lineProgress says what became of an order's line so far.
func lineProgress(o order.Order, l order.Line) string {
	var waits quantity.Q
	var sum order.ShipmentLine
	for _, sh := range o.Shipments {
		for _, x := range sh.Lines {
			switch {
			case x.OrderLineID != l.ID:
			case sh.Status.Waiting():
				waits += x.Qty
			case sh.Status.Gone():
				sum.Qty, sum.Good, sum.Damaged = sum.Qty+x.Qty, sum.Good+x.Good, sum.Damaged+x.Damaged
				sum.Back, sum.RoadLost = sum.Back+x.Back, sum.RoadLost+x.RoadLost
			}
		}
	}
	return amountsText([]amountWord{{"待发", waits}, {"在途", sum.OnRoad()}, {"收到完好", sum.Good}, {"损坏", sum.Damaged}, {"退回", sum.Back}, {"途损", sum.RoadLost}, {"放弃", l.Dropped}})
}

type amountWord struct {
	word string
	qty  quantity.Q
}

// amountsText writes those amounts that are not 0.
func amountsText(list []amountWord) string {
	var parts []string
	for _, a := range list {
		if a.qty != 0 {
			parts = append(parts, a.word+" "+a.qty.Grouped())
		}
	}
	return strings.Join(parts, " · ")
}

// orderTimes gives the six times: once while no load differs, else per load.
func orderTimes(o order.Order) []view.SixTimes {
	var list []view.SixTimes
	for _, sh := range o.Shipments {
		if sh.Status != order.ShipmentCancelled {
			t := sixTimes(o, sh)
			t.Label = loadName(sh)
			list = append(list, t)
		}
	}
	switch len(list) {
	case 0:
		return []view.SixTimes{sixTimes(o, order.Shipment{})}
	case 1:
		list[0].Label = ""
	}
	return list
}

// sixTimes gives the times of an order and one of its loads, each with who and
// how long it took.
func sixTimes(o order.Order, sh order.Shipment) view.SixTimes {
	type step struct {
		label, who string
		at         int64
	}
	decided := step{"批准", o.DecidedName, o.DecidedAt}
	switch {
	case o.Status == order.Refused:
		decided.label = "不批准"
	case o.ByWord:
		decided.who += "（电话）"
	}
	steps := []step{{"申请", firstText(o.RequestedName, o.ProposedName), o.RequestedAt}, decided, {"备货", sh.PickedName, sh.PickedAt}, {"出发", sh.LeftName, sh.LeftAt},
		{"到达", sh.ArrivedName, sh.ArrivedAt}, {"签收", sh.SignedName, sh.SignedAt}}
	open := o.Status == order.Proposed || o.Status == order.Approved
	var t view.SixTimes
	var before int64
	for _, st := range steps {
		row := view.TimeStep{Label: st.label, Done: st.at != 0}
		switch {
		case row.Done:
			row.At, row.Who = shortWhen(st.at), st.who
			if st.at-before >= time.Minute.Microseconds() && before != 0 {
				row.Gap = "+" + between(before, st.at)
			}
			before = st.at
		case open:
			row.Next, open = true, false
		}
		t.Steps = append(t.Steps, row)
	}
	if sh.SignedAt != 0 {
		t.Total = "申请到签收 " + view.Span(time.Duration(sh.SignedAt-o.RequestedAt)*time.Microsecond)
	}
	return t
}
