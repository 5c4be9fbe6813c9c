package fault

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// wire carries connections to a server and cuts them when told to.
type wire struct {
	addr   string
	target string
	cut    atomic.Pointer[cutter]
	cuts   atomic.Int64 // connections cut
	lost   atomic.Int64 // of them, after the server had answered
	mu     sync.Mutex
	open   map[net.Conn]bool
}

// cutter says how a wire is cut: after so many bytes of a direction, or at the
// answer to a request that holds a word, which the server then has carried out.
type cutter struct {
	bytes   int    // at most; where exactly is chance
	answers bool   // only in an answer
	word    []byte // nil = by bytes alone
	share   int    // one in so many of these requests is cut
}

// newWire lays a wire to an address until the test ends.
func newWire(t *testing.T, target string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: l.Addr().String(), target: target, open: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { w.carry(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		w.mu.Lock()
		for c := range w.open {
			c.Close()
		}
		w.mu.Unlock()
		running.Wait()
	})
	return w
}

func (w *wire) hold(c net.Conn, held bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if held {
		w.open[c] = true
	} else {
		delete(w.open, c)
	}
}

// carry takes one connection to the server and back, as far as it goes.
func (w *wire) carry(client net.Conn) {
	server, err := net.Dial("tcp", w.target)
	if err != nil {
		client.Close()
		return
	}
	var end sync.Once
	hang := func() {
		end.Do(func() {
			client.Close()
			server.Close()
		})
	}
	w.hold(client, true)
	defer w.hold(client, false)
	l := &line{wire: w, hang: hang}
	l.left[0].Store(-1)
	l.left[1].Store(-1)
	var both sync.WaitGroup
	both.Go(func() { l.pump(server, client, 0) })
	both.Go(func() { l.pump(client, server, 1) })
	both.Wait()
}

// line is one connection: how many bytes each direction still has, -1 = not
// decided, and whether the next answer is to be lost.
type line struct {
	wire   *wire
	hang   func()
	left   [2]atomic.Int64
	doomed atomic.Bool
}

func (l *line) pump(to, from net.Conn, way int) {
	defer l.hang()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			b, cut := l.allow(buf[:n], way)
			if _, werr := to.Write(b); werr != nil || cut {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// allow gives what of a piece passes, and whether the line is cut after it.
func (l *line) allow(b []byte, way int) ([]byte, bool) {
	c := l.wire.cut.Load()
	if c == nil {
		return b, false
	}
	if way == 1 && l.doomed.Load() {
		l.wire.cuts.Add(1)
		l.wire.lost.Add(1)
		return b[:rand.IntN(len(b))], true
	}
	if c.word != nil {
		if way == 0 && bytes.Contains(b, c.word) && rand.IntN(c.share) == 0 {
			l.doomed.Store(true)
		}
		return b, false
	}
	if c.answers && way == 0 {
		return b, false
	}
	left := l.left[way].Load()
	if left < 0 {
		left = int64(rand.IntN(c.bytes))
	}
	if int64(len(b)) <= left {
		l.left[way].Store(left - int64(len(b)))
		return b, false
	}
	l.wire.cuts.Add(1)
	if way == 1 {
		l.wire.lost.Add(1)
	}
	return b[:left], true
}

// drain reads an answer to its end, so that a cut in its middle is seen.
func drain(r io.ReadCloser) error {
	_, err := io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}
