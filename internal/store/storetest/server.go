package storetest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"changbei/internal/store"
)

// Server is a MariaDB server of one test's own: it may be killed, and started
// again on the same data at the same address.
type Server struct {
	Base     string // mysql://root:@127.0.0.1:port/
	dir      string
	port     int
	settings []string
	d        *daemon
}

// NewServer starts a server on fresh data in a directory, with settings as
// mariadbd takes them. It ends with the test, and with this process however
// that ends.
func NewServer(t testing.TB, dir string, settings ...string) *Server {
	t.Helper()
	if err := Install(); err != nil {
		t.Fatal(err)
	}
	s, err := newServer(dir, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func newServer(dir string, settings ...string) (*Server, error) {
	s := &Server{dir: dir, settings: settings}
	if err := makeData(s.data(), runAs()); err != nil {
		return nil, err
	}
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	s.port = ports[0]
	s.Base = fmt.Sprintf("mysql://root:@127.0.0.1:%d/", s.port)
	return s, s.Start()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Start runs the server and waits until it answers.
func (s *Server) Start() (err error) {
	args := append([]string{"--no-defaults", "--datadir=" + s.data(), "--user=" + runAs(), "--bind-address=127.0.0.1",
		"--port=" + strconv.Itoa(s.port), "--socket=" + filepath.Join(s.dir, "s"), "--pid-file=" + filepath.Join(s.dir, "pid"), "--skip-name-resolve",
		"--tmpdir=" + s.dir, // a server that starts removes the temporary tables of all that share its place
		"--log-error=" + logFile(s.dir)}, s.settings...)
	if s.d, err = launch(exec.Command(find("mariadbd"), args...), logFile(s.dir)); err != nil {
		return err
	}
	return s.d.await("mariadbd to answer", func() error { return run(s.Base, "SELECT 1") })
}

// Kill ends the server at once, as kill -9 does, and waits until it is gone.
func (s *Server) Kill() { s.d.kill() }

// Fresh makes an empty database on the server.
func (s *Server) Fresh(t testing.TB) store.Options {
	t.Helper()
	database := newName()
	if err := create(s.Base, database); err != nil {
		t.Fatal(err)
	}
	return store.Options{MySQL: s.Base + database}
}
