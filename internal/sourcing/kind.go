package sourcing

import (
	"strconv"
)

// Kind is one of the three plans a dispatch is offered.
type Kind int

// The plans.
const (
	Fastest       Kind = iota // 最快到达
	KeepMinimum               // 保留底线
	ExpiringFirst             // 先到期先用
)

// Kinds lists them in the order pages show them.
var Kinds = []Kind{Fastest, KeepMinimum, ExpiringFirst}

// Name gives the office's words.
func (k Kind) Name() string { return [...]string{"最快到达", "保留底线", "先到期先用"}[k] }

// Key stands for the plan in forms and addresses.
func (k Kind) Key() string { return [...]string{"fastest", "minimum", "expiring"}[k] }

// ParseKind reads what Key wrote.
func ParseKind(key string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Key() == key {
			return k, true
		}
	}
	return 0, false
}

// Rule says what the plan looks for, the first thing first.
func (k Kind) Rule() string {
	return [...]string{
		"先尽量满足各行需求；再少用行车时间未知的；再让最后一批最早到达；再让“数量×分钟”最少；再先本级、后上级，先用先到期的。",
		"任何仓库不低于计划最低数；在此之下尽量满足各行需求；再少用行车时间未知的；再先本级、后上级；再让最后一批最早到达、“数量×分钟”最少；再先用先到期的。",
		"先尽量满足各行需求；再按到期日从早到晚使用；再少用行车时间未知的；再让最后一批最早到达、“数量×分钟”最少；再先本级、后上级。",
	}[k]
}

// SharingRule says who gets what where there is not enough for all.
const SharingRule = "不够分时逐成分配：共用物资的各行都先满足一成，再满足两成，依次往上（一成不足一件的按一件）；同一成里按方案的次序分给到得快的或先到期的。"

// Measure is one thing an objective counts.
type Measure int

// The measures. Which comes before which is the kind's to say.
const (
	OfUnmet    Measure = iota // what is not met, the lower tenths of a need first
	OfUnknown                 // quantity over roads of unknown minutes
	OfArrival                 // the last arrival
	OfMinutes                 // quantity × minutes
	OfRank                    // quantity × rank of the depot
	OfExpiry                  // quantity × place of its expiry day
	OfQuantity                // quantity handed over
)

// Name gives the measure in words.
func (m Measure) Name() string {
	return [...]string{"满足数量", "用时未知的数量", "最后到达时间", "数量×分钟", "层级先后", "到期先后", "调出数量"}[m]
}

// order says where an objective counts a measure: its level in a cost. before
// levels come before the last arrival, which no cost can hold.
type order struct {
	unknown, minutes, rank, expiry int
	before                         int
}

// The first level of all is what is not met, the last the quantity itself.
const (
	unmetLevel    = 0
	quantityLevel = levels - 1
)

var orders = [...]order{
	Fastest:       {unknown: 1, minutes: 2, rank: 3, expiry: 4, before: 2},
	KeepMinimum:   {unknown: 1, rank: 2, minutes: 3, expiry: 4, before: 3},
	ExpiringFirst: {expiry: 1, unknown: 2, minutes: 3, rank: 4, before: 3},
}

// measure tells what a level counts.
func (o order) measure(level int) Measure {
	switch level {
	case unmetLevel:
		return OfUnmet
	case o.unknown:
		return OfUnknown
	case o.minutes:
		return OfMinutes
	case o.rank:
		return OfRank
	case o.expiry:
		return OfExpiry
	}
	return OfQuantity
}

func lineField(line int) string { return "line." + strconv.Itoa(line) }

func supplyField(i int) string { return "supply." + strconv.Itoa(i+1) }

// clip holds a message to one line, whatever it quotes.
func clip(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
