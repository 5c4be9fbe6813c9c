package view

import (
	"fmt"
	"time"

	"changbei/internal/order"
)

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
	case m < 48*60 && m%60 == 0:
		return fmt.Sprintf("%d 小时", m/60)
	case m < 48*60:
		return fmt.Sprintf("%d 小时 %d 分", m/60, m%60)
	case m/60%24 == 0:
		return fmt.Sprintf("%d 天", m/60/24)
	}
	return fmt.Sprintf("%d 天 %d 小时", m/60/24, m/60%24)
}
