package web

import (
	"errors"
	"io"
	"mime/multipart"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/sheet"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var rollNewPage = declare[view.RollNew]("base", "roll/new")

// rollTyped is what stands beside the file.
type rollTyped struct{ clientKey, source, title, heldOn string }

func (s *Server) rollFrame(c echo.Context, t rollTyped) (*view.RollNew, error) {
	sources, err := s.Dispatching.RollSources(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	today := s.Inventory.Today().First
	data := &view.RollNew{Base: s.base(c), ClientKey: t.clientKey, Title: t.title, HeldOn: t.heldOn, Today: today, MaxMB: sheet.MaxUpload >> 20,
		Empty: view.Empty{Icon: "truck-delivery", Title: "没有可以登记发放的物资", Text: "物资送到本街镇的安置点并签收以后，才能登记发给了谁。"}}
	data.Action = "/rolls?_csrf=" + data.CSRF
	for _, one := range sources {
		o := view.RollSource{Option: view.Option{Value: one.Key(), Label: one.Label, Checked: one.Key() == t.source || len(sources) == 1}}
		for _, x := range one.Owed {
			o.Owed = append(o.Owed, x.Item.Label()+" "+x.Owed.Grouped()+" "+x.Item.Unit)
		}
		data.Sources = append(data.Sources, o)
	}
	return data, nil
}

// rollNew shows the upload form.
func (s *Server) rollNew(c echo.Context) error {
	f := form.Query(c.Request())
	data, err := s.rollFrame(c, rollTyped{clientKey: inventory.NewKey(), source: f.Text("source")})
	if err != nil {
		return err
	}
	return show(s, c, rollNewPage, data)
}

// rollUpload reads a list into a draft. The file itself is not kept.
func (s *Server) rollUpload(c echo.Context) error {
	t, name, d, err := s.takeRoll(c)
	if err == nil && inventory.CheckKey(t.clientKey) != nil {
		err = errs.New(errs.Invalid, "页面已过期，请重新选择文件后再上传。")
	}
	if err == nil {
		in := dispatching.RollInput{ClientKey: t.clientKey, Source: t.source, Title: firstText(t.title, d.Title), HeldOn: firstText(t.heldOn, d.HeldOn), FileName: name, Notes: d.Notes, Lines: d.Lines}
		r, made := s.Dispatching.MakeRoll(c.Request().Context(), actorOf(c), in)
		if made == nil {
			s.flash(c, "ok", "已读入 "+r.Number+"。还没有入账，请核对后再点“入账”。")
			return redirect(c, rollURL(r.ID))
		}
		err = made
	}
	switch errs.KindOf(err) {
	case errs.Forbidden, errs.Unauthenticated:
		return err
	}
	t.clientKey = inventory.NewKey()
	data, again := s.rollFrame(c, t)
	if again != nil {
		return again
	}
	return refuse(s, c, rollNewPage, data, err)
}

// maxTyped bounds a field beside a file.
const maxTyped = 4 << 10

// takeRoll streams the file to its reader and takes the fields beside it.
func (s *Server) takeRoll(c echo.Context) (t rollTyped, name string, d importing.RollDraft, err error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return t, "", d, noPaper(err)
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && name == "":
			return t, "", d, noPaper(err)
		case errors.Is(err, io.EOF):
			return t, name, d, nil
		case err != nil:
			return t, name, d, cutLedger(err)
		case part.FormName() == "file" && part.FileName() != "" && name == "":
			name = part.FileName()
			if d, err = s.Importing.ReadRoll(c.Request().Context(), actorOf(c), name, part); err != nil {
				return t, name, d, err
			}
		default:
			if err := t.field(part); err != nil {
				return t, name, d, cutLedger(err)
			}
		}
	}
}

func (t *rollTyped) field(part *multipart.Part) error {
	text, err := io.ReadAll(io.LimitReader(part, maxTyped))
	v := form.Clean(string(text))
	switch part.FormName() {
	case "client_key":
		t.clientKey = v
	case "source":
		t.source = v
	case "title":
		t.title = v
	case "held_on":
		t.heldOn = v
	}
	return err
}
