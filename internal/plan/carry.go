package plan

import (
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Carry is how far what is there carries people by one standard. Have is in
// the standard's unit.
type Carry struct {
	Standard Standard
	Have     quantity.Q
	People   int64 // that can be kept for the days asked for
	Days     int   // the people asked for can be kept, Unlimited without an end, 0 for what is needed once and does not do
}

// Unlimited says that something once given lasts: a tent, a quilt.
const Unlimited = -1

// mostDays bounds what is said of stores that would last for years.
const mostDays = 9999

// Carried is 保障人·天: how many people for how many days, and by what it is
// limited. Limits are indexes into Rows, -1 without any standard.
type Carried struct {
	People     int64 // asked for
	Days       int
	Rows       []Carry
	Kept       int64 // people that can be kept for Days
	KeptLimit  int
	Lasts      int // days what is used up daily lasts for People; Unlimited without any
	LastsLimit int
	Lacks      []int // what is needed once and is not there for all of People
	PersonDays int64 // Kept × Days
}

// CarryOf tells how far stock carries. have gives what counts toward a standard
// in its unit.
func CarryOf(standards []Standard, have func(Standard) quantity.Q, people int64, days int) Carried {
	out := Carried{People: people, Days: days, KeptLimit: -1, LastsLimit: -1, Lasts: Unlimited}
	for _, s := range standards {
		c := Carry{Standard: s, Have: have(s), Days: Unlimited}
		c.People = int64(c.Have) / s.each(days)
		if people > 0 {
			c.Days = s.lasts(c.Have, people)
		}
		at := len(out.Rows)
		out.Rows = append(out.Rows, c)
		if out.KeptLimit < 0 || c.People < out.Kept {
			out.Kept, out.KeptLimit = c.People, at
		}
		switch {
		case c.Days == Unlimited:
		case !s.Daily:
			out.Lacks = append(out.Lacks, at)
		case out.Lasts == Unlimited || c.Days < out.Lasts:
			out.Lasts, out.LastsLimit = c.Days, at
		}
	}
	out.PersonDays = out.Kept * int64(days)
	return out
}

// each is what one person needs for some days, in thousandths of the unit.
func (s Standard) each(days int) int64 {
	if s.Daily {
		return max(1, int64(s.Per)*int64(max(days, 1)))
	}
	return max(1, int64(s.Per))
}

// Need is what people need for some days, rounded up to what the goods'
// decimals allow.
func (s Standard) Need(people int64, days, decimals int) quantity.Q {
	q := quantity.Q(people * s.each(days))
	step := quantity.One
	for range decimals {
		step /= 10
	}
	if rest := q % step; rest != 0 {
		q += step - rest
	}
	return q
}

func (s Standard) lasts(have quantity.Q, people int64) int {
	daily := max(1, people*max(1, int64(s.Per)))
	if !s.Daily {
		if int64(have) >= daily {
			return Unlimited
		}
		return 0
	}
	return int(min(int64(have)/daily, mostDays))
}

// Having adds up what some depots hold toward a standard, in its unit.
func (s Sight) Having(depots []id.ID, st Standard) quantity.Q {
	var sum quantity.Q
	for _, c := range s.Goods.Counting(st.Target, st.Unit) {
		for _, d := range depots {
			if a, there := s.Stock[d][c.ItemID]; there {
				sum += c.Ratio.Down(a.Usable())
			}
		}
	}
	return sum
}

// Needed keeps the standards in use that a case of disaster asks for, "" = any.
func Needed(standards []Standard, disaster string) []Standard {
	var list []Standard
	for _, s := range standards {
		if !s.Retired && (disaster == "" || s.For(disaster)) {
			list = append(list, s)
		}
	}
	return list
}
