package plan

import (
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// Sight is what a plan is held against on a day.
type Sight struct {
	Goods    *Goods
	Depots   *Depots
	Stock    Stock
	Promises []Promise // agreements that hold on the day
}

// Met is one target with what there is for it. A tier's line is one target at
// each of its depots. Amounts and Promised are in the line's unit.
type Met struct {
	Line     Line
	DepotID  id.ID // 0 = the district as a whole
	Category id.ID
	Amounts
	Promised quantity.Q // of agreements, where the line lets them count
}

// Have is what counts toward the target.
func (m Met) Have() quantity.Q { return m.Usable() + m.Promised }

// Rate is what there is of what there should be, above 100 % too.
func (m Met) Rate() Rate { return RateOf(m.Have(), m.Line.Standard) }

// Short is what is missing to the standard.
func (m Met) Short() quantity.Q { return max(0, m.Line.Standard-m.Have()) }

// Enough reports that the minimum is there; where none is set, that there is
// something.
func (m Met) Enough() bool {
	if m.Line.Minimum > 0 {
		return m.Have() >= m.Line.Minimum
	}
	return m.Have() > 0
}

// Coverage holds every line of a plan against a sight, in the order of the
// lines and, within a tier's line, of the depots. Promises go to the lines that
// let them count, each piece once: the district's lines first.
func Coverage(lines []Line, s Sight) []Met {
	var list []Met
	for _, l := range lines {
		counted := s.Goods.Counting(l.Target, l.Unit)
		category := s.Goods.CategoryOf(l.Target)
		if l.Scope.Kind == District {
			m := Met{Line: l, Category: category}
			for _, depot := range s.Depots.Stands(l) {
				m.Amounts = m.Amounts.Plus(s.at(l, depot, counted))
			}
			list = append(list, m)
			continue
		}
		for _, depot := range s.Depots.Stands(l) {
			list = append(list, Met{Line: l, DepotID: depot, Category: category, Amounts: s.at(l, depot, counted)})
		}
	}
	s.promise(list)
	return list
}

// at adds up what one depot holds of the counted goods.
func (s Sight) at(l Line, depot id.ID, counted []Counted) Amounts {
	var sum Amounts
	if !s.Depots.Holds(l, depot) {
		return sum
	}
	shelf := s.Stock[depot]
	if len(shelf) == 0 {
		return sum
	}
	for _, c := range counted {
		if a, there := shelf[c.ItemID]; there {
			sum = sum.Plus(a.In(c.Ratio))
		}
	}
	return sum
}

// promise gives agreements to what is short, each piece once.
// left is what of each promise nobody counts.
func (s Sight) promise(list []Met) (left []quantity.Q) {
	left = make([]quantity.Q, len(s.Promises))
	for i, p := range s.Promises {
		left[i] = p.Qty
	}
	for _, district := range []bool{true, false} {
		for i := range list {
			if (list[i].Line.Scope.Kind == District) == district {
				s.promiseTo(&list[i], left)
			}
		}
	}
	return left
}

func (s Sight) promiseTo(m *Met, left []quantity.Q) {
	if !m.Line.Counts(Agreement) && !m.Line.Counts(Capacity) && !m.Line.Counts(Social) {
		return
	}
	for _, c := range s.Goods.Counting(m.Line.Target, m.Line.Unit) {
		for i, p := range s.Promises {
			short := m.Short()
			if short == 0 {
				return
			}
			if p.ItemID != c.ItemID || left[i] == 0 || !m.Line.Counts(p.Form) {
				continue
			}
			take := min(left[i], c.Ratio.Inverse().Up(short))
			left[i] -= take
			m.Promised += c.Ratio.Down(take)
		}
	}
}

// Sum is the figures of some targets together.
type Sum struct {
	Rate   Mean // 计划完成率
	Lines  int
	Enough int // 品类齐全: with the minimum there
	Short  int // below the standard
}

// Add takes one target in.
func (s *Sum) Add(m Met) {
	s.Rate.Add(m.Rate())
	s.Lines++
	if m.Enough() {
		s.Enough++
	}
	if m.Short() > 0 {
		s.Short++
	}
}

// Complete is 品类齐全率.
func (s Sum) Complete() Rate { return RateOf(quantity.Q(s.Enough), quantity.Q(s.Lines)) }

// Matrix is depots against categories. Depot 0 holds the lines of the district
// as a whole; category 0 sums a depot up.
type Matrix struct {
	Cells      map[[2]id.ID]Sum
	Depots     []place.Depot // with lines of their own, in the district's order
	Categories []catalog.Category
	District   bool // there are lines of the district as a whole
	Total      Sum
}

// NewMatrix sums coverage up.
func NewMatrix(list []Met, goods *Goods, depots *Depots, categories []catalog.Category) Matrix {
	m := Matrix{Cells: map[[2]id.ID]Sum{}}
	seen := map[id.ID]bool{}
	for _, met := range list {
		for _, at := range [][2]id.ID{{met.DepotID, met.Category}, {met.DepotID, 0}} {
			c := m.Cells[at]
			c.Add(met)
			m.Cells[at] = c
		}
		m.Total.Add(met)
		seen[met.Category] = true
		m.District = m.District || met.DepotID == 0
	}
	for _, d := range depots.List() {
		if _, has := m.Cells[[2]id.ID{d.ID, 0}]; has {
			m.Depots = append(m.Depots, d)
		}
	}
	for _, c := range categories {
		if seen[c.ID] {
			m.Categories = append(m.Categories, c)
		}
	}
	return m
}

// ByCategory sums a category up over all depots.
func (m Matrix) ByCategory(list []Met) map[id.ID]Sum {
	sums := map[id.ID]Sum{}
	for _, met := range list {
		s := sums[met.Category]
		s.Add(met)
		sums[met.Category] = s
	}
	return sums
}
