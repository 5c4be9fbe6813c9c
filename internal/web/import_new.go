package web

import (
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/sheet"
	"changbei/internal/web/view"
)

var importNewPage = declare[view.ImportNew]("base", "import/new")

// importLayouts says what is read, and what becomes of it. Only a stock list
// opens books: other sheets tell of movements or wishes, not of what is there.
var importLayouts = []view.ImportLayout{
	{Name: "库存台账、物资清单", Text: "一行一种物资，有名称和数量即可。可作为期初入账。"},
	{Name: "收发存汇总表", Text: "取期末结存，可作为期初入账。"},
	{Name: "各乡镇储备情况表", Text: "每个乡镇一列或一张工作表，分别对应到各储备库。"},
	{Name: "出入库流水、储备计划、盘点表、捐赠登记", Text: "能读出来核对，不作期初入账。"},
}

// importSteps marks the steps of an import; now counts from 1, and a step
// past the last means that all is done.
func importSteps(now int) []view.ImportStep {
	var steps []view.ImportStep
	for i, label := range []string{"上传文件", "核对数据", "导入入账"} {
		steps = append(steps, view.ImportStep{N: i + 1, Label: label, Done: i+1 < now, Now: i+1 == now})
	}
	return steps
}

func (s *Server) importNewView(c echo.Context) *view.ImportNew {
	return &view.ImportNew{Base: s.base(c), Steps: importSteps(1), MaxMB: sheet.MaxUpload >> 20, Layouts: importLayouts}
}

// importNew shows the upload box.
func (s *Server) importNew(c echo.Context) error {
	return show(s, c, importNewPage, s.importNewView(c))
}

// importUpload takes a ledger. A file that cannot be read is refused on the
// upload page, where the next one can be chosen at once.
func (s *Server) importUpload(c echo.Context) error {
	batch, err := s.takeLedger(c)
	if err != nil {
		return refuse(s, c, importNewPage, s.importNewView(c), err)
	}
	return redirect(c, importURL(batch.ID, ""))
}

// takeLedger streams the file of the form to the use case: neither the body
// nor the file is ever whole in memory.
func (s *Server) takeLedger(c echo.Context) (importing.Batch, error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return importing.Batch{}, noLedger(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return importing.Batch{}, noLedger(err)
		}
		if err != nil {
			return importing.Batch{}, cutLedger(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		return s.Importing.Upload(c.Request().Context(), actorOf(c), part.FileName(), part)
	}
}

func noLedger(cause error) error {
	return errs.Wrap(errs.Invalid, cause, "没有收到文件。请先选择要导入的台账，再点“上传并核对”。")
}

func cutLedger(cause error) error {
	var large *http.MaxBytesError
	if errors.As(cause, &large) {
		return errs.Wrap(errs.TooLarge, cause, "文件超过 %d MB。请删去图片和无关的工作表，或按储备库拆成几个文件再上传。", sheet.MaxUpload>>20)
	}
	return errs.Wrap(errs.Invalid, cause, "文件没有传完，这次没有导入。请检查网络后重新上传。")
}
