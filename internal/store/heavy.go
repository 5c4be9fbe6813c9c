package store

import (
	"context"

	"changbei/internal/polite"
)

// Heavy is Snapshot for what reads a great deal: the check, month sheets. On
// SQLite such reading runs inside this program and takes a core from the
// keepers, so it goes one at a time and behind everybody else.
func (s *Store) Heavy(ctx context.Context, fn func(*Conn) error) error {
	if s.lane == nil {
		return s.Snapshot(ctx, fn)
	}
	select {
	case s.heavy <- struct{}{}:
		defer func() { <-s.heavy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return polite.Run(func() error { return s.Snapshot(ctx, fn) })
}
