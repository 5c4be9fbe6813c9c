package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var passwordPage = declare[view.Password]("base", "account/password")

func (s *Server) passwordForm(c echo.Context) error {
	return show(s, c, passwordPage, s.passwordData(c))
}

func (s *Server) passwordData(c echo.Context) *view.Password {
	who, _ := c.Get(keyIdentity).(accounts.Identity)
	return &view.Password{Base: s.base(c), Forced: who.MustChange}
}

// passwordChange ends every other session of the person and goes on with a
// new one.
func (s *Server) passwordChange(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	err = samePasswords(f)
	var who accounts.Identity
	if err == nil {
		who, err = s.Accounts.ChangePassword(c.Request().Context(), actorOf(c), f.Secret("current"), f.Secret("password"))
	}
	if err != nil {
		return refuse(s, c, passwordPage, s.passwordData(c), oneError(err))
	}
	s.flash(c, "ok", "密码已修改，其他电脑上的登录已退出。")
	return s.welcome(c, who, "/")
}
