package order

import (
	"cmp"
	"slices"

	"changbei/internal/id"
)

// Record is what is written down of an order, from which At rebuilds how it
// stood. The clock is that on which things happened: the minute somebody typed
// for a departure, an arrival, a receipt or an account, and where none is typed
// the instant of the act. What was keyed wrongly and taken back never happened.
// Some things are told by no time and stand as they ended: the lines of an
// order, what was dropped of them, and the quantities of a load that waits.
type Record struct {
	Order
	Handovers   []Handover
	Clearings   []Clearing
	CancelledAt int64           // of the order; 0 = not, or nobody knows when: it then was from the start
	LoadsEnded  map[id.ID]int64 // the same of its loads
}

// At gives the order as it stood at an instant; false before it was drawn up, or
// given by word.
func (r Record) At(at int64) (Order, bool) {
	o := r.Order
	if o.begins() > at {
		return Order{}, false
	}
	o.Shipments = nil
	for _, s := range r.Shipments {
		if past, there := r.loadAt(s, at); there {
			o.Shipments = append(o.Shipments, past)
		}
	}
	o.Papers = nil
	for _, p := range r.Papers {
		if o.firstLeft() == 0 || o.firstLeft() > at {
			continue // what has not left owes no papers
		}
		if p.DoneAt > at {
			p.DoneAt, p.DoneName, p.DocumentNo, p.Note = 0, "", "", ""
		}
		o.Papers = append(o.Papers, p)
	}
	o.Status = r.statusAt(o, at)
	if o.Status == Proposed {
		o.DecidedAt, o.DecidedName, o.DocumentNo, o.SignedOn, o.Decision = 0, "", "", "", ""
	}
	if o.Status != Done {
		o.DoneAt = 0
	}
	return o, true
}

// begins is the first instant of an order: a call comes before it is keyed.
func (o Order) begins() int64 {
	if o.DecidedAt != 0 {
		return min(o.ProposedAt, o.DecidedAt)
	}
	return o.ProposedAt
}

// firstLeft is when its first load left, 0 = none has.
func (o Order) firstLeft() int64 {
	var first int64
	for _, s := range o.Shipments {
		if s.LeftAt != 0 && (first == 0 || s.LeftAt < first) {
			first = s.LeftAt
		}
	}
	return first
}

// statusAt tells the status of an order whose loads have been rebuilt. Done is
// when the last of them was.
func (r Record) statusAt(past Order, at int64) Status {
	switch {
	case r.Order.Status == Cancelled && r.CancelledAt <= at:
		return Cancelled
	case r.DecidedAt != 0 && r.DecidedAt <= at && r.Order.Status == Refused:
		return Refused
	case r.DecidedAt != 0 && r.DecidedAt <= at:
		if r.Order.Status == Done && len(past.Shipments) == len(r.Shipments) && past.Finished() {
			return Done
		}
		return Approved
	}
	return Proposed
}

// loadAt gives a load as it stood; false before it was made up.
func (r Record) loadAt(s Shipment, at int64) (Shipment, bool) {
	ended := s.Status == ShipmentCancelled
	made := s.AllocatedAt
	for _, t := range []int64{s.PickedAt, s.LeftAt} {
		if t != 0 {
			made = min(made, t)
		}
	}
	if made > at {
		return s, false
	}
	// A minute that was typed may lie before an act of the same minute.
	arrived, signed := max(s.ArrivedAt, s.LeftAt), max(s.SignedAt, s.LeftAt)
	s.Lines = r.linesAt(s, at)
	status := Allocated
	for _, step := range []struct {
		at, by int64
		status ShipmentStatus
		clear  func()
	}{
		{s.PickedAt, s.PickedAt, Picked, func() { s.PickedAt, s.PickedName = 0, "" }},
		{s.LeftAt, s.LeftAt, Left, func() { s.LeftAt, s.LeftName, s.VoucherID = 0, "", 0 }},
		{s.ArrivedAt, arrived, Arrived, func() { s.ArrivedAt, s.ArrivedName = 0, "" }},
		{s.SignedAt, signed, Signed, func() { s.SignedAt, s.SignedName = 0, "" }},
	} {
		switch {
		case step.at == 0:
		case step.by <= at:
			status = step.status
		default:
			step.clear()
		}
	}
	s.Status = status
	if ended && r.LoadsEnded[s.ID] <= at {
		s.Status = ShipmentCancelled
	}
	return s, true
}

// linesAt gives a load's lines with what had been booked of them.
func (r Record) linesAt(s Shipment, at int64) []ShipmentLine {
	lines := slices.Clone(s.Lines)
	for i := range lines {
		lines[i] = ShipmentLine{ID: lines[i].ID, ShipmentID: s.ID, No: lines[i].No, OrderLineID: lines[i].OrderLineID, ItemID: lines[i].ItemID,
			LotID: lines[i].LotID, PlaceID: lines[i].PlaceID, Qty: lines[i].Qty}
	}
	find := func(line id.ID) *ShipmentLine {
		if i := slices.IndexFunc(lines, func(l ShipmentLine) bool { return l.ID == line }); i >= 0 {
			return &lines[i]
		}
		return nil
	}
	for _, h := range r.Handovers {
		if h.ShipmentID != s.ID || h.UndoneAt != 0 || max(h.At, s.LeftAt) > at {
			continue
		}
		for _, x := range h.Lines {
			if l := find(x.ShipmentLineID); l != nil {
				l.Good, l.Damaged, l.Missing = l.Good+x.Good, l.Damaged+x.Damaged, x.Missing
			}
		}
	}
	for _, c := range r.Clearings {
		if c.ShipmentID != s.ID || c.UndoneAt != 0 || max(c.At, s.LeftAt) > at {
			continue
		}
		if l := find(c.ShipmentLineID); l != nil {
			l.add(c)
		}
	}
	return lines
}

// add books what became of goods onto their line.
func (l *ShipmentLine) add(c Clearing) {
	switch c.Fate {
	case Back:
		l.Back += c.Qty
	case RoadLost:
		l.RoadLost += c.Qty
	case Used:
		l.Used += c.Qty
	case Returned:
		l.Returned += c.Qty
	case Repair:
		l.Repair += c.Qty
	case Scrapped:
		l.Scrapped += c.Qty
	case Lost:
		l.Lost += c.Qty
	}
}

// Instants tells, for the vouchers an order's loads were booked with, when the
// goods moved. Undone are vouchers that took one another back: they moved
// nothing.
func (r Record) Instants() (at map[id.ID]int64, undone map[id.ID]bool) {
	at, undone = map[id.ID]int64{}, map[id.ID]bool{}
	left := map[id.ID]int64{}
	for _, s := range r.Shipments {
		left[s.ID] = s.LeftAt
		if s.VoucherID != 0 {
			at[s.VoucherID] = s.LeftAt
		}
	}
	note := func(shipment, voucher, undo id.ID, when, undoneAt int64) {
		switch {
		case voucher == 0:
		case undoneAt != 0:
			undone[voucher], undone[undo] = true, true
		default:
			at[voucher] = max(when, left[shipment])
		}
	}
	for _, h := range r.Handovers {
		note(h.ShipmentID, h.VoucherID, h.UndoVoucherID, h.At, h.UndoneAt)
	}
	for _, c := range r.Clearings {
		note(c.ShipmentID, c.VoucherID, c.UndoVoucherID, c.At, c.UndoneAt)
	}
	return at, undone
}

// RequestAt gives a request as it stood; false before it was sent.
func RequestAt(r Request, at int64) (Request, bool) {
	if r.SentAt > at {
		return r, false
	}
	if r.DecidedAt > at || r.DecidedAt == 0 {
		r.Status, r.DecidedAt, r.DecidedName, r.Answer = RequestSent, 0, "", ""
	}
	return r, true
}

// ResponseAt gives a response as it stood by its changes.
func ResponseAt(r Response, changes []Change, at int64) Response {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	r.Level, r.Status, r.WordFirst, r.EndedAt, r.SettledAt, r.SettledName = LevelAt(changes, at), Running, false, 0, 0, ""
	for _, c := range changes {
		if c.At > at {
			break
		}
		switch c.Act {
		case WordOn, WordOff:
			r.WordFirst = c.Act == WordOn
		case Ended:
			r.Status, r.EndedAt, r.WordFirst = Over, c.At, false
		case SettledIt:
			r.Status, r.SettledAt, r.SettledName = Settled, c.At, c.ActorName
		}
	}
	return r
}
