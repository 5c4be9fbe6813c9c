package store

import (
	"context"
	"fmt"

	"changbei/internal/errs"

	"github.com/jmoiron/sqlx"
)

// runner is where statements run: a pool, a transaction, the lane.
type runner interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

// Conn runs named queries, in or outside a transaction. The typed methods of
// all nouns hang on it.
type Conn struct {
	ext    runner
	s      *Store
	shared bool // with other transactions in one commit
}

func (c *Conn) render(name string, args M, rows []M) (string, []any, error) {
	q, ok := c.s.queries[name]
	if !ok {
		return "", nil, fmt.Errorf("store: no query named %s", name)
	}
	return q.render(args, rows)
}

// hold keeps a statement running when its request is given up, where breaking
// it off would break off other people's postings in the same commit.
func (c *Conn) hold(ctx context.Context) context.Context {
	if c.shared {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// get reads one row into dest; no row is errs.NotFound.
func (c *Conn) get(ctx context.Context, dest any, name string, args M) error {
	text, list, err := c.render(name, args, nil)
	if err != nil {
		return err
	}
	if err := sqlx.GetContext(c.hold(ctx), c.ext, dest, text, list...); err != nil {
		if isNoRows(err) {
			return errs.New(errs.NotFound, "没有找到要看的内容，可能已被删除或编号有误。")
		}
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}

// list reads all rows into dest, a pointer to a slice.
func (c *Conn) list(ctx context.Context, dest any, name string, args M) error {
	return c.listEach(ctx, dest, name, args, nil)
}

func (c *Conn) listEach(ctx context.Context, dest any, name string, args M, rows []M) error {
	text, list, err := c.render(name, args, rows)
	if err != nil {
		return err
	}
	if err := sqlx.SelectContext(c.hold(ctx), c.ext, dest, text, list...); err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}

// exec runs a writing statement and gives the number of matched rows.
func (c *Conn) exec(ctx context.Context, name string, args M) (int64, error) {
	return c.execEach(ctx, name, args, nil)
}

func (c *Conn) execEach(ctx context.Context, name string, args M, rows []M) (int64, error) {
	text, list, err := c.render(name, args, rows)
	if err != nil {
		return 0, err
	}
	res, err := c.ext.ExecContext(c.hold(ctx), text, list...)
	if err != nil {
		return 0, fmt.Errorf("store: %s: %w", name, err)
	}
	return res.RowsAffected()
}

// chunkRows bounds one multi-row statement: 200 rows cost a quarter of single
// ones, and more gain nothing.
const chunkRows = 200

// insertMany runs a multi-row statement in chunks.
func (c *Conn) insertMany(ctx context.Context, name string, rows []M) error {
	for len(rows) > 0 {
		n := min(len(rows), chunkRows)
		if _, err := c.execEach(ctx, name, nil, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
