package importing_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/store/storetest"
)

func cancelled() context.Context {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	return ctx
}

func (d *desk) kept() []string {
	d.t.Helper()
	entries, err := os.ReadDir(d.folder)
	if err != nil {
		d.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestUploadsFolder(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	t.Run("a file that cannot be read leaves nothing", func(t *testing.T) {
		for _, content := range []string{"这是一段说明，不是台账。\n", "", "PK\x03\x04 broken"} {
			if _, err := d.imp.Upload(d.ctx, d.planner, "坏.xlsx", strings.NewReader(content)); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%q: %v", content, err)
			}
		}
		if kept := d.kept(); len(kept) != 0 {
			t.Errorf("kept %v", kept)
		}
	})
	t.Run("one that can be read is kept under its hash", func(t *testing.T) {
		b := d.upload(yunhu, ledgerFile(t, yunhu))
		if kept := d.kept(); len(kept) != 1 || kept[0] != b.FileHash {
			t.Errorf("kept %v", kept)
		}
	})
	t.Run("a file that is known already survives a refusal", func(t *testing.T) {
		b := d.upload("一.csv", []byte(heading+"棉被,2kg,床,5,\n"))
		free := d.imp.TakeTurns(time.Millisecond)
		defer free()
		if _, err := d.imp.Upload(d.ctx, d.planner, "二.csv", strings.NewReader(heading+"棉被,2kg,床,5,\n")); errs.KindOf(err) != errs.Busy {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(d.folder, b.FileHash)); err != nil {
			t.Error(err)
		}
	})
	t.Run("what a crash left is cleared at the start, a day later", func(t *testing.T) {
		old, young := filepath.Join(d.folder, "upload-1"), filepath.Join(d.folder, "upload-2")
		for _, path := range []string{old, young} {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		long := time.Now().Add(-25 * time.Hour)
		kept := len(d.kept())
		if err := os.Chtimes(old, long, long); err != nil {
			t.Fatal(err)
		}
		for _, name := range d.kept() {
			if !strings.HasPrefix(name, "upload-") { // a ledger is kept however old
				os.Chtimes(filepath.Join(d.folder, name), long, long)
			}
		}
		d.open()
		if now := d.kept(); len(now) != kept-1 {
			t.Errorf("kept %v", now)
		}
		if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the old one: %v", err)
		}
	})
}

func TestSecondTaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		p := d.uploadInto(d.depot.ID, "一.csv", "玄武牌破拆锤,X1,台,2,\n")
		t.Run("an undo before anything is booked is refused", func(t *testing.T) {
			if _, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); !errors.Is(err, errs.Conflict) {
				t.Errorf("said %v", err)
			}
		})
		told := d.applyAtOnce(p, p, p)
		if err := errors.Join(told...); err != nil {
			t.Errorf("three taps at once: %v", err)
		}
		t.Run("a lost answer is looked up although nobody waits any more", func(t *testing.T) {
			if posted, ok := d.imp.Settled(cancelled(), p.Batch.ID); !ok || len(posted) != 1 {
				t.Errorf("found %v, %v", posted, ok)
			}
		})
		if already, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); err != nil || already {
			t.Fatal(already, err)
		}
		if already, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); err != nil || !already {
			t.Errorf("a second undo: %v, %v", already, err)
		}
		if _, ok := d.imp.Settled(d.ctx, p.Batch.ID); ok {
			t.Error("an undone batch counts as booked")
		}
		if acts := d.acts(); acts["import.undo"] != 1 || acts["import.apply"] != 1 {
			t.Errorf("audit has %v", acts)
		}
		d.checkBooks()
	})
}

func TestDecisionsAreInTheTrail(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	p := d.uploadInto(d.depot.ID, "一.csv", "玄武牌破拆锤,X1,台,2,\n玄武牌破拆锤,X2,台,2,\n")
	list, err := d.st.Read().AuditPage(d.ctx, 0, 0, "import.decide", 10)
	if err != nil || len(list) != 1 || list[0].Object != "一.csv" || list[0].Detail != "2 项物资、1 个储备库" || list[0].ActorName != d.planner.Name {
		t.Fatalf("%+v, %v", list, err)
	}
	t.Run("a save that changes nothing is none", func(t *testing.T) {
		same, err := d.imp.Decide(d.ctx, d.planner, p.Batch.ID, p.Batch.Version, func(*importing.Decisions) {})
		if err != nil || same.Batch.Version != p.Batch.Version || d.acts()["import.decide"] != 1 {
			t.Errorf("version %d after %d, %v", same.Batch.Version, p.Batch.Version, err)
		}
	})
	_, err = d.imp.Decide(d.ctx, d.planner, p.Batch.ID, 0, func(c *importing.Decisions) {
		c.AsOf = "2026-10-01"
		c.Skip[p.Rows[0].Key] = true
		delete(c.Items, p.Words[1].Key)
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err = d.st.Read().AuditPage(d.ctx, 0, 0, "import.decide", 10)
	if err != nil || len(list) != 2 || list[0].Detail != "1 项物资、1 行导入与否、台账日期 2026-10-01" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestReadersTakeTurns(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	b := d.upload("一.csv", []byte(heading+"棉被,2kg,床,5,\n"))
	free := d.imp.TakeTurns(50 * time.Millisecond)
	if _, err := d.imp.Preview(d.ctx, d.planner, b.ID); errs.KindOf(err) != errs.Busy || !strings.Contains(errs.MessageOf(err), "稍") {
		t.Errorf("said %v", err)
	}
	if _, err := d.imp.Upload(d.ctx, d.planner, "二.csv", bytes.NewReader([]byte(heading+"棉被,2kg,床,6,\n"))); errs.KindOf(err) != errs.Busy {
		t.Errorf("said %v", err)
	}
	if _, err := d.imp.Preview(cancelled(), d.planner, b.ID); err == nil {
		t.Error("a reader who left got a turn")
	}
	if kept := d.kept(); len(kept) != 1 {
		t.Errorf("kept %v", kept)
	}
	free()
	if _, err := d.imp.Preview(d.ctx, d.planner, b.ID); err != nil {
		t.Error(err)
	}
}
