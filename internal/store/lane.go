package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
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

// lane is a queue of transactions: first come, first served. SQLite has one, in
// front of its one writer; the MySQL family has one for each depot that several
// post at, whose head they would wait for one after the other. What waits when a
// transaction ends joins its commit, each behind a savepoint of its own, so that
// each succeeds or is refused alone. Nobody is answered before the commit. Where
// the commit fails, or an error took the whole transaction with it, everyone in
// the group is run again, alone; but where nobody knows whether it stands, all
// are told so.
type lane struct {
	begin   func() (ride, error)
	unknown func(error) bool // a commit's outcome
	fell    func()           // called when what members believed done is undone
	jobs    chan *job
	stop    chan struct{}
	done    chan struct{}
}

// ride is the transaction a group shares.
type ride interface {
	runner
	Mark(statement string) error // SAVEPOINT and the like
	Commit() error
	Rollback() error
}

// job is one transaction in the queue. Its function runs in its owner's own
// goroutine, when the lane says so, so that a panic is the owner's.
type job struct {
	turn  chan ride   // the lane: run now, on this
	ran   chan error  // the owner: this came out
	ended chan error  // the lane: this stands in the database
	taken atomic.Bool // by the lane, or by an owner who gave up
	err   error       // what came out last, kept by the lane
}

func openLane(begin func() (ride, error), unknown func(error) bool, fell func()) *lane {
	l := &lane{begin: begin, unknown: unknown, fell: fell, jobs: make(chan *job, waiting), stop: make(chan struct{}), done: make(chan struct{})}
	go l.run()
	return l
}

// close ends the lane after the group that runs.
func (l *lane) close() {
	close(l.stop)
	<-l.done
}

// do queues a transaction and waits for its outcome. fn may be run more than
// once.
func (l *lane) do(ctx context.Context, fn func(runner) error) error {
	j := &job{turn: make(chan ride, 1), ran: make(chan error, 1), ended: make(chan error, 1)}
	select {
	case l.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.stop:
		return errClosed
	}
	return j.wait(ctx, l.done, fn)
}

func (j *job) wait(ctx context.Context, closed <-chan struct{}, fn func(runner) error) error {
	given := ctx.Done()
	for {
		select {
		case r := <-j.turn:
			given = nil
			j.run(r, fn)
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

func (j *job) run(r ride, fn func(runner) error) {
	err := errBroke
	defer func() { j.ran <- err }()
	err = fn(r)
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

// commit tells a commit that failed from one that nobody knows of.
func (l *lane) commit(r ride) error {
	err := r.Commit()
	if err != nil && l.unknown(err) {
		return errors.Join(ErrUnknownOutcome, err)
	}
	return err
}

// undo rolls back what an error of the engine may have undone already.
func (l *lane) undo(r ride) {
	r.Rollback()
	l.fell()
}

// alone runs one job in a transaction of its own.
func (l *lane) alone(j *job) error {
	r, err := l.begin()
	if err != nil {
		return err
	}
	if err = j.turnNow(r); err == nil {
		err = l.commit(r)
	}
	if err != nil {
		l.undo(r)
	}
	return err
}

func (j *job) turnNow(r ride) error {
	j.turn <- r
	j.err = <-j.ran
	return j.err
}

// group runs a job and those that wait meanwhile in one transaction.
func (l *lane) group(first *job) {
	r, err := l.begin()
	if err != nil {
		first.ended <- err
		return
	}
	began := time.Now()
	if first.turnNow(r) != nil { // nobody else is in yet
		r.Rollback()
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
		whole = join(r, j)
	}
	l.settle(r, members, whole)
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
func join(r ride, j *job) (whole bool) {
	if r.Mark("SAVEPOINT member") != nil {
		return false
	}
	if j.turnNow(r) != nil && r.Mark("ROLLBACK TO SAVEPOINT member") != nil {
		return false
	}
	return r.Mark("RELEASE SAVEPOINT member") == nil
}

// settle commits a group and answers its members. What one was refused for may
// rest on what another did, so refusals too wait for the commit.
func (l *lane) settle(r ride, members []*job, whole bool) {
	err := errBroke
	if whole {
		err = l.commit(r)
	}
	if err == nil {
		for _, j := range members {
			j.ended <- j.err
		}
		return
	}
	l.undo(r)
	for _, j := range members {
		switch {
		case errors.Is(j.err, errBroke): // its owner is gone
			j.ended <- j.err
		case errors.Is(err, ErrUnknownOutcome), whole && len(members) == 1:
			j.ended <- err
		default:
			j.ended <- l.alone(j)
		}
	}
}
