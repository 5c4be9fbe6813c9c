package view

import (
	"fmt"
	"time"

	"changbei/internal/order"
)

// DispatchDesk is the 调度台: what waits for the person looking.
type DispatchDesk struct {
	Base
	MayWord, MayPropose bool
	Figures             []Kpi
	Responses           []RunningResponse
	Lists               []DeskList
	Papers              []OwedPapers
	Late                int // of them
	Empty               Empty
}

// RunningResponse is a response that runs or is not settled yet.
type RunningResponse struct {
	Name, URL, Since string
	Tags             []Tag
}

// DeskList is one kind of thing that waits.
type DeskList struct {
	ID, Heading, Hint, Icon string
	Rows                    []DeskRow
}

// DeskRow is an order or a load that waits, and what is to be done with it.
type DeskRow struct {
	URL, Number, Do string
	Tags            []Tag
	Goods           string
	From, To        string
	Who, Waited     string
}

// OwedPapers are the papers one order still owes, and the clock that runs.
type OwedPapers struct {
	Number, URL, Due string
	Kinds            []string
	Left             Tag
}

// OrderList is the list of dispatch orders (调拨指令).
type OrderList struct {
	Base
	MayWord, MayPropose         bool
	Statuses, Responses, Depots []Option
	Number                      string // as typed
	Filtered                    bool
	Rows                        []OrderRow
	Pager                       Pager
	Empty                       Empty
}

// Refuse says what is wrong with the filter, above the page and where the rows
// would be.
func (l *OrderList) Refuse(sentence string) {
	l.Flash = append(l.Flash, Flash{Kind: "warn", Text: sentence})
	l.Empty = Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: sentence, URL: "/orders", Do: "重新查询"}
}

// OrderRow is an order in a list.
type OrderRow struct {
	Number, URL     string
	Status          Tag
	Nature          Tag
	ByWord          bool
	Goods, From, To string
	Response        string
	Progress        string // 1 车在途，1 车已签收
	Who, At         string
}

var orderTones = map[order.Status]Tag{
	order.Proposed:  {Tone: "is-warn", Icon: "hourglass-high"},
	order.Approved:  {Tone: "is-info", Icon: "truck-delivery"},
	order.Refused:   {Tone: "is-bad", Icon: "circle-x"},
	order.Cancelled: {Icon: "ban"},
	order.Done:      {Tone: "is-ok", Icon: "circle-check"},
}

// OrderTag marks what was decided on an order.
func OrderTag(s order.Status) Tag {
	t := orderTones[s]
	t.Text = s.Name()
	return t
}

var loadTones = map[order.ShipmentStatus]Tag{
	order.Allocated:         {Tone: "is-warn", Icon: "packages"},
	order.Picked:            {Tone: "is-warn", Icon: "checks"},
	order.Left:              {Tone: "is-info", Icon: "truck"},
	order.Arrived:           {Tone: "is-info", Icon: "map-pin"},
	order.Signed:            {Tone: "is-ok", Icon: "circle-check"},
	order.ShipmentCancelled: {Icon: "ban"},
}

// LoadTag marks how far a load is. One that was signed for with something
// missing is not done with.
func LoadTag(s order.Shipment) Tag {
	if s.Status == order.Signed && s.OnRoad() > 0 {
		return Tag{Text: "已签收，有缺少待查明", Tone: "is-bad", Icon: "alert-triangle"}
	}
	t := loadTones[s.Status]
	t.Text = s.Status.Name()
	return t
}

// NatureTag says what a response or order is for; a daily one needs no mark.
func NatureTag(n order.Nature) Tag {
	switch n {
	case order.Real:
		return Tag{Text: n.Name(), Tone: "is-bad", Icon: "bolt"}
	case order.Drill:
		return Tag{Text: n.Name(), Tone: "is-info", Icon: "flag"}
	case order.Preposition:
		return Tag{Text: n.Name(), Icon: "map-pin"}
	}
	return Tag{Text: n.Name()}
}

// WordTag marks an order given on a phone call.
var WordTag = Tag{Text: "先调后补", Tone: "is-warn", Icon: "phone"}

// urgentHours is how long before its hour a missing paper is urgent.
const urgentHours = 12

// DueTag is the clock of a missing paper: what is left, or how late it is.
func DueTag(due, now int64) Tag {
	switch left := time.Duration(due-now) * time.Microsecond; {
	case left < 0:
		return Tag{Text: "逾期 " + Span(-left), Tone: "is-bad", Icon: "clock-exclamation"}
	case left < urgentHours*time.Hour:
		return Tag{Text: "剩 " + Span(left), Tone: "is-warn", Icon: "hourglass-high"}
	default:
		return Tag{Text: "剩 " + Span(left), Tone: "is-info", Icon: "clock"}
	}
}

// Span words how long something took: minutes, hours and minutes, days.
func Span(d time.Duration) string {
	m := int(d / time.Minute)
	switch {
	case m < 1:
		return "不到 1 分钟"
	case m < 60:
		return fmt.Sprintf("%d 分钟", m)
	case m <= 48*60 && m%60 == 0:
		return fmt.Sprintf("%d 小时", m/60)
	case m <= 48*60:
		return fmt.Sprintf("%d 小时 %d 分", m/60, m%60)
	case m/60%24 == 0:
		return fmt.Sprintf("%d 天", m/60/24)
	}
	return fmt.Sprintf("%d 天 %d 小时", m/60/24, m/60%24)
}
