package dispatching

import (
	"context"
	"fmt"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// ArriveInput says that a load came in at its target.
type ArriveInput struct {
	ShipmentID id.ID
	At         string
}

// Arrive notes the arrival, before anybody counts. Saying it again changes
// nothing.
func (s *Service) Arrive(ctx context.Context, actor access.Actor, in ArriveInput) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		l, err := s.takeLoad(ctx, tx, actor, in.ShipmentID)
		if err != nil {
			return err
		}
		if err := mayAt(actor, access.GoodsSign, l.target.DeskID); err != nil {
			return err
		}
		switch l.Shipment.Status {
		case order.Left:
		case order.Arrived, order.Signed:
			return nil
		default:
			return errs.New(errs.Conflict, "%s %s，还没有发出，不能登记到达。", l.name(), l.Shipment.Status.Name())
		}
		var c errs.Check
		at := moment(&c, "at", "到达时间", in.At, tx.Now)
		notBefore(&c, "at", "到达时间", at, l.LeftAt, "出发时间")
		if err := c.Err(); err != nil {
			return err
		}
		l.Shipment.Status, l.ArrivedAt, l.ArrivedName = order.Arrived, at, actor.Name
		if err := tx.MoveShipment(ctx, l.Shipment, order.Left); err != nil {
			return err
		}
		return tx.Audit(ctx, l.Shipment.DepotID, record(actor, "shipment.arrive", l.name(), order.Clock(at)))
	})
}

// SignInput is a receipt as typed. Field names in errors: at, arrived_at,
// signer, remark, good.<id>, damaged.<id>, missing.<id> of the shipment's line.
type SignInput struct {
	ClientKey  string `json:"-"`
	ShipmentID id.ID
	Way        order.Way
	At         string
	ArrivedAt  string // "" = as noted, else when it was signed
	Signer     string // who signed the paper or holds the phone, "" = the actor
	Remark     string
	Lines      []SignLine
}

// SignLine is what came of one line: good, damaged, and missing, which stays on
// the road until somebody explains it.
type SignLine struct {
	LineID                 id.ID
	Good, Damaged, Missing string
}

// Sign books that goods were handed over, in whole or in part. Never more than
// left: of two receipts for one load the second finds what the first left. At a
// depot good goods go on its shelf and damaged ones into its 待检区; what a point
// got is out in use until it is accounted for, and damaged goods go back to the
// depot they came from.
func (s *Service) Sign(ctx context.Context, actor access.Actor, in SignInput) (order.Handover, error) {
	hash := hashOf("sign", in)
	var h order.Handover
	err := s.once(ctx, actor, in.ClientKey, hash, func(tx *store.Tx) error {
		l, err := s.takeLoad(ctx, tx, actor, in.ShipmentID)
		if err != nil {
			return err
		}
		if err := mayAt(actor, access.GoodsSign, l.target.DeskID); err != nil {
			return err
		}
		if !l.Shipment.Status.Gone() {
			return errs.New(errs.Conflict, "%s %s，还没有发出，不能签收。", l.name(), l.Shipment.Status.Name())
		}
		if l.OnRoad() == 0 {
			return errs.New(errs.Conflict, "%s 已于 %s 由%s签收完毕，不用再签。", l.name(), order.Clock(l.SignedAt), l.SignedName)
		}
		h = order.Handover{ID: tx.NewID(), ShipmentID: l.Shipment.ID, Way: in.Way, Signer: orElse(tidy(in.Signer), actor.Name), Remark: tidy(in.Remark),
			ActorID: actor.ID, ActorName: actor.Name, RecordedAt: tx.NowMicro(), ClientKey: in.ClientKey, RequestHash: hash}
		arrived, err := l.readSign(in, &h, tx.Now)
		if err != nil {
			return err
		}
		return s.handOver(ctx, tx, actor, &l, &h, arrived)
	}, func(ctx context.Context) (done, error) {
		prior, err := s.store.Read().HandoverByKey(ctx, in.ClientKey)
		h = prior
		return done{prior.RequestHash, prior.ActorID, "签收 " + order.Clock(prior.At)}, err
	})
	return h, err
}

// handOver books the voucher, writes the receipt and moves load and order on.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, actor access.Actor, l *load, h *order.Handover, arrived int64) error {
	v, err := s.received(ctx, tx, l, *h)
	if err != nil {
		return err
	}
	if len(v.Entries) > 0 {
		r := posting.Request{Actor: actor, Permission: access.GoodsSign, ClientKey: h.ClientKey, Hash: h.RequestHash, Underway: true,
			Vouched: []id.ID{l.Shipment.DepotID}}
		if _, err := posting.InTx(ctx, tx, r, v); err != nil {
			return err
		}
		h.VoucherID = v.ID
	}
	if err := tx.InsertHandover(ctx, *h); err != nil {
		return err
	}
	was := l.Shipment.Status
	l.count(*h)
	if l.ArrivedAt == 0 {
		l.ArrivedAt, l.ArrivedName = arrived, h.Signer
	}
	l.Shipment.Status = order.Arrived
	if l.signedFor() {
		l.Shipment.Status, l.SignedAt, l.SignedName = order.Signed, h.At, h.Signer
	}
	if err := tx.MoveShipment(ctx, l.Shipment, was); err != nil {
		return err
	}
	if err := s.receiptPaper(ctx, tx, actor, l, h); err != nil {
		return err
	}
	for i := range l.Order.Shipments {
		if l.Order.Shipments[i].ID == l.Shipment.ID {
			l.Order.Shipments[i] = l.Shipment
		}
	}
	if err := s.finishAs(ctx, tx, l.Order); err != nil {
		return err
	}
	if err := s.tellSigned(ctx, tx, actor, *l, *h); err != nil {
		return err
	}
	return tx.Audit(ctx, l.Shipment.DepotID, record(actor, "shipment.sign", l.name(), h.Way.Name()+" "+h.Signer+" "+l.cameText(*h)))
}

// count adds a receipt to the lines.
func (l *load) count(h order.Handover) {
	for _, x := range h.Lines {
		for i := range l.Shipment.Lines {
			if y := &l.Shipment.Lines[i]; y.ID == x.ShipmentLineID {
				y.Good, y.Damaged, y.Missing = y.Good+x.Good, y.Damaged+x.Damaged, x.Missing
			}
		}
	}
}

// signedFor reports a load of which everything was counted: what is still on
// the road is what the receiver says did not come.
func (l *load) signedFor() bool {
	for _, x := range l.Shipment.Lines {
		if x.OnRoad() > x.Missing {
			return false
		}
	}
	return true
}

func (l *load) cameText(h order.Handover) string {
	text := ""
	for _, x := range h.Lines {
		y, _ := l.Shipment.Line(x.ShipmentLineID)
		it := l.items[y.ItemID]
		text += fmt.Sprintf("%s 完好 %s 损坏 %s 缺 %s；", it.Label(), x.Good, x.Damaged, x.Missing)
	}
	return text
}

func (l *load) readSign(in SignInput, h *order.Handover, now time.Time) (arrived int64, err error) {
	var c errs.Check
	h.At = moment(&c, "at", "签收时间", in.At, now)
	notBefore(&c, "at", "签收时间", h.At, l.LeftAt, "出发时间")
	notBefore(&c, "at", "签收时间", h.At, l.ArrivedAt, "到达时间")
	arrived = h.At
	if in.ArrivedAt != "" && l.ArrivedAt == 0 {
		arrived = moment(&c, "arrived_at", "到达时间", in.ArrivedAt, now)
		notBefore(&c, "arrived_at", "到达时间", arrived, l.LeftAt, "出发时间")
		notBefore(&c, "at", "签收时间", h.At, arrived, "到达时间")
	}
	checkText(&c, "signer", "签收人", h.Signer, 60)
	checkText(&c, "remark", "备注", h.Remark, 300)
	if h.Way.Name() == "" {
		h.Way = order.ByPage
	}
	seen := map[id.ID]bool{}
	for _, x := range in.Lines {
		if !seen[x.LineID] {
			seen[x.LineID] = true
			l.signLine(&c, x, h)
		}
	}
	if c.OK() && len(h.Lines) == 0 {
		c.Add("good", "请填写收到的数量：完好、损坏或缺少，至少一行。")
	}
	return arrived, c.Err()
}

func (l *load) signLine(c *errs.Check, in SignLine, h *order.Handover) {
	x, known := l.Shipment.Line(in.LineID)
	if !known {
		c.Add("good."+in.LineID.String(), "页面上的明细已经变化，请刷新后重新签收。")
		return
	}
	it := l.items[x.ItemID]
	read := func(field, label, text string) quantity.Q {
		q, err := it.Amount(text)
		if err != nil {
			c.Add(field+"."+x.ID.String(), "第 %d 行「%s」%s数量：%s", x.No, it.Label(), label, errs.MessageOf(err))
		}
		return q
	}
	r := order.HandoverLine{ShipmentLineID: x.ID, Good: read("good", "完好", in.Good), Damaged: read("damaged", "损坏", in.Damaged),
		Missing: read("missing", "缺少", in.Missing)}
	if r.Came()+r.Missing > x.OnRoad() {
		c.Add("good."+x.ID.String(), "第 %d 行「%s」发出 %s %s，还没签收的是 %s %s；现在填的合计 %s，超过了。请核对。",
			x.No, it.Label(), x.Qty.Grouped(), it.Unit, x.OnRoad().Grouped(), it.Unit, (r.Came() + r.Missing).Grouped())
		return
	}
	if r.Came()+r.Missing > 0 {
		h.Lines = append(h.Lines, r)
	}
}

// received builds the voucher of a receipt: off the road, onto the shelf or
// into the hands of the point.
func (s *Service) received(ctx context.Context, tx *store.Tx, l *load, h order.Handover) (ledger.Voucher, error) {
	v := l.voucher(tx, ledger.Transfer, h.At, "签收："+h.Signer)
	v.ToDepotID = l.target.DepotID
	good, damaged, err := l.landing(ctx, tx, h)
	if err != nil {
		return v, err
	}
	road, err := ensurePlace(ctx, tx, l.Shipment.DepotID, place.Transit, place.TransitCode)
	if err != nil {
		return v, err
	}
	for _, x := range h.Lines {
		y, _ := l.Shipment.Line(x.ShipmentLineID)
		if x.Good > 0 {
			v.Entries = append(v.Entries, l.movement(y, x.Good, road, good)...)
		}
		if x.Damaged > 0 {
			v.Entries = append(v.Entries, l.movement(y, x.Damaged, road, damaged)...)
		}
	}
	return v, nil
}

// landing says where good and damaged goods go.
func (l *load) landing(ctx context.Context, tx *store.Tx, h order.Handover) (good, damaged spot, err error) {
	home := l.Shipment.DepotID
	if !l.target.Point() {
		home = l.target.DepotID
		bin, _, err := tx.EnsureBin(ctx, home, place.DefaultBin, place.DefaultBin)
		if err != nil {
			return good, damaged, err
		}
		good = spot{bin.ID, home}
	} else if good, err = ensurePlace(ctx, tx, home, place.Borrower, place.FieldCode); err != nil {
		return good, damaged, err
	}
	for _, x := range h.Lines {
		if x.Damaged > 0 {
			damaged, err = ensurePlace(ctx, tx, home, place.Quarantine, place.QuarantineCode)
			break
		}
	}
	return good, damaged, err
}

// receiptPaper notes that the receipt of an order given by word is there, once
// nothing of it waits for a signature.
func (s *Service) receiptPaper(ctx context.Context, tx *store.Tx, actor access.Actor, l *load, h *order.Handover) error {
	if !l.ByWord || l.Shipment.Status != order.Signed {
		return nil
	}
	for _, sh := range l.Order.Shipments {
		if sh.ID != l.Shipment.ID && sh.Status != order.Signed && sh.Status != order.ShipmentCancelled {
			return nil
		}
	}
	_, err := tx.HandInPaper(ctx, order.Paper{OrderID: l.Order.ID, Kind: order.SignedReceipt, DoneAt: tx.NowMicro(), DoneID: actor.ID, DoneName: h.Signer,
		Note: h.Way.Name()})
	return err
}

// UndoInput takes back a receipt or an account that was keyed wrongly. Field
// name in errors: reason.
type UndoInput struct {
	ClientKey string
	ID        id.ID // of the handover, or of the clearings' voucher
	OrderID   id.ID
	Reason    string
}

// UndoSign takes a receipt back: its voucher is reversed, and the goods are on
// the road again. What has been used or moved on since cannot be taken back.
func (s *Service) UndoSign(ctx context.Context, actor access.Actor, in UndoInput) error {
	return s.undo(ctx, actor, in, "handover.undo", func(tx *store.Tx, o order.Order) (undoing, error) {
		list, err := tx.Handovers(ctx, o.ID)
		if err != nil {
			return undoing{}, err
		}
		for _, h := range list {
			if h.ID != in.ID {
				continue
			}
			sh, _ := o.Shipment(h.ShipmentID)
			u := undoing{shipment: sh, desk: o.Target(sh.TargetID).DeskID, voucher: h.VoucherID, permission: access.GoodsSign}
			if h.UndoneAt != 0 {
				return u, errs.New(errs.Conflict, "这次签收已于 %s 由%s撤销。", order.Clock(h.UndoneAt), h.UndoneName)
			}
			for _, x := range h.Lines {
				if y, _ := sh.Line(x.ShipmentLineID); x.Good > 0 && u.pointOf(o) && y.Owed() < x.Good {
					return u, errs.New(errs.Conflict, "这次签收的物资已有发放、归还或核销，不能撤销签收。请先撤销那些登记。")
				}
			}
			u.note = func(reversal id.ID) error {
				if _, err := tx.ReopenReceipt(ctx, o.ID); err != nil {
					return err
				}
				h.UndoneAt, h.UndoneName, h.UndoVoucherID = tx.NowMicro(), actor.Name, reversal
				return tx.UndoHandover(ctx, h)
			}
			return u, nil
		}
		return undoing{}, errs.New(errs.NotFound, "没有这次签收，请刷新页面。")
	})
}
