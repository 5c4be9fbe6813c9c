package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/errs"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var (
	signInPage = declare[view.SignIn]("gate", "session/signin")
	linkPage   = declare[view.SignInLink]("gate", "session/link")
)

func (s *Server) signInForm(c echo.Context) error {
	next := localPath(c.QueryParam("next"))
	if actorOf(c).ID != 0 {
		return redirect(c, next)
	}
	needed, err := s.Accounts.SetupNeeded(c.Request().Context())
	if err != nil {
		return err
	}
	if needed {
		return redirect(c, setupPath)
	}
	return show(s, c, signInPage, &view.SignIn{Base: s.base(c), Next: next})
}

func (s *Server) signIn(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	login, kept := f.Text("login"), keptIn(f)
	who, err := s.Accounts.SignIn(c.Request().Context(), login, f.Secret("password"), originOf(c))
	if err != nil {
		data := &view.SignIn{Base: s.base(c), Login: login, Next: localPath(f.Text("next")), Kept: kept}
		return refuse(s, c, signInPage, data, err)
	}
	if kept.Path != "" && !who.MustChange {
		return s.resume(c, who, kept)
	}
	return s.welcome(c, who, localPath(f.Text("next")))
}

// welcome starts the session of somebody who has shown who they are.
func (s *Server) welcome(c echo.Context, who accounts.Identity, next string) error {
	if err := s.enter(c, who); err != nil {
		return err
	}
	if who.MustChange {
		next = passwordPath
	}
	return redirect(c, next)
}

func (s *Server) linkForm(c echo.Context) error {
	token := c.Param("token")
	name, err := s.Accounts.LinkOwner(c.Request().Context(), token)
	if err != nil {
		return err
	}
	return show(s, c, linkPage, &view.SignInLink{Base: s.base(c), Name: name, Action: "/signin/link/" + url.PathEscape(token)})
}

func (s *Server) useLink(c echo.Context) error {
	who, err := s.Accounts.UseLink(c.Request().Context(), c.Param("token"), originOf(c))
	if err != nil {
		return err
	}
	return s.welcome(c, who, "/")
}

// signOut ends the session first: it must end even when nothing can be
// recorded.
func (s *Server) signOut(c echo.Context) error {
	actor := actorOf(c)
	if err := s.leave(c); err != nil {
		return err
	}
	if err := s.Accounts.SignOut(c.Request().Context(), actor); err != nil {
		s.Log.Error("audit of a sign-out", "request", requestID(c), "error", err.Error())
	}
	return redirect(c, "/signin")
}

// samePasswords records a repeated password that differs.
func samePasswords(f *form.Form) error {
	if f.Secret("password") == f.Secret("repeat") {
		return nil
	}
	f.Fail("repeat", "两次输入的新密码不一样，请重新输入。")
	return f.Err()
}

// oneError keeps the message of a form that has field errors off the page's
// top: it would say the same twice.
func oneError(err error) error {
	if fields := errs.FieldsOf(err); len(fields) > 0 {
		return &errs.Error{Kind: errs.KindOf(err), Message: "有 " + count(len(fields)) + " 处需要修改，请看下面标出的各项。", Fields: fields, Err: err}
	}
	return err
}
