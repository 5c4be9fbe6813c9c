package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// A look-up that waits for a connection must not make others wait longer than
// they will.
func TestAReadKeepsItsDeadline(t *testing.T) {
	ctx := context.Background()
	st := storetest.MySQL().Open(t, nil)
	var held sync.WaitGroup
	release := make(chan struct{})
	for range store.MySQLConns {
		in := make(chan struct{})
		held.Go(func() {
			if err := st.Snapshot(ctx, func(*store.Conn) error { close(in); <-release; return nil }); err != nil {
				t.Error(err)
			}
		})
		<-in
	}
	held.Go(func() { st.VoucherByKey(ctx, "patient-0123456789") })
	time.Sleep(50 * time.Millisecond) // it waits by now, or the test shows less
	short, stop := context.WithTimeout(ctx, 100*time.Millisecond)
	defer stop()
	answered := make(chan error, 1)
	go func() {
		_, err := st.Read().Depots(short)
		answered <- err
	}()
	select {
	case err := <-answered:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("a read outlived its deadline")
	}
	close(release)
	held.Wait()
}

// However many write, some connections are left for reading.
func TestWritersLeaveReadersRoom(t *testing.T) {
	ctx := context.Background()
	st := storetest.MySQL().Open(t, nil)
	var held sync.WaitGroup
	release := make(chan struct{})
	for range 2 * store.MySQLConns {
		held.Go(func() {
			if err := st.Tx(ctx, func(tx *store.Tx) error { <-release; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	patient, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	if _, err := st.Read().Depots(patient); err != nil {
		t.Error(err)
	}
	close(release)
	held.Wait()
}
