package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/web/view"
)

// A sentence for the next page travels in a cookie of its own: writing it into
// the session would cost every posting a second commit. It is signed with the
// session's secret, so that nobody else can put words into our mouth; what is
// too long for a cookie goes into the session after all.
const (
	flashCookie  = "cb_flash"
	flashPurpose = "changbei flash v1\x00"
	flashLife    = 120 // seconds: the page that shows it comes right after
	maxFlash     = 300 // bytes of the cookie's value
	flashMac     = 16  // bytes of the signature
	keyPending   = "flash-pending"
)

// flashKinds are the kinds by the letter that marks them in the cookie.
var flashKinds = map[byte]string{'o': "ok", 'w': "warn", 'b': "bad"}

// flash leaves a sentence for the next page. kind is ok, warn or bad.
func (s *Server) flash(c echo.Context, kind, text string) {
	c.Set(keyPending, append(pendingFlash(c), view.Flash{Kind: kind, Text: text}))
}

func pendingFlash(c echo.Context) []view.Flash {
	list, _ := c.Get(keyPending).([]view.Flash)
	return list
}

// sendFlash puts what is pending into the answer, by now that the session's
// token is the one the next request will bring.
func (s *Server) sendFlash(c echo.Context) {
	list := pendingFlash(c)
	if len(list) == 0 {
		return
	}
	ctx := c.Request().Context()
	value := s.sealFlash(c, list)
	if value == "" {
		s.sessions.Put(ctx, keyFlash, list)
		return
	}
	s.setFlash(c, value, flashLife)
}

func (s *Server) setFlash(c echo.Context, value string, life int) {
	c.SetCookie(&http.Cookie{Name: s.cookieName(flashCookie), Value: value, Path: "/", MaxAge: life, HttpOnly: true, Secure: s.TLS,
		SameSite: http.SameSiteLaxMode})
}

// sealFlash writes sentences as a cookie's value, "" when they do not fit or
// there is no secret to sign with.
func (s *Server) sealFlash(c echo.Context, list []view.Flash) string {
	key := s.flashKey(c)
	if key == nil {
		return ""
	}
	var text strings.Builder
	for _, f := range list {
		if strings.ContainsRune(f.Text, '\n') || f.Kind == "" {
			return ""
		}
		text.WriteString(f.Kind[:1] + f.Text + "\n")
	}
	value := base64.RawURLEncoding.EncodeToString([]byte(text.String())) + "." + base64.RawURLEncoding.EncodeToString(flashSum(key, text.String()))
	if len(value) > maxFlash {
		return ""
	}
	return value
}

// flashKey is the secret only this browser's session has.
func (s *Server) flashKey(c echo.Context) []byte {
	ctx := c.Request().Context()
	if !hasSession(ctx) || s.sessions.Token(ctx) == "" {
		return nil
	}
	return []byte(flashPurpose + s.sessions.Token(ctx))
}

func flashSum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)[:flashMac]
}

// openFlash reads a cookie's value. One that was not sealed here, or for
// another session, says nothing.
func (s *Server) openFlash(c echo.Context, value string) []view.Flash {
	key := s.flashKey(c)
	body, sum, ok := strings.Cut(value, ".")
	if !ok || key == nil || len(value) > maxFlash {
		return nil
	}
	text, err1 := base64.RawURLEncoding.DecodeString(body)
	mac, err2 := base64.RawURLEncoding.DecodeString(sum)
	if err1 != nil || err2 != nil || !hmac.Equal(mac, flashSum(key, string(text))) {
		return nil
	}
	var list []view.Flash
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if line != "" {
			list = append(list, view.Flash{Kind: flashKinds[line[0]], Text: line[1:]})
		}
	}
	return list
}

// takeFlash gives the sentences once: those of the request before, and those
// of this one where it ends in a page and not in a redirect.
func (s *Server) takeFlash(c echo.Context) []view.Flash {
	ctx := c.Request().Context()
	if !hasSession(ctx) {
		return nil
	}
	var list []view.Flash
	if s.sessions.Exists(ctx, keyFlash) {
		list, _ = s.sessions.Pop(ctx, keyFlash).([]view.Flash)
	}
	if cookie, err := c.Cookie(s.cookieName(flashCookie)); err == nil && cookie.Value != "" {
		list = append(list, s.openFlash(c, cookie.Value)...)
		s.setFlash(c, "", -1)
	}
	list = append(list, pendingFlash(c)...)
	c.Set(keyPending, nil)
	return list
}
