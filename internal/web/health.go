package web

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
)

// pingFor bounds the database's answer: a watchdog wants a no, not a wait.
const pingFor = 2 * time.Second

// healthz says that the program runs.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyz says that it can do its work.
func (s *Server) readyz(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pingFor)
	defer cancel()
	if err := s.Store.Ping(ctx); err != nil {
		noteFailure(c, err)
		return c.String(http.StatusServiceUnavailable, "database: no answer\n")
	}
	if !s.TLS {
		return c.String(http.StatusOK, "ok\nwarning: plain HTTP\n")
	}
	return c.String(http.StatusOK, "ok\n")
}

// metricsPage is for this machine alone: how busy an office is, is nobody
// else's business.
func (s *Server) metricsPage(c echo.Context) error {
	if ip := net.ParseIP(c.RealIP()); ip == nil || !ip.IsLoopback() {
		return errs.New(errs.NotFound, "没有这个页面。")
	}
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
