package planning

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// RotationMonths are how far a plan of rotation may look, a budget's year last.
var RotationMonths = []int{3, 6, 12}

// Within these months goods have the nearer uses.
const (
	soonMonths  = 3
	laterMonths = 6
)

// RotationFilter narrows a plan of rotation; no months are a year, a zero id is
// all.
type RotationFilter struct {
	Months              int
	DepotID, CategoryID id.ID
}

// RotationPlan is the lots that expired or will soon, with what they had best
// be used for (轮换计划). Sums are in yuan; quantities are only added within a
// unit.
type RotationPlan struct {
	Months   int
	Until    day.Day
	Lots     []Rotating // by depot in the district's order, soonest first
	Total    RotationSum
	Expired  RotationSum   // of Total, what has expired
	Soon     RotationSum   // of Total, what has not and will within three months
	Uses     []RotationSum // soonest use first
	Quarters []RotationSum // of expiry; what has expired comes first
	Depots   []RotationSum // in the order of Lots
	Choices  []place.Depot // whose goods the actor may plan for
	Cut      bool          // there are more lots than a plan holds
}

// Rotating is a lot that expires soon and what it had best be used for. Amount
// is nil where the lot has no price.
type Rotating struct {
	store.StockRow
	Expired bool
	Soon    bool // within three months
	Use     string
	Amount  *money.Fen
}

// RotationSum is some lots together.
type RotationSum struct {
	Label    string
	DepotID  id.ID // of a sum by depot
	Lots     int
	Unpriced int // lots whose price nobody wrote down, not in Amount
	Amount   money.Fen
	Units    []UnitQty
}

// UnitQty is so much of one unit.
type UnitQty struct {
	Unit string
	Qty  quantity.Q
}

// maxRotating bounds the list of one plan of rotation.
const maxRotating = 20000

// Rotation lists the lots that expired or will within some months, of the
// depots whose plan the actor sees.
func (s *Service) Rotation(ctx context.Context, actor access.Actor, f RotationFilter) (out RotationPlan, err error) {
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return out, err
	}
	if f.Months == 0 {
		f.Months = RotationMonths[len(RotationMonths)-1]
	}
	if !slices.Contains(RotationMonths, f.Months) {
		return out, errs.New(errs.Invalid, "轮换计划只列 3、6 或 12 个月内到期的，请从列表中选择。")
	}
	out.Months, out.Until = f.Months, s.Today().AddMonths(f.Months)
	c := s.store.Read()
	depots, err := c.Depots(ctx)
	if err != nil {
		return out, err
	}
	out.Choices = slices.DeleteFunc(slices.Clone(depots), func(d place.Depot) bool { return d.Closed || !actor.May(access.PlanView, d.ID) })
	category, err := rotationCategory(ctx, c, f.CategoryID)
	if err != nil {
		return out, err
	}
	if f.DepotID != 0 {
		if !slices.ContainsFunc(depots, func(d place.Depot) bool { return d.ID == f.DepotID }) || !actor.May(access.PlanView, f.DepotID) {
			return out, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。请从列表中选择。")
		}
		sc = store.Scope{Depots: []id.ID{f.DepotID}}
	}
	rows, err := c.Expiring(ctx, store.StockFilter{Scope: sc, ExpiresBy: out.Until.First, Limit: maxRotating})
	if err != nil {
		return out, err
	}
	out.Cut = len(rows) == maxRotating
	words, err := settingWords(ctx, c)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		if category.ID == 0 || r.Category == category.Name {
			out.Lots = append(out.Lots, rotating(r, s.Today(), words))
		}
	}
	out.sum(depots, words)
	return out, nil
}

// rotationCategory finds the category asked for, none for 0.
func rotationCategory(ctx context.Context, c *store.Conn, category id.ID) (catalog.Category, error) {
	if category == 0 {
		return catalog.Category{}, nil
	}
	list, err := c.Categories(ctx)
	if err != nil {
		return catalog.Category{}, err
	}
	at := slices.IndexFunc(list, func(one catalog.Category) bool { return one.ID == category })
	if at < 0 {
		return catalog.Category{}, errs.New(errs.NotFound, "没有这个物资类别，请从列表中选择。")
	}
	return list[at], nil
}

func rotating(r store.StockRow, today day.Day, words map[string]string) Rotating {
	last := r.Lot.Expires.Last()
	out := Rotating{StockRow: r, Expired: last < today.First}
	switch {
	case out.Expired:
		out.Use = words[useExpired]
	case last <= today.AddMonths(soonMonths).First:
		out.Soon, out.Use = true, words[useSoon]
	case last <= today.AddMonths(laterMonths).First:
		out.Use = words[useLater]
	default:
		out.Use = words[useRest]
	}
	if r.Lot.Price != nil {
		amount := r.Lot.Price.Times(r.OnHand)
		out.Amount = &amount
	}
	return out
}

// sum orders the lots by depot and adds them up in each way.
func (out *RotationPlan) sum(depots []place.Depot, words map[string]string) {
	uses, quarters := sums{}, sums{}
	for _, name := range []string{useExpired, useSoon, useLater, useRest} {
		uses.at(words[name])
	}
	for _, r := range out.Lots { // soonest first, and so are the quarters
		out.Total.add(r)
		if r.Expired {
			out.Expired.add(r)
		}
		if r.Soon {
			out.Soon.add(r)
		}
		uses.at(r.Use).add(r)
		quarters.at(quarterOf(r)).add(r)
	}
	rank := make(map[id.ID]int, len(depots))
	for i, d := range depots {
		rank[d.ID] = i
	}
	slices.SortStableFunc(out.Lots, func(a, b Rotating) int { return cmp.Compare(rank[a.DepotID], rank[b.DepotID]) })
	for _, r := range out.Lots {
		if n := len(out.Depots); n == 0 || out.Depots[n-1].DepotID != r.DepotID {
			out.Depots = append(out.Depots, RotationSum{Label: r.Depot, DepotID: r.DepotID})
		}
		out.Depots[len(out.Depots)-1].add(r)
	}
	out.Uses = slices.DeleteFunc(uses.list, func(s RotationSum) bool { return s.Lots == 0 })
	out.Quarters = quarters.list
}

// quarterOf names the quarter of a lot's last day: 2027年第一季度.
func quarterOf(r Rotating) string {
	if r.Expired {
		return "已过期"
	}
	last := day.Day{First: r.Lot.Expires.Last()}
	return fmt.Sprintf("%d年第%s季度", last.Year(), []string{"一", "二", "三", "四"}[(last.Time().Month()-1)/3])
}

// sums are sums by their label, in the order they first come.
type sums struct{ list []RotationSum }

func (s *sums) at(label string) *RotationSum {
	i := slices.IndexFunc(s.list, func(one RotationSum) bool { return one.Label == label })
	if i < 0 {
		i = len(s.list)
		s.list = append(s.list, RotationSum{Label: label})
	}
	return &s.list[i]
}

func (s *RotationSum) add(r Rotating) {
	s.Lots++
	if r.Amount == nil {
		s.Unpriced++
	} else {
		s.Amount += *r.Amount
	}
	at := slices.IndexFunc(s.Units, func(u UnitQty) bool { return u.Unit == r.Unit })
	if at < 0 {
		at = len(s.Units)
		s.Units = append(s.Units, UnitQty{Unit: r.Unit})
	}
	s.Units[at].Qty += r.OnHand
}

// Pieces writes the quantities unit by unit: 120 箱、30 顶.
func (s RotationSum) Pieces() string {
	text := ""
	for i, u := range s.Units {
		if i > 0 {
			text += "、"
		}
		text += u.Qty.Grouped() + " " + u.Unit
	}
	return text
}
