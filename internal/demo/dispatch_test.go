package demo_test

import (
	"testing"

	"changbei/internal/access"
	"changbei/internal/demo"
	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// The three responses stand as the stories tell, and a second attempt at
// telling them adds nothing.
func TestTheDemoHasNightsBehindItAndOneRunning(t *testing.T) {
	d := deps(storetest.SQLite().Open(t, clock), demo.Size{Streets: 4, Months: 2})
	d.Dispatching = dispatching.New(d.Store)
	fill(t, d)
	leader := access.Actor{ID: 2, Name: "领导", Grants: []access.Grant{{Role: access.Leader}}}
	list, err := d.Dispatching.Responses(ctx, leader)
	if err != nil || len(list) != 3 {
		t.Fatalf("%v %v", list, err)
	}
	states := map[order.ResponseStatus]int{}
	for _, r := range list {
		states[r.Status]++
	}
	if states[order.Running] != 1 || states[order.Over] != 1 || states[order.Settled] != 1 {
		t.Errorf("%v", states)
	}
	p, err := d.Dispatching.Orders(ctx, leader, dispatching.OrderQuery{})
	if err != nil || len(p.Orders) != 7 {
		t.Errorf("%d orders, %v", len(p.Orders), err)
	}
	papers, err := d.Dispatching.MissingPapers(ctx, leader)
	if err != nil || len(papers) != 2 || !papers[0].Late(noon.UnixMicro()) {
		t.Errorf("%v %v", papers, err)
	}
	balanced(t, d)
	if err := d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.PutSetting(ctx, "demo.filled", "") }); err != nil {
		t.Fatal(err)
	}
	fill(t, d) // as after one that was cut off
	if p, err = d.Dispatching.Orders(ctx, leader, dispatching.OrderQuery{}); err != nil || len(p.Orders) != 7 {
		t.Errorf("told again: %d orders, %v", len(p.Orders), err)
	}
	balanced(t, d)
}
