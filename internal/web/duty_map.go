package web

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/web/view"
)

// The sketch is drawn in a box of these units; the page scales it. Streets with
// coordinates fill the field, the others stand in a column at its right.
const (
	mapHeight  = 440
	mapTop     = 26
	mapFoot    = 24
	mapLeft    = 96  // room for labels at the left
	mapRight   = 108 // and at the right
	mapColumn  = 150
	mapRadius  = 6
	labelRow   = 15
	letterWide = 11
)

// dutyMark says how a depot, or the depots of a street, stand against the
// plan's minimum; Lines 0 = the plan names none.
type dutyMark struct{ kinds, lines, short int }

func (m dutyMark) class() string {
	switch {
	case m.lines == 0:
		return ""
	case m.short > 0:
		return "is-bad"
	}
	return "is-ok"
}

func (m dutyMark) sign() string {
	switch {
	case m.lines == 0:
		return ""
	case m.short > 0:
		return fmt.Sprintf("▼%d", m.short)
	}
	return "✓"
}

// mapSketch places the district's streets.
type mapSketch struct {
	view.DutyMap
	at     map[string]int // code -> node
	boxes  [][4]int       // taken by labels and points
	width  int
	marks  map[string]dutyMark
	counts map[string]int // targets by street
	names  map[string][]string
}

// dutyMap draws where depots and targets are and what is on the road between
// them. Nothing is guessed: what has no coordinates stands in the column.
func dutyMap(d dispatching.Duty, marks map[id.ID]dutyMark) view.DutyMap {
	m := &mapSketch{at: map[string]int{}, marks: map[string]dutyMark{}, counts: map[string]int{}, names: map[string][]string{}}
	for _, x := range d.Depots {
		sum, one := m.marks[x.Street], marks[x.ID]
		m.marks[x.Street] = dutyMark{sum.kinds + one.kinds, sum.lines + one.lines, sum.short + one.short}
	}
	for _, t := range d.Targets {
		m.counts[t.Street]++
		m.names[t.Street] = append(m.names[t.Street], t.Name)
	}
	all := append([]place.Division{d.District}, d.Streets...)
	var known, unknown []place.Division
	for i, x := range all {
		switch {
		case x.Located():
			known = append(known, x)
		case x.Code != "" && (i > 0 || len(d.Streets) == 0 || m.marks[x.Code] != dutyMark{} || m.counts[x.Code] > 0):
			unknown = append(unknown, x)
		}
	}
	m.Of = len(d.Streets)
	m.Known = len(slices.DeleteFunc(slices.Clone(d.Streets), func(x place.Division) bool { return !x.Located() }))
	m.field(known, d.District.Code)
	m.column(unknown)
	m.arrows(d)
	return m.DutyMap
}

// field places what has coordinates, north up, by one scale for both ways.
func (m *mapSketch) field(known []place.Division, district string) {
	m.Height, m.width = mapHeight, 0
	if len(known) == 0 {
		return
	}
	west, east, south, north := known[0].Lng, known[0].Lng, known[0].Lat, known[0].Lat
	for _, x := range known {
		west, east, south, north = min(west, x.Lng), max(east, x.Lng), min(south, x.Lat), max(north, x.Lat)
	}
	narrow := math.Cos(float64(south+north) / 2e6 * math.Pi / 180) // degrees of longitude are shorter here
	tall := max(float64(north-south), float64(east-west)*narrow, 1)
	scale := float64(mapHeight-mapTop-mapFoot) / tall
	m.width = mapLeft + int(float64(east-west)*narrow*scale) + mapRight
	for _, x := range known {
		n := m.node(x, x.Code == district)
		n.X, n.Y, n.Known = mapLeft+int(float64(x.Lng-west)*narrow*scale), mapTop+int(float64(north-x.Lat)*scale), true
		m.boxes = append(m.boxes, [4]int{n.X - mapRadius, n.Y - mapRadius, n.X + mapRadius, n.Y + mapRadius})
		m.at[x.Code] = len(m.Nodes)
		m.Nodes = append(m.Nodes, n)
	}
	for i := range m.Nodes {
		m.label(&m.Nodes[i])
	}
	m.Width = m.width
}

func (m *mapSketch) node(x place.Division, district bool) view.MapNode {
	mark := m.marks[x.Code]
	n := view.MapNode{Class: mark.class(), Sign: mark.sign(), Label: shortStreet(x.Name), Hint: x.Name}
	if district {
		n.Label, n.Hint = "区级库", x.Name+"区级库"
	}
	if mark.kinds > 0 {
		n.Kinds = fmt.Sprintf("%d种", mark.kinds)
		n.Hint += fmt.Sprintf("：可调 %d 种", mark.kinds)
	}
	switch {
	case mark.short > 0:
		n.Hint += fmt.Sprintf("，%d 项低于计划最低量", mark.short)
	case mark.lines > 0:
		n.Hint += "，计划各项都在最低量以上"
	}
	if names := m.names[x.Code]; len(names) > 0 {
		n.Targets = fmt.Sprintf("◎%d", len(names))
		n.Hint += "；送往 " + strings.Join(names, "、")
	}
	return n
}

// wide is the room a node's words take.
func wide(n view.MapNode) int {
	return letterWide*len([]rune(n.Label)) + 8*len([]rune(n.Kinds)) + 8*len([]rune(n.Sign)) + 9*len([]rune(n.Targets)) + 12
}

// label finds a free side for a node's words; the point itself never moves.
func (m *mapSketch) label(n *view.MapNode) {
	w := wide(*n)
	gap := mapRadius + 4
	for _, try := range []struct {
		left bool
		dy   int
	}{{false, 0}, {true, 0}, {false, labelRow}, {true, labelRow}, {false, -labelRow}, {true, -labelRow}, {false, 2 * labelRow}} {
		x := n.X + gap
		if try.left {
			x = n.X - gap - w
		}
		box := [4]int{x, n.Y + try.dy - labelRow/2, x + w, n.Y + try.dy + labelRow/2}
		if x < 0 || x+w > m.width || slices.ContainsFunc(m.boxes, func(b [4]int) bool {
			return b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3]
		}) {
			continue
		}
		m.boxes = append(m.boxes, box)
		n.Left, n.LabelX, n.LabelY = try.left, n.X+gap, n.Y+try.dy+4
		if try.left {
			n.LabelX = n.X - gap
		}
		return
	}
	n.LabelX, n.LabelY = n.X+gap, n.Y+4
}

// column lists what has no coordinates, in the order of the codes.
func (m *mapSketch) column(unknown []place.Division) {
	if len(unknown) == 0 {
		return
	}
	m.ColumnX, m.ColumnTop = m.width, 16
	m.Width = m.width + mapColumn
	step := min(34, (mapHeight-44-mapFoot/2)/len(unknown))
	step = max(step, labelRow+3)
	m.Height = max(m.Height, 44+step*len(unknown))
	for i, x := range unknown {
		n := m.node(x, false)
		n.X, n.Y = m.width+16, 44+i*step
		n.LabelX, n.LabelY = n.X+mapRadius+4, n.Y+4
		m.at[x.Code] = len(m.Nodes)
		m.Nodes = append(m.Nodes, n)
	}
}

// arrows draws one arrow per pair of nodes with the numbers of its loads.
func (m *mapSketch) arrows(d dispatching.Duty) {
	type pair struct{ from, to string }
	numbers, hints, late := map[pair][]string{}, map[pair][]string{}, map[pair]bool{}
	var pairs []pair
	for i, l := range d.Loads {
		if !underway(l) {
			continue
		}
		p := pair{l.From, l.To}
		if numbers[p] == nil {
			pairs = append(pairs, p)
		}
		numbers[p] = append(numbers[p], fmt.Sprint(i+1))
		hints[p] = append(hints[p], fmt.Sprintf("%d 号：%s 第 %d 车，%s → %s", i+1, l.Order.Number, l.No, l.Depot.Name, l.Target.Name))
		late[p] = late[p] || l.Late
	}
	for _, p := range pairs {
		a, okA := m.at[p.from]
		b, okB := m.at[p.to]
		if !okA || !okB {
			continue
		}
		w := m.arrow(m.Nodes[a], m.Nodes[b], a == b)
		w.Late, w.Badge, w.Hint = late[p], strings.Join(numbers[p], "·"), strings.Join(hints[p], "\n")
		if len(numbers[p]) > 3 {
			w.Badge = fmt.Sprintf("%s…共%d", strings.Join(numbers[p][:2], "·"), len(numbers[p]))
		}
		w.BadgeWidth = 8 + 7*len([]rune(w.Badge))
		w.BadgeLeft = w.BadgeX - w.BadgeWidth/2
		m.Arrows = append(m.Arrows, w)
	}
}

// arrow bends from one node to another, so that both ways can be told apart;
// within one node, or between two on top of each other, it is a loop.
func (m *mapSketch) arrow(a, b view.MapNode, loop bool) view.MapArrow {
	ax, ay, bx, by := float64(a.X), float64(a.Y), float64(b.X), float64(b.Y)
	long := math.Hypot(bx-ax, by-ay)
	if loop || long < 2*mapRadius {
		x, y := a.X, a.Y-mapRadius
		return view.MapArrow{Path: fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x-3, y, x-22, y-26, x+22, y-26, x+4, y-2), Head: headAt(float64(x+3), float64(y), 0.35, 1), BadgeX: x, BadgeY: y - 22}
	}
	bend := min(long*0.16, 34)
	cx, cy := (ax+bx)/2-(by-ay)/long*bend, (ay+by)/2+(bx-ax)/long*bend
	start := math.Hypot(cx-ax, cy-ay)
	end := math.Hypot(bx-cx, by-cy)
	sx, sy := ax+(cx-ax)/start*(mapRadius+2), ay+(cy-ay)/start*(mapRadius+2)
	dx, dy := (bx-cx)/end, (by-cy)/end
	tx, ty := bx-dx*(mapRadius+2), by-dy*(mapRadius+2)
	return view.MapArrow{Path: fmt.Sprintf("M%.0f %.0fQ%.0f %.0f %.0f %.0f", sx, sy, cx, cy, tx-dx*6, ty-dy*6), Head: headAt(tx, ty, dx, dy),
		BadgeX: int(ax/4 + cx/2 + bx/4), BadgeY: int(ay/4 + cy/2 + by/4)}
}

// headAt is an arrow's head with its tip at a point, pointing in a direction.
func headAt(x, y, dx, dy float64) string {
	long := math.Hypot(dx, dy)
	dx, dy = dx/long, dy/long
	return fmt.Sprintf("%.1f,%.1f %.1f,%.1f %.1f,%.1f", x, y, x-dx*9-dy*4.5, y-dy*9+dx*4.5, x-dx*9+dy*4.5, y-dy*9-dx*4.5)
}
