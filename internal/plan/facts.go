package plan

import (
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// Figure is a basis figure (测算基数): people to be moved of a street, km of its
// dikes. The newest of an area, a name and a year counts. Value is in
// thousandths of Unit.
type Figure struct {
	ID         id.ID
	Division   string // official code
	Name       string
	Unit       string
	Year       int
	Value      quantity.Q
	Source     string
	ActorName  string
	RecordedAt int64
}

// MovedPeople is the name of the figure that 保障人·天 and scenarios begin with.
const MovedPeople = "需转移人口"

// Standard is what one moved person needs of something (保障标准), in thousandths
// of Unit. Cases are the disasters it is needed in, none = all. Example marks
// a shipped value, which is no rule of anybody's.
type Standard struct {
	ID       id.ID
	Name     string
	Target   Target
	Unit     string
	Per      quantity.Q
	Daily    bool // each day anew, else once
	Cases    []string
	Source   string
	Example  bool
	Position int
	Retired  bool
	LockNo   int64
}

// Deal is an agreement with a firm (协议、产能、社会): a promise and never stock.
type Deal struct {
	ID           id.ID
	Number       string
	Form         Form
	Firm         string
	Contact      string // 紧急调用联系人
	Phone        string
	Address      string
	FromOn, ToOn string
	LeadHours    int // from the call to the goods
	VerifiedOn   string
	VerifiedName string
	Remark       string
	Ended        bool
	EndedOn      string // the day it was ended, before which it held
	LockNo       int64
	Goods        []DealItem
}

// DealItem is what an agreement promises of an item, in its unit.
type DealItem struct {
	ItemID id.ID
	Qty    quantity.Q
	Price  *money.Fen // per unit, nil = not agreed
}

// Holds reports that the agreement can be called up on a day, or could be on a
// day gone by.
func (d Deal) Holds(on string) bool {
	return (!d.Ended || on < d.EndedOn) && d.FromOn <= on && on <= d.ToOn
}

// Promise is what agreements of one form promise of an item on a day.
type Promise struct {
	DealID    id.ID
	Form      Form
	ItemID    id.ID
	Qty       quantity.Q
	LeadHours int
	Price     *money.Fen
}

// Promises lists what holds on a day, soonest there first.
func Promises(deals []Deal, on string) []Promise {
	var list []Promise
	for _, d := range deals {
		if !d.Holds(on) {
			continue
		}
		for _, g := range d.Goods {
			list = append(list, Promise{d.ID, d.Form, g.ItemID, g.Qty, d.LeadHours, g.Price})
		}
	}
	sortPromises(list)
	return list
}

// ExpectedKind says why goods will come.
type ExpectedKind string

// A delivery of a purchase; a return of what was lent.
const (
	Delivery ExpectedKind = "delivery"
	GiveBack ExpectedKind = "return"
)

// ExpectedKinds lists them in the order forms show them.
var ExpectedKinds = []ExpectedKind{Delivery, GiveBack}

// Name gives the office's word.
func (k ExpectedKind) Name() string {
	switch k {
	case Delivery:
		return "采购到货"
	case GiveBack:
		return "借出归还"
	}
	return ""
}

// Expected is goods that will come to a depot by a day: they count in
// projections only, never as stock.
type Expected struct {
	ID        id.ID
	Kind      ExpectedKind
	DepotID   id.ID
	ItemID    id.ID
	Qty       quantity.Q
	DueOn     string
	Partner   string
	Reference string
	Status    string // ExpectedOpen, ExpectedDone, ExpectedCancelled
	ActorName string
	CreatedAt int64

	ClosedName string // of whoever closed it, "" = open
	ClosedAt   int64
}

// The statuses of what is expected. Only open ones count.
const (
	ExpectedOpen      = "open"
	ExpectedDone      = "done"      // the goods came
	ExpectedCancelled = "cancelled" // they will not
)

// Roads gives minutes between pairs of depots, either way round.
type Roads map[[2]id.ID]int

// Minutes between two depots; known is false for a pair nobody has filled in.
func (r Roads) Minutes(a, b id.ID) (minutes int, known bool) {
	if a == b {
		return 0, true
	}
	minutes, known = r[[2]id.ID{min(a, b), max(a, b)}]
	return minutes, known
}
