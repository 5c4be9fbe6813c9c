package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// relief is a desk in an emergency: a response that runs, two kinds of goods at
// the district's depot, a street that needs them.
type relief struct {
	*desk
	response      order.Response
	center, gtl   place.Depot
	first, second dispatching.FreeItem
}

// newRelief begins a response; wordFirst lets goods leave on a phone call.
func newRelief(t testing.TB, wordFirst bool) *relief {
	t.Helper()
	r := &relief{desk: newDesk(t)}
	r.center, r.gtl = r.depot(t, "WC01"), r.depot(t, "GTL")
	var err error
	if r.response, err = r.uses.Dispatching.BeginResponse(context.Background(), r.actor(t, "leader"), dispatching.ResponseInput{Nature: order.Real, Name: "湘江<i>洪水</i>", Level: 3, WordFirst: wordFirst, BegunAt: "11:00"}); err != nil {
		t.Fatal(err)
	}
	free, err := r.uses.Dispatching.FreeAt(context.Background(), r.actor(t, "planner"), r.center.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range free {
		switch {
		case f.Serial || f.Decimals > 0 || f.Free < quantity.Of(60):
		case r.first.ID == 0:
			r.first = f
		case r.second.ID == 0:
			r.second = f
		}
	}
	if r.second.ID == 0 {
		t.Fatal("the demo has no two kinds of goods to send")
	}
	return r
}

// actor is a demo person as use cases know them.
func (d *desk) actor(t testing.TB, login string) access.Actor {
	t.Helper()
	a := d.account(t, login)
	return access.Actor{ID: a.ID, Login: a.Login, Name: a.Name, Grants: a.Grants}
}

// toPoint is the street's shelter, for which the street's people sign.
func (r *relief) toPoint() dispatching.TargetInput {
	return dispatching.TargetInput{DeskID: r.gtl.ID, Name: "高塘岭<b>中学</b>", Contact: "李红梅", Phone: "0731-8806 转 8"}
}

func (r *relief) line(it catalog.Item, qty string) dispatching.LineInput {
	return dispatching.LineInput{DepotID: r.center.ID, ItemID: it.ID, Qty: qty}
}

// propose draws an order up to the shelter, or to another target.
func (r *relief) propose(t testing.TB, lines ...dispatching.LineInput) order.Order {
	t.Helper()
	o, err := r.uses.Dispatching.Propose(context.Background(), r.actor(t, "planner"), dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: r.response.ID, Reason: "应急调拨",
		Targets: []dispatching.TargetInput{r.toPoint()}, Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// approved is an order that may leave.
func (r *relief) approved(t testing.TB, lines ...dispatching.LineInput) order.Order {
	t.Helper()
	o, err := r.uses.Dispatching.Approve(context.Background(), r.actor(t, "leader"), dispatching.DecisionInput{OrderID: r.propose(t, lines...).ID, DocumentNo: "望应急调〔2026〕7号"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// sent is an order whose only load is on the road.
func (r *relief) sent(t testing.TB, lines ...dispatching.LineInput) order.Order {
	t.Helper()
	o := r.approved(t, lines...)
	if _, err := r.uses.Dispatching.Leave(context.Background(), r.actor(t, "keeper"), dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID, Plate: "湘A12345", Driver: "张师傅"}); err != nil {
		t.Fatal(err)
	}
	return r.order(t, o.ID)
}

// byWord is an order given on the phone, on the road.
func (r *relief) byWord(t testing.TB, qty string) order.Order {
	t.Helper()
	o, err := r.uses.Dispatching.SendByWord(context.Background(), r.actor(t, "keeper"), dispatching.WordInput{DepotID: r.center.ID, WordOf: "贺志远",
		OrderInput: dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: r.response.ID, Targets: []dispatching.TargetInput{r.toPoint()},
			Lines: []dispatching.LineInput{{ItemID: r.first.ID, Qty: qty}}}})
	if err != nil {
		t.Fatal(err)
	}
	return r.order(t, o.ID)
}

func (r *relief) order(t testing.TB, of id.ID) order.Order {
	t.Helper()
	o, err := r.store.Read().Order(context.Background(), of)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func orderPath(o order.Order) string { return "/orders/" + o.ID.String() }

func loadPath(o order.Order, n int) string { return "/loads/" + o.Shipments[n].ID.String() }

// mustCheck fails unless the books are in order.
func (d *desk) mustCheck(t testing.TB) {
	t.Helper()
	report, err := d.uses.Inventory.Check(context.Background(), nil)
	if err != nil || !report.OK() {
		t.Errorf("check: %v %v", err, report.Differences)
	}
}

// clean fails when a page carries markup that somebody typed.
func (p *page) clean(t testing.TB) *page {
	t.Helper()
	if strings.Contains(p.Body, "<b>中学") || strings.Contains(p.Body, "<i>洪水") {
		t.Errorf("%s carries what was typed as markup", p.URL)
	}
	return p
}

// typed makes the fields of a form from pairs.
func typed(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func lineField(key string, line order.ShipmentLine) string {
	return fmt.Sprintf("%s.%s", key, line.ID)
}
