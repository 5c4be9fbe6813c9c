package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changbei/internal/anchor"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/errs"
	"changbei/internal/inventory"
)

// await looks until something is so, for a while.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// TestHeadsAreKeptSoonAfterTheStart lets no stop write them, as after a kill.
func TestHeadsAreKeptSoonAfterTheStart(t *testing.T) {
	c := settings(t)
	c.Demo = true
	file := filepath.Join(c.Data, "heads.txt")
	run := start(t, c)
	await(t, "the heads of the demo's depots", func() bool { return len(anchor.Read(file).Lines) > 5 })
	if err := run.stop(); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	run = start(t, c) // the books were checked a moment ago
	await(t, "the file that is gone", func() bool { return len(anchor.Read(file).Lines) > 5 })
	if err := run.stop(); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	if err := os.WriteFile(file, []byte(strings.Join(lines[:3], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := checked(t, c)
	if err != nil || r.OK() || r.Differences[0].Kind != "anchor" || !strings.Contains(r.Differences[0].Text, "现在只到第 3 行") {
		t.Errorf("a file cut after its third line: %v %+v", err, r.Differences)
	}
}

// checked checks the books of a folder as the console does.
func checked(t *testing.T, c config.Config, copies ...string) (inventory.CheckReport, error) {
	t.Helper()
	st, err := app.OpenStore(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	return app.CheckBooks(context.Background(), inventory.New(st), c.Data, nil, copies...)
}

func TestHeadsAreKeptOutsideTheDatabase(t *testing.T) {
	c := settings(t)
	file := filepath.Join(c.Data, "heads.txt")
	if err := start(t, c).stop(); err != nil {
		t.Fatal(err)
	}
	atStop := anchor.Read(file)
	if len(atStop.Lines) != 1 || atStop.Lines[0].DepotID != 0 || atStop.Lines[0].AuditSeq == 0 || !strings.HasSuffix(atStop.Lines[0].At, "+08:00") {
		t.Fatalf("at the stop there was kept %+v", atStop)
	}
	r, err := checked(t, c)
	if err != nil || !r.OK() || r.Kept != 1 || r.Notes != nil {
		t.Fatalf("%+v %v", r, err)
	}
	aside := filepath.Join(t.TempDir(), "stick.txt")
	b, _ := os.ReadFile(file)
	if err := os.WriteFile(aside, b, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("a copy kept elsewhere is compared too", func(t *testing.T) {
		if r, err := checked(t, c, aside); err != nil || !r.OK() || r.Kept != 2 {
			t.Errorf("%+v %v", r, err)
		}
		if _, err := checked(t, c, aside+"x"); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), "stick.txtx") {
			t.Errorf("a copy that is not there: %v", err)
		}
	})
	t.Run("an edited file is named and left as it is", func(t *testing.T) {
		spoilt := strings.Replace(string(b), " 0 - 0 - ", " 0 - 7 - ", 1)
		if err := os.WriteFile(file, []byte(spoilt), 0o600); err != nil || spoilt == string(b) {
			t.Fatal(err, string(b))
		}
		r, err := checked(t, c)
		if err != nil || r.OK() || r.Differences[0].Kind != "anchor" {
			t.Errorf("%+v %v", r, err)
		}
		if err := start(t, c).stop(); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(file); string(got) != spoilt {
			t.Error("evidence was changed")
		}
	})
	t.Run("books that were exchanged are named", func(t *testing.T) {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		old, _ := filepath.Glob(filepath.Join(c.Data, "changbei.db*"))
		for _, f := range old {
			os.Remove(f)
		}
		st, err := app.OpenStore(t.Context(), c) // an empty database in the old one's place
		if err != nil {
			t.Fatal(err)
		}
		st.Close()
		r, err := checked(t, c)
		if err != nil || r.OK() || !strings.Contains(r.Differences[0].Text, "数据库里只到第 0 号") {
			t.Errorf("%+v %v", r, err)
		}
	})
	t.Run("a file that is gone is begun again", func(t *testing.T) {
		os.Remove(file)
		if r, err := checked(t, c); err != nil || !r.OK() {
			t.Errorf("%+v %v", r, err)
		}
		if k := anchor.Read(file); !k.Exists || len(k.Faults) > 0 {
			t.Errorf("%+v", k)
		}
	})
	t.Run("a folder that is gone is no difference, and said", func(t *testing.T) {
		st, err := app.OpenStore(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		r, err := app.CheckBooks(t.Context(), inventory.New(st), filepath.Join(c.Data, "none"), nil)
		if err != nil || !r.OK() || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "没有在数据库之外保存") {
			t.Errorf("%+v %v", r, err)
		}
	})
}
