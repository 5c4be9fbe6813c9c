package web

import (
	"io"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/web/view"
)

// builtInExports are the addresses of the built-in layouts, by kind.
var builtInExports = map[string]string{"stock": "/stock/export", "summary": "/summary/export", "voucher": "/exports/voucher"}

// templateExport sends what a page shows in the layout that was chosen beside
// its export button.
func (s *Server) templateExport(c echo.Context) error {
	kind := c.QueryParam("kind")
	template := id.Parse(c.QueryParam("template"))
	if template == 0 {
		return toBuiltIn(c, kind)
	}
	switch kind {
	case "stock":
		return s.stockInTemplate(c, template)
	case "summary":
		return s.summaryInTemplate(c, template)
	case "voucher":
		return s.voucherInTemplate(c, template)
	}
	return errs.New(errs.Invalid, "没有这种导出。请从页面上的“导出 Excel”进入。")
}

// toBuiltIn leads to the built-in layout under the same filter.
func toBuiltIn(c echo.Context, kind string) error {
	address := builtInExports[kind]
	if address == "" {
		return errs.New(errs.Invalid, "请选择一个版式再导出。")
	}
	q := c.QueryParams()
	q.Del("template")
	q.Del("kind")
	return redirect(c, address+"?"+q.Encode())
}

func (s *Server) stockInTemplate(c echo.Context, template id.ID) error {
	f, err := s.exportFilter(c)
	if err != nil {
		return err
	}
	today := s.Inventory.Today().First
	return exportFile(c, "库存台账-"+today+".xlsx", "stock-"+today+".xlsx", func(w io.Writer) error {
		return s.Templates.Stock(c.Request().Context(), actorOf(c), template, f, w)
	})
}

func (s *Server) summaryInTemplate(c echo.Context, template id.ID) error {
	depots, categories, err := s.summaryFrame(c)
	if err != nil {
		return err
	}
	q, err := s.readSummaryQuery(c.Request(), depots, categories)
	if err != nil {
		return err
	}
	return exportFile(c, "收发存汇总表-"+string(q.month)+".xlsx", "summary-"+string(q.month)+".xlsx", func(w io.Writer) error {
		return s.Templates.Summary(c.Request().Context(), actorOf(c), template, q.filter(), w)
	})
}

func (s *Server) voucherInTemplate(c echo.Context, template id.ID) error {
	ctx := c.Request().Context()
	v, err := s.Inventory.Voucher(ctx, actorOf(c), id.Parse(c.QueryParam("voucher")))
	if err != nil {
		return err
	}
	return exportFile(c, v.Type.Name()+"-"+v.Number+".xlsx", v.Number+".xlsx", func(w io.Writer) error {
		return s.Templates.Voucher(ctx, actorOf(c), template, v.ID, w)
	})
}

// queryOptions are the fields of an address, to go along in a form.
func queryOptions(address string) []view.Option {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var out []view.Option
	for name, values := range u.Query() {
		for _, v := range values {
			out = append(out, view.Option{Label: name, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b view.Option) int {
		if a.Label < b.Label {
			return -1
		}
		return 1
	})
	return out
}
