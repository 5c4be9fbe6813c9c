package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/web/view"
)

// statuses gives each kind of error its one HTTP status.
var statuses = map[errs.Kind]int{
	errs.Internal:        http.StatusInternalServerError,
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Forbidden:       http.StatusForbidden,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Busy:            http.StatusServiceUnavailable,
}

func statusOf(err error) int { return statuses[errs.KindOf(err)] }

var faultPage = declare[view.Fault]("base", "fault/error")
var gateFaultPage = declaration{layout: "gate", name: "fault/error", zero: view.Fault{}}

// fromEcho words what the router itself refuses.
func fromEcho(err error) error {
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return errs.Wrap(errs.TooLarge, err, "提交的内容过大。")
		}
		return err
	}
	switch he.Code {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return errs.Wrap(errs.NotFound, err, "没有这个页面。请检查地址，或从菜单进入。")
	case http.StatusRequestEntityTooLarge:
		return errs.Wrap(errs.TooLarge, err, "提交的内容过大。")
	case http.StatusBadRequest:
		return errs.Wrap(errs.Invalid, err, "请求的格式有误，请返回上一页重试。")
	}
	return err
}

// fault is the one place where an error becomes an answer.
func (s *Server) fault(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	err = fromEcho(err)
	noteFailure(c, err)
	if errs.KindOf(err) == errs.Forbidden {
		s.recordDenied(c)
	}
	if isAPI(c) {
		_ = answerFault(c, err)
		return
	}
	status := statusOf(err)
	if errs.KindOf(err) == errs.Unauthenticated && c.Request().Method == get && !wantsJSON(c) {
		s.toSignIn(c)
		return
	}
	if errs.KindOf(err) == errs.Unauthenticated && !wantsJSON(c) && s.canKeep(c) && s.keepForm(c) == nil {
		return
	}
	if wantsJSON(c) {
		_ = c.JSON(status, map[string]string{"error": errs.MessageOf(err)})
		return
	}
	if renderErr := s.faultPage(c, status, err); renderErr != nil {
		noteFailure(c, renderErr)
		_ = c.String(http.StatusInternalServerError, errs.MessageOf(renderErr))
	}
}

func (s *Server) faultPage(c echo.Context, status int, err error) error {
	data := &view.Fault{Base: s.base(c), Status: status, Heading: headings[status], RequestID: requestID(c)}
	data.Text = errs.MessageOf(err)
	data.Relogin = errs.KindOf(err) == errs.Unauthenticated
	if data.Actor.ID == 0 {
		return s.render(c, status, gateFaultPage, data)
	}
	return s.render(c, status, faultPage.declaration, data)
}

var headings = map[int]string{
	http.StatusInternalServerError:   "系统出错了",
	http.StatusUnprocessableEntity:   "提交的内容有误",
	http.StatusNotFound:              "没有找到",
	http.StatusConflict:              "已被他人改动",
	http.StatusForbidden:             "没有权限",
	http.StatusUnauthorized:          "请先登录",
	http.StatusRequestEntityTooLarge: "内容过大",
	http.StatusServiceUnavailable:    "系统正忙",
}

// toSignIn sends somebody unknown to the door and remembers where they were
// going. htmx follows a redirect inside the page, so it gets a header instead.
func (s *Server) toSignIn(c echo.Context) {
	target := "/signin"
	if next := c.Request().URL.RequestURI(); next != "/" {
		target += "?next=" + url.QueryEscape(next)
	}
	if c.Request().Header.Get("HX-Request") != "" {
		c.Response().Header().Set("HX-Redirect", "/signin")
		_ = c.NoContent(http.StatusUnauthorized)
		return
	}
	_ = redirect(c, target)
}

// localPath gives a path of this site to go on to, "/" for anything else: an
// open redirect would lend our name to somebody else's page.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(next, "\\\t\r\n") {
		return "/"
	}
	return u.RequestURI()
}

func wantsJSON(c echo.Context) bool {
	return strings.HasPrefix(c.Request().Header.Get("Accept"), "application/json")
}
