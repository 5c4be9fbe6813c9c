package web

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/web/form"
)

// formSend makes a form of the stock of each depot ticked. The files are
// fetched from the page that follows, so that a lost answer loses none.
func (s *Server) formSend(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	var depots []id.ID
	ticked := map[id.ID]bool{}
	for _, t := range formTiers {
		for _, text := range f.All(formField(t)) {
			depots = append(depots, id.Parse(text))
			ticked[id.Parse(text)] = true
		}
	}
	sent, err := s.Importing.SendForms(c.Request().Context(), actorOf(c), depots)
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.Invalid && kind != errs.TooLarge && kind != errs.Conflict {
			return err
		}
		p, again := s.formPage(c, ticked)
		if again != nil {
			return again
		}
		return refuse(s, c, formListPage, p, err)
	}
	q := url.Values{}
	for _, one := range sent {
		q.Add("sent", one.ID.String())
	}
	return redirect(c, withQuery("/forms", q))
}

// formFile gives one form as it was sent, byte for byte.
func (s *Server) formFile(c echo.Context) error {
	one, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.sendForm(c, one)
}

func (s *Server) sendForm(c echo.Context, one id.ID) error {
	f, path, err := s.Importing.FormFile(c.Request().Context(), actorOf(c), one)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open form %s: %w", one, err)
	}
	defer file.Close()
	return sendWorkbook(c, file, f.FileName, "form-"+f.BusinessOn+".xlsx")
}

const archiveType = "application/zip"

// formFiles gives several forms at once as an archive, one as it is.
func (s *Server) formFiles(c echo.Context) error {
	var ids []id.ID
	for _, text := range form.Query(c.Request()).All("id") {
		ids = append(ids, id.Parse(text))
	}
	switch len(ids) {
	case 0:
		return errs.New(errs.NotFound, "没有说明要下载哪几份核对表。请从“发给街镇”页面下载。")
	case 1:
		return s.sendForm(c, ids[0])
	}
	file, err := os.CreateTemp("", "changbei-forms-*.zip")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := s.Importing.ZipForms(c.Request().Context(), actorOf(c), ids, file); err != nil {
		return err
	}
	today := s.Inventory.Today().First
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, archiveType)
	h.Set(echo.HeaderContentDisposition, `attachment; filename="forms-`+today+`.zip"; filename*=UTF-8''`+url.PathEscape("核对表_"+today+".zip"))
	h.Set(echo.HeaderCacheControl, "no-store")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, file)
	return nil
}

// formWithdraw says that a form is not waited for any more.
func (s *Server) formWithdraw(c echo.Context) error {
	one, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Importing.WithdrawForm(c.Request().Context(), actorOf(c), one); err != nil {
		return err
	}
	s.flash(c, "ok", "已撤回。街镇再交回这一份时，系统会说明它已撤回，不会入账。")
	return redirect(c, "/forms")
}

// readFormLines takes the choices on the lines of a form that came back.
func readFormLines(f *form.Form, d *importChoices) {
	if f.Text("act") == actReasons {
		all := importing.FormReason(f.Text("reasonall"))
		d.add(func(c *importing.Decisions) { c.Reasons[importing.AllLines] = all })
	}
	for n := 1; f.Has(numbered("line", n)); n++ {
		key := keyField(f, numbered("line", n))
		if reason, differs := changed(f, numbered("reason", n), numbered("reasonwas", n)); differs {
			d.add(func(c *importing.Decisions) {
				if c.Reasons[key] = importing.FormReason(reason); reason == "" {
					delete(c.Reasons, key)
				}
			})
		}
		if !f.Has(numbered("takewas", n)) {
			continue
		}
		if take := f.Checked(numbered("take", n)); take != (f.Text(numbered("takewas", n)) != "") {
			d.add(func(c *importing.Decisions) {
				if c.Skip[key] = !take; take {
					delete(c.Skip, key)
				}
			})
		}
	}
}

// actReasons gives all lines of a form without a reason the one chosen.
const actReasons = "reasons"
