package store

import (
	"context"
	"fmt"
	"strconv"

	"changbei/internal/money"
)

// Pages of a walk are read once, so SQLite need keep few of them: the usual 64
// MB of pages take twice that of memory, and the walk is no faster for them.
const (
	fewPages   = "PRAGMA cache_size = -8192"
	usualPages = "PRAGMA cache_size = -65536" // as in the address
)

// KeepFewPages makes this connection's cache small for a walk along whole
// tables; restore makes it what it was.
func (c *Conn) KeepFewPages(ctx context.Context) (restore func(), err error) {
	if c.s.dialect.name != "sqlite" {
		return func() {}, nil
	}
	_, err = c.ext.ExecContext(ctx, fewPages)
	return func() { c.ext.ExecContext(context.WithoutCancel(ctx), usualPages) }, err
}

// each runs a query and gives its rows one by one: it scans every row into the
// same dest and calls fn. No row is kept, so a million cost no memory; and num
// and text scan without reflection, which is what a million rows cost most.
// fn must not query: the MySQL protocol has one answer under way at a time.
func (c *Conn) each(ctx context.Context, name string, args M, dest []any, fn func() error) error {
	query, list, err := c.render(name, args, nil)
	if err != nil {
		return err
	}
	rows, err := c.ext.QueryContext(c.hold(ctx), query, list...)
	if err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("store: %s: %w", name, err)
		}
		if err := fn(); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}

// num scans a whole number of either engine; NULL is 0.
type num int64

// Scan is the driver's.
func (n *num) Scan(src any) (err error) {
	switch v := src.(type) {
	case int64:
		*n = num(v)
	case nil:
		*n = 0
	case []byte:
		var i int64
		i, err = strconv.ParseInt(string(v), 10, 64)
		*n = num(i)
	default:
		err = fmt.Errorf("store: a %T where a number belongs", src)
	}
	return err
}

// small scans a number that fits a byte, a flag or a precision.
type small uint8

// Scan is the driver's.
func (s *small) Scan(src any) error {
	var n num
	if err := n.Scan(src); err != nil {
		return err
	}
	*s = small(n)
	return nil
}

// flag scans 0 or 1.
type flag bool

// Scan is the driver's.
func (f *flag) Scan(src any) error {
	var n num
	err := n.Scan(src)
	*f = n != 0
	return err
}

// whole scans an int.
type whole int

// Scan is the driver's.
func (w *whole) Scan(src any) error {
	var n num
	err := n.Scan(src)
	*w = whole(n)
	return err
}

// text scans a text of either engine; NULL is "". A text that is the one of
// the row before is not copied again: days and types repeat.
type text string

// Scan is the driver's.
func (t *text) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*t = text(v)
	case []byte:
		if string(*t) != string(v) {
			*t = text(v)
		}
	case nil:
		*t = ""
	default:
		return fmt.Errorf("store: a %T where a text belongs", src)
	}
	return nil
}

// fen scans a price that may be unknown.
type fen struct{ price **money.Fen }

// Scan is the driver's.
func (f fen) Scan(src any) error {
	*f.price = nil
	if src == nil {
		return nil
	}
	var n num
	if err := n.Scan(src); err != nil {
		return err
	}
	p := money.Fen(n)
	*f.price = &p
	return nil
}
