package web

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Lives of a session (GB/T 22239-2019 asks for an end when idle).
const (
	idleLife    = 30 * time.Minute
	sessionLife = 12 * time.Hour
	// touchEvery keeps reading pages from being a database write each.
	touchEvery = time.Minute
)

// Keys of a session's data.
const (
	keyAccount = "account"
	keyStamp   = "stamp"
	keySeen    = "seen"
	keyBorn    = "born"
	keyFlash   = "flash"
)

func newSessions(st *store.Store, tls bool) *scs.SessionManager {
	m := scs.New()
	m.Lifetime = sessionLife
	m.HashTokenInStore = true
	m.Codec = sessionCodec{}
	m.Store = &sessionStore{st}
	m.Cookie.Name = sessionCookie
	if tls {
		m.Cookie.Name = "__Host-" + sessionCookie
	}
	m.Cookie.HttpOnly, m.Cookie.Secure, m.Cookie.Path = true, tls, "/"
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	return m
}

const sessionCookie = "cb_session"

// session loads the session before a handler and saves it right before its
// answer goes out.
func (s *Server) session(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token := ""
		if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.sessions.Load(withTracker(c.Request().Context()), token)
		if err != nil {
			return errs.Wrap(errs.Busy, err, "数据库暂时没有响应，本次操作没有办理。请稍后刷新重试；若仍不行，请联系系统管理员。")
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Before(func() { s.saveSession(c) })
		return next(c)
	}
}

// saveSession writes what the request changed. By now the use case has done
// its work and the answer says so: a session that cannot be saved costs a
// remark or another sign-in, and must not turn the answer into a lie.
func (s *Server) saveSession(c echo.Context) {
	s.sendFlash(c)
	ctx := c.Request().Context()
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(ctx)
		if err != nil {
			s.Log.Error("session", "request", requestID(c), "error", err.Error())
			return
		}
		s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	}
}

// enter makes a fresh session for a person: a new token, so that one planted
// before sign-in is worth nothing.
func (s *Server) enter(c echo.Context, who accounts.Identity) error {
	ctx := c.Request().Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyAccount, int64(who.Actor.ID))
	s.sessions.Put(ctx, keyStamp, who.Stamp)
	s.sessions.Put(ctx, keyBorn, s.Store.Now().Unix())
	s.sessions.Put(ctx, keySeen, s.Store.Now().Unix())
	return nil
}

// leave ends the session.
func (s *Server) leave(c echo.Context) error { return s.sessions.Destroy(c.Request().Context()) }

// person reads who the session belongs to; 0 when nobody is signed in, or the
// session lay idle or lived too long. All by the store's clock: it is the one
// the books go by.
func (s *Server) person(c echo.Context) (account id.ID, stamp int64) {
	ctx := c.Request().Context()
	account = id.ID(s.sessions.GetInt64(ctx, keyAccount))
	if account == 0 {
		return 0, 0
	}
	now, seen := s.Store.Now(), time.Unix(s.sessions.GetInt64(ctx, keySeen), 0)
	born := time.Unix(s.sessions.GetInt64(ctx, keyBorn), 0)
	if now.Sub(seen) > idleLife || now.Sub(born) > sessionLife {
		return 0, 0
	}
	if now.Sub(seen) > touchEvery {
		s.sessions.Put(ctx, keySeen, now.Unix())
	}
	return account, s.sessions.GetInt64(ctx, keyStamp)
}

// tracker remembers which token a request came with, so that saving can tell a
// session that goes on from a new one, and the account that came with it.
type tracker struct {
	found   string
	account store.AccountRow
}

type trackerKey struct{}

func withTracker(ctx context.Context) context.Context {
	return context.WithValue(ctx, trackerKey{}, &tracker{})
}

// identity proves the session's account as it stands now.
func (s *Server) identity(c echo.Context, account id.ID, stamp int64) (accounts.Identity, error) {
	ctx := c.Request().Context()
	if t, ok := ctx.Value(trackerKey{}).(*tracker); ok && t.account.ID == account {
		return s.Accounts.SessionOf(t.account, stamp, originOf(c))
	}
	return s.Accounts.Session(ctx, account, stamp, originOf(c))
}

func hasSession(ctx context.Context) bool { return ctx.Value(trackerKey{}) != nil }
