package store

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/jmoiron/sqlx"
)

// writer is a connection that writes one transaction after the other, with its
// statements kept prepared. It is the ride of the lanes.
type writer struct {
	*prepared
	raw    *sqlx.Conn
	plain  sqlx.ExecerContext // of BEGIN and the like
	start  string
	opened time.Time
	ended  func(w *writer, whole bool)
}

func openWriter(db *sqlx.DB) (*writer, error) {
	conn, err := db.Connx(context.Background())
	if err != nil {
		return nil, err
	}
	p := newPrepared(conn)
	return &writer{prepared: p, raw: conn, plain: p, start: "BEGIN IMMEDIATE", opened: time.Now(), ended: func(*writer, bool) {}}, nil
}

// close gives the connection back to the pool, or away where it may still be
// inside a transaction.
func (w *writer) close(whole bool) {
	w.prepared.close()
	if !whole {
		w.raw.Raw(func(any) error { return driver.ErrBadConn })
	}
	w.raw.Close()
}

func (w *writer) exec(statement string) error {
	_, err := w.plain.ExecContext(context.Background(), statement)
	return err
}

// begin starts the next transaction.
func (w *writer) begin() (ride, error) { return w, w.exec(w.start) }

// Commit is the ride's. Where it fails, Rollback follows.
func (w *writer) Commit() error {
	err := w.exec("COMMIT")
	if err == nil {
		w.ended(w, true)
	}
	return err
}

// Rollback is the ride's.
func (w *writer) Rollback() error {
	err := w.exec("ROLLBACK")
	w.ended(w, err == nil)
	return err
}

// Mark is the ride's.
func (w *writer) Mark(statement string) error { return w.exec(statement) }

// writers are the connections of the MySQL family that lanes write on. Without
// them every statement would be parsed again at each posting.
type writers struct {
	db    *sqlx.DB
	gone  func(error) bool // the connection broke
	slots chan struct{}    // as many may write at once
	idle  chan *writer
}

// maxWriters bounds the connections of the lanes, maxOthers those of the
// transactions outside them.
const maxWriters, maxOthers = 8, 8

func newWriters(db *sqlx.DB, gone func(error) bool) *writers {
	return &writers{db: db, gone: gone, slots: make(chan struct{}, maxWriters), idle: make(chan *writer, maxWriters)}
}

// begin starts a transaction on a writer that is free, or on one more. A
// connection that broke while it lay idle is no failure of who comes next.
func (p *writers) begin() (ride, error) {
	p.slots <- struct{}{}
	for w := p.kept(); w != nil; w = p.kept() {
		r, err := w.begin()
		if err == nil {
			return r, nil
		}
		if !p.gone(err) {
			p.back(w, false)
			return nil, err
		}
		w.close(false)
	}
	w, err := openWriter(p.db)
	if err != nil {
		<-p.slots
		return nil, err
	}
	w.plain, w.start, w.ended = w.raw, "START TRANSACTION", p.back // not all servers prepare these
	r, err := w.begin()
	if err != nil {
		p.back(w, false)
		return nil, err
	}
	return r, nil
}

// kept takes an idle writer, nil when there is none. Old ones go, as those of
// the pool do, before a server or proxy cuts them off.
func (p *writers) kept() *writer {
	for {
		select {
		case w := <-p.idle:
			if time.Since(w.opened) < mysqlLifetime {
				return w
			}
			w.close(true)
		default:
			return nil
		}
	}
}

// back takes a writer whose transaction has ended.
func (p *writers) back(w *writer, whole bool) {
	if whole {
		p.idle <- w
	} else {
		w.close(false)
	}
	<-p.slots
}

// close closes the idle ones; no lane runs any more.
func (p *writers) close() {
	for w := p.kept(); w != nil; w = p.kept() {
		w.close(true)
	}
}
