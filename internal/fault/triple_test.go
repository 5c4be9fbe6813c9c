package fault

import (
	"testing"
	"time"

	"changbei/internal/inventory"
	"changbei/internal/store/storetest"
)

// TestR9TripleSubmit sends every form three times at the same moment, as an
// impatient finger does: one voucher, and all three answers lead to it.
func TestR9TripleSubmit(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		begun := time.Now()
		forms := count(3, 150, 5000)
		e, o := e.Fixed(t)
		d := newDesk(t, o)
		for range forms {
			form := d.receipt(inventory.NewKey())
			var led [3]string
			crowd(len(led), func(i int) {
				var err error
				if led[i], err = d.submit(d.addr, form); err != nil {
					t.Error(err)
				}
			})
			if led[0] != led[1] || led[1] != led[2] {
				t.Fatalf("three copies of one form lead to %v", led)
			}
			if err := d.once(form.Get("client_key"), led[0]); err != nil {
				t.Fatal(err)
			}
		}
		d.counts(t, forms)
		counted(t, begun, "R9", "%-6s %d forms sent three times at once: %d vouchers, all answers lead to them", e.Server, forms, forms)
	})
}
