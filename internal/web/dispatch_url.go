package web

import (
	"time"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/web/view"
)

func orderURL(of id.ID) string          { return "/orders/" + of.String() }
func loadURL(shipment id.ID) string     { return "/loads/" + shipment.String() }
func responseURL(response id.ID) string { return "/responses/" + response.String() }
func requestURL(request id.ID) string   { return "/requests/" + request.String() }

func between(from, to int64) string { return view.Span(time.Duration(to-from) * time.Microsecond) }

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
