package web

import (
	"os"

	"github.com/labstack/echo/v4"
)

// scenarioExport sends what comes of the case in the address as a workbook. A
// case that cannot be meant is said on its page.
func (s *Server) scenarioExport(c echo.Context) error {
	data, in, wrong, err := s.scenarioForm(c)
	if err != nil {
		return err
	}
	if wrong != nil {
		return refuse(s, c, scenarioPage, data, wrong)
	}
	// A file first: an error halfway is still a page.
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	name, err := s.Reporting.Scenario(c.Request().Context(), actorOf(c), in, file)
	if err != nil {
		return refuse(s, c, scenarioPage, data, err)
	}
	return sendWorkbook(c, file, name.Name, name.Plain)
}
