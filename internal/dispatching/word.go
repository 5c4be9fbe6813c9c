package dispatching

import (
	"context"
	"slices"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/posting"
	"changbei/internal/store"
)

// WordInput is goods leaving on a phone call (先调后补): what, from where, to
// whom, on whose word and when. All lines go from one depot to one target on
// one load. Field names in errors: those of OrderInput, and word_of, said_at,
// left_at, plate, driver.
type WordInput struct {
	OrderInput
	DepotID     id.ID
	WordOf      string // who gave the word
	SaidAt      string // when, "" = now
	LeftAt      string // when the goods left, "" = now
	Vehicle     string
	Plate       string
	Driver      string
	DriverPhone string
}

// SendByWord lets goods leave at once, in a response that allows it: the order,
// its load and the voucher are there in one step, and its papers are owed.
func (s *Service) SendByWord(ctx context.Context, actor access.Actor, in WordInput) (order.Order, error) {
	var c errs.Check
	in.WordOf = tidy(in.WordOf)
	needText(&c, "word_of", "批准人（电话同意的领导）", in.WordOf, 60)
	if in.ResponseID == 0 {
		c.Add("response", "先调后补只在启用了它的应急响应中使用，请选择响应。")
	}
	if err := c.Err(); err != nil {
		return order.Order{}, err
	}
	if err := mayAt(actor, access.OrderWord, in.DepotID); err != nil {
		return order.Order{}, err
	}
	in.Lines = slices.Clone(in.Lines) // the caller's stay as they are
	for i := range in.Lines {
		in.Lines[i].DepotID = in.DepotID
	}
	as := order.Order{Status: order.Approved, ByWord: true, WordOf: in.WordOf, DecidedName: in.WordOf}
	typed := in.OrderInput
	typed.Remark = strings.TrimSpace(typed.Remark)
	return s.propose(ctx, actor, typed, as, func(tx *store.Tx, o *order.Order, w world) error {
		r, err := tx.Response(ctx, o.ResponseID)
		if err != nil {
			return err
		}
		if !r.WordFirst {
			return errs.New(errs.Conflict, "「%s」没有启用先调后补。请由领导在响应页面启用，或按正常程序报批。", r.Name)
		}
		return s.sendNow(ctx, tx, actor, in, o, w)
	})
}

// sendNow picks the lots and lets the load leave. Nothing is promised in
// between: the posting's guarded UPDATE decides.
func (s *Service) sendNow(ctx context.Context, tx *store.Tx, actor access.Actor, in WordInput, o *order.Order, w world) error {
	var c errs.Check
	said := moment(&c, "said_at", "批准时间", in.SaidAt, tx.Now)
	left := moment(&c, "left_at", "出发时间", in.LeftAt, tx.Now)
	notBefore(&c, "left_at", "出发时间", left, said, "批准时间")
	r, err := tx.Response(ctx, o.ResponseID)
	if err != nil {
		return err
	}
	notBefore(&c, "said_at", "批准时间", said, r.BegunAt, "响应启动")
	load, err := s.wordLoad(ctx, tx, &c, in, o, w)
	if err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	o.DecidedAt, o.RequestedAt = said, min(o.RequestedAt, said)
	if err := tx.SayWord(ctx, *o); err != nil {
		return err
	}
	if err := tx.InsertShipment(ctx, load.Shipment); err != nil {
		return err
	}
	v, err := s.depart(ctx, tx, actor, &load, order.Allocated, left)
	if err != nil {
		return err
	}
	req := posting.Request{Actor: actor, Permission: access.OrderWord, ClientKey: in.ClientKey, Hash: o.RequestHash}
	if _, err := posting.InTx(ctx, tx, req, v); err != nil {
		return err
	}
	o.Shipments = []order.Shipment{load.Shipment}
	return s.owePapers(ctx, tx, *o, left)
}

func (s *Service) wordLoad(ctx context.Context, tx *store.Tx, c *errs.Check, in WordInput, o *order.Order, w world) (load, error) {
	shelves, err := s.shelves(ctx, tx, in.DepotID, o.Lines)
	if err != nil {
		return load{}, err
	}
	target := o.Targets[0]
	l := load{Order: *o, world: w, target: target}
	l.Shipment = *s.newLoad(tx, *o, in.DepotID, target.ID, w)
	l.Shipment.No = 1
	l.Vehicle, l.Plate, l.Driver, l.DriverPhone = tidy(in.Vehicle), tidy(in.Plate), tidy(in.Driver), tidy(in.DriverPhone)
	checkText(c, "vehicle", "车辆", l.Vehicle, 60)
	checkText(c, "plate", "车牌", l.Plate, 20)
	checkText(c, "driver", "驾驶员", l.Driver, 60)
	checkText(c, "driver_phone", "驾驶员电话", l.DriverPhone, 60)
	for _, x := range o.Lines {
		s.pick(c, tx, &l.Shipment, x, shelves, w)
	}
	return l, nil
}

func (s *Service) owePapers(ctx context.Context, tx *store.Tx, o order.Order, left int64) error {
	hours, err := tx.DispatchNumber(ctx, store.PaperHours)
	if err != nil {
		return err
	}
	within := time.Duration(hours) * time.Hour
	var list []order.Paper
	for _, k := range order.PaperKinds {
		list = append(list, order.Paper{OrderID: o.ID, Kind: k, DueAt: left + within.Microseconds()})
	}
	return tx.InsertPapers(ctx, list)
}

// PaperInput hands a missing paper in. Field names in errors: document_no, note.
type PaperInput struct {
	OrderID    id.ID
	Kind       order.PaperKind
	DocumentNo string
	Note       string
}

// HandInPaper notes that a paper of an order given by word is there. The second
// signature is a leader's own, and not of whoever sent the goods.
func (s *Service) HandInPaper(ctx context.Context, actor access.Actor, in PaperInput) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		o, found, err := tx.TakeOrder(ctx, in.OrderID)
		if err != nil {
			return err
		}
		if !found || !mayLook(actor, o) || !slices.ContainsFunc(o.Papers, func(p order.Paper) bool { return p.Kind == in.Kind }) {
			return errs.New(errs.NotFound, "这份调拨指令没有要补的这项手续。")
		}
		p := order.Paper{OrderID: o.ID, Kind: in.Kind, DocumentNo: tidy(in.DocumentNo), Note: tidy(in.Note), DoneAt: tx.NowMicro(), DoneID: actor.ID, DoneName: actor.Name}
		if err := mayHandIn(actor, o, in.Kind); err != nil {
			return err
		}
		var c errs.Check
		checkText(&c, "document_no", "文号", p.DocumentNo, 60)
		checkText(&c, "note", "说明", p.Note, 300)
		if in.Kind == order.WrittenOrder && p.DocumentNo == "" {
			c.Add("document_no", "请填写书面调拨指令的文号。")
		}
		if n := unsigned(o); in.Kind == order.SignedReceipt && n > 0 {
			return errs.New(errs.Conflict, "%s 还有 %d 车没有签收。有纸质回执的，请在那一车按“凭纸质回执补录”签收，回执随即补齐。", o.Number, n)
		}
		if in.Kind == order.SignedReceipt && p.Note == "" {
			c.Add("note", "纸质回执请写明由谁签收、存放在哪里。")
		}
		if err := c.Err(); err != nil {
			return err
		}
		ok, err := tx.HandInPaper(ctx, p)
		if err != nil {
			return err
		}
		if !ok {
			return errs.New(errs.Conflict, "%s 的%s已经补过了，请刷新页面。", o.Number, in.Kind.Name())
		}
		return tx.Audit(ctx, 0, record(actor, "paper."+string(in.Kind), o.Number, tidy(p.DocumentNo+" "+p.Note)))
	})
}

// unsigned counts the loads of an order nobody has signed for.
func unsigned(o order.Order) (n int) {
	for _, sh := range o.Shipments {
		if sh.Status != order.Signed && sh.Status != order.ShipmentCancelled {
			n++
		}
	}
	return n
}

func mayHandIn(actor access.Actor, o order.Order, kind order.PaperKind) error {
	if kind == order.SecondSignature {
		if err := actor.Require(access.OrderApprove, 0); err != nil {
			return err
		}
		if o.ProposedID == actor.ID {
			return errs.New(errs.Forbidden, "%s 是您自己发出的，须由另一位领导补签。", o.Number)
		}
		return nil
	}
	if actor.May(access.OrderPropose, 0) {
		return nil
	}
	for _, d := range o.Depots() {
		if actor.May(access.OrderWord, d) {
			return nil
		}
	}
	return actor.Require(access.OrderPropose, 0)
}
