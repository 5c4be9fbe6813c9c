package app_test

import (
	"context"
	"database/sql"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/courier"
	"changbei/internal/errs"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/store"
)

// settings are those of a program on a free port and an empty folder.
func settings(t *testing.T) config.Config {
	t.Helper()
	return config.Config{Addr: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), Log: "error"}
}

// started is a running program with what it printed.
type started struct {
	*app.App
	printed []string
	stop    func() error
}

func start(t *testing.T, c config.Config) *started {
	t.Helper()
	s := &started{}
	a, err := app.New(context.Background(), c, func(line string) { s.printed = append(s.printed, line) })
	if err != nil {
		t.Fatal(err)
	}
	s.App = a
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	stopped := false
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			return err
		}
		return a.Close()
	}
	t.Cleanup(func() { s.stop() })
	return s
}

func refused(t *testing.T, c config.Config, kind errs.Kind, words ...string) {
	t.Helper()
	a, err := app.New(context.Background(), c, func(string) {})
	if err == nil {
		a.Close()
		t.Fatal("it started")
	}
	if errs.KindOf(err) != kind {
		t.Errorf("kind %v: %v", errs.KindOf(err), err)
	}
	for _, w := range words {
		if !strings.Contains(errs.MessageOf(err), w) {
			t.Errorf("sentence %q lacks %q", errs.MessageOf(err), w)
		}
	}
}

func TestStart(t *testing.T) {
	t.Run("an empty folder asks for the first account and serves", func(t *testing.T) {
		s := start(t, settings(t))
		text := strings.Join(s.printed, "\n")
		if !strings.Contains(text, "http://"+s.Addr()+"/setup") || !strings.Contains(text, "安装码：") {
			t.Errorf("printed %q", text)
		}
		answer, err := http.Get("http://" + s.Addr() + "/")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		if answer.Request.URL.Path != "/setup" || !strings.Contains(string(body), "建立首个账户") || strings.Contains(string(body), "演示数据") {
			t.Errorf("first page %s: %.200s", answer.Request.URL, body)
		}
		if err := s.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	t.Run("twice on one folder is refused", func(t *testing.T) {
		c := settings(t)
		start(t, c)
		refused(t, c, errs.Conflict, "已经在使用", c.Data, "--data")
	})
	t.Run("a taken port is named with a remedy", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		c := settings(t)
		c.Addr = l.Addr().String()
		refused(t, c, errs.Conflict, c.Addr, "占用", "--addr")
	})
	t.Run("a refused start gives the folder back", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		c := settings(t)
		free := c.Addr
		c.Addr = l.Addr().String()
		refused(t, c, errs.Conflict)
		c.Addr = free
		start(t, c)
	})
	t.Run("a folder that cannot be made is named", func(t *testing.T) {
		c := settings(t)
		file := filepath.Join(t.TempDir(), "a-file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		c.Data = filepath.Join(file, "data")
		refused(t, c, errs.Invalid, c.Data, "--data")
	})
	t.Run("a file in the folder's place is called a file", func(t *testing.T) {
		c := settings(t)
		if err := os.WriteFile(c.Data, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, c, errs.Invalid, c.Data+" 是一个文件", "--data")
	})
	t.Run("a port that is none is named in Chinese", func(t *testing.T) {
		for _, addr := range []string{"127.0.0.1:99999", "127.0.0.1:http", "127.0.0.1:"} {
			c := settings(t)
			c.Addr = addr
			refused(t, c, errs.Invalid, addr, "65535", "--addr")
		}
	})
	t.Run("a database of a newer version is left alone", func(t *testing.T) {
		c := settings(t)
		if err := start(t, c).stop(); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", filepath.Join(c.Data, "changbei.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("INSERT INTO schema_version (version_id, is_applied) VALUES (99999999, 1)"); err != nil {
			t.Fatal(err)
		}
		db.Close()
		refused(t, c, errs.Invalid, "更新版本")
	})
	t.Run("another machine's address wants a word about plain HTTP", func(t *testing.T) {
		c := settings(t)
		c.Addr = "0.0.0.0:0"
		refused(t, c, errs.Invalid, "--plain-http")
	})
	t.Run("a garbled address is named", func(t *testing.T) {
		c := settings(t)
		c.Addr = "8080"
		refused(t, c, errs.Invalid, "8080")
	})
}

func TestReadingCommandsMakeNoDatabase(t *testing.T) {
	c := settings(t)
	want := func(words ...string) {
		t.Helper()
		st, err := app.OpenExisting(t.Context(), c)
		if err == nil {
			st.Close()
			t.Fatal("it opened")
		}
		for _, w := range words {
			if !strings.Contains(errs.MessageOf(err), w) {
				t.Errorf("sentence %q lacks %q", errs.MessageOf(err), w)
			}
		}
	}
	want(c.Data, "--data", "没有常备的数据库")
	if _, err := os.Stat(c.Data); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
	if err := os.Mkdir(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	want(c.Data, "--data")
	if list, _ := os.ReadDir(c.Data); len(list) > 0 {
		t.Errorf("the folder got %v", list)
	}
	if err := start(t, c).stop(); err != nil {
		t.Fatal(err)
	}
	st, err := app.OpenExisting(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Error(err)
	}
	c.Data = filepath.Join(c.Data, "changbei.db")
	want(c.Data, "是一个文件", "--data")
}

// TestNoticesGoOutBesideTheRequests: the program sends what its use cases tell,
// to the office's own network where its settings say so, and neither pages nor
// a stop wait for a receiver that does not answer.
func TestNoticesGoOutBesideTheRequests(t *testing.T) {
	asked, let := make(chan string, 9), make(chan struct{})
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- string(body)
		<-let
	}))
	defer receiver.Close()
	defer close(let)
	c := settings(t)
	c.WebhookLAN = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	s := start(t, c)
	st, err := app.OpenStore(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	system := access.Actor{ID: 1, Name: "钟磊", Grants: []access.Grant{{Role: access.System}}}
	uses := notifying.New(st, courier.NewReach(c.WebhookLAN))
	if _, err := uses.SaveWebhook(t.Context(), system, notifying.HookInput{Name: "应急群", Form: "wecom", URL: receiver.URL + "/send?key=k"}); err != nil {
		t.Fatal(err)
	}
	err = st.Tx(t.Context(), func(tx *store.Tx) error {
		return notifying.Tell(t.Context(), tx, notice.Notice{Kind: notice.ResponseStarted, Title: "启动四级响应", Path: "/", To: []notice.Audience{notice.Holders(access.SignedIn, 0)}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if body := <-asked; !strings.Contains(body, "启动四级响应") {
		t.Errorf("the receiver got %s", body)
	}
	answer, err := http.Get("http://" + s.Addr() + "/setup")
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("a page while the receiver hangs: %v", err)
	}
	answer.Body.Close()
	if err := s.stop(); err != nil { // the receiver hangs still
		t.Error(err)
	}
}

func TestStopLetsRequestsFinish(t *testing.T) {
	s := start(t, settings(t))
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// Half a request is under way when the program is told to stop.
	if _, err := conn.Write([]byte("POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nlog")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	time.Sleep(100 * time.Millisecond)
	if _, err := conn.Write([]byte("in=a")); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 12)
	if _, err := io.ReadFull(conn, b); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 403") {
		t.Errorf("answer %q, %v", b, err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}
