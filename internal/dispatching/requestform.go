package dispatching

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// RequestChoices is what a request is filled in from: the depots whose people
// may ask, the responses that run, and the goods.
type RequestChoices struct {
	Depots    []place.Depot
	Responses []order.Response
	Goods     *plan.Goods
}

// RequestChoices gives them. The city is asked from a depot of the district.
func (s *Service) RequestChoices(ctx context.Context, actor access.Actor, to order.Direction) (RequestChoices, error) {
	var ch RequestChoices
	c := s.store.Read()
	depots, err := c.Depots(ctx)
	if err != nil {
		return ch, err
	}
	ch.Depots = slices.DeleteFunc(depots, func(d place.Depot) bool {
		if to == order.ToCity {
			return d.Closed || d.Tier != place.District || !actor.May(access.OrderPropose, 0)
		}
		return d.Closed || !actor.May(access.RequestSend, d.ID)
	})
	if len(ch.Depots) == 0 {
		return ch, errs.New(errs.Forbidden, "您没有可以提出需求报告的储备库。如确需办理，请联系系统管理员授权。")
	}
	if ch.Responses, err = c.Responses(ctx, order.Running); err != nil {
		return ch, err
	}
	ch.Goods, err = goodsOf(ctx, c)
	return ch, err
}

// Targets lists what a line may ask for: groups and goods. Of a category
// nothing can be sent.
func (ch RequestChoices) Targets() []plan.Target {
	return slices.DeleteFunc(ch.Goods.Targets(), func(t plan.Target) bool { return t.Kind == plan.OfCategory })
}

// InStock gives what a depot has that counts toward some targets, in their
// units: 本级储备量 as it is today.
func (s *Service) InStock(ctx context.Context, actor access.Actor, depot id.ID, targets []plan.Target) (map[plan.Target]quantity.Q, error) {
	if !actor.May(access.DispatchView, depot) || depot == 0 {
		return nil, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	c := s.store.Read()
	goods, err := goodsOf(ctx, c)
	if err != nil {
		return nil, err
	}
	stock, err := s.usable(ctx, c, store.Scope{Depots: []id.ID{depot}})
	if err != nil {
		return nil, err
	}
	have := map[plan.Target]quantity.Q{}
	for _, t := range targets {
		if as, known := amountOf(goods, t); known {
			have[t] = counted(goods, t, as.Unit, stock[depot])
		}
	}
	return have, nil
}

// toFill reads what the asking depot has, where a line leaves it open.
func (s *Service) toFill(ctx context.Context, c *store.Conn, in RequestInput) (map[id.ID]plan.Amounts, error) {
	if !slices.ContainsFunc(in.Lines, func(l NeedInput) bool { return strings.TrimSpace(l.InStock) == "" }) {
		return nil, nil
	}
	stock, err := s.usable(ctx, c, store.Scope{Depots: []id.ID{in.DepotID}})
	return stock[in.DepotID], err
}

// maxSummed bounds the requests of streets that one request to the city adds
// up.
const maxSummed = 200

// Unmet adds up what requests of streets still wait for, as a request to the
// city begins: asked of the bureau, ordered already, and what the bureau's own
// depots could still send, which goes first.
func (s *Service) Unmet(ctx context.Context, actor access.Actor, requests []id.ID) (order.Request, error) {
	sum := order.Request{Direction: order.ToCity}
	if err := actor.Require(access.OrderPropose, 0); err != nil {
		return sum, err
	}
	if len(requests) == 0 || len(requests) > maxSummed {
		return sum, errs.New(errs.Invalid, "请在需求报告列表里勾选要汇总上报的报告，1 到 %d 份。", maxSummed)
	}
	goods, err := goodsOf(ctx, s.store.Read())
	if err != nil {
		return sum, err
	}
	var numbers []string
	for i, of := range slices.Compact(slices.Sorted(slices.Values(requests))) {
		v, err := s.Request(ctx, actor, of)
		if err != nil {
			return sum, err
		}
		if v.Direction != order.ToBureau || v.Status == order.RequestRefused || v.Status == order.RequestWithdrawn {
			return sum, errs.New(errs.Invalid, "%s %s，不能汇总上报。请取消勾选。", v.Number, v.Status.Name())
		}
		numbers = append(numbers, v.Number)
		addHead(&sum, v.Request, i == 0)
		for _, l := range v.Lines {
			addUnmet(&sum, l, v.Given[l.ID])
		}
	}
	sum.Remark = clip("汇总自 "+strings.Join(numbers, "、"), 500)
	return sum, s.holdAgainstOwn(ctx, goods, &sum)
}

// addHead adds up what requests say of the disaster: what they say alike
// stands, people are added, days are the longest.
func addHead(sum *order.Request, r order.Request, first bool) {
	if first {
		sum.Kind, sum.ResponseID, sum.HappenedAt, sum.Place = r.Kind, r.ResponseID, r.HappenedAt, r.Place
		sum.MovedPeople, sum.Days = r.MovedPeople, r.Days
		return
	}
	if sum.Kind != r.Kind {
		sum.Kind = ""
	}
	if sum.ResponseID != r.ResponseID {
		sum.ResponseID = 0
	}
	if !strings.Contains(sum.Place, r.Place) {
		sum.Place = clip(sum.Place+"、"+r.Place, 200)
	}
	sum.HappenedAt = min(sum.HappenedAt, r.HappenedAt)
	sum.MovedPeople, sum.Days = sum.MovedPeople+r.MovedPeople, max(sum.Days, r.Days)
}

func addUnmet(sum *order.Request, l order.NeedLine, given quantity.Q) {
	given = min(given, l.Asked)
	at := slices.IndexFunc(sum.Lines, func(x order.NeedLine) bool {
		return x.Target == l.Target && x.TargetID == l.TargetID && x.Unit == l.Unit
	})
	if at < 0 {
		at = len(sum.Lines)
		sum.Lines = append(sum.Lines, order.NeedLine{Target: l.Target, TargetID: l.TargetID, Unit: l.Unit})
	}
	sum.Lines[at].Needed += l.Asked
	sum.Lines[at].Used += given
}

// holdAgainstOwn keeps the lines of which something is unmet and asks for what
// the bureau's own depots cannot send.
func (s *Service) holdAgainstOwn(ctx context.Context, goods *plan.Goods, sum *order.Request) error {
	c := s.store.Read()
	depots, err := c.Depots(ctx)
	if err != nil {
		return err
	}
	stock, err := s.usable(ctx, c, store.Scope{All: true})
	if err != nil {
		return err
	}
	sum.Lines = slices.DeleteFunc(sum.Lines, func(l order.NeedLine) bool { return l.Needed <= l.Used })
	for i := range sum.Lines {
		l := &sum.Lines[i]
		l.No = i + 1
		for _, d := range depots {
			if d.Tier == place.District && !d.Closed {
				l.InStock += counted(goods, plan.Target{Kind: plan.TargetKind(l.Target), ID: l.TargetID}, l.Unit, stock[d.ID])
			}
		}
		l.Basis = fmt.Sprintf("街镇申请 %s，已安排 %s，区级可调 %s", l.Needed.Grouped(), l.Used.Grouped(), l.InStock.Grouped())
		l.Asked = l.Lacking()
	}
	if len(sum.Lines) == 0 {
		return errs.New(errs.Invalid, "勾选的需求报告都已安排，没有需要向上级申请的物资。")
	}
	return nil
}

// clip keeps a text within its column.
func clip(text string, limit int) string {
	if r := []rune(text); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return text
}

// RequestPage is one page of requests with the names they need.
type RequestPage struct {
	Requests  []order.Request
	More      bool
	Depots    map[id.ID]place.Depot
	Responses map[id.ID]order.Response
}

// RequestPage lists one page of requests, the newest first.
func (s *Service) RequestPage(ctx context.Context, actor access.Actor, q RequestQuery) (RequestPage, error) {
	var p RequestPage
	var err error
	if p.Requests, p.More, err = s.Requests(ctx, actor, q); err != nil {
		return p, err
	}
	w, err := readWorld(ctx, s.store.Read(), nil)
	if err != nil {
		return p, err
	}
	p.Depots, p.Responses = w.depots, map[id.ID]order.Response{}
	responses, err := s.store.Read().Responses(ctx)
	for _, r := range responses {
		p.Responses[r.ID] = r
	}
	return p, err
}
