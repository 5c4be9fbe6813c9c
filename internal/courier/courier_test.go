package courier_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/courier"
)

// asked says that the proxy of the environment was.
var asked atomic.Bool

// TestMain sets a proxy before the first request: net/http reads the
// environment once.
func TestMain(m *testing.M) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	os.Setenv("HTTP_PROXY", proxy.URL)
	os.Setenv("HTTPS_PROXY", proxy.URL)
	m.Run()
}

// here lets tests reach their own servers.
var here = courier.NewReach([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")})

func receiver(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

func TestPost(t *testing.T) {
	t.Run("a letter arrives with its headers and the answer comes back", func(t *testing.T) {
		url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
			body := make([]byte, 100)
			n, _ := r.Body.Read(body)
			w.WriteHeader(http.StatusAccepted)
			w.Write([]byte(r.Method + " " + r.URL.RawQuery + " " + r.Header.Get("X-A") + " " + string(body[:n])))
		})
		a := courier.New(here, 0).Post(t.Context(), courier.Letter{URL: url + "/?key=k", Body: []byte("hello"), Headers: map[string]string{"X-A": "b"}})
		if a.Status != 202 || a.Problem != "" || string(a.Body) != "POST key=k b hello" {
			t.Errorf("answer %+v, body %s", a, a.Body)
		}
	})
	t.Run("a redirect is given back and not followed", func(t *testing.T) {
		followed := false
		target := receiver(t, func(http.ResponseWriter, *http.Request) { followed = true })
		url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, target, http.StatusTemporaryRedirect)
		})
		a := courier.New(here, 0).Post(t.Context(), courier.Letter{URL: url})
		if a.Status != http.StatusTemporaryRedirect || followed {
			t.Errorf("status %d, followed %t", a.Status, followed)
		}
	})
	t.Run("a long answer is cut", func(t *testing.T) {
		url := receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(strings.Repeat("x", 1<<20))) })
		if a := courier.New(here, 0).Post(t.Context(), courier.Letter{URL: url}); len(a.Body) != 16<<10 {
			t.Errorf("%d bytes were read", len(a.Body))
		}
	})
	t.Run("who never answers is given up, before the head and in the body", func(t *testing.T) {
		for name, head := range map[string]bool{"head": false, "body": true} {
			ended := make(chan struct{})
			url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
				if head {
					w.WriteHeader(200)
					w.(http.Flusher).Flush()
				}
				select {
				case <-r.Context().Done():
				case <-ended:
				}
			})
			a := courier.New(here, 50*time.Millisecond).Post(t.Context(), courier.Letter{URL: url})
			close(ended)
			if a.Problem != "超过时限没有答复。" {
				t.Errorf("%s: %+v", name, a)
			}
		}
	})
	t.Run("a stop ends the waiting", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		url := receiver(t, func(http.ResponseWriter, *http.Request) { stop(); <-ended })
		a := courier.New(here, time.Hour).Post(ctx, courier.Letter{URL: url})
		close(ended)
		if a.Problem != "程序停止时还没有等到答复。" {
			t.Errorf("%+v", a)
		}
	})
}

// TestNoProblemQuotesTheAddress asks for every sort of failure whether its
// sentence holds the key that stands in the address.
func TestNoProblemQuotesTheAddress(t *testing.T) {
	tlsServer := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer tlsServer.Close()
	plain := receiver(t, func(http.ResponseWriter, *http.Request) {})
	closed := httptest.NewServer(nil)
	closed.Close()
	cut := receiver(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	const key = "/send?key=TOPSECRETKEY"
	for name, c := range map[string]struct{ url, want string }{
		"an unknown certificate":     {tlsServer.URL + key, "证书不可信"},
		"HTTPS at an HTTP port":      {strings.Replace(plain, "http:", "https:", 1) + key, "不是 HTTPS"},
		"a closed port":              {closed.URL + key, "连接被拒绝"},
		"a connection that breaks":   {cut + key, "连接中断"},
		"a name that does not exist": {"http://no..name" + key, "找不到这个主机名"},
		"no address at all":          {"http://%zz" + key, "地址写得不对"},
		"a forbidden address":        {"http://169.254.169.254" + key, "169.254.169.254"},
		"another scheme":             {"ftp://127.0.0.1" + key, "连接中断"},
	} {
		a := courier.New(here, 0).Post(t.Context(), courier.Letter{URL: c.url})
		if !strings.Contains(a.Problem, c.want) || strings.Contains(a.Problem, "TOPSECRET") || strings.Contains(a.Problem, "send?") {
			t.Errorf("%s: %q, want %q", name, a.Problem, c.want)
		}
	}
}

func TestReach(t *testing.T) {
	lan := courier.NewReach([]netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("0.0.0.0/0")})
	none := courier.NewReach(nil)
	few := courier.NewReach([]netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")})
	for text, want := range map[string][3]bool{ // by none, few and a list that opens all of IPv4
		"203.0.113.9": {true, true, true}, "2400:3200::1": {true, true, true}, "100.63.255.255": {true, true, true}, "172.32.0.1": {true, true, true},
		"127.0.0.1": {false, false, true}, "127.9.9.9": {false, false, true}, "::1": {}, "10.1.2.3": {false, false, true}, "172.31.0.1": {false, false, true},
		"192.168.1.20": {false, true, true}, "::ffff:192.168.1.20": {false, true, true}, "192.168.2.20": {false, false, true}, "100.64.0.1": {false, false, true},
		"fd12::1": {}, "64:ff9b::7f00:1": {}, "2002:7f00:1::": {}, "::127.0.0.1": {},
		"0.0.0.0": {}, "::": {}, "169.254.169.254": {}, "::ffff:169.254.169.254": {}, "fe80::1%eth0": {}, "224.0.0.1": {}, "255.255.255.255": {},
		"100.100.100.200": {}, "fd00:ec2::254": {},
	} {
		a := netip.MustParseAddr(text)
		for i, r := range []courier.Reach{none, few, lan} {
			if why := r.Refuses(a); (why == "") != want[i] {
				t.Errorf("%s by list %d: %q, want allowed %t", text, i, why, want[i])
			}
		}
	}
	if why := none.Refuses(netip.Addr{}); why == "" {
		t.Error("no address at all is allowed")
	}
}

// TestTheDialIsWhatIsLookedAt: a name that leads to this machine is refused as
// its number is, whatever the address says.
func TestTheDialIsWhatIsLookedAt(t *testing.T) {
	asked := false
	url := receiver(t, func(http.ResponseWriter, *http.Request) { asked = true })
	named := strings.Replace(url, "127.0.0.1", "localhost", 1)
	for _, u := range []string{url, named} {
		a := courier.New(courier.NewReach(nil), 0).Post(t.Context(), courier.Letter{URL: u})
		if asked || !strings.Contains(a.Problem, "webhook-lan") {
			t.Errorf("%s: asked %t, %q", u, asked, a.Problem)
		}
	}
}

func TestTheEnvironmentsProxyIsNotAsked(t *testing.T) {
	courier.New(here, 0).Post(t.Context(), courier.Letter{URL: "http://no..name/"})
	if asked.Load() {
		t.Error("the proxy was asked")
	}
}
