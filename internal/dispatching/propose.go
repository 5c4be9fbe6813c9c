package dispatching

import (
	"context"
	"fmt"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/order"
	"changbei/internal/store"
)

// OrderInput is an order as typed or taken from a plan. Field names in errors:
// response, reason, remark, requested_at, target.<n>.name, .desk, .contact,
// .phone, .address, line.<n>.item, .qty, .depot, .target.
type OrderInput struct {
	ClientKey     string `json:"-"`
	ResponseID    id.ID  // 0 = daily
	RequestID     id.ID
	PlanKind      string
	Reason        string
	Remark        string
	RequestedAt   string // when it was asked for, "" = the request's, else now
	RequestedName string
	Targets       []TargetInput
	Lines         []LineInput
}

// TargetInput is where goods go: a depot, or a point of the street whose depot
// signs for it.
type TargetInput struct {
	DepotID  id.ID // 0 = a point
	DeskID   id.ID // of a point: the street's depot
	Name     string
	Address  string
	Contact  string
	Phone    string
	Division string // of a point, "" = the desk's
}

// LineInput is a line: Target counts the targets from 0.
type LineInput struct {
	Target     int
	DepotID    id.ID
	ItemID     id.ID
	Qty        string // in the item's unit or packs
	NeedLineID id.ID
	Remark     string
}

// longAgo is how far back anything of an order or a response may be dated: a
// year, so that a slip of the year's figure is seen.
const longAgo = 366 * 24 * time.Hour

// maxOrderLines bounds an order, as vouchers are.
const maxOrderLines = 500

// Propose draws an order up for a leader to approve.
func (s *Service) Propose(ctx context.Context, actor access.Actor, in OrderInput) (order.Order, error) {
	if err := actor.Require(access.OrderPropose, 0); err != nil {
		return order.Order{}, err
	}
	return s.propose(ctx, actor, in, order.Order{Status: order.Proposed}, nil)
}

// propose writes an order and what goes on in the same transaction.
func (s *Service) propose(ctx context.Context, actor access.Actor, in OrderInput, as order.Order, then func(*store.Tx, *order.Order, world) error) (order.Order, error) {
	hash := hashOf("order", []any{in, as.ByWord, as.WordOf, as.Status})
	var o order.Order
	err := s.once(ctx, actor, in.ClientKey, hash, func(tx *store.Tx) error {
		o = as
		o.ID, o.ClientKey, o.RequestHash = tx.NewID(), in.ClientKey, hash
		w, err := s.drawUp(ctx, tx, actor, in, &o)
		if err != nil {
			return err
		}
		if then != nil {
			if err := then(tx, &o, w); err != nil {
				return err
			}
		}
		if !o.ByWord { // who sends by word is told of as a load that left
			if err := s.tellDecision(ctx, tx, actor, o, orderText(o, w)); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, 0, record(actor, "order."+string(o.Status), o.Number, orderText(o, w)))
	}, func(ctx context.Context) (done, error) {
		prior, err := s.store.Read().OrderByKey(ctx, in.ClientKey)
		o = prior
		return done{prior.RequestHash, prior.ProposedID, prior.Number}, err
	})
	return o, err
}

// orderText says in a line what an order moves.
func orderText(o order.Order, w world) string {
	var parts []string
	for _, l := range o.Lines {
		it := w.items[l.ItemID]
		parts = append(parts, fmt.Sprintf("%s→%s %s %s%s", w.depots[l.DepotID].Name, o.Target(l.TargetID).Name, it.Label(), l.Qty.Grouped(), it.Unit))
	}
	return strings.Join(parts, "；")
}

// drawUp checks what was typed and writes the order with its number.
func (s *Service) drawUp(ctx context.Context, tx *store.Tx, actor access.Actor, in OrderInput, o *order.Order) (world, error) {
	r, err := s.openResponse(ctx, tx, in.ResponseID)
	if err != nil {
		return world{}, err
	}
	var items []id.ID
	for _, l := range in.Lines {
		items = append(items, l.ItemID)
	}
	w, err := readWorld(ctx, tx.Conn, items)
	if err != nil {
		return w, err
	}
	var c errs.Check
	o.ResponseID, o.RequestID, o.PlanKind, o.Nature = in.ResponseID, in.RequestID, in.PlanKind, order.Daily
	if r.ID != 0 {
		o.Nature = r.Nature
	}
	o.Reason, o.Remark = tidy(in.Reason), tidy(in.Remark)
	checkText(&c, "reason", "事由", o.Reason, 60)
	checkText(&c, "remark", "备注", o.Remark, 500)
	o.ProposedAt, o.ProposedID, o.ProposedName = tx.NowMicro(), actor.ID, actor.Name
	if err := s.asked(ctx, tx, &c, in, o); err != nil {
		return w, err
	}
	o.Targets = targets(&c, tx, in, w)
	o.Lines = orderLines(&c, tx, in, o.Targets, w)
	if err := c.Err(); err != nil {
		return w, err
	}
	if o.Number, err = orderNumber(ctx, tx, o.ProposedAt); err != nil {
		return w, err
	}
	return w, tx.InsertOrder(ctx, *o)
}

// openResponse holds the response an order belongs to: one that ended takes no
// more orders.
func (s *Service) openResponse(ctx context.Context, tx *store.Tx, response id.ID) (order.Response, error) {
	if response == 0 {
		return order.Response{}, nil
	}
	held, err := tx.HoldResponse(ctx, response, order.Running)
	if err != nil {
		return order.Response{}, err
	}
	r, err := tx.Response(ctx, response)
	if err == nil && !held {
		err = errs.New(errs.Conflict, "「%s」%s，不能再下达调拨指令。请选择正在进行的响应，或按日常调拨办理。", r.Name, r.Status.Name())
	}
	return r, err
}

// asked sets when and by whom the goods were asked for, and marks the request
// as answered.
func (s *Service) asked(ctx context.Context, tx *store.Tx, c *errs.Check, in OrderInput, o *order.Order) error {
	o.RequestedAt, o.RequestedName = o.ProposedAt, tidy(in.RequestedName)
	checkText(c, "requested_name", "提出人", o.RequestedName, 60)
	if in.RequestedAt != "" {
		o.RequestedAt = moment(c, "requested_at", "提出时间", in.RequestedAt, tx.Now)
		if o.RequestedAt != 0 && o.RequestedAt < tx.Now.Add(-longAgo).UnixMicro() {
			c.Add("requested_at", "提出时间 %s 太早了，请核对年月。", order.Clock(o.RequestedAt))
		}
	}
	if in.RequestID == 0 {
		return nil
	}
	r, err := tx.Request(ctx, in.RequestID)
	if err != nil {
		return err
	}
	if r.Direction != order.ToBureau {
		return errs.New(errs.Invalid, "%s 是报给上级的，不能据此下达调拨指令。", r.Number)
	}
	if r.ResponseID != in.ResponseID && r.ResponseID != 0 {
		return errs.New(errs.Invalid, "%s 属于另一次响应，请从该需求报告重新办理。", r.Number)
	}
	if in.RequestedAt == "" {
		o.RequestedAt, o.RequestedName = r.SentAt, r.AuthorName
	}
	r.Status, r.DecidedID, r.DecidedName, r.DecidedAt = order.RequestAnswered, o.ProposedID, o.ProposedName, tx.NowMicro()
	ok, err := tx.DecideRequest(ctx, r, order.RequestSent, order.RequestAnswered)
	if err == nil && ok {
		return s.tellRequest(ctx, tx, access.Actor{ID: o.ProposedID, Name: o.ProposedName}, notice.RequestAnswered, r, "已拟制调拨指令。", notice.Account(r.AuthorID))
	}
	if err == nil {
		err = errs.New(errs.Conflict, "%s 刚刚被撤回或退回，请刷新后核对。", r.Number)
	}
	return err
}

func orderNumber(ctx context.Context, tx *store.Tx, at int64) (string, error) {
	h, err := tx.TakeHead(ctx, 0)
	if err != nil {
		return "", err
	}
	year := dayOf(at).Year()
	return order.Number(year, h.Count(fmt.Sprintf("ZL-%d", year))), nil
}

// newID gives ids: a transaction's.
type newID interface{ NewID() id.ID }

func targets(c *errs.Check, tx newID, in OrderInput, w world) []order.Target {
	if len(in.Targets) == 0 {
		c.Add("target.1.desk", "请选择送到哪里。")
	}
	var list []order.Target
	for i, t := range in.Targets {
		at := func(field string) string { return fmt.Sprintf("target.%d.%s", i+1, field) }
		r := order.Target{ID: tx.NewID(), No: i + 1, DepotID: t.DepotID, DeskID: t.DepotID, Name: tidy(t.Name), Address: tidy(t.Address),
			Contact: tidy(t.Contact), Phone: tidy(t.Phone), Division: t.Division}
		if t.DepotID == 0 {
			r.DeskID = t.DeskID
		}
		desk, known := w.depots[r.DeskID]
		switch {
		case !known:
			c.Add(at("desk"), "第 %d 个接收点没有选定街镇或储备库。", i+1)
		case desk.Closed:
			c.Add(at("desk"), "「%s」已停用，请另选。", desk.Name)
		case !r.Point():
			r.Name = desk.Name
			r.Address, r.Contact, r.Phone = orElse(r.Address, desk.Address), orElse(r.Contact, desk.Keeper), orElse(r.Phone, desk.Phone)
			r.Division = desk.Division
		default:
			r.Division = orElse(r.Division, desk.Division)
			needText(c, at("name"), fmt.Sprintf("第 %d 个接收点的名称", i+1), r.Name, 100)
		}
		checkText(c, at("address"), "地址", r.Address, 200)
		checkText(c, at("contact"), "联系人", r.Contact, 60)
		checkText(c, at("phone"), "电话", r.Phone, 60)
		list = append(list, r)
	}
	return list
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func orderLines(c *errs.Check, tx *store.Tx, in OrderInput, targets []order.Target, w world) []order.Line {
	switch {
	case len(in.Lines) == 0:
		c.Add("line.1.item", "调拨指令没有明细，请至少填写一行物资。")
	case len(in.Lines) > maxOrderLines:
		c.Add("line.1.item", "一份调拨指令最多 %d 行，请分成几份。", maxOrderLines)
		return nil
	}
	var list []order.Line
	for i, l := range in.Lines {
		list = append(list, orderLine(c, tx, i+1, l, targets, w))
	}
	return list
}

func orderLine(c *errs.Check, tx *store.Tx, n int, l LineInput, targets []order.Target, w world) order.Line {
	at := func(field string) string { return fmt.Sprintf("line.%d.%s", n, field) }
	r := order.Line{ID: tx.NewID(), No: n, DepotID: l.DepotID, ItemID: l.ItemID, NeedLineID: l.NeedLineID, Remark: tidy(l.Remark)}
	checkText(c, at("remark"), "备注", r.Remark, 200)
	from, known := w.depots[l.DepotID]
	switch {
	case !known:
		c.Add(at("depot"), "第 %d 行请选择调出的储备库。", n)
	case from.Closed:
		c.Add(at("depot"), "第 %d 行的「%s」已停用，请另选。", n, from.Name)
	}
	if l.Target < 0 || l.Target >= len(targets) {
		c.Add(at("target"), "第 %d 行请选择送到哪里。", n)
	} else {
		r.TargetID = targets[l.Target].ID
		if targets[l.Target].DepotID == l.DepotID && l.DepotID != 0 {
			c.Add(at("depot"), "第 %d 行的调出和接收是同一个储备库「%s」。", n, from.Name)
		}
	}
	it, known := w.items[l.ItemID]
	if !known {
		c.Add(at("item"), "第 %d 行请从列表选择物资。", n)
		return r
	}
	qty, err := it.Amount(l.Qty)
	switch {
	case err != nil:
		c.Add(at("qty"), "第 %d 行「%s」的数量：%s", n, it.Label(), errs.MessageOf(err))
	case qty == 0:
		c.Add(at("qty"), "第 %d 行「%s」的数量应大于 0。", n, it.Label())
	}
	r.Qty = qty
	return r
}

// depotName gives a depot's name for sentences.
func (w world) depotName(depot id.ID) string {
	if d, ok := w.depots[depot]; ok {
		return d.Name
	}
	return "储备库 " + depot.String()
}
