package form_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/web/form"
)

func read(t *testing.T, body string) (*form.Form, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return form.Read(r)
}

func TestRead(t *testing.T) {
	t.Run("texts come without the white space around them, secrets as typed", func(t *testing.T) {
		f, err := read(t, "a=+%E5%B8%90%E7%AF%B7%09&p=+x+&n=a%00b%1D%E2%80%AE")
		if err != nil || f.Text("a") != "帐篷" || f.Secret("p") != " x " || f.Text("n") != "ab" {
			t.Errorf("%q %q %q %v", f.Text("a"), f.Secret("p"), f.Text("n"), err)
		}
	})
	t.Run("figures keep what must not stand inside a number", func(t *testing.T) {
		f, err := read(t, "a=+7%00+&b=1%E2%80%8B2&c=%EF%BB%BF12%E2%80%8B%0D%0A")
		if err != nil || f.Figure("a") != "7\x00" || f.Figure("b") != "1\u200b2" || f.Figure("c") != "12" {
			t.Errorf("%q %q %q %v", f.Figure("a"), f.Figure("b"), f.Figure("c"), err)
		}
	})
	t.Run("ids and counts say which field cannot be meant", func(t *testing.T) {
		f, _ := read(t, "id=12&bad=x1&n=36&minus=-3&word=abc&empty=")
		if f.ID("id") != 12 || f.ID("empty") != 0 || f.ID("none") != 0 || f.Count("n", "储存期") != 36 || f.Err() != nil {
			t.Errorf("right fields: %v", f.Err())
		}
		f.ID("bad")
		f.Count("minus", "储存期")
		f.Count("word", "储存期")
		fields := errs.FieldsOf(f.Err())
		if len(fields) != 3 || fields[0].Name != "bad" || !strings.Contains(fields[1].Message, "储存期") || !strings.Contains(fields[2].Message, "abc") {
			t.Errorf("fields %+v", fields)
		}
	})
	for name, body := range map[string]string{"a broken escape": "a=%zz", "bytes that are no text": "a=%ff%fe"} {
		t.Run(name+" is refused with a sentence", func(t *testing.T) {
			if _, err := read(t, body); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), "重新") {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("the largest voucher fits", func(t *testing.T) {
		var b strings.Builder
		for n := range 1000 {
			for _, key := range []string{"item_id", "item", "lot_no", "produced", "expires", "qty", "price", "bin", "owner", "remark", "lot_id", "place_id"} {
				fmt.Fprintf(&b, "line.%d.%s=x&", n+1, key)
			}
		}
		if f, err := read(t, b.String()); err != nil || len(f.Names()) != 12_000 {
			t.Error(err)
		}
	})
	t.Run("too long a field or too many of them are refused", func(t *testing.T) {
		for _, body := range []string{"a=" + strings.Repeat("x", 20_001), strings.Repeat("a=1&", 20_001)} {
			if _, err := read(t, body); errs.KindOf(err) != errs.TooLarge && errs.KindOf(err) != errs.Invalid {
				t.Errorf("%.20s…: %v", body, err)
			}
		}
	})
	t.Run("a query that is garbled is an empty one", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodGet, "/?q=%ff", nil)
		if f := form.Query(r); f.Text("q") != "" {
			t.Errorf("%q", f.Text("q"))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("a=1&id=2")
	f.Add("a=%00&a=%F0%9F%98%80&id=99999999999999999999")
	f.Fuzz(func(t *testing.T, body string) {
		got, err := read(t, body)
		if err != nil {
			if errs.MessageOf(err) == "" || errs.KindOf(err) == errs.Internal {
				t.Errorf("%v", err)
			}
			return
		}
		for _, name := range got.Names() {
			got.Text(name)
			got.All(name)
			if got.ID(name) < 0 || got.Count(name, "数") < 0 {
				t.Errorf("%q", body)
			}
		}
	})
}
