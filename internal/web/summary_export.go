package web

import (
	"os"

	"github.com/labstack/echo/v4"
)

// summaryExport sends the month's summary as a workbook, under the same
// filters.
func (s *Server) summaryExport(c echo.Context) error {
	depots, categories, err := s.summaryFrame(c)
	if err != nil {
		return err
	}
	q, err := s.readSummaryQuery(c.Request(), depots, categories)
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
	if err := s.Reporting.StockSummary(c.Request().Context(), actorOf(c), q.filter(), file); err != nil {
		return err
	}
	return sendWorkbook(c, file, "收发存汇总表-"+string(q.month)+".xlsx", "summary-"+string(q.month)+".xlsx")
}
