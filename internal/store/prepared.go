package store

import (
	"context"
	"database/sql"
	"sync"

	"github.com/jmoiron/sqlx"
)

// Limits of what is kept prepared: statements longer than maxPreparedArgs
// arguments come in too many lengths to be met again, and a MySQL server keeps
// 16,382 in all, over all connections of all programs.
const (
	maxPreparedArgs = 300
	maxPrepared     = 300
)

// prepared runs each text through a statement that is prepared once and kept.
// On SQLite compiling a text costs more than running it; a MySQL server saves a
// fifth of a posting's time.
type prepared struct {
	preparer
	mu    sync.Mutex
	known map[string]*sqlx.Stmt
}

type preparer interface {
	runner
	PreparexContext(ctx context.Context, query string) (*sqlx.Stmt, error)
}

func newPrepared(p preparer) *prepared {
	return &prepared{preparer: p, known: make(map[string]*sqlx.Stmt)}
}

// stmt gives the statement of a text, nil where it is better run as it is. An
// error of preparing is left to the running, which meets it again.
func (p *prepared) stmt(ctx context.Context, text string, args int) *sqlx.Stmt {
	if args > maxPreparedArgs {
		return nil
	}
	p.mu.Lock()
	st, full := p.known[text], len(p.known) >= maxPrepared
	p.mu.Unlock()
	if st != nil || full {
		return st
	}
	st, err := p.preparer.PreparexContext(ctx, text) // not under the lock: it may wait for a connection
	if err != nil {
		return nil
	}
	return p.keep(text, st)
}

// keep gives the statement of a text that another may have prepared meanwhile.
func (p *prepared) keep(text string, st *sqlx.Stmt) *sqlx.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.known[text]; first != nil {
		st.Close()
		return first
	}
	p.known[text] = st
	return st
}

// close closes what was kept. Nothing may run any more.
func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, st := range p.known {
		st.Close()
	}
	clear(p.known)
}

// ExecContext is the runner's.
func (p *prepared) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if st := p.stmt(ctx, text, len(args)); st != nil {
		return st.ExecContext(ctx, args...)
	}
	return p.preparer.ExecContext(ctx, text, args...)
}

// QueryContext is the runner's.
func (p *prepared) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if st := p.stmt(ctx, text, len(args)); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return p.preparer.QueryContext(ctx, text, args...)
}

// QueryxContext is the runner's.
func (p *prepared) QueryxContext(ctx context.Context, text string, args ...any) (*sqlx.Rows, error) {
	if st := p.stmt(ctx, text, len(args)); st != nil {
		return st.QueryxContext(ctx, args...)
	}
	return p.preparer.QueryxContext(ctx, text, args...)
}

// QueryRowxContext is the runner's.
func (p *prepared) QueryRowxContext(ctx context.Context, text string, args ...any) *sqlx.Row {
	if st := p.stmt(ctx, text, len(args)); st != nil {
		return st.QueryRowxContext(ctx, args...)
	}
	return p.preparer.QueryRowxContext(ctx, text, args...)
}
