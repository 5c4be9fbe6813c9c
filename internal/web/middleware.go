package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
)

// Keys of what a request carries.
const (
	keyRequestID = "request-id"
	keyFailure   = "failure"
	keyActor     = "actor"
	keyIdentity  = "identity"
)

// observe gives every request an id of our own, times it, counts it, and logs
// its failure once. An id a client sent is not taken: it would write our log.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(keyRequestID, strings.ToLower(randomText(9)))
		c.Response().Header().Set("X-Request-Id", requestID(c))
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		s.metrics.observe(c, time.Since(start))
		s.log(c, time.Since(start))
		return nil
	}
}

func requestID(c echo.Context) string {
	text, _ := c.Get(keyRequestID).(string)
	return text
}

// noteFailure keeps what went wrong for the one log line of the request.
func noteFailure(c echo.Context, err error) { c.Set(keyFailure, err) }

func (s *Server) log(c echo.Context, took time.Duration) {
	err, _ := c.Get(keyFailure).(error)
	level := slog.LevelDebug
	attrs := []any{"request", requestID(c), "method", c.Request().Method, "route", c.Path(),
		"status", c.Response().Status, "ms", took.Milliseconds(), "actor", actorOf(c).Login}
	if err != nil {
		attrs = append(attrs, "error", err.Error())
		level = slog.LevelInfo
		if errs.KindOf(err) == errs.Internal {
			level = slog.LevelError
		}
	}
	s.Log.Log(c.Request().Context(), level, "request", attrs...)
}

// recoverPanic turns a panic into an internal error with its stack in the log.
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if e, ok := r.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(r)
			}
			s.Log.Error("panic", "request", requestID(c), "stack", string(debug.Stack()))
			err = fmt.Errorf("web: panic: %v", r)
		}()
		return next(c)
	}
}

// policy lets pages use our own files only: no inline script or style, no
// other site's anything.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets the headers every answer has, errors too.
func (s *Server) secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if s.TLS { // browsers ignore both, loudly, on plain HTTP
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// limit bounds the body before anything reads it.
func (s *Server) limit(r Route) echo.MiddlewareFunc {
	most := r.Body
	if most == 0 {
		most = bodyForm
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().ContentLength > most {
				return tooLarge(c, r)
			}
			c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, most)
			return next(c)
		}
	}
}

// tooLarge refuses by the announced size alone. The connection is closed, so
// that a browser still sending 200 MB stops.
func tooLarge(c echo.Context, r Route) error {
	c.Response().Header().Set("Connection", "close")
	if r.Body == bodyUpload {
		return errs.New(errs.TooLarge, "文件超过 50 MB，不能导入。请按储备库或年份拆成几个文件，或删去其中的图片后再上传。")
	}
	return errs.New(errs.TooLarge, "提交的内容过大，请分几张单据填写。")
}
