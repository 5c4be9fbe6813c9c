package web

import (
	"net/url"
	"os"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
)

// exportFile sends a workbook of a kind. What cannot be meant is said on the
// page of exports, beside the form that was sent.
func (s *Server) exportFile(c echo.Context) error {
	kind, err := reporting.ParseKind(c.Param("kind"))
	if err != nil {
		return errs.Wrap(errs.NotFound, err, "%s", errs.MessageOf(err))
	}
	ask := reporting.Ask{}
	f := form.Query(c.Request())
	for _, field := range kind.Form().Fields {
		ask[field] = f.Text(string(field))
	}
	// A file first: an error halfway is still a page.
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	name, err := s.Reporting.Export(c.Request().Context(), actorOf(c), kind, ask, file)
	if err != nil {
		return s.exportRefused(c, kind, ask, err)
	}
	return sendWorkbook(c, file, name.Name, name.Plain)
}

// exportRefused shows the page again. What is not there, of what was typed, is a
// field to mend as well.
func (s *Server) exportRefused(c echo.Context, kind reporting.Kind, ask reporting.Ask, err error) error {
	if errs.KindOf(err) == errs.NotFound {
		err = errs.Wrap(errs.Invalid, err, "%s", errs.MessageOf(err))
	}
	if k := errs.KindOf(err); k != errs.Invalid && k != errs.TooLarge {
		return err
	}
	data, pageErr := s.exportsPage(c, kind, ask)
	if pageErr != nil {
		return pageErr
	}
	return refuse(s, c, exportListPage, data, err)
}

// exportURL leads to a workbook of a kind; empty fields are left out.
func exportURL(kind reporting.Kind, ask reporting.Ask) string {
	v := url.Values{}
	for field, text := range ask {
		if text != "" {
			v.Set(string(field), text)
		}
	}
	return withQuery("/exports/"+string(kind), v)
}
