package storetest

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// usualEngines are what every run of the tests covers; the others take a
// download and minutes, so the long run names them.
const usualEngines = "sqlite,mysql"

// engines are all that CHANGBEI_TEST_ENGINES can name.
var engines = []Engine{SQLite(), MySQL(), MySQL9(), Galera()}

// Each runs a suite as a sub-test on every engine of CHANGBEI_TEST_ENGINES.
func Each(t *testing.T, suite func(t *testing.T, e Engine)) {
	list, err := chosen(os.Getenv("CHANGBEI_TEST_ENGINES"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		t.Run(e.Server, func(t *testing.T) { suite(t, e) })
	}
}

// Chosen reports whether CHANGBEI_TEST_ENGINES names an engine: for suites
// that only make sense on that one and would otherwise start it in every run.
func Chosen(server string) bool {
	list, err := chosen(os.Getenv("CHANGBEI_TEST_ENGINES"))
	return err == nil && slices.ContainsFunc(list, func(e Engine) bool { return e.Server == server })
}

// chosen reads the list of engines. A word it does not know is an error: a
// typing mistake must not pass as a run on nothing.
func chosen(text string) ([]Engine, error) {
	var list []Engine
	for word := range strings.SplitSeq(cmp.Or(text, usualEngines), ",") {
		i := slices.IndexFunc(engines, func(e Engine) bool { return e.Server == strings.TrimSpace(word) })
		if i < 0 {
			return nil, fmt.Errorf("CHANGBEI_TEST_ENGINES=%s: no engine %q; there are sqlite, mysql, mysql9 and galera", text, word)
		}
		list = append(list, engines[i])
	}
	return list, nil
}
