package web

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// requestBlank gives the empty form to fill in without this program.
func (s *Server) requestBlank(c echo.Context) error {
	f := form.Query(c.Request())
	depot := f.ID("depot")
	if err := f.Err(); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := s.Importing.BlankRequest(c.Request().Context(), actorOf(c), depot, file); err != nil {
		return err
	}
	return sendWorkbook(c, file, "需求报告单（空白）.xlsx", "request-form.xlsx")
}

// requestRead reads an uploaded paper into the form of a new request. Nothing is
// sent before a person has looked at it.
func (s *Server) requestRead(c echo.Context) error {
	t := requestTyped{clientKey: inventory.NewKey(), response: s.onlyResponse(c)}
	var d importing.RequestDraft
	name, err := onePaper(c, func(name string, file io.Reader) (err error) {
		d, err = s.Importing.ReadRequest(c.Request().Context(), actorOf(c), name, file)
		return err
	})
	if err != nil {
		return s.refuseRequest(c, t, err)
	}
	t.take(d)
	t.read = view.RequestRead{File: name, Notes: d.Notes}
	return s.showRequestForm(c, t, blankNeeds)
}

// onePaper streams the one file of a form to a use case. What comes before the
// file as fields is not read.
func onePaper(c echo.Context, read func(name string, file io.Reader) error) (string, error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return "", noPaper(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", noPaper(err)
		}
		if err != nil {
			return "", cutLedger(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part.FileName(), read(part.FileName(), part)
		}
	}
}

func noPaper(cause error) error {
	return errs.Wrap(errs.Invalid, cause, "没有收到文件。请先选择填好的表，再点上传。")
}

// take puts what was read into the form, with the doubts beside the fields.
func (t *requestTyped) take(d importing.RequestDraft) {
	t.depot, t.kind, t.happenedAt, t.place, t.people, t.days = d.DepotID, d.Kind, d.HappenedAt, d.Place, d.MovedPeople, d.Days
	t.contact, t.phone, t.remark = d.Contact, d.Phone, d.Remark
	for i, l := range d.Lines {
		t.lines = append(t.lines, view.RequestLine{N: i + 1, Target: l.Target, Needed: l.Needed, InStock: l.InStock, Used: l.Used, Asked: l.Asked, Basis: l.Basis, Computed: l.Needed, Remark: l.Remark})
	}
	for i, x := range d.Doubts {
		if i == mostDoubts {
			t.read.Notes = append(t.read.Notes, fmt.Sprintf("需要核对的地方超过 %d 处，其余没有列出，请整份核对。", mostDoubts))
			break
		}
		was, _ := t.value(x.Field)
		t.doubts = append(t.doubts, view.RequestDoubt{Field: x.Field, Cell: x.Cell, Was: was, Text: x.Message})
	}
}
