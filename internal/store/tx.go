package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
)

// maxTries bounds how often a whole transaction is run again after a conflict
// that the engine itself calls temporary.
const maxTries = 5

// ErrUnknownOutcome says that a COMMIT was sent and no answer came: the rows
// may or may not be there. Callers look their client key up, never repeat
// blindly.
var ErrUnknownOutcome = errors.New("store: outcome of commit unknown")

// ErrDuplicate says that a unique key refused a row.
var ErrDuplicate = errors.New("store: duplicate key")

// Unknown words a failure after which nobody can say whether the rows are
// there.
func Unknown(err error) error {
	return errs.Wrap(errs.Busy, errors.Join(ErrUnknownOutcome, err), "数据库没有答复，不能确定这次是否已经保存。请先在列表中核对；没有的话再提交一次。")
}

// Tx runs fn in one transaction. Any error rolls everything back. Conflicts
// the engine calls temporary (deadlock, lock timeout, busy) run the whole fn
// again, its reads included, at most maxTries times; so fn must not keep
// effects outside the transaction. A duplicate key on a stock row that two
// postings make at once is such a conflict too (errRetry).
func (s *Store) Tx(ctx context.Context, fn func(*Tx) error) error { return s.TxAt(ctx, 0, fn) }

// TxAt is Tx for what writes at one depot only: it may share its commit with
// others at the same depot.
func (s *Store) TxAt(ctx context.Context, depot id.ID, fn func(*Tx) error) error {
	var err error
	sure := false
	for try := range maxTries {
		if try > 0 && !errors.Is(err, errUnsure) {
			if err := pause(ctx, try); err != nil {
				return err
			}
		}
		if err = s.once(ctx, depot, sure, fn); errors.Is(err, errUnsure) {
			sure = true
			continue
		}
		if err == nil || !s.temporary(err) {
			return s.classify(err)
		}
	}
	return errs.Wrap(errs.Busy, err, "现在办理的人太多，这次没有保存。请稍等几秒再提交，内容还在。")
}

// Clock reads the clock anew. Rows take their time from Now, which is one for
// the whole transaction; Clock is for what waiting for a lock may have changed.
func (t *Tx) Clock() time.Time { return t.s.now() }

// once runs fn in one transaction: in a queue, where several may share a
// commit, or where there is none on a connection of its own.
func (s *Store) once(ctx context.Context, depot id.ID, sure bool, fn func(*Tx) error) error {
	l := s.laneOf(depot)
	if l == nil {
		return s.onServer(ctx, sure, fn)
	}
	return l.do(ctx, func(on runner) error {
		t := s.newTx(&Conn{ext: on, s: s, shared: true}, sure)
		t.lane, t.depot = l, depot
		err := t.body(ctx, fn)
		t.leave(err == nil) // who comes next in the same commit goes on from it
		return err
	})
}

func (s *Store) onServer(ctx context.Context, sure bool, fn func(*Tx) error) (err error) {
	select {
	case s.others <- struct{}{}:
		defer func() { <-s.others }()
	case <-ctx.Done():
		return ctx.Err()
	}
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	t := s.newTx(&Conn{ext: tx, s: s}, sure)
	ended, stands := false, false
	defer func() {
		if !ended { // fn failed or panicked
			tx.Rollback()
		}
		t.leave(stands)
	}()
	if err := t.body(ctx, fn); err != nil {
		return err
	}
	ended = true
	if err := tx.Commit(); err != nil {
		if s.dialect.unknownAtCommit(err) {
			return errors.Join(ErrUnknownOutcome, err)
		}
		return err
	}
	stands = true
	return nil
}

func (s *Store) newTx(c *Conn, sure bool) *Tx {
	return &Tx{Conn: c, Now: s.now(), sure: sure, began: s.heads.now(), heads: map[id.ID]*Head{}, keep: map[id.ID]bool{},
		lots: map[id.ID]ledger.Lot{}, made: map[id.ID]bool{}, opened: map[shelfKey]bool{}}
}

// body runs fn and stores the heads it took. A refusal that rests on an
// assumption is none yet.
func (t *Tx) body(ctx context.Context, fn func(*Tx) error) error {
	err := fn(t)
	if err == nil {
		err = t.ConfirmHeads(ctx, "")
	}
	if err != nil && t.unproved() && !errors.Is(err, errUnsure) && !t.s.temporary(err) && !t.s.dialect.unreachable(err) && ctx.Err() == nil {
		return errors.Join(errUnsure, err)
	}
	return err
}

// pause waits a growing, random while between tries: 5–10 ms, 10–20 ms, …
func pause(ctx context.Context, try int) error {
	d := time.Duration(5<<try) * time.Millisecond
	t := time.NewTimer(d/2 + rand.N(d/2))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

var errRetry = errors.New("store: run the transaction again")

func (s *Store) temporary(err error) bool {
	return !errors.Is(err, ErrUnknownOutcome) && (errors.Is(err, errRetry) || s.dialect.temporary(err))
}

// classify turns engine errors into ones a use case can ask about.
func (s *Store) classify(err error) error {
	var e *errs.Error
	switch {
	case err == nil || errors.As(err, &e):
		return err
	case errors.Is(err, ErrUnknownOutcome):
		return Unknown(err)
	case s.dialect.unreachable(err):
		return errs.Wrap(errs.Busy, err, "数据库现在连不上，这次没有保存。请稍等再提交，内容还在；一直不行请告诉系统管理员。")
	case s.dialect.diskFull(err):
		return errs.Wrap(errs.Busy, err, "服务器磁盘已满，这次没有保存。请联系系统管理员清理磁盘后再提交。")
	case s.dialect.readOnly(err):
		return errs.Wrap(errs.Busy, err, "服务器上的数据库现在不能写入，这次没有保存。请联系系统管理员检查数据库文件的权限后再提交。")
	case s.dialect.duplicate(err):
		return errors.Join(ErrDuplicate, err)
	}
	return err
}
