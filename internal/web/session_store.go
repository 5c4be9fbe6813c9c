package web

import (
	"context"
	"encoding/base64"
	"time"

	"changbei/internal/store"
)

// sessionStore keeps sessions in the database, so that a restart signs nobody
// out and a second instance knows them too. The tokens it sees are hashes.
type sessionStore struct{ store *store.Store }

// FindCtx gives a live session's data.
func (s *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, who, ok, err := s.store.Session(ctx, token)
	if err != nil || !ok {
		return nil, false, err
	}
	if t, ok := ctx.Value(trackerKey{}).(*tracker); ok {
		t.found, t.account = token, who
	}
	b, err := base64.StdEncoding.DecodeString(data)
	return b, err == nil, err
}

// CommitCtx saves a session. One that was found is only updated: if it was
// ended meanwhile, a slow request must not bring it back.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	data := base64.StdEncoding.EncodeToString(b)
	// The manager reckons by the machine's clock, the row is read by the
	// store's.
	expiry = s.store.Now().Add(time.Until(expiry))
	row := store.SessionRow{TokenHash: token, Data: data, AccountID: accountIn(b), Expires: expiry}
	if t, ok := ctx.Value(trackerKey{}).(*tracker); ok && t.found == token {
		return s.store.UpdateSession(ctx, row)
	}
	return s.store.InsertSession(ctx, row)
}

// DeleteCtx ends a session.
func (s *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.store.DeleteSession(ctx, token)
}

// Find, Commit and Delete complete the interface; the manager uses those above.
func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit saves a session.
func (s *sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete ends a session.
func (s *sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
