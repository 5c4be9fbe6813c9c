package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/id"
)

func (s *Server) accountDisable(c echo.Context) error {
	return s.accountAct(c, "已停用", func(ctx context.Context, actor access.Actor, account id.ID) error {
		return s.Accounts.SetDisabled(ctx, actor, account, true)
	})
}

func (s *Server) accountEnable(c echo.Context) error {
	return s.accountAct(c, "已启用", func(ctx context.Context, actor access.Actor, account id.ID) error {
		return s.Accounts.SetDisabled(ctx, actor, account, false)
	})
}

func (s *Server) accountUnlock(c echo.Context) error {
	return s.accountAct(c, "已解锁", s.Accounts.Unlock)
}

func (s *Server) accountAct(c echo.Context, done string, act func(context.Context, access.Actor, id.ID) error) error {
	a, err := s.accountOf(c)
	if err != nil {
		return err
	}
	if err := act(c.Request().Context(), actorOf(c), a.ID); err != nil {
		return s.accountAgain(c, a, err)
	}
	s.flash(c, "ok", done+" "+a.Name+" 的账户。")
	return redirect(c, "/accounts")
}

func (s *Server) accountReset(c echo.Context) error {
	a, err := s.accountOf(c)
	if err != nil {
		return err
	}
	password, err := s.Accounts.ResetPassword(c.Request().Context(), actorOf(c), a.ID)
	if err != nil {
		return s.accountAgain(c, a, err)
	}
	return s.secretOf(c, a, password)
}

func (s *Server) secretOf(c echo.Context, a accounts.Account, password string) error {
	return s.showSecret(c, "已重设密码", a.Login, a.Name, password)
}
