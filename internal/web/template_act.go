package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/reporting"
	"changbei/internal/sheet"
	"changbei/internal/web/view"
)

// templateForm is the upload form: two short fields, then the file.
type templateForm struct{ kind, name string }

// templateUpload takes an office's own layout.
func (s *Server) templateUpload(c echo.Context) error {
	var f templateForm
	e, err := s.takeTemplate(c, &f)
	if err != nil {
		p, again := s.templateListView(c)
		if again != nil {
			return again
		}
		p.Kind, p.Name = f.kind, f.name
		return refuse(s, c, templateListPage, p, err)
	}
	said := fmt.Sprintf("模板“%s”已可使用，导出时在“版式”里选它。", e.Name)
	if e.Version > 1 {
		said = fmt.Sprintf("模板“%s”已换成第 %d 版，原来的一版已停用。", e.Name, e.Version)
	}
	s.flash(c, "ok", said)
	return redirect(c, "/templates")
}

// takeTemplate streams the file to the use case; the fields stand before it.
func (s *Server) takeTemplate(c echo.Context, f *templateForm) (reporting.Template, error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return reporting.Template{}, noTemplate(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return reporting.Template{}, noTemplate(err)
		}
		if err != nil {
			return reporting.Template{}, cutTemplate(err)
		}
		switch part.FormName() {
		case "kind":
			f.kind, err = shortField(part)
		case "name":
			f.name, err = shortField(part)
		case "file":
			if part.FileName() != "" {
				return s.Templates.Upload(c.Request().Context(), actorOf(c), f.kind, f.name, part.FileName(), part)
			}
		}
		if err != nil {
			return reporting.Template{}, cutTemplate(err)
		}
	}
}

// maxShortField is far above what a name may be; the use case says how long.
const maxShortField = 1 << 10

func shortField(part *multipart.Part) (string, error) {
	text, err := io.ReadAll(io.LimitReader(part, maxShortField))
	return string(text), err
}

func noTemplate(cause error) error {
	return errs.Wrap(errs.Invalid, cause, "没有收到文件。请先选择模板文件，再点“上传模板”。")
}

func cutTemplate(cause error) error {
	var large *http.MaxBytesError
	if errors.As(cause, &large) {
		return errs.Wrap(errs.TooLarge, cause, "模板超过 %d MB。请删去里面的大图片和数据，只留一张空表，再上传。", sheet.MaxTemplate>>20)
	}
	return errs.Wrap(errs.Invalid, cause, "文件没有传完，这次没有保存。请检查网络后重新上传。")
}

// templateRetire takes a layout out of use.
func (s *Server) templateRetire(c echo.Context) error {
	template, err := pathID(c, "id")
	if err != nil {
		return err
	}
	e, err := s.Templates.Retire(c.Request().Context(), actorOf(c), template)
	if err != nil {
		return err
	}
	s.flash(c, "ok", "模板“"+e.Name+"”已停用，导出时不再列出。")
	return redirect(c, "/templates")
}

// templateFile gives an uploaded layout back under its own name.
func (s *Server) templateFile(c echo.Context) error {
	template, err := pathID(c, "id")
	if err != nil {
		return err
	}
	e, path, err := s.Templates.Get(c.Request().Context(), actorOf(c), template)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return errs.Wrap(errs.NotFound, err, "模板“%s”的文件不在数据文件夹里了，请重新上传这个模板。", e.Name)
	}
	if err != nil {
		return fmt.Errorf("open template %s: %w", template, err)
	}
	defer file.Close()
	h := c.Response().Header()
	// A stranger's file is never shown inside our site, only saved.
	h.Set(echo.HeaderContentType, "application/octet-stream")
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": e.FileName}))
	http.ServeContent(c.Response(), c.Request(), "", time.UnixMicro(e.UploadedAt), file)
	return nil
}

// templateSample sends a kind's sample, to be changed and uploaded.
func (s *Server) templateSample(c echo.Context) error {
	kind := c.QueryParam("kind")
	for _, k := range reporting.TemplateKinds() {
		if k.Kind == kind {
			return exportFile(c, k.Name+"模板样板.xlsx", kind+"-template.xlsx", func(w io.Writer) error { return reporting.SampleTemplate(kind, w) })
		}
	}
	return errs.New(errs.NotFound, "没有这种表的样板。请从“导出模板”页下载。")
}

// exportFile makes a workbook in a file first, so that an error halfway is
// still a page, and sends it.
func exportFile(c echo.Context, name, plain string, write func(io.Writer) error) error {
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	return sendWorkbook(c, file, name, plain)
}

// exportBox is a page's export button. builtIn is the address of the built-in
// layout with the page's filter, "" when there is none; extra goes along.
func (s *Server) exportBox(c echo.Context, kind, builtIn string, extra ...view.Option) (view.Export, error) {
	list, err := s.Templates.Of(c.Request().Context(), kind)
	if err != nil || len(list) == 0 {
		return view.Export{URL: builtIn}, err
	}
	x := view.Export{URL: builtIn, Action: "/templates/export", Hidden: append(queryOptions(builtIn), extra...)}
	x.Hidden = append(x.Hidden, view.Option{Label: "kind", Value: kind})
	for _, e := range list {
		x.Templates = append(x.Templates, view.Option{Value: e.ID.String(), Label: e.Name})
	}
	return x, nil
}
