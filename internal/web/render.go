package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/web/view"
	files "changbei/templates"
)

// page is a template with the type of its data.
type page[T any] struct{ declaration }

type declaration struct {
	layout, name string
	zero         any
}

// declared collects the pages as the package's variables are made, so that no
// second list can disagree with the handlers.
var declared []declaration

// declare names the template of a page, its layout and the struct it shows.
func declare[T any](layout, name string) page[T] {
	var zero T
	d := declaration{layout: layout, name: name, zero: zero}
	declared = append(declared, d)
	return page[T]{d}
}

// templates are the parsed pages by name.
type templates map[string]*template.Template

// loadTemplates parses every declared page and refuses files nobody declared.
func loadTemplates(a assets) (templates, error) {
	frame, err := template.New("").Funcs(funcs(a)).ParseFS(files.Files, "layout/*.html", "partial/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: layouts: %w", err)
	}
	set := templates{}
	for _, d := range declared {
		t, err := template.Must(frame.Clone()).ParseFS(files.Files, "page/"+d.name+".html")
		if err != nil {
			return nil, fmt.Errorf("web: page %s: %w", d.name, err)
		}
		set[d.name] = t
	}
	return set, set.complete()
}

func (t templates) complete() error {
	return fs.WalkDir(files.Files, "page", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "page/"), ".html")
		if t[name] == nil {
			return fmt.Errorf("web: template %s is not declared by any handler", path)
		}
		return nil
	})
}

func funcs(a assets) template.FuncMap { return template.FuncMap{"asset": a.url} }

// show answers with a page.
func show[T any](s *Server, c echo.Context, p page[T], data *T) error {
	return s.render(c, http.StatusOK, p.declaration, data)
}

// refuse answers a form that cannot be taken: the page again, with what was
// typed and what is wrong. Errors that are not about the form are passed on.
func refuse[T any, P view.Failing[T]](s *Server, c echo.Context, p page[T], data P, err error) error {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.TooLarge, errs.Busy:
	default:
		return err
	}
	data.Fail(err)
	noteFailure(c, err)
	return s.render(c, statusOf(err), p.declaration, (*T)(data))
}

// render executes into a buffer first: half a page with status 200 would look
// like the truth.
func (s *Server) render(c echo.Context, status int, d declaration, data any) error {
	t := s.pages[d.name]
	if t == nil {
		return errors.New("web: no template " + d.name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, d.layout, data); err != nil {
		return fmt.Errorf("web: page %s: %w", d.name, err)
	}
	return c.HTMLBlob(status, b.Bytes())
}

// redirect sends the browser on after a POST, so that a reload books nothing.
func redirect(c echo.Context, url string) error { return c.Redirect(http.StatusSeeOther, url) }
