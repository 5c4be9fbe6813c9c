package web

import (
	"errors"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/errs"
	"changbei/internal/id"
)

// actorOf gives who is asking; nobody is the zero Actor.
func actorOf(c echo.Context) access.Actor {
	a, _ := c.Get(keyActor).(access.Actor)
	return a
}

func originOf(c echo.Context) accounts.Origin {
	return accounts.Origin{IP: c.RealIP(), RequestID: requestID(c)}
}

// pathID reads the row a path names. What cannot be an id is a row that is not
// there.
func pathID(c echo.Context, name string) (id.ID, error) {
	v := id.Parse(c.Param(name))
	if v == 0 {
		return 0, errs.New(errs.NotFound, "没有找到这条记录。请从列表重新进入。")
	}
	return v, nil
}

// identify finds the person of the session. A session whose account changed
// meanwhile ends here, on its very next request.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		account, stamp := s.person(c)
		if account == 0 {
			return next(c)
		}
		who, err := s.identity(c, account, stamp)
		if errors.Is(err, errs.Unauthenticated) {
			if err := s.leave(c); err != nil {
				return err
			}
			return next(c)
		}
		if err != nil {
			return err
		}
		c.Set(keyActor, who.Actor)
		c.Set(keyIdentity, who)
		return next(c)
	}
}

// guard lets those through who may use a route at some depot; at which one is
// checked inside the use case.
func (s *Server) guard(r Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r.Permission == access.Public {
				return next(c)
			}
			who, known := c.Get(keyIdentity).(accounts.Identity)
			if !known {
				return s.unknown(c)
			}
			if who.MustChange && isAPI(c) {
				return errs.New(errs.Forbidden, "请先在网页上修改一次性密码。")
			}
			if who.MustChange && r.Path != passwordPath && r.Path != signOutPath {
				return redirect(c, passwordPath)
			}
			if !who.Actor.MayAnywhere(r.Permission) {
				return errs.New(errs.Forbidden, "您的角色没有这项权限。如工作需要，请联系系统管理员。")
			}
			return next(c)
		}
	}
}

const (
	passwordPath = "/me/password"
	signOutPath  = "/signout"
	setupPath    = "/setup"
)

// unknown sends people to sign in, or to make the first account while there is
// none.
func (s *Server) unknown(c echo.Context) error {
	needed, err := s.Accounts.SetupNeeded(c.Request().Context())
	if err != nil {
		return err
	}
	if needed {
		return redirect(c, setupPath)
	}
	return errs.New(errs.Unauthenticated, "请先登录。")
}

// recordDenied writes who was refused what, by a route or by a use case; a
// refusal that cannot be recorded is still a refusal.
func (s *Server) recordDenied(c echo.Context) {
	actor, r := actorOf(c), c.Request()
	if actor.ID == 0 {
		return
	}
	if err := s.Accounts.RecordDenied(r.Context(), actor, r.Method+" "+c.Path(), r.URL.Path); err != nil {
		s.Log.Error("audit of a refusal", "request", requestID(c), "error", err.Error())
	}
}
