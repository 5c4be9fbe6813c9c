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
func Coverage(lines []Line, s Sight) []Met { return NewTargets(lines, s.Goods, s.Depots).Hold(s) }

// Targets are the lines of a plan at the places they stand, ready to be held
// against more than one day.
type Targets struct {
	met     []Met
	counted [][]Counted // of each target: what counts toward it,
	over    [][]id.ID   // and the depots of one of the whole district
}

// NewTargets spreads lines over the depots there are.
func NewTargets(lines []Line, goods *Goods, depots *Depots) *Targets {
	places, n := make([][]id.ID, len(lines)), 0
	for i, l := range lines {
		places[i] = depots.Stands(l)
		n += max(1, len(places[i]))
	}
	t := &Targets{met: make([]Met, 0, n), counted: make([][]Counted, 0, n), over: make([][]id.ID, 0, n)}
	for i, l := range lines {
		m, counted := Met{Line: l, Category: goods.CategoryOf(l.Target)}, goods.Counting(l.Target, l.Unit)
		if l.Scope.Kind == District {
			t.met, t.counted, t.over = append(t.met, m), append(t.counted, counted), append(t.over, places[i])
			continue
		}
		for _, m.DepotID = range places[i] {
			t.met, t.counted, t.over = append(t.met, m), append(t.counted, counted), append(t.over, nil)
		}
	}
	return t
}

// Hold holds the targets against a sight. The answer stands until the next.
func (t *Targets) Hold(s Sight) []Met {
	for i := range t.met {
		m := &t.met[i]
		m.Amounts, m.Promised = Amounts{}, 0
		if m.DepotID != 0 {
			m.Amounts = s.at(&m.Line, m.DepotID, t.counted[i])
		}
		for _, depot := range t.over[i] {
			m.Amounts = m.Amounts.Plus(s.at(&m.Line, depot, t.counted[i]))
		}
	}
	t.promise(s.Promises)
	return t.met
}

// at adds up what one depot holds of the counted goods.
func (s Sight) at(l *Line, depot id.ID, counted []Counted) Amounts {
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
func (t *Targets) promise(promises []Promise) (left []quantity.Q) {
	left = make([]quantity.Q, len(promises))
	for i, p := range promises {
		left[i] = p.Qty
	}
	for _, district := range []bool{true, false} {
		for i := range t.met {
			if (t.met[i].Line.Scope.Kind == District) == district {
				promiseTo(&t.met[i], t.counted[i], promises, left)
			}
		}
	}
	return left
}

func promiseTo(m *Met, counted []Counted, promises []Promise, left []quantity.Q) {
	if !m.Line.Counts(Agreement) && !m.Line.Counts(Capacity) && !m.Line.Counts(Social) {
		return
	}
	for _, c := range counted {
		for i, p := range promises {
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
