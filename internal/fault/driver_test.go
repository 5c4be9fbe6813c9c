package fault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"changbei/internal/store"
)

// call is one call of a driver, as a plan sees it.
type call struct {
	n    int    // since the plan was armed, from 1
	kind string // begin, exec, query, commit, rollback
}

// verdict says what becomes of a call. The zero verdict lets it pass.
type verdict struct {
	refuse error  // the engine says no, the call is not done
	lose   error  // the call is done, but nobody hears of it
	gone   bool   // with either: the connection is closed as well
	then   func() // runs before the call, or after it when it is lost
}

// plan decides about the calls of a faulty driver while it is armed.
type plan struct {
	mu     sync.Mutex
	decide func(call) verdict // nil = disarmed
	calls  int
	kinds  map[string]int
	heard  map[string]int // the engine's own errors, by their first words
	before string         // a statement to run before each transaction
}

// order has a statement run on the product's own connection before each of its
// transactions from now on.
func (p *plan) order(statement string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before = statement
}

func (p *plan) ordered() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.before
}

func (p *plan) arm(decide func(call) verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decide, p.calls, p.kinds, p.heard = decide, 0, map[string]int{}, map[string]int{}
}

// disarm gives how many calls there were, and how many of each kind.
func (p *plan) disarm() (calls int, kinds map[string]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decide = nil
	return p.calls, p.kinds
}

func (p *plan) judge(kind string) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.decide == nil {
		return verdict{}
	}
	p.calls++
	p.kinds[kind]++
	return p.decide(call{n: p.calls, kind: kind})
}

// hear notes what the engine itself said, "Error 1205 (HY000)" for one.
func (p *plan) hear(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.heard != nil {
		head, _, _ := strings.Cut(err.Error(), ":")
		p.heard[head]++
	}
}

var drivers atomic.Int64

// faulty puts a driver with a plan before the driver of a database.
func faulty(t testing.TB, o store.Options) (store.Options, *plan) {
	t.Helper()
	name, dsn := "sqlite", ":memory:"
	if o.MySQL != "" {
		name, dsn = "mysql", "/"
	}
	db, err := sql.Open(name, dsn) // connects nowhere: it only leads to the driver
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := &plan{}
	o.Driver = fmt.Sprintf("faulty-%d", drivers.Add(1))
	sql.Register(o.Driver, &faultyDriver{db.Driver(), p})
	return o, p
}

type faultyDriver struct {
	driver.Driver
	plan *plan
}

func (d *faultyDriver) Open(name string) (driver.Conn, error) {
	c, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &faultyConn{c, d.plan}, nil
}

// faultyConn passes everything on to a connection of the engine's driver. Both
// drivers know all of the interfaces, so it promises them too.
type faultyConn struct {
	driver.Conn
	plan *plan
}

// kindOf tells what a statement does to its transaction: the product may say
// it in words.
func kindOf(text string) string {
	switch word, rest, _ := strings.Cut(strings.ToLower(text), " "); {
	case word == "begin" || word == "start":
		return "begin"
	case word == "commit":
		return "commit"
	case word == "rollback" && rest == "":
		return "rollback"
	}
	return "exec"
}

// through runs a call as its verdict says.
func through[T any](c *faultyConn, kind string, do func() (T, error)) (T, error) {
	var none T
	if s := c.plan.ordered(); s != "" && kind == "begin" {
		if _, err := c.Conn.(driver.ExecerContext).ExecContext(context.Background(), s, nil); err != nil {
			return none, err
		}
	}
	v := c.plan.judge(kind)
	if v.refuse != nil {
		if v.then != nil {
			v.then()
		}
		if v.gone {
			c.Conn.Close()
		}
		return none, v.refuse
	}
	got, err := do()
	if err != nil {
		c.plan.hear(err)
	}
	if v.lose == nil || err != nil {
		return got, err
	}
	if v.then != nil {
		v.then()
	}
	if errors.Is(v.lose, errPass) {
		return got, nil
	}
	switch got := any(got).(type) {
	case driver.Rows:
		got.Close()
	case driver.Tx: // nobody else could end it
		got.Rollback()
	case driver.Result:
		if kind == "begin" { // nor this
			c.Conn.(driver.ExecerContext).ExecContext(context.Background(), "ROLLBACK", nil)
		}
	}
	if v.gone {
		c.Conn.Close()
	}
	return none, v.lose
}

// errPass, as a loss, lets the caller hear the answer after all: what was to
// happen after the call happened.
var errPass = errors.New("fault: pass")

func (c *faultyConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return through(c, kindOf(text), func() (driver.Result, error) { return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args) })
}

func (c *faultyConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	return through(c, "query", func() (driver.Rows, error) { return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, args) })
}

func (c *faultyConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	st, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &faultyStmt{st, c, kindOf(text)}, nil
}

func (c *faultyConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := through(c, "begin", func() (driver.Tx, error) { return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o) })
	if err != nil {
		return nil, err
	}
	return &faultyTx{tx, c}, nil
}

func (c *faultyConn) Ping(ctx context.Context) error { return c.Conn.(driver.Pinger).Ping(ctx) }

func (c *faultyConn) ResetSession(ctx context.Context) error {
	return c.Conn.(driver.SessionResetter).ResetSession(ctx)
}

func (c *faultyConn) IsValid() bool { return c.Conn.(driver.Validator).IsValid() }

func (c *faultyConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type faultyStmt struct {
	driver.Stmt
	conn *faultyConn
	kind string
}

func (s *faultyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return through(s.conn, s.kind, func() (driver.Result, error) { return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args) })
}

func (s *faultyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return through(s.conn, "query", func() (driver.Rows, error) { return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args) })
}

type faultyTx struct {
	driver.Tx
	conn *faultyConn
}

// Commit that the engine refuses leaves no transaction open: it is rolled
// back, as engines do.
func (x *faultyTx) Commit() error {
	done := false
	_, err := through(x.conn, "commit", func() (any, error) { done = true; return nil, x.Tx.Commit() })
	if err != nil && !done {
		x.Tx.Rollback()
	}
	return err
}

func (x *faultyTx) Rollback() error {
	_, err := through(x.conn, "rollback", func() (any, error) { return nil, x.Tx.Rollback() })
	return err
}
