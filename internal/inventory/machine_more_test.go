package inventory_test

import (
	"errors"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"

	"pgregory.net/rapid"
)

// Again sends what was sent before: the same once more, the same key with other
// content, or somebody else's key. What was refused is asked anew.
func (m *machine) Again(*rapid.T) {
	if len(m.sent) == 0 {
		return
	}
	n := m.draw(len(m.sent), "sent")
	old := m.sent[n]
	if old.slip == nil {
		m.sent = slices.Delete(m.sent, n, n+1)
		m.post(old.ask)
		return
	}
	a := old.ask
	same := true
	switch m.draw(4, "how") {
	case 0:
		a.remark, a.reason, same = "另一张", otherReason(a), false
	case 1:
		a.actor.ID, same = 999, false
	}
	v, err := m.send(a)
	switch {
	case same && (err != nil || v.ID != old.slip.voucher.ID || v.Number != old.slip.number || len(v.Entries) != len(old.slip.voucher.Entries)):
		m.rt.Fatalf("%s sent again gave %s with %d entries, %v", old.slip.number, v.Number, len(v.Entries), err)
	case !same && !errors.Is(err, errs.Conflict):
		m.rt.Fatalf("the key of %s with other content gave %s %v", old.slip.number, v.Number, err)
	}
}

// otherReason changes what a return or reversal says; forms have a remark.
func otherReason(a ask) string {
	if a.typ == ledger.Return || a.typ == ledger.Reversal {
		return a.reason + "，改"
	}
	return a.reason
}

// saved is a draft: what was saved last, and the page each saving left.
type saved struct {
	pages  []ask // by version, from 1
	status string
	slip   *slip
}

func (d *saved) last() ask { return d.pages[len(d.pages)-1] }

// SaveDraft keeps a new form, or saves on an open draft from one of its pages.
func (m *machine) SaveDraft(*rapid.T) {
	if len(m.drafts) > 0 && m.often(4, "again") {
		m.saveOn(pick(m, m.drafts, "draft"))
		return
	}
	a := m.takeAsk(pick(m, []ledger.Type{ledger.Issue, ledger.Transfer}, "type"), []string{"救灾发放"}, []string{""})
	if a.typ == ledger.Transfer {
		a.reason = "补充储备"
	}
	a.actor = m.both
	got, err := m.inv.SaveDraft(m.ctx, a.actor, m.draft(a))
	if err != nil || got.Version != 1 || got.Status != "open" {
		m.rt.Fatalf("a new draft: %+v %v", got, err)
	}
	a.draft, a.version = got.ID, 1
	m.drafts = append(m.drafts, &saved{pages: []ask{a}, status: "open"})
}

func (m *machine) saveOn(d *saved) {
	n := m.draw(len(d.pages), "page")
	a := d.pages[n]
	a.remark += "改"
	got, err := m.inv.SaveDraft(m.ctx, a.actor, m.draft(a))
	may := d.status == "open" && n == len(d.pages)-1
	if (err == nil) != may || err != nil && !errors.Is(err, errs.Conflict) {
		m.rt.Fatalf("page %d of %d of a draft that is %s: saved as %+v, %v", n+1, len(d.pages), d.status, got, err)
	}
	if may {
		a.version = got.Version
		d.pages = append(d.pages, a)
	}
}

// PostDraft posts a draft from one of its pages: once, and only from the last.
func (m *machine) PostDraft(*rapid.T) {
	if len(m.drafts) == 0 {
		return
	}
	d := pick(m, m.drafts, "draft")
	n := len(d.pages) - 1
	if m.often(2, "an old page") {
		n = m.draw(len(d.pages), "page")
	}
	a := d.pages[n]
	switch {
	case d.status == "posted":
		v, err := m.send(a)
		if same := a.remark == d.slip.asked; same && (err != nil || v.ID != d.slip.voucher.ID) || !same && !errors.Is(err, errs.Conflict) {
			m.rt.Fatalf("%s posted again from page %d: %s %v", d.slip.number, n+1, v.Number, err)
		}
		return
	case d.status != "open":
		a.bad = "it was discarded"
	case n < len(d.pages)-1:
		a.bad = "the page is older than the draft"
	}
	if s := m.post(a); s != nil {
		d.status, d.slip, s.asked = "posted", s, a.remark
	}
}

// DiscardDraft closes a draft, once.
func (m *machine) DiscardDraft(*rapid.T) {
	if len(m.drafts) == 0 {
		return
	}
	d := pick(m, m.drafts, "draft")
	err := m.inv.DiscardDraft(m.ctx, m.both, d.last().draft)
	if (err == nil) != (d.status == "open") || err != nil && !errors.Is(err, errs.Conflict) {
		m.rt.Fatalf("a draft that is %s: discarding gave %v", d.status, err)
	}
	if err == nil {
		d.status = "discarded"
	}
}

// Hold holds or releases a lot: a keeper may hold what stands at the own
// depots, a planner both.
func (m *machine) Hold(*rapid.T) {
	if len(m.lots) == 0 {
		return
	}
	l := pick(m, m.lots, "lot")
	if here := m.cells(func(cell) bool { return true }); len(here) > 0 && m.often(8, "a lot in stock") {
		l = pick(m, here, "lot in stock").lot
	}
	r := inventory.HoldRequest{LotID: l.id, Held: !l.held, Reason: pick(m, []string{"抽检", "复检", ""}, "reason")}
	if m.often(2, "as it is") {
		r.Held = !r.Held
	}
	who := pick(m, []access.Actor{m.planner, m.planner, m.both, m.alone[0]}, "who")
	stands := m.cells(func(c cell) bool {
		return c.lot == l && slices.ContainsFunc(who.Grants, func(g access.Grant) bool { return g.DepotID == m.ids[max(c.at.depot, 0)] })
	})
	planner := who.ID == m.planner.ID
	repeat := r.Held == l.held && l.by == who.ID && l.why == r.Reason
	may := r.Reason != "" && (planner || r.Held && len(stands) > 0) && (r.Held != l.held || repeat)
	err := m.inv.HoldLot(m.ctx, who, r)
	m.count("hold", err)
	if (err == nil) != may {
		m.rt.Fatalf("%s: hold %t of a lot with hold %t at %d places: %v", who.Name, r.Held, l.held, len(stands), err)
	}
	if err != nil {
		m.politely(err)
	} else {
		l.held, l.by, l.why = r.Held, who.ID, r.Reason
	}
}

// CloseMonth closes a month at one depot or both.
func (m *machine) CloseMonth(*rapid.T) {
	depots := [][]int{{0}, {1}, {0, 1}}[m.draw(3, "depots")]
	month := pick(m, []string{"2025-12", "2026-10", "2026-11", "2026-12", "2027-01"}, "month")
	if n := len(m.closed[depots[0]]); n > 0 && m.often(6, "next") {
		month = after(m.closed[depots[0]][n-1])
	}
	var ids []id.ID
	for _, d := range depots {
		ids = append(ids, m.ids[d])
	}
	who := m.planner
	if m.often(1, "a keeper") {
		who = m.both
	}
	over := month < m.today[:7]
	results, err := m.inv.ClosePeriods(m.ctx, who, ledger.Month(month), ids)
	if (err == nil) != (over && who.ID == m.planner.ID) {
		m.rt.Fatalf("%s closes %s on %s: %v", who.Name, month, m.today, err)
	}
	if err != nil {
		m.politely(err)
		return
	}
	for _, d := range depots {
		n := len(m.closed[d])
		may := n == 0 || month == after(m.closed[d][n-1])
		i := slices.IndexFunc(results, func(r inventory.CloseResult) bool { return r.DepotID == m.ids[d] })
		m.count("close", results[i].Err)
		if (results[i].Err == nil) != may {
			m.rt.Fatalf("close %s after %v: %v", month, m.closed[d], results[i].Err)
		}
		if may {
			m.closed[d] = append(m.closed[d], month)
		}
	}
}

// Reopen asks to open a closed month again.
func (m *machine) Reopen(*rapid.T) {
	d := m.draw(2, "depot")
	month := "2026-11"
	if n := len(m.closed[d]); n > 0 && m.often(8, "a closed one") {
		month = pick(m, m.closed[d], "month")
	}
	reason := pick(m, []string{"漏记", "漏记", "漏记", ""}, "reason")
	who := pick(m, []access.Actor{m.planner, m.planner, m.planner, m.both}, "who")
	r, err := m.inv.AskReopening(m.ctx, who, m.ids[d], ledger.Month(month), reason)
	may := who.ID == m.planner.ID && reason != "" && slices.Contains(m.closed[d], month) && m.asked[d] == nil
	m.count("ask", err)
	if (err == nil) != may {
		m.rt.Fatalf("%s asks to open %s of %v: %v", who.Name, month, m.closed[d], err)
	}
	if err != nil {
		m.politely(err)
		return
	}
	m.asked[d] = &reopening{month: month, by: who.ID, id: r.ID}
}

// DecideReopening agrees to it as a second person, refuses it, or takes it back.
func (m *machine) DecideReopening(*rapid.T) {
	d := m.draw(2, "depot")
	r := m.asked[d]
	if r == nil {
		return
	}
	if m.often(2, "withdraw") {
		who := pick(m, []access.Actor{m.planner, m.leader}, "who")
		err := m.inv.WithdrawReopening(m.ctx, who, r.id)
		if (err == nil) != (who.ID == r.by) {
			m.rt.Fatalf("%s takes back: %v", who.Name, err)
		}
		if err == nil {
			m.asked[d] = nil
		}
		return
	}
	who := pick(m, []access.Actor{m.leader, m.leader, m.planner, m.both}, "who")
	approve := m.often(7, "approve")
	_, err := m.inv.DecideReopening(m.ctx, who, r.id, approve)
	may := who.ID == m.leader.ID
	m.count("decide", err)
	if (err == nil) != may {
		m.rt.Fatalf("%s decides on %s: %v", who.Name, r.month, err)
	}
	if !may {
		m.politely(err)
		return
	}
	if approve {
		m.closed[d] = m.closed[d][:slices.Index(m.closed[d], r.month)]
	}
	m.asked[d] = nil
	if _, err := m.inv.DecideReopening(m.ctx, m.leader, r.id, approve); !errors.Is(err, errs.Conflict) {
		m.rt.Fatalf("decided twice: %v", err)
	}
}

// NextDay lets a day pass, over the end of the year.
func (m *machine) NextDay(*rapid.T) {
	if m.today >= "2027-01-03" || !m.often(5, "pass") {
		return
	}
	t, _ := time.Parse(time.DateOnly, m.today)
	m.today = t.AddDate(0, 0, 1).Format(time.DateOnly)
	m.setDay(m.today)
}
