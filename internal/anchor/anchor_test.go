package anchor_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"changbei/internal/anchor"
	"changbei/internal/errs"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.FixedZone("", 8*3600))

func head(seq int, hash string) anchor.Head {
	return anchor.Head{DepotID: 100, Code: "WC01", Seq: int64(seq), Hash: hash, AuditSeq: int64(seq) + 1, AuditHash: "a" + hash}
}

// kept writes a file of three lines over two times.
func kept(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heads.txt")
	must(t, anchor.Append(path, []anchor.Head{{AuditSeq: 3, AuditHash: "s3"}, head(5, "h5")}, noon))
	must(t, anchor.Append(path, []anchor.Head{{AuditSeq: 3, AuditHash: "s3"}, head(9, "h9")}, noon.Add(time.Hour)))
	return path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return strings.SplitAfter(string(b), "\n")
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	path := kept(t)
	k := anchor.Read(path)
	want := []anchor.Line{
		{Head: anchor.Head{AuditSeq: 3, AuditHash: "s3"}, At: "2026-11-24T12:00:00+08:00", Number: 2},
		{Head: head(5, "h5"), At: "2026-11-24T12:00:00+08:00", Number: 3},
		{Head: head(9, "h9"), At: "2026-11-24T13:00:00+08:00", Number: 4}, // the system's had not moved
	}
	for i, text := range lines(t, path)[1:4] {
		want[i].Chain = strings.TrimSpace(text[strings.LastIndex(text, " "):])
	}
	if diff := cmp.Diff(want, k.Lines); diff != "" || !k.Exists || k.Torn || k.Faults != nil {
		t.Errorf("%s%+v", diff, k)
	}
	if m := k.Mark(); m != (anchor.Mark{File: want[0].Chain, Line: 4, End: want[2].Chain}) || k.Misses(m) != "" {
		t.Errorf("%+v %s", m, k.Misses(m))
	}
	before := lines(t, path)
	must(t, anchor.Append(path, []anchor.Head{head(9, "h9")}, noon.Add(2*time.Hour)))
	if diff := cmp.Diff(before, lines(t, path)); diff != "" {
		t.Errorf("nothing moved, yet something was written: %s", diff)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}

func TestNoFileHoldsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heads.txt")
	if k := anchor.Read(path); k.Exists || k.Lines != nil || k.Faults != nil {
		t.Errorf("%+v", k)
	}
	must(t, anchor.Append(path, nil, noon))
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a file of nothing: %v", err)
	}
}

func TestEveryChangeOfTheFileIsNamed(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func([]string) []string
		line int
		text string
	}{
		{"a hash is exchanged", func(l []string) []string { l[2] = strings.Replace(l[2], " h5", " h6", 1); return l }, 3, "不相扣"},
		{"a time is exchanged", func(l []string) []string { l[1] = strings.Replace(l[1], "12:00", "12:01", 1); return l }, 2, "不相扣"},
		{"a line is taken out", func(l []string) []string { return append(l[:2:2], l[3:]...) }, 3, "不相扣"},
		{"a line is put in", func(l []string) []string { return []string{l[0], l[1], l[1], l[2], l[3]} }, 3, "不相扣"},
		{"two lines change places", func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }, 2, "不相扣"},
		{"the first line is gone", func(l []string) []string { return l[1:] }, 1, "不是账外校验文件"},
		{"another file", func([]string) []string { return []string{"物资,数量\n"} }, 1, "不是账外校验文件"},
		{"an empty line", func(l []string) []string { return append(l[:4:4], "\n") }, 5, "不相扣"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := kept(t)
			must(t, os.WriteFile(path, []byte(strings.Join(c.edit(lines(t, path)), "")), 0o600))
			k := anchor.Read(path)
			if len(k.Faults) != 1 || k.Faults[0].Number != c.line || !strings.Contains(k.Faults[0].Text, c.text) || k.Torn {
				t.Errorf("%+v", k.Faults)
			}
			before := lines(t, path)
			if err := anchor.Append(path, []anchor.Head{head(10, "h10")}, noon); errs.KindOf(err) != errs.Conflict {
				t.Errorf("append to it: %v", err)
			}
			if diff := cmp.Diff(before, lines(t, path)); diff != "" {
				t.Error("evidence was changed: " + diff)
			}
		})
	}
}

// TestTornLine cuts the file after each byte of its last line, as a power cut
// would.
func TestTornLine(t *testing.T) {
	whole := kept(t)
	all := strings.Join(lines(t, whole), "")
	last := strings.LastIndex(strings.TrimSuffix(all, "\n"), "\n") + 1
	for cut := last + 1; cut < len(all); cut++ {
		path := filepath.Join(t.TempDir(), "heads.txt")
		must(t, os.WriteFile(path, []byte(all[:cut]), 0o600))
		k := anchor.Read(path)
		if !k.Torn || len(k.Lines) != 2 || k.Faults != nil {
			t.Fatalf("cut at %d: %+v", cut, k)
		}
		must(t, anchor.Append(path, []anchor.Head{head(9, "h9")}, noon.Add(time.Hour)))
		if got := anchor.Read(path); got.Torn || len(got.Lines) != 3 || got.Faults != nil {
			t.Fatalf("mended at %d: %+v", cut, got)
		}
	}
	title := filepath.Join(t.TempDir(), "heads.txt")
	must(t, os.WriteFile(title, []byte(all[:10]), 0o600))
	must(t, anchor.Append(title, []anchor.Head{head(9, "h9")}, noon))
	if got := anchor.Read(title); len(got.Lines) != 1 || got.Faults != nil || got.Torn {
		t.Errorf("a torn first line: %+v", got)
	}
}

func TestCopyThroughAnotherSystem(t *testing.T) {
	path := kept(t)
	want := anchor.Read(path)
	must(t, os.WriteFile(path, []byte(strings.ReplaceAll(strings.Join(lines(t, path), ""), "\n", "\r\n")), 0o600))
	if diff := cmp.Diff(want, anchor.Read(path), cmpopts.IgnoreUnexported(anchor.Kept{})); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if k := anchor.Read(dir); len(k.Faults) != 1 || k.Faults[0].Number != 0 || !strings.Contains(k.Faults[0].Text, "读不出来") {
		t.Errorf("%+v", k)
	}
	if err := anchor.Append(filepath.Join(dir, "none", "heads.txt"), []anchor.Head{head(1, "h")}, noon); errs.KindOf(err) != errs.Busy {
		t.Errorf("%v", err)
	}
}

// TestTwoProgramsAtOnce has a server and a console write at the same time.
func TestTwoProgramsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heads.txt")
	var wait sync.WaitGroup
	for n := range 4 {
		wait.Go(func() {
			for i := range 10 {
				if err := anchor.Append(path, []anchor.Head{head(100*n+i, "h")}, noon); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if k := anchor.Read(path); len(k.Lines) != 40 || k.Faults != nil || k.Torn {
		t.Errorf("%d lines, %+v", len(k.Lines), k.Faults)
	}
}
