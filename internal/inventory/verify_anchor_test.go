package inventory_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/anchor"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

// written keeps where the chains end, as the program does after a clean check.
func (s *spoiled) written(path string) anchor.Kept {
	s.t.Helper()
	r, err := s.inv.CheckAgainst(s.ctx, nil, anchor.Read(path))
	if err != nil || !s.rest(r).OK() {
		s.t.Fatalf("check: %v %v", err, r.Differences)
	}
	var heads []anchor.Head
	for _, h := range r.Heads {
		heads = append(heads, h.Anchor())
	}
	if err := anchor.Append(path, heads, noon); err != nil {
		s.t.Fatal(err)
	}
	return anchor.Read(path)
}

// TestCheckExtendsWhatIsKeptOutside changes the books so that they agree with
// themselves: only what was written down outside tells.
func TestCheckExtendsWhatIsKeptOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newScene(t, e)
		path := filepath.Join(t.TempDir(), "heads.txt")
		kept := s.written(path)
		more := s.post(s.world.issue("2026-11-24", s.quilts("1")))
		kept = s.written(path)
		if len(kept.Lines) != 4 { // the system's, two depots', and the one that moved
			t.Fatalf("%+v", kept.Lines)
		}
		restore := s.kept("voucher", "entry", "audit", "stock", "depot_head", "depot", "place")
		depot := s.depot.ID
		rehash := func(v ledger.Voucher, word string) string { // and everything after it
			s.exec("UPDATE voucher SET remark = ? WHERE id = ?", word, v.ID)
			v.Remark = word
			v.Hash = v.ContentHash()
			s.exec("UPDATE voucher SET hash = ? WHERE id = ?", v.Hash, v.ID)
			return v.Hash
		}
		shorten := func() {
			s.remove(more)
			s.exec("UPDATE depot_head SET last_hash = ?, counters = ? WHERE depot_id = ?", s.last.Hash, `{"RK-2026":1,"CK-2026":3,"HC-2026":1}`, depot)
		}
		end := s.number("SELECT MAX(seq) FROM audit WHERE chain = ?", depot)
		for _, c := range []struct {
			name string
			do   func()
			line int
			text string
		}{
			{"the last voucher written anew", func() { s.exec("UPDATE depot_head SET last_hash = ? WHERE depot_id = ?", rehash(more, "改"), depot) },
				5, fmt.Sprintf("单据第 %d 号校验码是 %s，数据库里是", more.Seq, ledger.Tail(more.Hash))},
			{"the last two vouchers written anew", func() {
				m := more
				m.PrevHash = rehash(s.last, "改")
				s.exec("UPDATE voucher SET prev_hash = ? WHERE id = ?", m.PrevHash, m.ID)
				s.exec("UPDATE depot_head SET last_hash = ? WHERE depot_id = ?", rehash(m, "改"), depot)
			}, 3, fmt.Sprintf("单据第 %d 号校验码是", s.last.Seq)},
			{"the last voucher taken out", shorten, 5, fmt.Sprintf("单据到第 %d 号（校验码 %s），数据库里只到第 %d 号", more.Seq, ledger.Tail(more.Hash), s.last.Seq)},
			{"the last audit record taken out", func() {
				s.exec("DELETE FROM audit WHERE chain = ? AND seq = ?", depot, end)
				s.exec("UPDATE depot_head SET audit_seq = audit_seq - 1, audit_hash = (SELECT hash FROM audit WHERE chain = ? AND seq = ?) WHERE depot_id = ?", depot, end-1, depot)
			}, 5, fmt.Sprintf("审计记录到第 %d 号", end)},
			{"a depot with its books taken out", func() {
				for _, q := range []string{"DELETE FROM depot WHERE id = ?", "DELETE FROM depot_head WHERE depot_id = ?", "DELETE FROM place WHERE depot_id = ?"} {
					s.exec(q, s.other.ID)
				}
			}, 0, ""}, // it has no voucher and no record: nothing was lost
		} {
			t.Run(c.name, func(t *testing.T) {
				s.t = t
				c.do()
				if r, err := s.inv.Check(s.ctx, nil); err != nil || !s.rest(r).OK() {
					t.Fatalf("the books do not agree with themselves: %v %v", err, r.Differences)
				}
				r, err := s.inv.CheckAgainst(s.ctx, nil, kept)
				object := fmt.Sprintf("账外校验文件 %s 第 %d 行", path, c.line)
				if c.line > 0 && (err != nil || !slices.ContainsFunc(r.Differences, func(d inventory.Difference) bool {
					return d.Kind == "anchor" && d.Object == object && strings.Contains(d.Text, c.text)
				})) {
					t.Errorf("no difference names %q, %q: %v %v", object, c.text, err, r.Differences)
				}
				for _, d := range r.Differences {
					t.Logf("[%s] %s：%s", d.Kind, strings.ReplaceAll(d.Object, filepath.Dir(path), "…"), d.Text)
				}
				if c.line == 0 && !s.rest(r).OK() {
					t.Errorf("%v", r.Differences)
				}
				restore()
				s.written(path)
			})
		}
	})
}

// TestCheckNamesACutFile takes lines off the end of the file: they chain as well
// as before, only the database knows that there were more.
func TestCheckNamesACutFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := &spoiled{world: newWorld(t, e)}
		path := filepath.Join(t.TempDir(), "heads.txt")
		s.post(s.world.receipt("2026-11-01", s.quilts("5")))
		short := s.written(path)
		s.post(s.world.issue("2026-11-02", s.quilts("1")))
		whole := s.written(path)
		if err := s.inv.KeepMark(s.ctx, whole.Mark()); err != nil {
			t.Fatal(err)
		}
		bent, another := whole, short
		bent.Lines, another.Lines = slices.Clone(whole.Lines), slices.Clone(short.Lines)
		bent.Lines[len(bent.Lines)-1].Chain = "x"
		another.Lines[0].Chain = strings.Repeat("x", 64) // begun at another moment
		for _, c := range []struct {
			name string
			kept anchor.Kept
			own  bool
			text string
		}{
			{"the whole file", whole, true, ""},
			{"an older copy kept elsewhere", short, false, ""},
			{"lines taken off the end", short, true, "写到第 5 行，现在只到第 4 行"},
			{"other lines at the end", bent, true, "第 5 行不是当时写下的"},
			{"another file, of which nothing is known", another, true, ""},
		} {
			c.kept.Own = c.own
			r, err := s.inv.CheckAgainst(s.ctx, nil, c.kept)
			if err != nil || r.OK() != (c.text == "") {
				t.Errorf("%s: %v %v", c.name, err, r.Differences)
			}
			if c.text != "" && (len(r.Differences) != 1 || r.Differences[0].Kind != "anchor" || !strings.Contains(r.Differences[0].Text, c.text)) {
				t.Errorf("%s: %v", c.name, r.Differences)
			}
		}
	})
}

// TestCheckSaysWhatWasNotCompared reads the notes of a check that found nothing.
func TestCheckSaysWhatWasNotCompared(t *testing.T) {
	s := &spoiled{world: newWorld(t, storetest.SQLite())}
	empty := anchor.Kept{Path: "heads.txt", Exists: true}
	if r, err := s.inv.CheckAgainst(s.ctx, nil, empty); err != nil || r.Notes != nil {
		t.Errorf("books without a voucher: %v %v", err, r.Notes)
	}
	s.post(s.world.receipt("2026-11-01", s.quilts("5")))
	r, err := s.inv.CheckAgainst(s.ctx, nil, empty)
	if err != nil || !r.OK() || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "没有账外保存的校验码") {
		t.Errorf("%v %v", err, r.Notes)
	}
	system := anchor.Kept{Path: "heads.txt", Exists: true, Lines: []anchor.Line{{Number: 2}}}
	r, err = s.inv.CheckAgainst(s.ctx, nil, system)
	if err != nil || !r.OK() || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "储备库 WC01 在账外校验文件里还没有记录") {
		t.Errorf("%v %v", err, r.Notes)
	}
}

func TestCheckNamesWhatIsWrongWithTheFile(t *testing.T) {
	w := newWorld(t, storetest.SQLite())
	w.post(w.receipt("2026-11-01", w.quilts("1")))
	kept := anchor.Kept{Path: "U:/heads.txt", Exists: true, Torn: true,
		Faults: []anchor.Fault{{Number: 7, Text: "与前一行不相扣"}, {Text: "文件读不出来"}},
		Lines: []anchor.Line{{Number: 2, At: "2026-11-24T12:00:00+08:00", Head: anchor.Head{DepotID: 999, Seq: 4, Hash: "x"}},
			{Number: 3, At: "2026-11-24T12:00:00+08:00", Head: anchor.Head{DepotID: w.depot.ID, Seq: -3, Hash: "x"}}}}
	r, err := w.inv.CheckAgainst(w.ctx, nil, kept)
	if err != nil || r.Kept != 2 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "没有写完") {
		t.Fatalf("%v %+v", err, r)
	}
	all := strings.Join(r.Lines(), "\n")
	for _, want := range []string{"第 7 行 与前一行不相扣", "账外校验文件 U:/heads.txt 文件读不出来", "请把校验文件改名留存", "第 2 行 2026-11-24T12:00:00+08:00 记的单据到第 4 号", "第 3 行 2026-11-24T12:00:00+08:00 记的单据第 -3 号（校验码 x）在数据库里没有"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
}

func TestHeads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-01", w.quilts("5")))
		v := w.post(w.issue("2026-11-02", w.quilts("2")))
		w.closeMonth("2026-10") // takes a sequence and no voucher
		audit, security := actor(105, "审计员", access.Audit, 0), actor(106, "安全员", access.Security, 0)
		for _, c := range []struct {
			who  access.Actor
			want string
		}{
			{w.keeper, "WC01"}, {w.stranger, "GTL"}, {w.planner, "WC01 GTL"}, {audit, " WC01 GTL"}, {security, " WC01 GTL"},
		} {
			heads, err := w.inv.Heads(w.ctx, c.who)
			var codes []string
			for _, h := range heads {
				codes = append(codes, h.Depot.Code)
			}
			if got := strings.Join(codes, " "); err != nil || got != c.want {
				t.Errorf("%s sees %q, %v", c.who.Name, got, err)
			}
		}
		heads, err := w.inv.Heads(w.ctx, w.keeper)
		if h := heads[0]; err != nil || h.Number != v.Number || h.Seq != v.Seq || h.Tail() != v.Hash[len(v.Hash)-8:] || h.AuditSeq != 3 || len(h.AuditTail()) != 8 || h.Depot.Name != w.depot.Name {
			t.Errorf("%+v %v", h, err)
		}
		r, err := w.inv.Check(w.ctx, nil)
		all, err2 := w.inv.AllHeads(w.ctx)
		if err != nil || err2 != nil || len(r.Heads) != 3 {
			t.Fatal(err, err2, r.Heads)
		}
		for i, h := range r.Heads {
			if h.Anchor() != all[i].Anchor() || h.Number != all[i].Number {
				t.Errorf("the check ends at %+v, the head says %+v", h, all[i])
			}
		}
		for _, who := range []access.Actor{{}, actor(107, "系统员", access.System, 0)} {
			if _, err := w.inv.Heads(w.ctx, who); !errors.Is(err, errs.Unauthenticated) && !errors.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
	})
}
