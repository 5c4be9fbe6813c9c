package sourcing

import (
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Need is a line of goods asked for at one receiving place. What its members
// count adds up to Qty, in the need's own unit.
type Need struct {
	Line     int
	Target   id.ID
	Members  []Member
	Qty      quantity.Q
	Decimals int
}

// Member is an item that serves a need: one of it counts Num ÷ Den of the
// need's unit, 1 ÷ 1 for the item asked for itself.
type Member struct {
	ItemID   id.ID
	Num, Den int64
}

// Supply is what is free and usable of a lot at one place, in the item's unit.
// Expires is the last good day in ISO 8601, "" = never, which comes last.
// A Serial item is counted in whole pieces whatever its unit allows.
type Supply struct {
	DepotID, ItemID, LotID, PlaceID id.ID
	Bin                             string
	Qty                             quantity.Q
	Expires                         string
	Decimals                        int
	Serial                          bool
}

// At names an item at a depot.
type At struct{ DepotID, ItemID id.ID }

// Rate is what one stock unit of an item weighs and fills; 0 = not known.
type Rate struct{ WeightGram, VolumeCm3 int64 }

// Vehicle is what one vehicle carries; 0 = not counted by that.
type Vehicle struct{ PayloadGram, SpaceCm3 int64 }

// Problem is all that a plan is made from. Road gives the minutes from a depot
// to a receiving place, nil = none is known. What a map does not name is 0.
type Problem struct {
	Needs    []Need
	Supplies []Supply
	Floors   map[At]quantity.Q // 计划最低数, in the item's unit
	Road     func(depot, target id.ID) (minutes int, known bool)
	Loading  map[id.ID]int // minutes to load, per depot
	Rank     map[id.ID]int // per depot: 0 = own level, higher = later
	Rates    map[id.ID]Rate
	Vehicle  Vehicle
}

// The bounds of a problem. They are far above any district's and keep every
// figure within 64 bits.
const (
	MaxNeeds    = 500
	MaxSupplies = 100_000
	MaxMinutes  = 24 * 60 // a day: no place of a district is farther
	MaxRank     = 1000
	maxRatio    = 1_000_000_000
	maxAsked    = 15 * quantity.Max
	maxRate     = 1_000_000_000_000
)

// Check says what is wrong with a problem: one Invalid error with every wrong
// field, named line.<no> or supply.<n>.
func (p Problem) Check() error {
	if len(p.Needs) == 0 {
		return errs.New(errs.Invalid, "没有需求行，请先填写要调拨的物资和数量。")
	}
	if len(p.Needs) > MaxNeeds {
		return errs.New(errs.Invalid, "需求有 %d 行，一次最多 %d 行，请分成几次调拨。", len(p.Needs), MaxNeeds)
	}
	if len(p.Supplies) > MaxSupplies {
		return errs.New(errs.Invalid, "可用库存有 %d 条，一次最多 %d 条，请缩小调出仓库的范围。", len(p.Supplies), MaxSupplies)
	}
	var c errs.Check
	p.checkNeeds(&c)
	p.checkSupplies(&c)
	p.checkFigures(&c)
	return c.Err()
}

func (p Problem) checkNeeds(c *errs.Check) {
	seen := map[int]bool{}
	asked := quantity.Q(0)
	for _, n := range p.Needs {
		field := lineField(n.Line)
		switch {
		case seen[n.Line]:
			c.Add(field, "第 %d 行出现了两次，请核对行号。", n.Line)
		case n.Qty <= 0 || n.Qty > quantity.Max:
			c.Add(field, "第 %d 行的数量 %s 应大于 0，且不超过十亿。", n.Line, n.Qty)
		case n.Decimals < 0 || n.Decimals > 3 || !n.Qty.Fits(n.Decimals):
			c.Add(field, "第 %d 行的数量 %s 的小数比计量单位允许的多，请修改。", n.Line, n.Qty)
		default:
			n.checkMembers(c)
			asked += n.Qty
		}
		seen[n.Line] = true
	}
	if asked > maxAsked {
		c.Add("lines", "各行需求合计太大，请分成几次调拨。")
	}
}

func (n Need) checkMembers(c *errs.Check) {
	seen := map[id.ID]bool{}
	for _, m := range n.Members {
		if seen[m.ItemID] {
			c.Add(lineField(n.Line), "第 %d 行有一种物资列了两次，请只留一次。", n.Line)
		}
		if m.Num <= 0 || m.Den <= 0 || m.Num > maxRatio || m.Den > maxRatio {
			c.Add(lineField(n.Line), "第 %d 行的折算比例 %d/%d 不对，应为正数。", n.Line, m.Num, m.Den)
		}
		seen[m.ItemID] = true
	}
}

func (p Problem) checkSupplies(c *errs.Check) {
	units := map[id.ID]Supply{}
	for i, s := range p.Supplies {
		first, known := units[s.ItemID]
		if !known {
			units[s.ItemID] = s
			first = s
		}
		switch {
		case s.Qty < 0 || s.Qty > quantity.Max:
			c.Add(supplyField(i), "可用数量 %s 不对，应为 0 到十亿。", s.Qty)
		case s.Decimals < 0 || s.Decimals > 3 || first.Decimals != s.Decimals || first.Serial != s.Serial:
			c.Add(supplyField(i), "同一种物资的计量方式前后不一，请核对物资目录。")
		case !isDay(s.Expires):
			c.Add(supplyField(i), "到期日“%s”不是日期，应为 2026-03-31 的样子。", clip(s.Expires))
		}
	}
}

// isDay reports an ISO day or none. Whether the month has that day is not
// asked: days are only put in order here.
func isDay(s string) bool {
	if s == "" {
		return true
	}
	if len(s) != len("2026-03-31") || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

func (p Problem) checkFigures(c *errs.Check) {
	for _, q := range p.Floors {
		if q < 0 || q > quantity.Max {
			c.Add("floor", "计划最低数 %s 不对，应为 0 到十亿。", q)
			break
		}
	}
	for _, minutes := range p.Loading {
		if minutes < 0 || minutes > MaxMinutes {
			c.Add("loading", "装车时间 %d 分钟不对，应为 0 到 %d。", minutes, MaxMinutes)
			break
		}
	}
	for _, rank := range p.Rank {
		if rank < 0 || rank > MaxRank {
			c.Add("rank", "仓库的层级次序 %d 不对，应为 0 到 %d。", rank, MaxRank)
			break
		}
	}
	for _, r := range p.Rates {
		if min(r.WeightGram, r.VolumeCm3) < 0 || max(r.WeightGram, r.VolumeCm3) > maxRate {
			c.Add("rate", "物资的单位重量或体积不对，请核对物资目录。")
			break
		}
	}
	if p.Vehicle.PayloadGram < 0 || p.Vehicle.SpaceCm3 < 0 {
		c.Add("vehicle", "车辆的载重或容积不能是负数。")
	}
}
