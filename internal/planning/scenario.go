package planning

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// ScenarioInput is a case to be thought through. Field names in errors: days,
// streets, case, name.
type ScenarioInput struct {
	Name    string
	Case    string // key of plan.Cases, "" = every standard
	Days    int
	People  map[string]int64 // street code -> people moved
	Off     []id.ID          // depots flooded or cut off
	KeepMin bool             // depots that are not hit keep their plan's minimum
}

// Scenario is what comes of a case. Nothing of it is booked.
type Scenario struct {
	Input     ScenarioInput
	Streets   []Street // that are hit, with the people of the case
	All       []Street // to choose from
	Standards []plan.Standard
	plan.Result
	Goods  *plan.Goods
	Depots *plan.Depots
	Lacks  []Lack
	People int64
	Notes  []string
}

// Lack is goods that are missing after all that could be moved, over all
// streets, and what they would cost.
type Lack struct {
	Standard plan.Standard
	Short    quantity.Q   // in the standard's unit
	Item     catalog.Item // to be bought, zero for a category
	Qty      quantity.Q   // of it
	Price    *money.Fen   // last paid
}

// mostCaseName keeps the name of a case on one line of a paper.
const mostCaseName = 60

// mostMoved bounds the people of a street in a case; a district has fewer.
const mostMoved = 1_000_000

// Streets lists what a case may hit.
func (s *Service) Streets(ctx context.Context, actor access.Actor) ([]Street, error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return nil, err
	}
	c := s.store.Read()
	f, err := frameOf(ctx, c)
	if err != nil {
		return nil, err
	}
	return streetsOf(ctx, c, f, s.Today().Year())
}

// Scenario thinks a case through with today's stock: what each street uses of
// its own, what others send, what runs out first, where and when.
func (s *Service) Scenario(ctx context.Context, actor access.Actor, in ScenarioInput) (out Scenario, err error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	out.Input = in
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		w, err := s.world(ctx, c, s.Today().First, Now)
		if err != nil {
			return err
		}
		out.run(w)
		return out.price(ctx, c)
	})
	return out, err
}

func (in ScenarioInput) check() error {
	var c errs.Check
	checkText(&c, "name", "名称", in.Name, mostCaseName)
	if in.Days < 1 || in.Days > mostDays {
		c.Add("days", "天数请填 1 到 %d。", mostDays)
	}
	if in.Case != "" && plan.CaseName(in.Case) == "" {
		c.Add("case", "没有这种情形，请从列表中选择。")
	}
	if len(in.People) == 0 {
		c.Add("streets", "请至少给一个街镇填写转移人数。")
	}
	for _, n := range in.People {
		if n < 0 || n > mostMoved {
			c.Add("streets", "转移人数应在 0 到 %d 之间，请核对。", mostMoved)
			break
		}
	}
	return c.Err()
}

func (out *Scenario) run(w *world) {
	out.Goods, out.Depots, out.All = w.sight.Goods, w.sight.Depots, w.streets
	out.Standards = plan.Needed(w.standards, out.Input.Case)
	sc := plan.Scenario{Days: out.Input.Days, Standards: out.Standards, Off: map[id.ID]bool{}}
	for _, d := range out.Input.Off {
		sc.Off[d] = true
	}
	if out.Input.KeepMin {
		sc.KeepBack = w.minima()
	}
	for _, st := range w.streets {
		if n := out.Input.People[st.Code]; n > 0 {
			st.People = n
			out.People += n
			out.Streets = append(out.Streets, st)
			sc.Streets = append(sc.Streets, plan.Affected{Division: st.Code, Name: st.Name, People: n, Depots: st.Depots})
		}
	}
	out.Result = sc.Run(w.sight, w.roads)
	if len(out.Standards) == 0 {
		out.Notes = append(out.Notes, "还没有适用这种情形的保障标准，请先在“保障标准”里填写。")
	}
}

// price adds up what is missing per standard and finds what it last cost.
func (out *Scenario) price(ctx context.Context, c *store.Conn) error {
	short := map[id.ID]quantity.Q{}
	for _, o := range out.Outcomes {
		short[o.Standard.ID] += o.Short
	}
	var items []id.ID
	for _, st := range out.Standards {
		if short[st.ID] <= 0 {
			continue
		}
		l := Lack{Standard: st, Short: short[st.ID]}
		if counted, ok := toBuy(out.Goods, st.Target, st.Unit); ok {
			l.Item = itemOf(out.Goods, counted.ItemID)
			l.Qty = wholeUp(l.Item, counted.Ratio.Inverse().Up(l.Short))
			items = append(items, l.Item.ID)
		}
		out.Lacks = append(out.Lacks, l)
	}
	prices, err := c.LastPrices(ctx, items)
	for i, l := range out.Lacks {
		if p, known := prices[l.Item.ID]; known {
			out.Lacks[i].Price = &p
		}
	}
	slices.SortStableFunc(out.Lacks, func(a, b Lack) int { return cmp.Compare(a.Standard.Position, b.Standard.Position) })
	return err
}

// toBuy picks what to buy for a target: the item, or the member of a group
// that counts one for one.
func toBuy(goods *plan.Goods, t plan.Target, unit string) (plan.Counted, bool) {
	counted := goods.Counting(t, unit)
	if t.Kind == plan.OfCategory || len(counted) == 0 {
		return plan.Counted{}, false
	}
	for _, c := range counted {
		if c.Ratio == plan.Same {
			return c, true
		}
	}
	return counted[0], true
}

// wholeUp rounds up to what an item's unit allows.
func wholeUp(it catalog.Item, q quantity.Q) quantity.Q {
	step := quantity.One
	for range it.Decimals {
		step /= 10
	}
	if rest := q % step; rest != 0 {
		q += step - rest
	}
	return q
}
