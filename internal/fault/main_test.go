package fault

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// childEnv names the job of a test binary that was started by a test, as the
// program that is killed or watched.
const childEnv = "CHANGBEI_TEST_FAULT_JOB"

// jobs are what a child can be.
var jobs = map[string]func() error{"clerk": clerk, "clock": clockJob}

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		if err := jobs[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	begun := time.Now()
	code := m.Run()
	summary.print(time.Since(begun))
	os.Exit(code)
}

// nightly is the long run.
func nightly() bool { return os.Getenv("CHANGBEI_TEST_FAULTS") == "nightly" }

// count gives how often a row runs: in short, in every run of the suite, at
// night.
func count(short, ci, night int) int {
	switch {
	case testing.Short():
		return short
	case nightly():
		return night
	}
	return ci
}

// report collects what the rows counted, to be printed when all is done: the
// log of a passing test is not shown.
type report struct {
	mu    sync.Mutex
	lines []string
}

var summary report

// counted adds the line of a row, unless the test has failed.
func counted(t *testing.T, begun time.Time, row, format string, args ...any) {
	t.Helper()
	if t.Failed() {
		return
	}
	summary.mu.Lock()
	defer summary.mu.Unlock()
	summary.lines = append(summary.lines, fmt.Sprintf("%-4s%7.1f s  %s", row, time.Since(begun).Seconds(), fmt.Sprintf(format, args...)))
}

func (r *report) print(took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) == 0 {
		return
	}
	slices.Sort(r.lines)
	for _, l := range r.lines {
		fmt.Println("fault " + l)
	}
	fmt.Printf("fault all %7.1f s\n", took.Seconds())
}
