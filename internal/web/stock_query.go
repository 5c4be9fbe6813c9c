package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/web/form"
)

// The arrangements of the stock list.
const (
	byItem     = "item"
	byLot      = "lot"
	byDepot    = "depot"
	byCategory = "category"
)

var stockTabs = []struct{ by, label string }{{byItem, "按物资"}, {byLot, "按批次"}, {byDepot, "按储备库"}, {byCategory, "按类别"}}

// stockExpiries are the choices of the expiry filter. What has expired is a
// choice of its own, so that a list is as long as the figure that leads to it.
var stockExpiries = []struct {
	value, label string
	days         int // ahead of today
}{{"expired", "已过期", -1}, {"30", "30 天内到期", 30}, {"90", "90 天内到期", 90}, {"180", "180 天内到期", 180}}

// stateBarred narrows the list to what is there and may not leave: held lots
// and goods in quarantine.
const stateBarred = "barred"

var stockStates = []struct{ value, label string }{{stateBarred, "冻结/待检"}}

// maxStockText bounds what a filter field may hold; no name or lot is longer.
const maxStockText = 100

// stockQuery is the filter of the stock list as the URL says it.
type stockQuery struct {
	by       string
	depot    id.ID
	category id.ID
	text     string
	lot      string
	expiry   string
	state    string // "" or stateBarred
	after    string
}

// readStockQuery reads the URL. A wrong value is an error beside the rest of
// the query, so that the page still shows what was asked.
func readStockQuery(r *http.Request) (stockQuery, error) {
	f := form.Query(r)
	q := stockQuery{by: f.Text("by"), depot: f.ID("depot"), category: f.ID("category"), text: f.Text("q"), lot: f.Text("lot"),
		expiry: f.Text("expiry"), state: f.Text("state"), after: f.Text("after")}
	if q.by == "" {
		q.by = byItem
	}
	switch {
	case f.Err() != nil:
		return q, errs.New(errs.Invalid, "储备库或类别有误，请从列表中重新选择。")
	case !slices.ContainsFunc(stockTabs, func(t struct{ by, label string }) bool { return t.by == q.by }):
		q.by = byItem
		return q, errs.New(errs.Invalid, "没有这种列法，请在上面选择按物资、批次、储备库或类别。")
	case q.state != "" && q.state != stateBarred:
		return q, errs.New(errs.Invalid, "状态有误，请从列表中重新选择。")
	case len([]rune(q.text)) > maxStockText || len([]rune(q.lot)) > maxStockText:
		return q, errs.New(errs.Invalid, "物资或批号的条件太长，请缩短到 %d 个字以内。", maxStockText)
	}
	if _, _, ok := q.expires(day.Day{First: "2000-01-01"}); !ok {
		return q, errs.New(errs.Invalid, "效期条件有误，请从列表中重新选择。")
	}
	return q, nil
}

// expires gives the first and last day of the expiry filter, "" for none.
func (q stockQuery) expires(today day.Day) (from, by string, ok bool) {
	for _, e := range stockExpiries {
		switch {
		case e.value != q.expiry:
		case e.days < 0:
			return "", today.AddDays(e.days).First, true
		default:
			return today.First, today.AddDays(e.days).First, true
		}
	}
	return "", "", q.expiry == ""
}

// check refuses a depot or category that the actor's lists do not hold.
func (q stockQuery) check(depots []place.Depot, categories []catalog.Category) error {
	if q.depot != 0 && !slices.ContainsFunc(depots, func(d place.Depot) bool { return d.ID == q.depot }) {
		return errs.New(errs.Invalid, "没有这个储备库，或您无权查看，请从列表中重新选择。")
	}
	if q.category != 0 && !slices.ContainsFunc(categories, func(c catalog.Category) bool { return c.ID == q.category }) {
		return errs.New(errs.Invalid, "没有这个物资类别，请从列表中重新选择。")
	}
	return nil
}

// effective drops what the arrangement cannot be narrowed by: the form of the
// depots has no such fields, and a filter nobody sees must not count.
func (q stockQuery) effective() stockQuery {
	if q.by == byDepot {
		q.text, q.lot, q.expiry, q.state = "", "", "", ""
	}
	return q
}

func (q stockQuery) filtered() bool {
	return q.depot != 0 || q.category != 0 || q.text != "" || q.lot != "" || q.expiry != "" || q.state != ""
}

// url writes the query behind a path, empty fields left out.
func (q stockQuery) url(path string) string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"by", q.by}, {"depot", idText(q.depot)}, {"category", idText(q.category)},
		{"q", q.text}, {"lot", q.lot}, {"expiry", q.expiry}, {"state", q.state}, {"after", q.after}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	return withQuery(path, v)
}

func (q stockQuery) at(by string) stockQuery {
	q.by, q.after = by, ""
	return q
}

// idText writes an id for a URL; none is "".
func idText(i id.ID) string {
	if i == 0 {
		return ""
	}
	return i.String()
}

func withQuery(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// stockAfterMark parts the pieces of a page's key; no code holds it.
const stockAfterMark = "~"

// point reads the page's key into a filter: the item's code, and for lots the
// depot's code, the lot and the place as well.
func (q stockQuery) point(f *inventory.StockFilter) error {
	if q.after == "" {
		return nil
	}
	bad := errs.New(errs.Invalid, "翻页的位置有误，请从第一页重新查看。")
	parts := strings.Split(q.after, stockAfterMark)
	if len(q.after) > maxStockText || parts[0] == "" {
		return bad
	}
	switch {
	case q.by == byItem && len(parts) == 1:
		f.AfterCode = parts[0]
	case q.by == byLot && len(parts) == 4 && id.Parse(parts[2]) > 0 && id.Parse(parts[3]) > 0:
		f.AfterCode, f.AfterDepot, f.AfterLot, f.AfterPlace = parts[0], parts[1], id.Parse(parts[2]), id.Parse(parts[3])
	default:
		return bad
	}
	return nil
}
