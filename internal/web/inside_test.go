package web

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
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

// TestACodeSaysWhereToEnterABlank asks for the address only where another
// machine can use it.
func TestACodeSaysWhereToEnterABlank(t *testing.T) {
	for _, c := range []struct {
		host, passed string
		tls, proxy   bool
		want         string
	}{
		{"192.168.1.5:8080", "", false, false, "http://192.168.1.5:8080"},
		{"changbei.local", "", true, false, "https://changbei.local"},
		{"127.0.0.1:8080", "", false, false, ""},
		{"localhost:8080", "", false, false, ""},
		{"[::1]:8080", "", false, false, ""},
		{"127.0.0.1:8080", "wc.example", true, true, "https://wc.example"},
		{"192.168.1.5", "evil.example", false, false, "http://192.168.1.5"},
		{strings.Repeat("a", 100), "", false, false, ""},
	} {
		s := &Server{}
		s.TLS, s.Proxy = c.tls, c.proxy
		r := &http.Request{Host: c.host, Header: http.Header{}}
		if c.passed != "" {
			r.Header.Set("X-Forwarded-Host", c.passed)
		}
		if got := s.reachable(r); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
