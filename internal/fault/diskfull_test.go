package fault

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// disk is a small disk of a test's own.
type disk struct {
	dir string
	t   *testing.T
}

// newDisk mounts a disk in memory, which only root may; nil = this is not root.
func newDisk(t *testing.T, megabytes int) *disk {
	t.Helper()
	d := &disk{dir: t.TempDir(), t: t}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm", megabytes), "tmpfs", d.dir).CombinedOutput(); err != nil {
		t.Logf("no disk of our own: %v %s", err, out)
		return nil
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", d.dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return d
}

func (d *disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// full writes until nothing more fits but some bytes.
func (d *disk) full(left int64) {
	d.t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	for size := 1 << 20; size >= 4096; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	st, err := f.Stat()
	if err == nil {
		err = f.Truncate(max(0, st.Size()-left))
	}
	if err != nil {
		d.t.Fatal(err)
	}
	f.Close()
}

func (d *disk) free() {
	if err := os.Remove(d.ballast()); err != nil {
		d.t.Fatal(err)
	}
}

// brim fills a disk or the like to its brim; spill gives room again.
type brim struct {
	h     *house
	full  func()
	spill func()
}

// run books until the disk is full, and looks at what still works; frees it and
// goes on with the same program; several times over.
func (b brim) run(t *testing.T, times int) (refused, booked int) {
	t.Helper()
	b.h.fill(t)
	for range times {
		b.full()
		key := ""
		for n := 0; key == ""; n++ {
			if n > 20000 {
				t.Fatal("the disk does not get full")
			}
			k := keyOf(n)
			err := b.h.act(k)
			if err == nil {
				booked++
				continue
			}
			key = k
			refused++
			b.refuses(t, k, err)
		}
		b.reads(t)
		b.spill()
		if err := b.h.act(key); err != nil {
			t.Fatalf("there is room again, but %v", err)
		}
		if err := b.h.isThere(key); err != nil {
			t.Fatal(err)
		}
		b.h.mustCheck(t)
	}
	return refused, booked
}

// refuses looks at the answer of an act for which there is no room, twice.
func (b brim) refuses(t *testing.T, key string, err error) {
	t.Helper()
	for range 2 {
		text := errs.MessageOf(err)
		if errs.KindOf(err) != errs.Busy || !strings.Contains(text, "磁盘") {
			t.Fatalf("%s on a full disk: the person reads %q (%v)", actOf(key).name, text, err)
		}
		if v, e := b.h.st.VoucherByKey(b.h.ctx, key); errs.KindOf(e) != errs.NotFound {
			t.Fatalf("%s on a full disk: refused, and there is %s (%v)", actOf(key).name, v.Number, e)
		}
		if err = b.h.act(key); err == nil {
			return // the small change that was left was enough for it
		}
	}
}

// reads opens what people look at.
func (b brim) reads(t *testing.T) {
	t.Helper()
	if b.h.onHand(t, b.h.quilt.ID) == 0 {
		t.Error("on a full disk: no stock is shown")
	}
	if rows, _, err := b.h.inv.Vouchers(b.h.ctx, b.h.planner, inventory.VoucherFilter{}); err != nil || len(rows) == 0 {
		t.Errorf("on a full disk: %d vouchers, %v", len(rows), err)
	}
	if c, err := b.h.inv.Card(b.h.ctx, b.h.planner, inventory.CardFilter{ItemID: b.h.rice.ID}); err != nil || len(c.Rows) == 0 {
		t.Errorf("on a full disk: a card of %d rows, %v", len(c.Rows), err)
	}
}

// TestR12DiskFullSQLite lets a database file reach a limit, and, where the test
// may make disks, a real full disk.
func TestR12DiskFullSQLite(t *testing.T) {
	times := count(1, 5, 100)
	t.Run("limit", func(t *testing.T) {
		begun := time.Now()
		o, p := faulty(t, storetest.SQLite().Options(t))
		h := newHouse(t, o)
		var pages int
		limit := func(n int) { p.order(fmt.Sprintf("PRAGMA max_page_count = %d", n)) }
		raw := storetest.Raw(t, o)
		full := func() {
			if err := raw.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
				t.Fatal(err)
			}
			limit(pages + 1)
		}
		refused, booked := brim{h, full, func() { limit(1 << 30) }}.run(t, times)
		counted(t, begun, "R12", "sqlite file at its limit %d times: %d refused in words, %d booked before, goes on without a restart", times, refused, booked)
	})
	t.Run("disk", func(t *testing.T) {
		begun := time.Now()
		d := newDisk(t, 24)
		if d == nil {
			counted(t, begun, "R12", "sqlite on a full disk: not run, only root may make a disk")
			return
		}
		o := store.Options{SQLite: filepath.Join(d.dir, "changbei.db")}
		h := newHouse(t, o)
		refused, booked := brim{h, func() { d.full(400 << 10) }, d.free}.run(t, times)
		counted(t, begun, "R12", "sqlite disk full %d times: %d refused in words, %d booked before, goes on without a restart", times, refused, booked)
	})
}

// TestR12DiskFullMariaDB fills the disk under the server.
func TestR12DiskFullMariaDB(t *testing.T) {
	begun := time.Now()
	times := count(1, 2, 30)
	d := newDisk(t, 160)
	if d == nil {
		counted(t, begun, "R12", "mysql  on a full disk: not run, only root may make a disk")
		return
	}
	server := storetest.NewServer(t, d.dir, serverSettings...)
	o := server.Fresh(t)
	h := newHouse(t, o)
	refused, booked := brim{h, func() { d.full(0) }, d.free}.run(t, times)
	counted(t, begun, "R12", "mysql  disk full %d times: %d refused in words, %d booked before, goes on without a restart", times, refused, booked)
}
