package web

import (
	"bytes"
	"mime"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"
)

// importMarked gives the ledger back as a workbook with what is wrong in it,
// which goes in again as it is.
func (s *Server) importMarked(c echo.Context) error {
	batch, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var book bytes.Buffer
	b, err := s.Importing.Marked(c.Request().Context(), actorOf(c), batch, &book)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(b.FileName, filepath.Ext(b.FileName)) + "（错误原因）.xlsx"
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.Stream(http.StatusOK, workbookType, &book)
}

// importProgress tells how far the work on a ledger has come.
func (s *Server) importProgress(c echo.Context) error {
	p, ok := s.Importing.Progress(c.QueryParam("key"))
	if !ok {
		return c.JSON(http.StatusOK, map[string]any{})
	}
	return c.JSON(http.StatusOK, map[string]any{"stage": p.Stage, "done": p.Done, "total": p.Total})
}
