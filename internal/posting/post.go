// Package posting is the one way into the books.
//
// Every use case that moves goods builds a ledger.Voucher and gives it to
// Run; nothing else inserts vouchers or entries or changes stock. Rights are
// checked here once more, at every depot a voucher touches, so that no use
// case can forget them. It may import ledger, access and store; it knows no
// HTTP and no workbook.
package posting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/store"
)

// Build makes the voucher to post inside the transaction, from rows read
// there. It may be run again, so it keeps nothing outside. Fields it need not
// fill: ids, number, sequence, hashes, actor and recorded time.
type Build func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error)

// Request says who asks for what. ClientKey was made when the form was shown;
// Hash covers the content asked for, so that a repeat can be told from another
// content under the same key.
type Request struct {
	Actor      access.Actor
	Permission access.Permission
	ClientKey  string
	Hash       string
	Depot      id.ID // the one depot the voucher touches, 0 = several or not known yet

	// Of goods an order has sent on their way: Underway says that what is taken
	// left its shelf before, so that neither a hold nor an expiry keeps it from
	// being received or accounted for. Vouched are depots whose goods these are
	// and for which the order answers, not a right of the actor's.
	Underway bool
	Vouched  []id.ID
}

// Run posts one voucher in one transaction. The same key with the same content
// gives the first voucher again; with other content it is a Conflict. A lost
// reply or unknown commit is resolved by looking the key up.
func Run(ctx context.Context, st *store.Store, r Request, build Build) (ledger.Voucher, error) {
	var posted ledger.Voucher
	err := st.TxAt(ctx, r.Depot, func(tx *store.Tx) error {
		v, err := build(ctx, tx)
		if err != nil {
			return err
		}
		posted, err = InTx(ctx, tx, r, v)
		return err
	})
	if err == nil {
		return posted, nil
	}
	prior, found := resolve(ctx, st, r)
	if found == nil {
		return prior, nil
	}
	if errors.Is(found, errs.Conflict) {
		return ledger.Voucher{}, found
	}
	if !errors.Is(found, errs.NotFound) {
		// The books do not answer, and an earlier try with this key whose answer
		// was lost may stand in them: "not saved", or a refusal because the goods
		// are gone already, would have it keyed once more.
		return ledger.Voucher{}, store.Unknown(errors.Join(err, found))
	}
	return ledger.Voucher{}, err
}

// lookTime bounds looking up what became of a request.
const lookTime = 5 * time.Second

// resolve asks the ledger itself whether the key has been booked. It runs only
// after a failure, and detached from the request's own deadline: the answer
// decides whether a person keys the goods a second time.
func resolve(ctx context.Context, st *store.Store, r Request) (ledger.Voucher, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer stop()
	prior, err := st.VoucherByKey(ctx, r.ClientKey)
	if err != nil {
		return prior, err
	}
	if prior.RequestHash != r.Hash || prior.ActorID != r.Actor.ID {
		return prior, errs.New(errs.Conflict, "这张单据已经以 %s 记账，但内容与这次提交的不同。请打开该单据核对；确需再记一张，请新建单据。", prior.Number)
	}
	prior.Again = true
	return prior, nil
}

// InTx posts a voucher inside a running transaction, for use cases that post
// several vouchers or change other rows with them.
func InTx(ctx context.Context, tx *store.Tx, r Request, v ledger.Voucher) (ledger.Voucher, error) {
	v.ClientKey, v.RequestHash = r.ClientKey, r.Hash
	v.ActorID, v.ActorName, v.RecordedAt = r.Actor.ID, r.Actor.Name, tx.NowMicro()
	if err := v.Validate(); err != nil {
		return v, err
	}
	if err := checkDay(v, day.At(tx.Now)); err != nil {
		return v, err
	}
	heads, err := takeHeads(ctx, tx, r, v)
	if err != nil {
		return v, err
	}
	if err := checkOpen(v, heads); err != nil {
		return v, err
	}
	lots, err := sealLots(ctx, tx, v.Entries)
	if err != nil {
		return v, err
	}
	if err := checkValue(v, lots); err != nil {
		return v, err
	}
	late := false
	for _, h := range heads {
		late = h.Date(v.BusinessOn.First) || late
	}
	number(tx, &v, heads)
	record := tx.ChainAudit(heads[v.DepotID], recordOf(r, v, heads[v.DepotID].Depot))
	if err := tx.ConfirmHeads(ctx, v.ClientKey); err != nil {
		return v, err
	}
	if err := tx.InsertVoucher(ctx, v); err != nil {
		return v, err
	}
	if !r.Underway {
		if err := checkLots(v, lots); err != nil {
			return v, err
		}
	}
	if err := move(ctx, tx, v, lots, late); err != nil {
		return v, err
	}
	return v, tx.InsertAudit(ctx, record)
}

// sealLots puts what the lots are into the entries, for the voucher's hash.
func sealLots(ctx context.Context, tx *store.Tx, entries []ledger.Entry) (map[id.ID]ledger.Lot, error) {
	seen := map[id.ID]bool{}
	var ids []id.ID
	for _, e := range entries {
		if !seen[e.LotID] {
			seen[e.LotID] = true
			ids = append(ids, e.LotID)
		}
	}
	lots, err := tx.LotsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	seals := make(map[id.ID]string, len(lots))
	for i, lot := range lots {
		seals[i] = lot.Seal()
	}
	for i, e := range entries {
		if entries[i].LotSeal = seals[e.LotID]; entries[i].LotSeal == "" {
			return nil, fmt.Errorf("posting: entry of line %d without its lot", e.Line)
		}
	}
	return lots, nil
}

// maxValue is the most a receipt may be worth: ten thousand million yuan, more
// than any district has. Without a bound a few slips, price and quantity keyed
// into each other, would carry the sums of a month beyond what a database adds.
const maxValue = money.Max / 10

func checkValue(v ledger.Voucher, lots map[id.ID]ledger.Lot) error {
	if v.Type != ledger.Receipt {
		return nil
	}
	var sum money.Fen
	for _, e := range v.Entries {
		if lot := lots[e.LotID]; e.DepotID != 0 && lot.Price != nil {
			sum += min(lot.Price.Times(e.Qty), maxValue+1)
		}
		if sum > maxValue {
			var c errs.Check
			c.Add("lines", "到第 %d 行为止，这张单据的金额已超过一百亿元。请核对单价和数量是否填反；确有这么多，请分成几张单据。", e.Line)
			return c.Err()
		}
	}
	return nil
}

func checkDay(v ledger.Voucher, today day.Day) error {
	if v.BusinessOn.First > today.First {
		return errs.New(errs.Invalid, "业务日期 %s 还没有到，不能晚于今天（%s）。", v.BusinessOn, today)
	}
	return nil
}

// takeHeads locks the heads of all depots a voucher touches, in sorted order
// so that two vouchers never wait for each other, and checks the actor's
// right at each.
func takeHeads(ctx context.Context, tx *store.Tx, r Request, v ledger.Voucher) (map[id.ID]*store.Head, error) {
	depots := v.Depots()
	heads := make(map[id.ID]*store.Head, len(depots))
	for _, d := range depots {
		if !slices.Contains(r.Vouched, d) {
			if err := r.Actor.Require(r.Permission, d); err != nil {
				return nil, err
			}
		}
		h, err := tx.TakeHead(ctx, d)
		if err != nil {
			return nil, err
		}
		heads[d] = h
	}
	return heads, nil
}

// checkOpen refuses a day in a closed month of any depot the voucher touches,
// and anything but taking back at a depot that is given up.
func checkOpen(v ledger.Voucher, heads map[id.ID]*store.Head) error {
	var c errs.Check
	for _, d := range slices.Sorted(maps.Keys(heads)) {
		h := heads[d]
		if h.Depot.Closed && v.Type != ledger.Reversal {
			return errs.New(errs.Invalid, "「%s」已停用，不能再记账。请在储备库页面恢复后再办。", h.Depot.Name)
		}
		if v.BusinessOn.First <= h.ClosedOn {
			c.Add("business_on", "「%s」已月结到 %s，业务日期 %s 不能再记账，请改为 %s 或以后；确需补记，请计划员申请反结账。",
				h.Depot.Name, h.ClosedOn, v.BusinessOn, day.Day{First: h.ClosedOn}.AddDays(1))
		}
	}
	return c.Err()
}

// number gives ids, sequences, the voucher number and the hash. A refused
// posting burns no number: the counter goes back with the transaction.
func number(tx *store.Tx, v *ledger.Voucher, heads map[id.ID]*store.Head) {
	h := heads[v.DepotID]
	seqs := make(map[id.ID]int64, len(heads))
	for d, other := range heads {
		seqs[d] = other.NextSeq()
	}
	v.Seq, v.PrevHash = seqs[v.DepotID], h.LastHash
	if v.ID == 0 { // else the use case has tied other rows to it already
		v.ID = tx.NewID()
	}
	year := v.BusinessOn.Year()
	v.Number = ledger.Number(v.Type, h.Depot.Code, year, h.Count(fmt.Sprintf("%s-%d", v.Type.Prefix(), year)))
	for i := range v.Entries {
		e := &v.Entries[i]
		e.ID, e.Seq = tx.NewID(), v.Seq
		if e.DepotID != 0 {
			e.Seq = seqs[e.DepotID]
		}
	}
	v.Hash = v.ContentHash()
	h.Chain(v.Hash)
}

// move changes the stock rows and proves that no shelf falls below zero, now
// or on any later business date.
func move(ctx context.Context, tx *store.Tx, v ledger.Voucher, lots map[id.ID]ledger.Lot, late bool) error {
	deltas := deltasOf(v)
	if err := movePieces(ctx, tx, v, lots); err != nil {
		return err
	}
	err := tx.ApplyStock(ctx, v.ID, deltas)
	if errors.Is(err, store.ErrShort) {
		return explainShort(ctx, tx, v, deltas)
	}
	if err != nil {
		return err
	}
	if !late {
		return nil
	}
	return checkLaterDays(ctx, tx, v, deltas)
}

// deltasOf sums the entries per shelf inside the district. Outside places have
// no stock row.
func deltasOf(v ledger.Voucher) []store.Delta {
	type shelf struct{ place, lot id.ID }
	at := make(map[shelf]int)
	var list []store.Delta
	for _, e := range v.Entries {
		if e.DepotID == 0 {
			continue
		}
		k := shelf{e.PlaceID, e.LotID}
		i, ok := at[k]
		if !ok {
			i = len(list)
			at[k] = i
			list = append(list, store.Delta{PlaceID: e.PlaceID, LotID: e.LotID, DepotID: e.DepotID, ItemID: e.ItemID})
		}
		list[i].Qty += e.Qty
	}
	return slices.DeleteFunc(list, func(d store.Delta) bool { return d.Qty == 0 })
}

// checkLots refuses to take expired or held lots for anything but disposal,
// reversal, a count or a move inside the depot.
func checkLots(v ledger.Voucher, lots map[id.ID]ledger.Lot) error {
	if v.Type != ledger.Issue && v.Type != ledger.Transfer && v.Type != ledger.Loan {
		return nil
	}
	var c errs.Check
	for _, e := range v.Entries {
		if e.Qty > 0 || e.DepotID == 0 {
			continue
		}
		switch lot := lots[e.LotID]; {
		case lot.Held:
			c.Add(lineField(e.Line, "lot_no"), "第 %d 行的批次%s已冻结待检，不能出库；请先解除冻结，或换一个批次。", e.Line, named(lot.No))
		case lot.Expired(v.BusinessOn):
			c.Add(lineField(e.Line, "lot_no"), "第 %d 行的批次%s有效期至 %s，已过期，不能出库；请换一个批次，过期的走报废。", e.Line, named(lot.No), lot.Expires)
		}
	}
	return c.Err()
}

func named(lotNo string) string {
	if lotNo == "" {
		return ""
	}
	return "「" + lotNo + "」"
}

func lineField(line int, field string) string { return fmt.Sprintf("line.%d.%s", line, field) }

// checkLaterDays looks, for a back-dated posting, at every shelf it takes
// from: no later running balance may fall below zero.
func checkLaterDays(ctx context.Context, tx *store.Tx, v ledger.Voucher, deltas []store.Delta) error {
	var taken []store.Delta
	for _, d := range deltas {
		if d.Qty < 0 {
			taken = append(taken, d)
		}
	}
	now, err := tx.StockOf(ctx, taken)
	if err != nil {
		return err
	}
	items, err := tx.ItemsByID(ctx, itemsOf(v))
	if err != nil {
		return err
	}
	var c errs.Check
	for _, s := range now {
		later, err := tx.LaterMoves(ctx, s.PlaceID, s.LotID, v.BusinessOn.First)
		if err != nil {
			return err
		}
		short, found := ledger.FirstShortfall(v.BusinessOn.First, s.Qty, later)
		if !found {
			continue
		}
		d := deltaOf(taken, s)
		line, it := lineOf(v, d), items[d.ItemID]
		c.Add(lineField(line, "qty"), "第 %d 行「%s」：按业务日期 %s 记账后，%s 的结存会成为 %s %s（低于零）。请核对日期或数量。",
			line, it.Label(), v.BusinessOn, short.On, short.Balance.Grouped(), it.Unit)
	}
	return c.Err()
}

func deltaOf(deltas []store.Delta, s store.ShelfStock) store.Delta {
	for _, d := range deltas {
		if d.PlaceID == s.PlaceID && d.LotID == s.LotID {
			return d
		}
	}
	return store.Delta{}
}

// recordOf gives the audit record of a posting.
func recordOf(r Request, v ledger.Voucher, depot place.Depot) ledger.AuditRecord {
	lines := 0
	for _, e := range v.Entries {
		lines = max(lines, e.Line)
	}
	return ledger.AuditRecord{ActorID: int64(r.Actor.ID), ActorName: r.Actor.Name, Act: string(v.Type) + ".post",
		Object: v.Number, Result: "ok", Detail: fmt.Sprintf("%s %s %d 行", depot.Name, v.BusinessOn, lines), IP: r.Actor.IP, RequestID: r.Actor.RequestID}
}
