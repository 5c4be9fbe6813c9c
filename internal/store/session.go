package store

import (
	"context"
	"errors"
	"time"

	"changbei/internal/errs"
)

// Session gives the data of a live session; ok is false when there is none.
func (s *Store) Session(ctx context.Context, tokenHash string) (data string, ok bool, err error) {
	err = s.Read().get(ctx, &data, "session-get", M{"token_hash": tokenHash, "now": s.now().UnixMicro()})
	if errors.Is(err, errs.NotFound) {
		return "", false, nil
	}
	return data, err == nil, err
}

// InsertSession makes a session.
func (s *Store) InsertSession(ctx context.Context, tokenHash, data string, expires time.Time) error {
	return s.sessionExec(ctx, "session-insert", M{"token_hash": tokenHash, "data": data, "expires_at": expires.UnixMicro()})
}

// UpdateSession writes a session's data if it still lives. A session that was
// ended meanwhile stays ended: a slow request must not bring it back.
func (s *Store) UpdateSession(ctx context.Context, tokenHash, data string, expires time.Time) error {
	return s.sessionExec(ctx, "session-update", M{"token_hash": tokenHash, "data": data, "expires_at": expires.UnixMicro()})
}

// DeleteSession ends a session.
func (s *Store) DeleteSession(ctx context.Context, tokenHash string) error {
	return s.sessionExec(ctx, "session-delete", M{"token_hash": tokenHash})
}

// PurgeSessions deletes expired sessions.
func (s *Store) PurgeSessions(ctx context.Context) error {
	return s.sessionExec(ctx, "session-purge", M{"now": s.now().UnixMicro()})
}

func (s *Store) sessionExec(ctx context.Context, query string, args M) error {
	return s.Tx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, query, args)
		return err
	})
}
