package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// A keeper called away for an hour comes back to a voucher half an hour too old
// for its session. What they typed must not be lost at the door: the refused
// form is carried through the sign-in page and offered again behind it.

var resumePage = declare[view.Resume]("gate", "session/resume")

const (
	keptPath   = "kept"
	keptPrefix = "kept."
)

// canKeep reports a form of our own that came without a session. One another
// site sent is not kept: its sender wants it to be sent. Nor is one that holds
// a password or a webhook's key: it would stand in a page.
func (s *Server) canKeep(c echo.Context) bool {
	r := c.Request()
	return r.Method == http.MethodPost && !isAPI(c) && !s.foreign(r) && r.URL.Path != signOutPath && r.URL.Path != passwordPath && !strings.HasPrefix(r.URL.Path, webhooksPath) &&
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// keepForm answers such a form with the door.
func (s *Server) keepForm(c echo.Context) error {
	kept, err := keptOf(c, keptPrefix)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusUnauthorized, signInPage.declaration, &view.SignIn{Base: s.base(c), Next: "/", Kept: kept})
}

// offerAgain shows the button of a form whose page was older than its session.
func (s *Server) offerAgain(c echo.Context) error {
	kept, err := keptOf(c, "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusForbidden, resumePage.declaration, &view.Resume{Base: s.base(c), Kept: kept})
}

// keptOf takes the fields of a form that was not taken.
func keptOf(c echo.Context, prefix string) (view.Kept, error) {
	f, err := form.Read(c.Request())
	if err != nil {
		return view.Kept{}, err
	}
	kept := view.Kept{Path: c.Request().URL.Path}
	for _, name := range f.Names() {
		if name == csrfField {
			continue
		}
		for _, v := range f.All(name) {
			kept.Fields = append(kept.Fields, view.Field{Name: prefix + name, Value: v})
		}
	}
	return kept, nil
}

// keptIn reads what the sign-in page carried.
func keptIn(f *form.Form) view.Kept {
	path := f.Text(keptPath)
	if path == "" || localPath(path) != path {
		return view.Kept{}
	}
	kept := view.Kept{Path: path}
	for _, name := range f.Names() {
		if strings.HasPrefix(name, keptPrefix) {
			for _, v := range f.All(name) {
				kept.Fields = append(kept.Fields, view.Field{Name: name, Value: v})
			}
		}
	}
	return kept
}

// resume signs in and shows the kept form's button. It is not sent by itself:
// somebody else may have signed in.
func (s *Server) resume(c echo.Context, who accounts.Identity, kept view.Kept) error {
	if err := s.enter(c, who); err != nil {
		return err
	}
	c.Set(keyActor, who.Actor)
	for i, f := range kept.Fields {
		kept.Fields[i].Name = strings.TrimPrefix(f.Name, keptPrefix)
	}
	return show(s, c, resumePage, &view.Resume{Base: s.base(c), Kept: kept})
}
