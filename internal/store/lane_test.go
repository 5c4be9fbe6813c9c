package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// post is a depot whose postings queue up.
type post struct {
	*store.Store
	depot id.ID
}

// newPost founds a depot that was posted at: from then on it has a queue.
func newPost(t *testing.T, e storetest.Engine) post {
	t.Helper()
	ctx, st := context.Background(), e.Open(t, nil)
	p := post{st, st.NewID()}
	err := st.Tx(ctx, func(tx *store.Tx) error {
		return tx.InsertDepot(ctx, place.Depot{ID: p.depot, Code: "A01", Name: "甲库", Tier: place.Township})
	})
	if err == nil {
		err = st.TxAt(ctx, p.depot, func(tx *store.Tx) error {
			_, err := tx.AssumeHead(ctx, p.depot, "")
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// crowd has one transaction hold the queue until all others stand behind it,
// so that they are committed together, and gives their errors.
func crowd(t *testing.T, st post, members ...func(*store.Tx) error) []error {
	t.Helper()
	ctx := context.Background()
	inside, all := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		first := true
		if err := st.TxAt(ctx, st.depot, func(*store.Tx) error {
			if first {
				first = false
				close(inside)
				<-all
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-inside
	out := make([]error, len(members))
	for i, m := range members {
		done.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					out[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			out[i] = st.TxAt(ctx, st.depot, m)
		})
		for st.Waiting(st.depot) <= i { // in the queue in this order
			runtime.Gosched()
		}
	}
	close(all)
	done.Wait()
	return out
}

func unit(name string) func(*store.Tx) error {
	return func(tx *store.Tx) error { return tx.InsertUnits(context.Background(), catalog.Unit{Name: name}) }
}

func units(t *testing.T, st post) map[string]bool {
	t.Helper()
	list, err := st.Read().Units(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]bool{}
	for _, u := range list {
		m[u.Name] = true
	}
	return m
}

func TestOneCommitForMany(t *testing.T) {
	storetest.Each(t, oneCommitForMany)
}

func oneCommitForMany(t *testing.T, e storetest.Engine) {
	ctx := context.Background()
	refuse := errs.New(errs.Invalid, "不行")
	t.Run("each succeeds or is refused alone", func(t *testing.T) {
		st := newPost(t, e)
		got := crowd(t, st, unit("a"),
			func(tx *store.Tx) error { return errors.Join(unit("b")(tx), refuse) },
			unit("a"), // a duplicate of one in the same commit
			unit("c"))
		if got[0] != nil || !errors.Is(got[1], errs.Invalid) || !errors.Is(got[2], store.ErrDuplicate) || got[3] != nil {
			t.Errorf("errors %v", got)
		}
		if u := units(t, st); !u["a"] || u["b"] || !u["c"] {
			t.Errorf("units %v", u)
		}
	})
	t.Run("nobody is answered before the commit", func(t *testing.T) {
		st := newPost(t, e)
		var early map[string]bool
		got := crowd(t, st, unit("a"), func(tx *store.Tx) error {
			early = units(t, st) // as everybody else sees it
			return nil
		})
		if got[0] != nil || got[1] != nil || early["a"] {
			t.Errorf("errors %v, seen early %v", got, early)
		}
	})
	t.Run("when the whole transaction breaks, each is run again alone", func(t *testing.T) {
		st := newPost(t, e)
		runs := 0
		got := crowd(t, st, unit("a"), func(tx *store.Tx) error {
			if runs++; runs == 1 {
				return errors.Join(unit("b")(tx), tx.Exec(ctx, "ROLLBACK")) // as an engine does that runs out of disk
			}
			return unit("b")(tx)
		}, unit("c"))
		if got[0] != nil || got[1] != nil || got[2] != nil || runs != 2 {
			t.Errorf("errors %v after %d runs", got, runs)
		}
		if u := units(t, st); !u["a"] || !u["b"] || !u["c"] {
			t.Errorf("units %v", u)
		}
	})
	t.Run("a panic is its owner's alone", func(t *testing.T) {
		st := newPost(t, e)
		got := crowd(t, st, unit("a"), func(tx *store.Tx) error {
			unit("b")(tx)
			panic("a bug")
		}, unit("c"))
		if got[0] != nil || fmt.Sprint(got[1]) != "panic: a bug" || got[2] != nil {
			t.Errorf("errors %v", got)
		}
		if u := units(t, st); !u["a"] || u["b"] || !u["c"] {
			t.Errorf("units %v", u)
		}
	})
	t.Run("a request given up in the queue runs nothing", func(t *testing.T) {
		st := newPost(t, e)
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		hold, held := make(chan struct{}), make(chan struct{})
		go st.TxAt(ctx, st.depot, func(*store.Tx) error { close(held); <-hold; return nil })
		<-held
		err := st.TxAt(short, st.depot, unit("late"))
		close(hold)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
		if err := st.TxAt(ctx, st.depot, unit("after")); err != nil || units(t, st)["late"] {
			t.Errorf("%v, %v", err, units(t, st))
		}
	})
	t.Run("a request given up while it runs spoils nobody's commit", func(t *testing.T) {
		st := newPost(t, e)
		over, cancel := context.WithCancel(ctx)
		got := crowd(t, st, unit("a"), func(tx *store.Tx) error {
			cancel()
			return tx.InsertUnits(over, catalog.Unit{Name: "b"})
		}, unit("c"))
		if u := units(t, st); got[0] != nil || got[1] != nil || got[2] != nil || !u["a"] || !u["b"] || !u["c"] {
			t.Errorf("errors %v, units %v", got, u)
		}
	})
	t.Run("a closed store refuses and does not hang", func(t *testing.T) {
		st := newPost(t, e)
		st.Close()
		if err := st.TxAt(ctx, st.depot, unit("a")); err == nil {
			t.Error("a closed store took a row")
		}
	})
}
