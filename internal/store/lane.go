package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// A group is what is committed together: at most groupSize transactions, and
// none added after groupTime, so that nobody's answer waits for a long import
// that came later. One sync of the disk then serves all of them.
const (
	groupSize = 32
	groupTime = 10 * time.Millisecond
)

// waiting is how many may stand in the queue before callers wait outside it.
const waiting = 256

var (
	errClosed = errors.New("store: closed")
	errBroke  = errors.New("store: function did not return") // it panicked
)

// lane is the queue in front of SQLite's one writer: first come, first served.
// What waits when a transaction ends joins its commit, each behind a savepoint
// of its own, so that each succeeds or is refused alone. Nobody is answered
// before the commit. Where the commit fails, or an error took the whole
// transaction with it, everyone in the group is run again, alone.
type lane struct {
	conn *prepared
	raw  *sqlx.Conn
	jobs chan *job
	fell func() // called when what members believed done is undone
	stop chan struct{}
	done chan struct{}
}

// job is one transaction in the queue. Its function runs in its owner's own
// goroutine, when the lane says so, so that a panic is the owner's.
type job struct {
	turn  chan struct{} // the lane: run now
	ran   chan error    // the owner: this came out
	ended chan error    // the lane: this stands in the database
	taken atomic.Bool   // by the lane, or by an owner who gave up
	err   error         // what came out last, kept by the lane
}

func openLane(ctx context.Context, db *sqlx.DB, fell func()) (*lane, error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return nil, err
	}
	l := &lane{conn: newPrepared(conn), raw: conn, jobs: make(chan *job, waiting), fell: fell, stop: make(chan struct{}), done: make(chan struct{})}
	go l.run()
	return l, nil
}

// close ends the lane after the group that runs, and gives the connection back.
func (l *lane) close() {
	close(l.stop)
	<-l.done
	l.conn.close()
	l.raw.Close()
}

// do queues a transaction and waits for its outcome. fn may be run more than
// once.
func (l *lane) do(ctx context.Context, fn func() error) error {
	j := &job{turn: make(chan struct{}, 1), ran: make(chan error, 1), ended: make(chan error, 1)}
	select {
	case l.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.stop:
		return errClosed
	}
	return j.wait(ctx, l.done, fn)
}

func (j *job) wait(ctx context.Context, closed <-chan struct{}, fn func() error) error {
	given := ctx.Done()
	for {
		select {
		case <-j.turn:
			given = nil
			j.run(fn)
		case err := <-j.ended:
			return err
		case <-given: // given up while still in the queue
			if j.take() {
				return ctx.Err()
			}
			given = nil
		case <-closed:
			if j.take() {
				return errClosed
			}
			return <-j.ended
		}
	}
}

func (j *job) take() bool { return j.taken.CompareAndSwap(false, true) }

func (j *job) run(fn func() error) {
	err := errBroke
	defer func() { j.ran <- err }()
	err = fn()
}

func (l *lane) run() {
	defer close(l.done)
	for {
		select {
		case <-l.stop:
			return
		case j := <-l.jobs:
			if j.take() {
				l.group(j)
			}
		}
	}
}

func (l *lane) exec(statement string) error {
	_, err := l.conn.ExecContext(context.Background(), statement)
	return err
}

// alone runs one job in a transaction of its own.
func (l *lane) alone(j *job) error {
	if err := l.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := j.turnNow()
	if err == nil {
		err = l.exec("COMMIT")
	}
	if err != nil {
		l.exec("ROLLBACK") // an error of the engine may have done it already
		l.fell()
	}
	return err
}

func (j *job) turnNow() error {
	j.turn <- struct{}{}
	j.err = <-j.ran
	return j.err
}

// group runs a job and those that wait meanwhile in one transaction.
func (l *lane) group(first *job) {
	if err := l.exec("BEGIN IMMEDIATE"); err != nil {
		first.ended <- err
		return
	}
	began := time.Now()
	if first.turnNow() != nil { // nobody else is in yet
		l.exec("ROLLBACK")
		first.ended <- first.err
		return
	}
	members, whole := []*job{first}, true
	for whole && len(members) < groupSize && time.Since(began) < groupTime {
		j := l.next()
		if j == nil {
			break
		}
		members = append(members, j)
		whole = l.join(j)
	}
	l.settle(members, whole)
}

// next takes who waits, nil when nobody does.
func (l *lane) next() *job {
	for {
		select {
		case j := <-l.jobs:
			if j.take() {
				return j
			}
		default:
			return nil
		}
	}
}

// join runs a job behind a savepoint and reports whether the transaction still
// stands as it should.
func (l *lane) join(j *job) (whole bool) {
	if l.exec("SAVEPOINT member") != nil {
		return false
	}
	if j.turnNow() != nil && l.exec("ROLLBACK TO member") != nil {
		return false
	}
	return l.exec("RELEASE member") == nil
}

// settle commits a group and answers its members. What one was refused for may
// rest on what another did, so refusals too wait for the commit.
func (l *lane) settle(members []*job, whole bool) {
	if whole {
		if err := l.exec("COMMIT"); err == nil {
			for _, j := range members {
				j.ended <- j.err
			}
			return
		} else if len(members) == 1 {
			l.exec("ROLLBACK")
			l.fell()
			members[0].ended <- err
			return
		}
	}
	l.exec("ROLLBACK")
	l.fell()
	for _, j := range members {
		if errors.Is(j.err, errBroke) {
			j.ended <- j.err // its owner is gone
			continue
		}
		j.ended <- l.alone(j)
	}
}
