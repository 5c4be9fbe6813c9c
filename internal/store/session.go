package store

import (
	"context"
	"time"

	"changbei/internal/access"
	"changbei/internal/id"
)

// SessionRow is a person's session. What it holds is the web's; the store does
// not look into it.
type SessionRow struct {
	TokenHash string
	Data      string
	AccountID id.ID // 0 = nobody has signed in
	Expires   time.Time
}

// Session gives the data of a live session and whose it is, without that one's
// password; ok is false when there is none. ID 0 says that nobody has signed in.
func (s *Store) Session(ctx context.Context, tokenHash string) (data string, who AccountRow, ok bool, err error) {
	var role string
	var depot id.ID
	dest := []any{(*text)(&data), (*num)(&who.ID), (*text)(&who.Login), (*text)(&who.LoginKey), (*text)(&who.Name), (*flag)(&who.MustChange),
		(*flag)(&who.Disabled), (*num)(&who.Stamp), (*text)(&role), (*num)(&depot)}
	err = s.Read().each(ctx, "session-get", M{"token_hash": tokenHash, "now": s.now().UnixMicro()}, dest, func() error {
		ok = true
		if role != "" {
			who.Grants = append(who.Grants, access.Grant{Role: access.Role(role), DepotID: depot})
		}
		return nil
	})
	return data, who, ok, err
}

// InsertSession makes a session.
func (s *Store) InsertSession(ctx context.Context, r SessionRow) error {
	return s.sessionExec(ctx, "session-insert", r.args())
}

// UpdateSession writes a session's data if it still lives. A session that was
// ended meanwhile stays ended: a slow request must not bring it back.
func (s *Store) UpdateSession(ctx context.Context, r SessionRow) error {
	return s.sessionExec(ctx, "session-update", r.args())
}

func (r SessionRow) args() M {
	return M{"token_hash": r.TokenHash, "data": r.Data, "expires_at": r.Expires.UnixMicro(), "account_id": r.AccountID}
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
