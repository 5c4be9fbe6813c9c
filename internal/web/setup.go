package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var setupPage = declare[view.Setup]("gate", "session/setup")

func (s *Server) setupForm(c echo.Context) error {
	needed, err := s.Accounts.SetupNeeded(c.Request().Context())
	if err != nil {
		return err
	}
	if !needed {
		return redirect(c, "/signin")
	}
	return show(s, c, setupPage, &view.Setup{Base: s.base(c)})
}

func (s *Server) setup(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	first := accounts.First{Code: f.Text("code"), Login: f.Text("login"), Name: f.Text("name"), Password: f.Secret("password")}
	who, err := s.first(c, f, first)
	if err != nil {
		data := &view.Setup{Base: s.base(c), Code: first.Code, Login: first.Login, Name: first.Name}
		return refuse(s, c, setupPage, data, oneError(err))
	}
	s.Log.Info("first account made", "login", first.Login)
	return s.welcome(c, who, "/")
}

func (s *Server) first(c echo.Context, f *form.Form, first accounts.First) (accounts.Identity, error) {
	if err := samePasswords(f); err != nil {
		return accounts.Identity{}, err
	}
	return s.Accounts.CreateFirst(c.Request().Context(), first, originOf(c))
}
