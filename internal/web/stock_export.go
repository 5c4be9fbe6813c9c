package web

import (
	"net/http"
	"net/url"
	"os"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/inventory"
)

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// stockExport sends the stock list as a workbook, under the same filters.
func (s *Server) stockExport(c echo.Context) error {
	f, err := s.exportFilter(c)
	if err != nil {
		return err
	}
	// A file first: an error halfway is still a page.
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := s.Reporting.StockLedger(c.Request().Context(), actorOf(c), f, file); err != nil {
		return err
	}
	today := s.Inventory.Today().First
	return sendWorkbook(c, file, "库存台账-"+today+".xlsx", "stock-"+today+".xlsx")
}

// exportFilter reads the list's query. There is no list to say a wrong one
// beside, so it is an error of the page.
func (s *Server) exportFilter(c echo.Context) (inventory.StockFilter, error) {
	ctx := c.Request().Context()
	q, err := readStockQuery(c.Request())
	if err != nil {
		return inventory.StockFilter{}, err
	}
	q.after = "" // the whole list, wherever the page stands
	depots, err := s.stockDepots(ctx, actorOf(c))
	if err != nil {
		return inventory.StockFilter{}, err
	}
	categories, err := s.Directory.Categories(ctx)
	if err != nil {
		return inventory.StockFilter{}, err
	}
	if err := q.check(depots, categories); err != nil {
		return inventory.StockFilter{}, err
	}
	return s.stockFilter(ctx, q)
}

// sendWorkbook sends a finished file under a Chinese name; plain is the name
// for browsers that cannot read it (RFC 6266).
func sendWorkbook(c echo.Context, file *os.File, name, plain string) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, 0); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+plain+`"; filename*=UTF-8''`+url.PathEscape(name))
	h.Set(echo.HeaderContentLength, strconv.FormatInt(info.Size(), 10))
	h.Set(echo.HeaderCacheControl, "no-store")
	return c.Stream(http.StatusOK, workbookType, file)
}
