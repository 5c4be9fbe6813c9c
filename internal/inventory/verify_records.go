package inventory

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// acts are what the audit trail, which is chained, says was done to what is
// not: holds of lots, closed months and requests to open them, the units of
// items. The tables must say the same.
type acts struct {
	holds  []heldAct      // of the system's chain, in order
	months []store.Period // closed and not opened again since
	asked  []store.Reopening
	items  map[string]itemAct // by code
	units  map[string]int     // decimals, by name
	// Blanks given up, by number.
	spoiled map[string]spoiledAct
}

// heldAct is a recorded hold or release.
type heldAct struct {
	act uint64
	seq int64 // of the record
}

// digests makes figures of holds that nobody can aim at: another seed each run.
var digests = maphash.MakeSeed()

// holdAct stands for a hold or release and who made it: a district's holds times
// its depots are many, and a figure takes less than their words.
func holdAct(held bool, actor int64, name string, at int64, reason string) uint64 {
	return maphash.String(digests, fmt.Sprintf("%t %d %q %d %q", held, actor, name, at, reason))
}

// take notes an audit record.
func (t *acts) take(depot id.ID, a *ledger.AuditRecord) {
	if a.Result != "ok" {
		return
	}
	act, isMonth := strings.CutPrefix(a.Act, "period.")
	switch {
	case isMonth:
		t.month(depot, act, a)
	case depot == 0 && (a.Act == "item.create" || a.Act == "item.update"):
		t.item(a)
	case a.Act == "blank.spoil":
		t.blank(a)
	case depot == 0 && a.Act == "unit.create":
		t.unit(a)
	case depot == 0 && (a.Act == "lot.hold" || a.Act == "lot.release"):
		t.holds = append(t.holds, heldAct{holdAct(a.Act == "lot.hold", a.ActorID, a.ActorName, a.At, a.Detail), a.Seq})
	}
}

// month replays what was done to a month of a depot's.
func (t *acts) month(depot id.ID, act string, a *ledger.AuditRecord) {
	m := recordedMonth(a.Object)
	switch act {
	case "close":
		t.months = append(t.months, store.Period{DepotID: depot, Month: m, ActorID: id.ID(a.ActorID), ActorName: a.ActorName, ClosedAt: a.At})
	case "reopen.ask":
		_, reason, _ := strings.Cut(a.Detail, reasonMark)
		t.asked = append(t.asked, store.Reopening{DepotID: depot, Month: m, Reason: reason, Status: store.ReopeningAsked,
			AskedID: id.ID(a.ActorID), AskedName: a.ActorName, AskedAt: a.At})
	case "reopen.approve":
		t.decide(depot, m, store.ReopeningApproved, a)
		t.months = slices.DeleteFunc(t.months, func(p store.Period) bool { return p.DepotID == depot && p.Month >= m })
	case "reopen.refuse":
		t.decide(depot, m, store.ReopeningRefused, a)
	case "reopen.withdraw":
		t.decide(depot, m, store.ReopeningWithdrawn, a)
	}
}

// decide ends the request that waits: a depot has one at a time.
func (t *acts) decide(depot id.ID, m ledger.Month, to store.ReopeningStatus, a *ledger.AuditRecord) {
	for i := len(t.asked) - 1; i >= 0; i-- {
		if r := &t.asked[i]; r.DepotID == depot && r.Month == m && r.Status == store.ReopeningAsked {
			r.Status, r.DecidedID, r.DecidedName, r.DecidedAt = to, id.ID(a.ActorID), a.ActorName, a.At
			return
		}
	}
}

// recordedMonth reads the month back that periodAct wrote.
func recordedMonth(object string) ledger.Month {
	var year, month int
	if _, err := fmt.Sscanf(object, "%d年%d月", &year, &month); err != nil {
		return ""
	}
	return ledger.Month(fmt.Sprintf("%04d-%02d", year, month))
}

// recorded compares holds, closed months, requests to open them and the units of
// items with their audit records, and proves that a second person decided.
func (k *checker) recorded(ctx context.Context) error {
	k.heldRecords()
	k.monthRecords()
	k.itemRecords()
	if err := k.unitRecords(ctx); err != nil {
		return err
	}
	return k.requests(ctx)
}

// heldRecords compares the holds of every depot with the recorded ones. A depot
// has all since it was opened, so those it has must be the last, in order; and
// some depot was there from the first on. What is cut off at the front of one
// depot alone looks like a depot opened later, and is not told.
func (k *checker) heldRecords() {
	rows := slices.Clone(k.facts.holds)
	slices.SortFunc(rows, func(a, b lotHold) int { return cmp.Or(cmp.Compare(a.depot, b.depot), cmp.Compare(a.seq, b.seq)) })
	most := 0
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].depot == rows[from].depot {
			to++
		}
		most = max(most, to-from)
		k.depotHolds(rows[from:to])
		from = to
	}
	if all := len(k.acts.holds); most < all {
		k.add("hold", "冻结记录", "审计记录里有 %d 次冻结和解除冻结，冻结记录里只记着 %d 次：有的被删除", all, most)
	}
}

// depotHolds compares the holds of one depot and names the first that differs.
func (k *checker) depotHolds(rows []lotHold) {
	object := "储备库 " + k.facts.code(rows[0].depot) + " 的冻结记录"
	acts := k.acts.holds
	if len(rows) > len(acts) {
		k.add("hold", object, "有 %d 条，比审计记录多 %d 条", len(rows), len(rows)-len(acts))
		return
	}
	acts = acts[len(acts)-len(rows):]
	for i, h := range rows {
		if h.act != acts[i].act {
			k.add("hold", object, "批次 %s 的%s与系统审计链第 %d 条不符：次序、原因、经办人或时间被改动，或有记录被删除", h.lot, holdWord(h.held), acts[i].seq)
			return
		}
	}
}

func holdWord(held bool) string {
	if held {
		return "冻结"
	}
	return "解除冻结"
}

// monthRecords compares the closed months with their records.
func (k *checker) monthRecords() {
	type key = store.DepotMonth
	told := map[key]store.Period{}
	for _, p := range k.acts.months {
		told[key{DepotID: p.DepotID, Month: p.Month}] = p
	}
	for _, p := range k.months {
		at := key{DepotID: p.DepotID, Month: p.Month}
		switch want, known := told[at]; {
		case !known:
			k.add("period", k.monthOf(p.DepotID, p.Month), "没有月结的审计记录")
		case want != p:
			k.add("period", k.monthOf(p.DepotID, p.Month), "月结的经办人（%s）或时间与审计记录不符（%s）", p.ActorName, want.ActorName)
		}
		delete(told, at)
	}
	for _, p := range k.acts.months {
		if _, left := told[key{DepotID: p.DepotID, Month: p.Month}]; left {
			k.add("period", k.monthOf(p.DepotID, p.Month), "审计记录里由 %s 月结，月结的登记却不在了", p.ActorName)
		}
	}
}

// requests compares the requests to open months with their records, in any
// order: each is told by all it says.
func (k *checker) requests(ctx context.Context) error {
	rows, err := k.conn.AllReopenings(ctx)
	if err != nil {
		return err
	}
	told := map[store.Reopening]int{}
	for _, r := range k.acts.asked {
		told[r]++
	}
	object := func(r store.Reopening) string { return k.monthOf(r.DepotID, r.Month) + " 的反结账申请" }
	for _, r := range rows {
		r.ID = 0
		if decided := r.Status == store.ReopeningApproved || r.Status == store.ReopeningRefused; decided && r.DecidedID == r.AskedID {
			k.add("period", object(r), "申请人与审批人是同一个人（%s）", r.AskedName)
		}
		if told[r] == 0 {
			k.add("period", object(r), "%s 的申请与审计记录不符：原因、状态、申请人、审批人或时间被改动", r.AskedName)
			continue
		}
		told[r]--
	}
	for _, r := range k.acts.asked {
		if told[r] > 0 {
			told[r]--
			k.add("period", object(r), "审计记录里有 %s 的申请，登记不在了或被改动", r.AskedName)
		}
	}
	return nil
}
