package importing

import (
	"cmp"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/reading"
)

// levelOf tells a sheet that holds the minimum or the maximum of the lines that
// stand on another: so plans are given out.
func (p *Preview) levelOf(r *Row) reading.Field {
	level := sheetLevel(r.Sheet)
	if level == "" {
		return ""
	}
	for _, t := range p.Result.Tables {
		if t.DocKind == p.Kind && sheetLevel(t.Sheet) == "" {
			return level
		}
	}
	return ""
}

func sheetLevel(name string) reading.Field {
	switch {
	case strings.Contains(name, "最低"):
		return reading.Minimum
	case strings.Contains(name, "最高"):
		return reading.Maximum
	}
	return ""
}

// planAt is what one line is told by in a workbook.
type planAt struct {
	depot id.ID
	goods string
}

// planRows makes a line of each settled row, with its levels from columns of
// its own table or from sheets of their own.
func (p *Preview) planRows() {
	at := map[planAt]int{}
	says := p.saysLevels()
	for i := range p.Rows {
		r := &p.Rows[i]
		if !r.booked() || r.DepotID == 0 || *r.Quantity == 0 || p.levelOf(r) != "" {
			continue
		}
		key := planAt{r.DepotID, r.goodsKey()}
		if j, twice := at[key]; twice {
			r.fail(reading.Quantity, "第 %d 行 %s 格「%s」：%s的同一种物资已在 %s 格列过。请合并为一格，或勾选“不导入”。",
				r.Row.Row, r.Cell, r.Row.Item, r.Depot, p.Plan.planned[j].row.Cell)
			continue
		}
		at[key] = len(p.Plan.planned)
		p.Plan.planned = append(p.Plan.planned, planned{p.planLine(r), r})
	}
	for i := range p.Rows {
		if r := &p.Rows[i]; r.booked() && r.DepotID != 0 && p.levelOf(r) != "" {
			p.planLevel(r, at)
		}
	}
	base := p.Plan.baseLines()
	for i := range p.Plan.planned {
		one := &p.Plan.planned[i]
		one.line.Minimum, one.line.Maximum = max(one.line.Minimum, 0), max(one.line.Maximum, 0)
		inherit(&one.line, base[one.line.At()], says)
	}
}

// planLevel puts a row of a sheet of minima or maxima to its line.
func (p *Preview) planLevel(r *Row, at map[planAt]int) {
	i, there := at[planAt{r.DepotID, r.goodsKey()}]
	if !there {
		r.fail(reading.Quantity, "第 %d 行 %s 格「%s」：这里写了%s，但标准量的表里没有%s的这种物资。请补上标准量，或勾选“不导入”。",
			r.Row.Row, r.Cell, r.Row.Item, r.Sheet, r.Depot)
		return
	}
	l := &p.Plan.planned[i].line
	qty := r.Amount
	if !sameUnit(l.Unit, r) {
		qty = *r.Quantity
	}
	if p.levelOf(r) == reading.Minimum {
		l.Minimum = qty
	} else {
		l.Maximum = qty
	}
}

// sameUnit reports that a line is in the unit of the row's item itself.
func sameUnit(unit string, r *Row) bool {
	return r.Item == nil || catalog.Key(unit) == catalog.Key(r.Item.Unit)
}

// planLine makes the line of one row: in the row's own unit where that is a
// pack the catalogue knows, else in the item's.
func (p *Preview) planLine(r *Row) plan.Line {
	l := plan.Line{Scope: plan.Scope{Kind: plan.AtDepot, DepotID: r.DepotID}, Target: plan.Target{Kind: plan.OfItem}, Unit: clip(r.Unit, maxUnit), Standard: r.Amount,
		Forms: []plan.Form{plan.Physical}, Basis: plan.Basis{Kind: plan.Imported}, BasisText: clip("导入："+p.Batch.FileName, 300), Remark: clip(r.Remark, 300)}
	if r.Extra.Minimum != nil {
		l.Minimum = *r.Extra.Minimum
	}
	if r.Extra.Maximum != nil {
		l.Maximum = *r.Extra.Maximum
	}
	if r.Item == nil {
		return l
	}
	l.Target.ID, l.Unit = r.Item.ID, r.Item.Unit
	if pack, packed := r.Item.PackOf(r.Unit); packed {
		l.Unit, l.Standard = pack.Name, *r.Quantity
	} else if r.Packed != "" && *r.Quantity != 0 { // by an answer: the levels are in the same packs
		l.Minimum, l.Maximum = r.unpacked(l.Minimum), r.unpacked(l.Maximum)
	}
	return l
}

// unpacked converts a figure of the row as its quantity was.
func (r *Row) unpacked(q quantity.Q) quantity.Q {
	return plan.Ratio{Num: int64(r.Amount), Den: int64(*r.Quantity)}.Down(q)
}

// levels says which levels a workbook speaks of.
type levels struct{ minimum, maximum bool }

func (p *Preview) saysLevels() levels {
	var says levels
	for i := range p.Rows {
		r := &p.Rows[i]
		if r.Aside || r.Skipped {
			continue
		}
		level := p.levelOf(r)
		says.minimum = says.minimum || level == reading.Minimum || r.Extra.Minimum != nil
		says.maximum = says.maximum || level == reading.Maximum || r.Extra.Maximum != nil
	}
	return says
}

// inherit takes from the line before what a workbook says nothing of. The
// levels stay on their side of the standard.
func inherit(l *plan.Line, base *plan.Line, says levels) {
	if base != nil && l.Target.ID != 0 {
		same := catalog.Key(l.Unit) == catalog.Key(base.Unit)
		l.Forms, l.Responsible, l.Fund, l.Remark = base.Forms, base.Responsible, base.Fund, cmp.Or(l.Remark, base.Remark)
		if same && !says.minimum {
			l.Minimum = min(base.Minimum, l.Standard)
		}
		if same && !says.maximum && base.Maximum != 0 {
			l.Maximum = max(base.Maximum, l.Standard)
		}
		if same && l.Standard == base.Standard {
			l.Basis, l.BasisText = base.Basis, base.BasisText
		}
	}
}

// baseLines finds a line of the base by where and what.
func (d *PlanDraft) baseLines() map[plan.At]*plan.Line {
	lines := make(map[plan.At]*plan.Line, len(d.ground.Lines))
	for i := range d.ground.Lines {
		lines[d.ground.Lines[i].At()] = &d.ground.Lines[i]
	}
	return lines
}

// planRest takes along the lines of the base that a workbook does not speak of:
// those of depots it does not name, and those no table by depot and item holds.
// They stand first, so that what overlaps them is told at its cell.
func (p *Preview) planRest() {
	d := p.Plan
	named := p.mapped()
	var rest []planned
	for _, l := range d.ground.Lines {
		byDepot := l.Scope.Kind == plan.AtDepot && l.Target.Kind == plan.OfItem
		if byDepot && slices.Contains(named, l.Scope.DepotID) {
			continue
		}
		if d.Rest++; !byDepot {
			d.Others++
		}
		rest = append(rest, planned{line: l})
	}
	if !d.Keep {
		return
	}
	for _, one := range rest {
		if plan.CheckLine(one.line, d.ground.Goods, d.ground.Depots) != nil {
			d.Fallen++
			continue
		}
		d.planned = append(d.planned, one)
	}
	slices.SortStableFunc(d.planned, func(a, b planned) int { return cmp.Compare(rankOf(a), rankOf(b)) })
}

func rankOf(one planned) int {
	if one.row == nil {
		return 0
	}
	return 1
}
