package web

import (
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/jba/templatecheck"

	"changbei/internal/errs"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	seen := map[int]errs.Kind{}
	for _, k := range errs.Kinds() {
		status, ok := statuses[k]
		if !ok || http.StatusText(status) == "" || status < 400 {
			t.Errorf("kind %v has status %d", k, status)
		}
		if other, twice := seen[status]; twice {
			t.Errorf("kinds %v and %v share status %d", k, other, status)
		}
		seen[status] = k
		if headings[status] == "" {
			t.Errorf("status %d has no heading", status)
		}
	}
	if statusOf(errors.New("plain")) != http.StatusInternalServerError {
		t.Error("a plain error is not internal")
	}
}

func TestEveryTemplateFitsItsStruct(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := loadTemplates(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(declared, gateFaultPage) {
		set := pages[d.name]
		entry := set.Lookup(d.layout)
		if entry == nil {
			t.Errorf("%s: no layout %s", d.name, d.layout)
			continue
		}
		// Pages are shown by pointer, so that their methods are found.
		if err := templatecheck.CheckHTML(entry, reflect.New(reflect.TypeOf(d.zero)).Interface()); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{"": "/", "/stock?by=lot&q=%E5%B8%90": "/stock?by=lot&q=%E5%B8%90", "stock": "/", "//x/y": "/",
		"http://x/": "/", "/a\\b": "/", "/%2F/x": "/"} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %q, want %q", next, got, want)
		}
	}
}
