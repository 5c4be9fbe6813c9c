package dispatching

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"
	"changbei/internal/store"
)

// SourceInput asks where goods should come from: what is needed where. Field
// names in errors: those of OrderInput's targets, and need.<n>.target, .qty.
type SourceInput struct {
	ResponseID id.ID
	RequestID  id.ID
	Targets    []TargetInput
	Needs      []SourceNeed
	Without    []id.ID // depots that give nothing: cut off, or kept back
}

// SourceNeed is goods for one target, counted from 0: an item, or a group of
// which any member will do.
type SourceNeed struct {
	Target     int
	Goods      plan.Target
	Qty        string
	NeedLineID id.ID
}

// Sources are the three plans for some needs, with the names they speak of.
type Sources struct {
	Input   SourceInput
	Plans   []sourcing.Plan
	Figures []sourcing.Figures
	Problem sourcing.Problem
	Depots  map[id.ID]place.Depot
	Items   map[id.ID]catalog.Item
	Labels  []string // of each need
	Targets []order.Target
	Barred  map[id.ID]quantity.Q // by item: there, and not to be sent (held, expired, untried, …)
	NoPlan  bool                 // no reserve plan is in force: nothing has a minimum
	Tried   int                  // lots looked at
}

// Digest tells plans of different goods apart: it is what a leader takes.
func (s Sources) Digest(k sourcing.Kind) string { return hashOf(k.Key(), s.Plans[k].Takes)[:16] }

// Sources works out the three plans over all depots. It books nothing.
func (s *Service) Sources(ctx context.Context, actor access.Actor, in SourceInput) (Sources, error) {
	out := Sources{Input: in}
	if !actor.May(access.OrderApprove, 0) {
		if err := actor.Require(access.OrderPropose, 0); err != nil {
			return out, err
		}
	}
	err := s.store.Heavy(ctx, func(c *store.Conn) error { return s.source(ctx, c, &out) })
	if err != nil {
		return out, err
	}
	if out.Plans, err = out.Problem.Plans(); err != nil {
		return out, err
	}
	out.Figures, _ = sourcing.Compare(out.Plans)
	return out, nil
}

// source reads what there is and states the problem.
func (s *Service) source(ctx context.Context, c *store.Conn, out *Sources) error {
	goods, err := goodsOf(ctx, c)
	if err != nil {
		return err
	}
	w, err := readWorld(ctx, c, nil)
	if err != nil {
		return err
	}
	out.Depots = w.depots
	var check errs.Check
	out.Targets = targets(&check, sourceIDs{}, OrderInput{Targets: out.Input.Targets}, w)
	items := out.needs(&check, goods)
	if err := check.Err(); err != nil {
		return err
	}
	if out.Items, err = c.ItemsByID(ctx, items); err != nil {
		return err
	}
	if err := s.supplies(ctx, c, out, goods, items); err != nil {
		return err
	}
	return out.frame(ctx, c)
}

// sourceIDs gives targets ids of their own until an order has them.
type sourceIDs struct{}

func (sourceIDs) NewID() id.ID { return 0 }

// needs reads what is needed and gives the items that serve it.
func (out *Sources) needs(c *errs.Check, goods *plan.Goods) []id.ID {
	if len(out.Input.Needs) == 0 {
		c.Add("need.1.target", "请至少填写一行需要的物资。")
	}
	for i := range out.Targets {
		out.Targets[i].ID = id.ID(i + 1)
	}
	var items []id.ID
	for i, x := range out.Input.Needs {
		as, known := amountOf(goods, x.Goods)
		if !known {
			c.Add(fmt.Sprintf("need.%d.target", i+1), "第 %d 行请从列表选择物资。", i+1)
			continue
		}
		out.Labels = append(out.Labels, goods.Label(x.Goods))
		qty, err := as.Amount(x.Qty)
		switch {
		case err != nil:
			c.Add(fmt.Sprintf("need.%d.qty", i+1), "第 %d 行「%s」的数量：%s", i+1, as.Label(), errs.MessageOf(err))
		case qty == 0:
			c.Add(fmt.Sprintf("need.%d.qty", i+1), "第 %d 行「%s」的数量应大于 0。", i+1, as.Label())
		case x.Target < 0 || x.Target >= len(out.Targets):
			c.Add(fmt.Sprintf("need.%d.target", i+1), "第 %d 行请选择送到哪里。", i+1)
		}
		if !c.OK() {
			continue
		}
		n := sourcing.Need{Line: i + 1, Target: out.Targets[x.Target].ID, Qty: qty, Decimals: as.Decimals}
		for _, m := range goods.Counting(x.Goods, as.Unit) {
			n.Members = append(n.Members, sourcing.Member{ItemID: m.ItemID, Num: m.Ratio.Num, Den: m.Ratio.Den})
			if !slices.Contains(items, m.ItemID) {
				items = append(items, m.ItemID)
			}
		}
		out.Problem.Needs = append(out.Problem.Needs, n)
	}
	return items
}

// maxLots bounds the lots looked at.
const maxLots = 100_000

// supplies reads the lots that may be sent, and what each depot must keep.
func (s *Service) supplies(ctx context.Context, c *store.Conn, out *Sources, goods *plan.Goods, items []id.ID) error {
	lines, found, err := s.planLines(ctx, c)
	if err != nil {
		return err
	}
	out.NoPlan = !found
	var depots []place.Depot
	var givers []id.ID
	for _, d := range out.Depots {
		if depots = append(depots, d); !d.Closed {
			givers = append(givers, d.ID)
		}
	}
	slices.Sort(givers)
	today := dayOf(s.Now().UnixMicro()).First
	rows, err := c.PlanLots(ctx, store.PlanStockFilter{Scope: store.Scope{Depots: givers}, OnDay: today}, plan.Beside(lines, goods, items), maxLots)
	if err != nil {
		return err
	}
	if len(rows) == maxLots {
		return errs.New(errs.TooLarge, "涉及的批次超过 %d 个，请减少物资种类，分几次测算。", maxLots)
	}
	stock := plan.Stock{}
	out.Barred, out.Tried = map[id.ID]quantity.Q{}, len(rows)
	for _, r := range rows {
		stock.Add(r.DepotID, r.Lot.ItemID, r.Why, r.OnHand, r.Allocated)
		out.supply(r, items)
	}
	floors := plan.FloorsOf(lines, goods, plan.NewDepots(depots), stock, items, out.asked())
	out.Problem.Floors = map[sourcing.At]quantity.Q{}
	for at, q := range floors {
		out.Problem.Floors[sourcing.At{DepotID: at[0], ItemID: at[1]}] = q
	}
	return nil
}

// asked adds up how much of each item the needs may take.
func (out *Sources) asked() map[id.ID]quantity.Q {
	sum := map[id.ID]quantity.Q{}
	for _, n := range out.Problem.Needs {
		for _, m := range n.Members {
			sum[m.ItemID] += plan.Ratio{Num: m.Den, Den: m.Num}.Up(n.Qty)
		}
	}
	return sum
}

// supply takes a lot in, or notes that it may not be sent.
func (out *Sources) supply(r store.PlanLot, items []id.ID) {
	free := r.OnHand - r.Allocated
	switch {
	case !slices.Contains(items, r.Lot.ItemID) || slices.Contains(out.Input.Without, r.DepotID):
	case r.Why != plan.Usable:
		out.Barred[r.Lot.ItemID] += r.OnHand
	case free > 0:
		it := out.Items[r.Lot.ItemID]
		out.Problem.Supplies = append(out.Problem.Supplies, sourcing.Supply{DepotID: r.DepotID, ItemID: it.ID, LotID: r.Lot.ID, PlaceID: r.PlaceID, Bin: r.Bin,
			Qty: free, Expires: r.Lot.Expires.Last(), Decimals: it.Decimals, Serial: it.Serial})
	}
}

// planLines gives the lines of the reserve plan in force.
func (s *Service) planLines(ctx context.Context, c *store.Conn) ([]plan.Line, bool, error) {
	all, err := c.Plans(ctx)
	if err != nil {
		return nil, false, err
	}
	today := dayOf(s.Now().UnixMicro()).First
	p, found := plan.InForce(all, today, today)
	if !found {
		return nil, false, nil
	}
	lines, err := c.PlanLines(ctx, p.ID)
	return lines, true, err
}

// frame reads roads, loading times, ranks and what goods weigh.
func (out *Sources) frame(ctx context.Context, c *store.Conn) error {
	p := &out.Problem
	roads, err := c.Roads(ctx)
	if err != nil {
		return err
	}
	minutes := map[[2]id.ID]int{}
	for _, r := range roads {
		minutes[[2]id.ID{min(r.FromID, r.ToID), max(r.FromID, r.ToID)}] = r.Minutes
	}
	p.Road = func(depot, target id.ID) (int, bool) {
		desk := out.Targets[target-1].DeskID
		if desk == depot {
			return 0, true
		}
		n, known := minutes[[2]id.ID{min(depot, desk), max(depot, desk)}]
		return n, known
	}
	rank, err := c.DispatchRanks(ctx)
	if err != nil {
		return err
	}
	p.Loading, p.Rank, p.Rates = map[id.ID]int{}, map[id.ID]int{}, map[id.ID]sourcing.Rate{}
	for _, d := range out.Depots {
		p.Loading[d.ID], p.Rank[d.ID] = d.LoadingMinutes, rank(d)
	}
	for _, it := range out.Items {
		p.Rates[it.ID] = sourcing.Rate{WeightGram: it.WeightGram, VolumeCm3: it.VolumeCm3}
	}
	v, err := c.Vehicle(ctx)
	p.Vehicle = sourcing.Vehicle(v)
	out.keepApart()
	return err
}

// keepApart leaves out what a receiving depot holds itself: it needs no way to
// where it is.
func (out *Sources) keepApart() {
	out.Problem.Supplies = slices.DeleteFunc(out.Problem.Supplies, func(s sourcing.Supply) bool {
		return slices.ContainsFunc(out.Targets, func(t order.Target) bool { return t.DepotID == s.DepotID })
	})
}

// TakeInput takes one of the plans. Digest is that of the plan the page showed.
type TakeInput struct {
	ClientKey  string
	Sources    SourceInput
	Kind       sourcing.Kind
	Digest     string
	Reason     string
	Remark     string
	DocumentNo string
}

// TakePlan makes one of the plans an order. A leader's is approved at once and
// its goods are promised, so that every pick list and paper is there; a
// planner's waits for a leader. When stock has changed since the page was
// shown, nothing is done and that is said.
func (s *Service) TakePlan(ctx context.Context, actor access.Actor, in TakeInput) (order.Order, error) {
	out, err := s.Sources(ctx, actor, in.Sources)
	if err != nil {
		return order.Order{}, err
	}
	if prior, err := s.store.Read().OrderByKey(ctx, in.ClientKey); err == nil && prior.ProposedID == actor.ID {
		return prior, nil // the second tap: its goods are promised, so the plan looks different now
	}
	if in.Digest != out.Digest(in.Kind) {
		return order.Order{}, errs.New(errs.Conflict, "库存刚刚有变动，「%s」方案已不是页面上的那一份，没有下达。请看过新的方案再选。", in.Kind.Name())
	}
	given := OrderInput{ClientKey: in.ClientKey, ResponseID: in.Sources.ResponseID, RequestID: in.Sources.RequestID, PlanKind: in.Kind.Key(),
		Reason: orElse(in.Reason, "应急调拨"), Remark: in.Remark, Targets: in.Sources.Targets}
	for _, t := range out.Plans[in.Kind].Takes {
		need := in.Sources.Needs[t.Line-1]
		given.Lines = append(given.Lines, LineInput{Target: need.Target, DepotID: t.DepotID, ItemID: t.ItemID, Qty: t.Qty.String(), NeedLineID: need.NeedLineID})
	}
	if len(given.Lines) == 0 {
		return order.Order{}, errs.New(errs.Invalid, "这个方案一件也调不出来，没有可以下达的内容。")
	}
	if !actor.May(access.OrderApprove, 0) {
		return s.Propose(ctx, actor, given)
	}
	as := order.Order{Status: order.Approved, DecidedID: actor.ID, DecidedName: actor.Name, DecidedAt: s.Now().UnixMicro()}
	var c errs.Check
	as.DocumentNo = tidy(in.DocumentNo)
	if checkText(&c, "document_no", "文号", as.DocumentNo, 60); !c.OK() {
		return order.Order{}, c.Err()
	}
	o, err := s.propose(ctx, actor, given, as, func(tx *store.Tx, o *order.Order, _ world) error { return s.allocate(ctx, tx, o, o.Lines) })
	if err != nil {
		return o, err
	}
	return s.store.Read().Order(ctx, o.ID)
}
