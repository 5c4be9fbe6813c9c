package dispatching

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// RequestInput is a 需求报告单 as typed. Field names in errors: depot, response,
// kind, happened_at, place, moved_people, days, contact, phone, remark,
// line.<n>.target, .needed, .in_stock, .used, .asked.
type RequestInput struct {
	ClientKey   string `json:"-"`
	Direction   order.Direction
	ResponseID  id.ID
	DepotID     id.ID // whose people ask: the street's depot, or the district's for the city
	Kind        string
	HappenedAt  string
	Place       string
	MovedPeople int64
	Days        int64
	Contact     string
	Phone       string
	Remark      string
	Lines       []NeedInput
}

// NeedInput is a line as typed; empty figures are 0, an empty InStock is what the
// depot has today that counts, an empty Asked is what is lacking.
type NeedInput struct {
	Target  plan.Target
	Typed   string // the target as a person wrote it, read where Target is none
	Needed  string
	InStock string
	Used    string
	Asked   string
	Basis   string
	Remark  string
}

// maxNeedLines bounds a request.
const maxNeedLines = 300

// SendRequest sends a request. A second tap sends none.
func (s *Service) SendRequest(ctx context.Context, actor access.Actor, in RequestInput) (order.Request, error) {
	var r order.Request
	if err := mayAsk(actor, in); err != nil {
		return r, err
	}
	hash := hashOf("request", in)
	err := s.once(ctx, actor, in.ClientKey, hash, func(tx *store.Tx) error {
		var err error
		if r, err = s.readRequest(ctx, tx, actor, in); err != nil {
			return err
		}
		r.ClientKey, r.RequestHash = in.ClientKey, hash
		h, err := tx.TakeHead(ctx, in.DepotID)
		if err != nil {
			return err
		}
		year := dayOf(r.SentAt).Year()
		r.Number = order.RequestNumber(h.Depot.Code, year, h.Count(fmt.Sprintf("XQ-%d", year)))
		if err := tx.InsertRequest(ctx, r); err != nil {
			return err
		}
		if r.Direction == order.ToBureau {
			body := fmt.Sprintf("%s %s，转移 %d 人，%d 行", order.KindName(r.Kind), r.Place, r.MovedPeople, len(r.Lines))
			if err := s.tellRequest(ctx, tx, actor, notice.RequestSent, r, body, notice.Holders(access.OrderPropose, 0), notice.Holders(access.OrderApprove, 0)); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, in.DepotID, record(actor, "request.send", r.Number, fmt.Sprintf("%s %s %d 人 %d 行", order.KindName(r.Kind), r.Place, r.MovedPeople, len(r.Lines))))
	}, func(ctx context.Context) (done, error) {
		prior, err := s.store.Read().RequestByKey(ctx, in.ClientKey)
		r = prior
		return done{prior.RequestHash, prior.AuthorID, prior.Number}, err
	})
	return r, err
}

// mayAsk says who may ask the bureau for a street, and the city for the bureau.
func mayAsk(actor access.Actor, in RequestInput) error {
	if in.Direction == order.ToCity {
		return actor.Require(access.OrderPropose, 0)
	}
	if in.DepotID == 0 {
		var c errs.Check
		c.Add("depot", "请选择由哪个街镇（储备库）提出。")
		return c.Err()
	}
	if !actor.May(access.DispatchView, in.DepotID) {
		return errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	return actor.Require(access.RequestSend, in.DepotID)
}

func (s *Service) readRequest(ctx context.Context, tx *store.Tx, actor access.Actor, in RequestInput) (order.Request, error) {
	var r order.Request
	if in.ResponseID != 0 {
		if _, err := s.openResponse(ctx, tx, in.ResponseID); err != nil {
			return r, err
		}
	}
	d, err := tx.Depot(ctx, in.DepotID)
	if err != nil {
		return r, err
	}
	goods, err := goodsOf(ctx, tx.Conn)
	if err != nil {
		return r, err
	}
	have, err := s.toFill(ctx, tx.Conn, in)
	if err != nil {
		return r, err
	}
	var c errs.Check
	r = order.Request{ID: tx.NewID(), Direction: in.Direction, ResponseID: in.ResponseID, DepotID: in.DepotID, Division: d.Division, Kind: in.Kind,
		Place: tidy(in.Place), MovedPeople: in.MovedPeople, Days: in.Days, Contact: orElse(tidy(in.Contact), d.Keeper), Phone: orElse(tidy(in.Phone), d.Phone),
		Remark: tidy(in.Remark), Status: order.RequestSent, AuthorID: actor.ID, AuthorName: actor.Name, SentAt: tx.NowMicro(), LockNo: 1}
	if r.Direction != order.ToCity {
		r.Direction = order.ToBureau
	}
	checkRequest(&c, d, r)
	r.HappenedAt = moment(&c, "happened_at", "发生时间", in.HappenedAt, tx.Now)
	if len(in.Lines) == 0 {
		c.Add("line.1.target", "请至少填写一行需要的物资。")
	}
	if len(in.Lines) > maxNeedLines {
		c.Add("line.1.target", "一份需求报告最多 %d 行，请分成几份。", maxNeedLines)
		return r, c.Err()
	}
	seen := map[plan.Target]int{}
	for i, x := range in.Lines {
		l := readNeed(&c, i+1, x, goods, have)
		t := plan.Target{Kind: plan.TargetKind(l.Target), ID: l.TargetID}
		if n, twice := seen[t]; twice && l.TargetID != 0 {
			c.Add(fmt.Sprintf("line.%d.target", i+1), "第 %d 行与第 %d 行是同一种物资，请合并成一行。", i+1, n)
		}
		seen[t] = i + 1
		r.Lines = append(r.Lines, l)
	}
	return r, c.Err()
}

func checkRequest(c *errs.Check, d place.Depot, r order.Request) {
	if d.Closed {
		c.Add("depot", "「%s」已停用，请另选。", d.Name)
	}
	if order.KindName(r.Kind) == "" {
		c.Add("kind", "请选择灾种。")
	}
	needText(c, "place", "地点", r.Place, 200)
	checkText(c, "contact", "联系人", r.Contact, 60)
	checkText(c, "phone", "电话", r.Phone, 60)
	checkText(c, "remark", "备注", r.Remark, 500)
	if r.MovedPeople < 0 || r.MovedPeople > 10_000_000 {
		c.Add("moved_people", "转移人数应在 0 到一千万之间，请核对。")
	}
	if r.Days < 0 || r.Days > 365 {
		c.Add("days", "天数应在 0 到 365 之间，请核对。")
	}
}

// readNeed reads one line in the unit of its goods.
func readNeed(c *errs.Check, n int, in NeedInput, goods *plan.Goods, have map[id.ID]plan.Amounts) order.NeedLine {
	t, err := needTarget(in, goods)
	l := order.NeedLine{No: n, Target: string(t.Kind), TargetID: t.ID, Basis: tidy(in.Basis), Remark: tidy(in.Remark)}
	as, known := amountOf(goods, t)
	if err != nil || !known {
		c.Add(fmt.Sprintf("line.%d.target", n), "第 %d 行%s", n, whyNoTarget(in, err))
		return l
	}
	l.Unit = as.Unit
	read := func(field, label, text string) quantity.Q {
		q, err := as.Amount(text)
		if err != nil {
			c.Add(fmt.Sprintf("line.%d.%s", n, field), "第 %d 行%s：%s", n, label, errs.MessageOf(err))
		}
		return q
	}
	l.Needed, l.InStock, l.Used = read("needed", "需用量", in.Needed), read("in_stock", "本级储备量", in.InStock), read("used", "已动用量", in.Used)
	if strings.TrimSpace(in.InStock) == "" {
		l.InStock = counted(goods, t, l.Unit, have)
	}
	if l.Asked = l.Lacking(); strings.TrimSpace(in.Asked) != "" {
		l.Asked = read("asked", "申请量", in.Asked)
	}
	if c.OK() && l.Asked == 0 && l.Needed == 0 {
		c.Add(fmt.Sprintf("line.%d.needed", n), "第 %d 行请填写需用量或申请量。", n)
	}
	checkText(c, fmt.Sprintf("line.%d.remark", n), "备注", l.Remark, 200)
	return l
}

// needTarget gives the target of a line, as chosen or as typed.
func needTarget(in NeedInput, goods *plan.Goods) (plan.Target, error) {
	if in.Target.ID != 0 || strings.TrimSpace(in.Typed) == "" {
		return in.Target, nil
	}
	return goods.ParseTarget(tidy(in.Typed))
}

func whyNoTarget(in NeedInput, err error) string {
	if err != nil {
		return "：" + errs.MessageOf(err)
	}
	if strings.TrimSpace(in.Typed) != "" {
		return "请选具体的物资或等效组，不能按类别申请。"
	}
	return "请从列表选择物资。"
}

// AnswerInput refuses or withdraws a request. Field name in errors: answer.
type AnswerInput struct {
	RequestID id.ID
	Answer    string
}

// RefuseRequest sends a request back with a reason.
func (s *Service) RefuseRequest(ctx context.Context, actor access.Actor, in AnswerInput) error {
	return s.answer(ctx, actor, in, order.RequestRefused, func(r order.Request) error { return actor.Require(access.OrderPropose, 0) })
}

// WithdrawRequest takes a request back that has no order yet.
func (s *Service) WithdrawRequest(ctx context.Context, actor access.Actor, in AnswerInput) error {
	return s.answer(ctx, actor, in, order.RequestWithdrawn, func(r order.Request) error {
		if r.Direction == order.ToCity {
			return actor.Require(access.OrderPropose, 0)
		}
		return mayAt(actor, access.RequestSend, r.DepotID)
	})
}

func (s *Service) answer(ctx context.Context, actor access.Actor, in AnswerInput, to order.RequestStatus, may func(order.Request) error) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.Request(ctx, in.RequestID)
		if err != nil {
			return err
		}
		if err := may(r); err != nil {
			return err
		}
		r.Status, r.Answer, r.DecidedID, r.DecidedName, r.DecidedAt = to, tidy(in.Answer), actor.ID, actor.Name, tx.NowMicro()
		var c errs.Check
		if to == order.RequestRefused {
			needText(&c, "answer", "退回理由", r.Answer, 300)
		}
		checkText(&c, "answer", "说明", r.Answer, 300)
		if err := c.Err(); err != nil {
			return err
		}
		ok, err := tx.DecideRequest(ctx, r, order.RequestSent)
		if err != nil {
			return err
		}
		if !ok {
			return errs.New(errs.Conflict, "%s 已经处理过了，请刷新页面核对。", r.Number)
		}
		if to == order.RequestRefused {
			if err := s.tellRequest(ctx, tx, actor, notice.RequestRefused, r, r.Answer, notice.Account(r.AuthorID)); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, r.DepotID, record(actor, "request."+string(to), r.Number, r.Answer))
	})
}

// RequestView is a request with what was ordered for it.
type RequestView struct {
	order.Request
	Depot    place.Depot
	Response order.Response // zero = none
	Goods    *plan.Goods
	Orders   []order.Order
	Labels   map[id.ID]string // of each line, by its id
	Given    map[id.ID]quantity.Q
}

// Request gives one with its orders.
func (s *Service) Request(ctx context.Context, actor access.Actor, request id.ID) (RequestView, error) {
	var v RequestView
	c := s.store.Read()
	r, err := c.Request(ctx, request)
	if err != nil {
		return v, err
	}
	if !actor.May(access.DispatchView, r.DepotID) {
		return v, errs.New(errs.NotFound, "没有这份需求报告，或您无权查看。")
	}
	v = RequestView{Request: r, Labels: map[id.ID]string{}, Given: map[id.ID]quantity.Q{}}
	if v.Depot, err = c.Depot(ctx, r.DepotID); err != nil {
		return v, err
	}
	if r.ResponseID != 0 {
		if v.Response, err = c.Response(ctx, r.ResponseID); err != nil {
			return v, err
		}
	}
	goods, err := goodsOf(ctx, c)
	if err != nil {
		return v, err
	}
	v.Goods = goods
	for _, l := range r.Lines {
		v.Labels[l.ID] = goods.Label(plan.Target{Kind: plan.TargetKind(l.Target), ID: l.TargetID})
	}
	if v.Orders, err = c.Orders(ctx, store.OrderFilter{Scope: store.Scope{All: true}, RequestID: r.ID}, maxOrders); err != nil {
		return v, err
	}
	v.give(goods)
	return v, nil
}

// give adds up what orders that stand carry for each line, in its unit.
func (v *RequestView) give(goods *plan.Goods) {
	for _, o := range v.Orders {
		if o.Status == order.Refused || o.Status == order.Cancelled {
			continue
		}
		for _, x := range o.Lines {
			at := slices.IndexFunc(v.Lines, func(l order.NeedLine) bool { return l.ID == x.NeedLineID })
			if at < 0 {
				continue
			}
			l := v.Lines[at]
			for _, counts := range goods.Counting(plan.Target{Kind: plan.TargetKind(l.Target), ID: l.TargetID}, l.Unit) {
				if counts.ItemID == x.ItemID {
					v.Given[l.ID] += counts.Ratio.Down(x.Qty - x.Dropped)
				}
			}
		}
	}
}

// RequestQuery narrows the list of requests.
type RequestQuery struct {
	Open       bool // only those without an answer
	Closed     bool // only those with one
	Direction  order.Direction
	ResponseID id.ID
	BeforeAt   int64
	BeforeID   id.ID
}

// PageSize is the rows of a page.
const PageSize = 50

// Requests lists one page; more says that it goes on.
func (s *Service) Requests(ctx context.Context, actor access.Actor, q RequestQuery) (list []order.Request, more bool, err error) {
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return nil, false, err
	}
	f := store.RequestFilter{Scope: sc, Direction: q.Direction, ResponseID: q.ResponseID, BeforeAt: q.BeforeAt, BeforeID: q.BeforeID}
	switch {
	case q.Open:
		f.Statuses = []order.RequestStatus{order.RequestSent}
	case q.Closed:
		f.Statuses = []order.RequestStatus{order.RequestAnswered, order.RequestRefused, order.RequestWithdrawn}
	}
	list, err = s.store.Read().Requests(ctx, f, PageSize+1)
	if more = len(list) > PageSize; more {
		list = list[:PageSize]
	}
	return list, more, err
}
