package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
)

// A form's token is derived from a secret only this browser holds: the session
// token, or before sign-in a random cookie. Nothing is stored, any instance can
// check it, and it changes with the session.
const (
	csrfField   = "_csrf"
	csrfHeader  = "X-CSRF-Token"
	anonCookie  = "cb_visitor"
	csrfPurpose = "changbei csrf v1\x00"
)

func (s *Server) csrfToken(c echo.Context) string {
	secret := s.browserSecret(c)
	sum := sha256.Sum256([]byte(csrfPurpose + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// browserSecret gives the session's token, or the visitor's cookie, which it
// makes when there is none yet.
func (s *Server) browserSecret(c echo.Context) string {
	if actorOf(c).ID != 0 && hasSession(c.Request().Context()) {
		if token := s.sessions.Token(c.Request().Context()); token != "" {
			return token
		}
	}
	if secret, ok := c.Get(anonCookie).(string); ok {
		return secret
	}
	secret := s.visitor(c)
	c.Set(anonCookie, secret)
	return secret
}

func (s *Server) visitor(c echo.Context) string {
	if cookie, err := c.Cookie(s.cookieName(anonCookie)); err == nil && len(cookie.Value) >= 22 {
		return cookie.Value
	}
	secret := randomText(16)
	c.SetCookie(&http.Cookie{Name: s.cookieName(anonCookie), Value: secret, Path: "/",
		HttpOnly: true, Secure: s.TLS, SameSite: http.SameSiteLaxMode})
	return secret
}

// cookieName gives the prefix that binds a cookie to this very host, which
// browsers only honour over TLS.
func (s *Server) cookieName(name string) string {
	if s.TLS {
		return "__Host-" + name
	}
	return name
}

func randomText(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// protect refuses changes another site asked for. Browsers that say where a
// request came from are believed; old ones and plain-http hosts send nothing,
// so the token decides in every case.
func (s *Server) protect(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			return next(c)
		}
		if s.foreign(r) {
			return errs.New(errs.Forbidden, "请求来自别的网站，没有执行。请从本系统的页面上操作。")
		}
		if s.tokenMatches(c) {
			return next(c)
		}
		// A page older than the session, after signing in again in another
		// window: what was typed is offered again with a token of now.
		if actorOf(c).ID != 0 && s.canKeep(c) {
			return s.offerAgain(c)
		}
		return errs.New(errs.Forbidden, "页面已过期，没有执行。请返回上一页，刷新后重新提交。")
	}
}

func (s *Server) foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host && !(s.Proxy && u.Host == r.Header.Get("X-Forwarded-Host"))
}

// tokenMatches looks at the header, the address (uploads, whose body is not
// read yet) and the form.
func (s *Server) tokenMatches(c echo.Context) bool {
	got := c.Request().Header.Get(csrfHeader)
	if got == "" && strings.HasPrefix(c.Request().Header.Get("Content-Type"), "multipart/") {
		got = c.QueryParam(csrfField)
	}
	if got == "" && strings.HasPrefix(c.Request().Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if err := c.Request().ParseForm(); err == nil {
			got = c.Request().PostForm.Get(csrfField)
		}
	}
	want := s.csrfToken(c)
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}
