package web

import (
	"fmt"
	"strings"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/web/view"
)

// namedGoodsOfOrder is how many kinds of goods a row of a list names.
const namedGoodsOfOrder = 3

// amounts adds quantities up by item, in the order they came.
type amounts struct {
	order []id.ID
	sum   map[id.ID]quantity.Q
}

func (a *amounts) add(item id.ID, qty quantity.Q) {
	if a.sum == nil {
		a.sum = map[id.ID]quantity.Q{}
	}
	if _, seen := a.sum[item]; !seen {
		a.order = append(a.order, item)
	}
	a.sum[item] += qty
}

// text writes the first few: 救灾帐篷 12㎡ 20 顶、饮用水 500 瓶 等 3 种.
func (a *amounts) text(items map[id.ID]catalog.Item, most int) string {
	var parts []string
	for _, item := range a.order {
		if len(parts) == most {
			return strings.Join(parts, "、") + fmt.Sprintf(" 等 %d 种", len(a.order))
		}
		it := items[item]
		parts = append(parts, it.Label()+" "+a.sum[item].Grouped()+" "+it.Unit)
	}
	return strings.Join(parts, "、")
}

// orderGoods says what an order moves, but for what was given up.
func orderGoods(o order.Order, items map[id.ID]catalog.Item) string {
	var a amounts
	for _, l := range o.Lines {
		if left := l.Qty - l.Dropped; left > 0 || o.Status != order.Approved {
			a.add(l.ItemID, left)
		}
	}
	return a.text(items, namedGoodsOfOrder)
}

// loadGoods says what a load carries.
func loadGoods(sh order.Shipment, items map[id.ID]catalog.Item) string {
	var a amounts
	for _, l := range sh.Lines {
		a.add(l.ItemID, l.Qty)
	}
	return a.text(items, namedGoodsOfOrder)
}

// roadGoods says what of a load is still on the road.
func roadGoods(sh order.Shipment, items map[id.ID]catalog.Item) string {
	var a amounts
	for _, l := range sh.Lines {
		if l.OnRoad() > 0 {
			a.add(l.ItemID, l.OnRoad())
		}
	}
	return a.text(items, namedGoodsOfOrder)
}

// namedEnds is how many depots or targets a row names.
const namedEnds = 2

func someOf(names []string) string {
	if len(names) > namedEnds {
		return strings.Join(names[:namedEnds], "、") + fmt.Sprintf(" 等 %d 处", len(names))
	}
	return strings.Join(names, "、")
}

func orderFrom(o order.Order, depots map[id.ID]place.Depot) string {
	var names []string
	for _, d := range o.Depots() {
		names = append(names, shortDepot(depots[d].Name))
	}
	return someOf(names)
}

func orderTo(o order.Order) string {
	var names []string
	for _, t := range o.Targets {
		names = append(names, shortDepot(t.Name))
	}
	return someOf(names)
}

// loadStages are the words for how many loads are how far.
var loadStages = []struct {
	statuses []order.ShipmentStatus
	word     string
}{
	{[]order.ShipmentStatus{order.Allocated}, "待备货"}, {[]order.ShipmentStatus{order.Picked}, "待发出"}, {[]order.ShipmentStatus{order.Left}, "在途"},
	{[]order.ShipmentStatus{order.Arrived}, "已到待签"}, {[]order.ShipmentStatus{order.Signed}, "已签收"}, {[]order.ShipmentStatus{order.ShipmentCancelled}, "已取消"},
}

// progress says how far the loads of an order are: 1 车在途，1 车已签收.
func progress(o order.Order) string {
	var parts []string
	for _, stage := range loadStages {
		n := 0
		for _, sh := range o.Shipments {
			for _, st := range stage.statuses {
				if sh.Status == st {
					n++
				}
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d 车%s", n, stage.word))
		}
	}
	return strings.Join(parts, "，")
}

// since says how long ago an instant was.
func (s *Server) since(at int64) string {
	return view.Span(s.Store.Now().Sub(time.UnixMicro(at)))
}

// waited says how long something waits since an instant.
func (s *Server) waited(at int64) string {
	if s.Store.Now().Sub(time.UnixMicro(at)) < time.Minute {
		return "刚刚"
	}
	return "已等 " + s.since(at)
}

func between(from, to int64) string { return view.Span(time.Duration(to-from) * time.Microsecond) }

// shortWhen is an instant without its year, for places that show many.
func shortWhen(at int64) string {
	if text := view.When(at); text != "" {
		return text[len("2006-"):]
	}
	return ""
}

func loadName(sh order.Shipment) string { return fmt.Sprintf("第 %d 车", sh.No) }

func orderURL(of id.ID) string          { return "/orders/" + of.String() }
func loadURL(shipment id.ID) string     { return "/loads/" + shipment.String() }
func responseURL(response id.ID) string { return "/responses/" + response.String() }
func requestURL(request id.ID) string   { return "/requests/" + request.String() }

// responseTags marks a response: what it is for, its level, and that goods may
// leave on a phone call.
func responseTags(r order.Response) []view.Tag {
	tags := []view.Tag{view.NatureTag(r.Nature)}
	if r.Level != 0 {
		tags = append(tags, view.Tag{Text: r.Level.Name(), Tone: "is-warn", Icon: "bell"})
	}
	if r.WordFirst {
		tags = append(tags, view.WordTag)
	}
	if r.Status != order.Running {
		tags = append(tags, view.Tag{Text: r.Status.Name(), Icon: "clock"})
	}
	return tags
}
