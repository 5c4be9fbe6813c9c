package store

import (
	"context"
	"errors"

	"changbei/internal/id"
)

// ErrRetry is what a method inside a transaction returns to have it run again.
var ErrRetry = errRetry

// MySQLConns is how many connections the pool of the MySQL family has.
const MySQLConns = mysqlConns

// MaxTries bounds the runs of one transaction.
const MaxTries = maxTries

// QueryTexts renders every query as the driver gets it, with n rows in its
// repeated parts and lists of n values where a list can stand.
func QueryTexts(n int) (map[string]string, error) {
	all, err := loadQueries()
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(all))
	for name, q := range all {
		rows := make([]M, n)
		for i := range rows {
			rows[i] = M{}
		}
		if texts[name], _, err = q.render(q.dummies(), rows); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// MigrationTexts renders every migration step for the MySQL family but the
// triggers, which TiDB does not know.
func MigrationTexts() (map[int64]string, error) {
	s := &Store{dialect: mysqlDialect}
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	texts := make(map[int64]string, len(steps))
	for _, st := range steps {
		if list := s.statements(st.text); len(list) == 1 {
			texts[st.version] = list[0]
		}
	}
	return texts, nil
}

// Exec runs a statement inside a transaction, past the named queries.
func (t *Tx) Exec(ctx context.Context, statement string, args ...any) error {
	_, err := t.ext.ExecContext(ctx, statement, args...)
	return err
}

// Temporary reports whether the store would run a transaction again after err.
func (s *Store) Temporary(err error) bool { return s.temporary(err) }

// UnknownOutcome is an error as a COMMIT without an answer gives it.
func UnknownOutcome(cause error) error { return errors.Join(ErrUnknownOutcome, cause) }

// Waiting is how many transactions stand in a depot's queue.
func (s *Store) Waiting(depot id.ID) int { return len(s.laneOf(depot).jobs) }
