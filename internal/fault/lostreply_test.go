package fault

import (
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/inventory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// TestR8LostReplyOfTheDatabase cuts the wire between the product and MariaDB:
// at any byte of questions and answers, and at the answer to a COMMIT, of which
// nobody then knows whether it was carried out.
func TestR8LostReplyOfTheDatabase(t *testing.T) {
	begun := time.Now()
	cuts := int64(count(6, 250, 2500))
	o := storetest.MySQL().Options(t)
	u, err := url.Parse(o.MySQL)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, u.Host)
	h := newHouse(t, store.Options{MySQL: strings.Replace(o.MySQL, u.Host, w.addr, 1)})
	h.fill(t)
	m := newTeam(t, h)
	m.start(4)
	for _, c := range []cutter{{bytes: 40000}, {word: []byte("COMMIT"), share: 2}} {
		w.cut.Store(&c)
		for enough := w.cuts.Load() + cuts; w.cuts.Load() < enough; {
			time.Sleep(time.Millisecond)
		}
	}
	w.cut.Store(nil)
	m.end()
	m.allThere(storetest.Raw(t, o))
	counted(t, begun, "R8", "mysql  wire to the database cut %d times, %d of them at an answer: %d acknowledged, 0 lost, 0 twice; %s",
		w.cuts.Load(), w.lost.Load(), len(m.acked), m.answers())
}

// TestR8LostReplyOfTheProgram cuts the wire between browsers and the program at
// any byte of the answer. The person sends the form again until a page comes.
func TestR8LostReplyOfTheProgram(t *testing.T) {
	begun := time.Now()
	cuts := int64(count(4, 500, 5000))
	d := newDesk(t, store.Options{})
	w := newWire(t, d.addr)
	w.cut.Store(&cutter{bytes: 2000, answers: true})
	var forms, again atomic.Int64
	crowd(3, func(int) {
		for w.cuts.Load() < cuts && !t.Failed() {
			form, begun := d.receipt(inventory.NewKey()), time.Now()
			to, err := d.submit(w.addr, form)
			for ; err != nil; to, err = d.submit(w.addr, form) {
				if again.Add(1); errors.Is(err, errRefused) || time.Since(begun) > insistTime {
					t.Error(err)
					return
				}
			}
			forms.Add(1)
			if err := d.once(form.Get("client_key"), to); err != nil {
				t.Error(err)
			}
		}
	})
	w.cut.Store(nil)
	d.counts(t, int(forms.Load()))
	counted(t, begun, "R8", "sqlite wire to the browser cut %d times in an answer: %d forms, sent %d times more, 0 lost, 0 twice",
		w.lost.Load(), forms.Load(), again.Load())
}
