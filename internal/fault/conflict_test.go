package fault

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// maxTries is how often the product may run one posting.
const maxTries = 5

// conflicts gives errors the engines call temporary, made by the engines
// themselves, so that they are of the driver's own type.
func conflicts(t *testing.T, x *trial) map[string]error {
	t.Helper()
	list := map[string]error{}
	if x.engine == "mysql" {
		for _, code := range []int{1213, 1205, 1020} {
			_, err := x.raw.Exec(fmt.Sprintf("SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = %d, MESSAGE_TEXT = 'forced'", code))
			list[fmt.Sprint(code)] = err
		}
		return list
	}
	raw := storetest.Raw(t, store.Options{SQLite: filepath.Join(t.TempDir(), "conflict.db")})
	one, other := sqliteConn(t, raw), sqliteConn(t, raw)
	exec := func(c *sql.Conn, statement string) error { _, err := c.ExecContext(x.ctx, statement); return err }
	exec(one, "PRAGMA journal_mode = WAL")
	exec(one, "CREATE TABLE a (n INTEGER)")
	exec(one, "BEGIN IMMEDIATE")
	list["5"] = exec(other, "BEGIN IMMEDIATE")
	exec(one, "ROLLBACK")
	exec(one, "BEGIN")
	one.QueryRowContext(x.ctx, "SELECT COUNT(*) FROM a").Scan(new(int)) // a snapshot, older than
	exec(other, "INSERT INTO a VALUES (1)")                             // this
	list["517"] = exec(one, "INSERT INTO a VALUES (2)")
	exec(one, "ROLLBACK")
	for code, err := range list {
		if err == nil || !strings.Contains(err.Error(), "("+code+")") {
			t.Fatalf("the engine did not say %s but %v", code, err)
		}
	}
	return list
}

func sqliteConn(t *testing.T, raw *sql.DB) *sql.Conn {
	t.Helper()
	c, err := raw.Conn(context.Background())
	if err == nil {
		_, err = c.ExecContext(context.Background(), "PRAGMA busy_timeout = 0")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestR10Conflicts has the engine call off postings at any of their calls, the
// commit too, once to five times in a row. Up to four times the product says
// it again by itself, whole; then it gives up in words, and nothing is there.
func TestR10Conflicts(t *testing.T) {
	begun := time.Now()
	times := count(5, 200, 2000)
	codes := map[string][]string{"sqlite": {"5", "517"}, "mysql": {"1213", "1205", "1020"}}
	t.Run("each", func(t *testing.T) { // the waits between tries leave room for one another
		onEach(t, func(t *testing.T, e storetest.Engine) {
			for _, code := range codes[e.Name] {
				t.Run(code, func(t *testing.T) {
					t.Parallel()
					newTrial(t, e).conflicts(code, times)
				})
			}
		})
	})
	counted(t, begun, "R10", "both   %d postings called off by each of %v, 1 to 5 times in a row: 0 partial commits, never more than %d tries",
		times, codes, maxTries)
}

func (x *trial) conflicts(code string, times int) {
	wholes := map[string]tally{}
	for _, a := range acts {
		wholes[a.name] = x.whole(a)
	}
	forced := conflicts(x.T, x)[code]
	for i := range times {
		fails := rand.IntN(2) + 1
		if i%10 < 3 {
			fails = 3 + i%10
		}
		a := acts[anyAct()]
		if a.rare { // a hold is told to every depot, and there may be more by now
			wholes[a.name] = x.whole(a)
		}
		x.conflict(a, code, forced, fails, wholes[a.name])
	}
	x.mustCheck(x)
}

// conflict has the first tries of an act fail, each at a call of its own.
func (x *trial) conflict(a act, code string, forced error, fails int, whole tally) {
	x.Helper()
	key := inventory.NewKey()
	on := x.prepared(a, key)
	start := count1(x, x.raw)
	try, inTry, at := 0, 0, 0
	x.plan.arm(func(c call) verdict {
		if c.kind == "begin" {
			try, inTry, at = try+1, 0, rand.IntN(30)+1
		}
		inTry++
		if c.kind != "rollback" && try > 0 && try <= fails && (inTry == at || inTry < at && c.kind == "commit") {
			return verdict{refuse: forced}
		}
		return verdict{}
	})
	_, err := a.do(x.ctx, x.house, key, on)
	_, kinds := x.plan.disarm()
	now := count1(x, x.raw).minus(start)
	gaveUp := fails >= maxTries
	switch {
	case kinds["begin"] != min(fails+1, maxTries):
		x.Fatalf("%s, %s %d times: %d tries, %v", a.name, code, fails, kinds["begin"], err)
	case !gaveUp && (err != nil || now != whole):
		x.Fatalf("%s, %s %d times: %v, and it left %v", a.name, code, fails, err, now)
	case gaveUp && (errs.KindOf(err) != errs.Busy || now != (tally{})):
		x.Fatalf("%s, %s %d times: %v, and it left %v", a.name, code, fails, err, now)
	}
	if _, err := a.do(x.ctx, x.house, key, on); err != nil || count1(x, x.raw).minus(start).orderless() != whole.orderless() {
		x.Fatalf("%s, %s, said again: %v, and it left %v", a.name, code, err, count1(x, x.raw).minus(start))
	}
}

// rival is a person at the database's own prompt who holds rows the product
// wants, in a transaction heavier than a posting, so that of two in a deadlock
// the posting is ended.
type rival struct {
	t    *testing.T
	conn *sql.Conn
	rows [2]string // statements that lock: the head, a shelf
}

func newRival(x *trial, t *testing.T) *rival {
	t.Helper()
	shelf := x.shelf(t, x.quilt.ID, "备货")
	r := &rival{t: t, rows: [2]string{fmt.Sprintf("UPDATE depot_head SET seq = seq WHERE depot_id = %d", x.depot.ID),
		fmt.Sprintf("UPDATE stock SET qty = qty WHERE place_id = %d AND lot_id = %d", shelf.PlaceID, shelf.Lot.ID)}}
	c, err := x.raw.Conn(x.ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	r.conn = c
	r.must("CREATE TABLE ballast (n BIGINT)")
	return r
}

func (r *rival) exec(statement string) error {
	_, err := r.conn.ExecContext(context.Background(), statement)
	return err
}

func (r *rival) must(statement string) {
	r.t.Helper()
	if err := r.exec(statement); err != nil {
		r.t.Fatalf("%s: %v", statement, err)
	}
}

// hold begins with ballast and takes one of the rows.
func (r *rival) hold(row int) {
	r.t.Helper()
	r.must("BEGIN")
	r.must("INSERT INTO ballast VALUES (1)" + strings.Repeat(", (1)", 499))
	r.must(r.rows[row])
}

// TestR10RealConflicts makes MariaDB itself end postings: it refuses to wait
// for a row somebody holds (1205), and breaks deadlocks (1213).
func TestR10RealConflicts(t *testing.T) {
	begun := time.Now()
	want := count(2, 100, 1000)
	server := storetest.NewServer(t, t.TempDir(), serverSettings...)
	set := func(seconds int) *trial {
		t.Helper()
		return newTrial(t, storetest.Engine{Name: "mysql", Server: "mysql", Options: func(t testing.TB) store.Options {
			o := server.Fresh(t)
			o.MySQL += fmt.Sprintf("?lock_wait=%d", seconds)
			return o
		}})
	}
	x := set(0)
	waits, busy := x.lockWaits(newRival(x, t), want)
	x.mustCheck(t)
	x = set(5)
	deadlocks := x.deadlocks(newRival(x, t), want)
	x.mustCheck(t)
	counted(t, begun, "R10", "mysql  made to: %d lock waits timed out (1205, %d postings gave up in words), %d deadlocks broken (1213): 0 partial commits",
		waits, busy, deadlocks)
}

// lockWaits holds a row for a while, or until the product gives up, while no
// wait is allowed.
func (x *trial) lockWaits(r *rival, want int) (waits, busy int) {
	for i := 0; waits < want; i++ {
		r.hold(i % 2)
		key, on, start := x.begin(acts[issueAct])
		x.plan.arm(func(call) verdict { return verdict{} })
		answer := make(chan error, 1)
		go func() { _, err := acts[issueAct].do(x.ctx, x.house, key, on); answer <- err }()
		var err error
		if i%8 == 0 { // as long as it takes
			err = <-answer
			r.must("ROLLBACK")
			busy++
			if errs.KindOf(err) != errs.Busy || count1(x, x.raw) != start {
				x.Fatalf("a row held for good: %v, and it left %v", err, count1(x, x.raw).minus(start))
			}
		} else {
			time.Sleep(rand.N(30 * time.Millisecond))
			r.must("ROLLBACK")
			err = <-answer
		}
		waits += x.heardOf("Error 1205")
		x.ends(key, on, start, err)
	}
	return waits, busy
}

// deadlocks takes two rows in the order opposite to the product's, whichever
// that is.
func (x *trial) deadlocks(r *rival, want int) (broken int) {
	hits := [2]int{}
	for i := 0; broken < want; i++ {
		first := i % 2
		if hits[0] == 0 && hits[1] > 2 || hits[1] == 0 && hits[0] > 2 {
			first = map[bool]int{true: 0, false: 1}[hits[0] > 2]
		}
		if i > 20*want {
			x.Fatalf("%d deadlocks in %d tries: nothing was proved", broken, i)
		}
		r.hold(first)
		key, on, start := x.begin(acts[issueAct])
		x.plan.arm(func(call) verdict { return verdict{} })
		answer := make(chan error, 1)
		go func() { _, err := acts[issueAct].do(x.ctx, x.house, key, on); answer <- err }()
		time.Sleep(4 * time.Millisecond)
		r.must(r.rows[1-first])
		r.must("ROLLBACK")
		err := <-answer
		n := x.heardOf("Error 1213")
		broken, hits[first] = broken+n, hits[first]+n
		x.ends(key, on, start, err)
	}
	return broken
}

// issueAct is the place in acts of the issue whose lots are proposed.
const issueAct = 2

func (x *trial) begin(a act) (key string, on id.ID, start tally) {
	x.Helper()
	key = inventory.NewKey()
	on = x.prepared(a, key)
	return key, on, count1(x, x.raw)
}

// ends proves that an act that was called off and said again is whole.
func (x *trial) ends(key string, on id.ID, start tally, err error) {
	x.Helper()
	if err != nil && errs.KindOf(err) != errs.Busy {
		x.Fatalf("answer %v", err)
	}
	if _, again := acts[issueAct].do(x.ctx, x.house, key, on); again != nil {
		x.Fatalf("%v, said again: %v", err, again)
	}
	if now := count1(x, x.raw).minus(start); now[vouchers] != 1 || now[auditRows] != 1 {
		x.Fatalf("it left %v", now)
	}
}

// heardOf counts an error of the engine, and proves how often the product
// tried.
func (x *trial) heardOf(name string) (n int) {
	x.Helper()
	_, kinds := x.plan.disarm()
	for head, times := range x.plan.heard {
		if strings.HasPrefix(head, name) {
			n += times
		}
	}
	if kinds["begin"] > maxTries {
		x.Fatalf("%d tries", kinds["begin"])
	}
	return n
}
