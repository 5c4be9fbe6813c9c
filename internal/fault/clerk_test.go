package fault

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/store"
)

// A clerk is a child: the product on a database file, booking as fast as it
// can. It reads orders, a line each, and says what it does, a line each:
//
//	known KEY   it was acknowledged: it must be there, whole
//	again KEY   nobody knows whether it is there: say it again
//	check       walk all the books
//	work N      book with N hands until killed, saying try KEY and ack KEY
//	steady N    book N vouchers one after the other, then end
//	close       end as a program does that is told to stop
//
// A clerk that finds something wrong says so on stderr and ends with 1.
const (
	clerkFile = "CHANGBEI_TEST_FAULT_FILE"
	clerkNow  = "CHANGBEI_TEST_FAULT_NOW" // microseconds
)

// steadyPause is far longer than a commit.
const steadyPause = 15 * time.Millisecond

// saying writes one line whole: what is said before a kill is heard.
var saying sync.Mutex

func say(words ...string) {
	saying.Lock()
	defer saying.Unlock()
	io.WriteString(os.Stdout, strings.Join(words, " ")+"\n")
}

func clerk() error {
	at, err := strconv.ParseInt(os.Getenv(clerkNow), 10, 64)
	if err != nil {
		return err
	}
	begun := time.Now()
	now := func() time.Time { return time.UnixMicro(at).Add(time.Since(begun)) }
	h, err := openHouse(store.Options{SQLite: os.Getenv(clerkFile), Now: now})
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	say("open")
	failed := make(chan error, 1)
	orders := bufio.NewScanner(os.Stdin)
	go func() {
		for orders.Scan() {
			verb, rest, _ := strings.Cut(orders.Text(), " ")
			if err := h.order(verb, rest, failed); err != nil {
				failed <- fmt.Errorf("%s %s: %w", verb, rest, err)
				return
			}
		}
		failed <- nil // closed, or the test is gone
	}()
	if err := <-failed; err != nil {
		return err
	}
	return h.st.Close()
}

func (h *house) order(verb, rest string, failed chan error) error {
	switch verb {
	case "known":
		return h.isThere(rest)
	case "again":
		return h.said(rest)
	case "check":
		r, err := h.inv.Check(h.ctx, nil)
		if err == nil && !r.OK() {
			err = fmt.Errorf("%d differences: %v", len(r.Differences), r.Differences[:min(3, len(r.Differences))])
		}
		say("checked")
		return err
	case "work":
		hands, _ := strconv.Atoi(rest)
		for range hands {
			go func() { failed <- h.work() }()
		}
		say("working")
	case "steady":
		n, _ := strconv.Atoi(rest)
		for range n {
			if err := h.said(keyOf(0)); err != nil {
				return err
			}
			time.Sleep(steadyPause) // what comes late is not taken for the next one's
		}
		say("done")
	default:
		return fmt.Errorf("not an order")
	}
	return nil
}

func (h *house) work() error {
	for {
		if err := h.said(keyOf(anyAct())); err != nil {
			return err
		}
	}
}

// said books what a key names, and says so before and after.
func (h *house) said(key string) error {
	say("try", key)
	err := h.act(key)
	if err == nil {
		say("ack", key)
	}
	return err
}

// program is a running clerk, seen from the test.
type program struct {
	cmd    *exec.Cmd
	orders io.WriteCloser
	said   *bufio.Scanner
	faults *strings.Builder
}

// startClerk runs a clerk, behind another command where one is given.
func startClerk(t *testing.T, file string, now time.Time, before ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(before, self, "-test.run=^$")
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childEnv+"=clerk", clerkFile+"="+file, clerkNow+"="+strconv.FormatInt(now.UnixMicro(), 10))
	p := &program{cmd: cmd, faults: &strings.Builder{}}
	cmd.Stderr = p.faults
	out, err := cmd.StdoutPipe()
	if err == nil {
		p.orders, err = cmd.StdinPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p.said = bufio.NewScanner(out)
	return p
}

// tell gives an order. A clerk that is gone does not hear it, which its end
// will show.
func (p *program) tell(words ...string) { io.WriteString(p.orders, strings.Join(words, " ")+"\n") }

// hear reads to a word and notes every try and ack on the way.
func (p *program) hear(word string, n *notes) bool {
	for p.said.Scan() {
		verb, key, _ := strings.Cut(p.said.Text(), " ")
		if verb == word {
			return true
		}
		n.note(verb, key)
	}
	return false
}

// notes are what a test knows of a clerk's work.
type notes struct {
	acked   []string
	fresh   []string        // acknowledged since they were last looked for
	inDoubt map[string]bool // true = counted
	doubts  int             // keys whose answer was not heard, over all
}

func (n *notes) note(verb, key string) {
	switch verb {
	case "try":
		if _, again := n.inDoubt[key]; !again {
			n.inDoubt[key] = false
		}
	case "ack":
		delete(n.inDoubt, key)
		n.acked, n.fresh = append(n.acked, key), append(n.fresh, key)
	}
}

// doubt counts those whose answer will not be heard any more.
func (n *notes) doubt() {
	for key, counted := range n.inDoubt {
		if !counted {
			n.inDoubt[key] = true
			n.doubts++
		}
	}
}

// databaseFile makes a furnished database with goods in it.
func databaseFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "changbei.db")
	h, err := openHouse(store.Options{SQLite: file, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	h.fill(t)
	if err := h.st.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}
