package fault

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestR6SyncBeforeAnswer watches the system calls of the program: before each
// acknowledgement the disk was told to keep what was written. A killed process
// would not tell, since the kernel still holds its writes; a plug does.
func TestR6SyncBeforeAnswer(t *testing.T) {
	begun := time.Now()
	vouchers := count(5, 60, 2000)
	if runtime.GOOS != "linux" {
		counted(t, begun, "R6", "sqlite syncs: not run, system calls are watched on Linux only")
		return
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace is missing: make test-deps installs it")
	}
	trace := filepath.Join(t.TempDir(), "trace")
	p := startClerk(t, databaseFile(t), noon, strace, "-f", "-qq", "-s", "64", "-e", "trace=write,fsync,fdatasync", "-e", "signal=none", "-o", trace)
	n := &notes{inDoubt: map[string]bool{}}
	p.hear("open", n)
	p.tell("steady", fmt.Sprint(vouchers))
	p.hear("done", n)
	p.orders.Close()
	p.hear("", n)
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, p.faults)
	}
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	acks, syncs, bare := syncsPerAck(string(text))
	if acks != vouchers || len(n.acked) != vouchers {
		t.Fatalf("%d acknowledgements traced and %d heard; %d vouchers were booked", acks, len(n.acked), vouchers)
	}
	if bare > 0 {
		t.Fatalf("%d of %d vouchers were acknowledged before a sync: a cut of the power loses them", bare, acks)
	}
	counted(t, begun, "R6", "sqlite %d vouchers one by one: %d syncs, at least 1 before each acknowledgement", acks, syncs)
}

var (
	synced = regexp.MustCompile(`(?:fsync|fdatasync)\(\d+\) += 0|<\.\.\. (?:fsync|fdatasync) resumed>\) += 0`)
	tried  = regexp.MustCompile(`write\(1, "try `)
	acked  = regexp.MustCompile(`write\(1, "ack `)
)

// syncsPerAck counts the syncs that ended between the beginning of each act and
// its acknowledgement; bare are the acts without one.
func syncsPerAck(trace string) (acks, syncs, bare int) {
	since := 0
	for lines := bufio.NewScanner(strings.NewReader(trace)); lines.Scan(); {
		switch line := lines.Text(); {
		case tried.MatchString(line):
			since = 0
		case synced.MatchString(line):
			since++
			syncs++
		case acked.MatchString(line):
			acks++
			if since == 0 {
				bare++
			}
			since = 0
		}
	}
	return acks, syncs, bare
}
