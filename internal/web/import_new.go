package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/sheet"
	"changbei/internal/web/view"
)

var importNewPage = declare[view.ImportNew]("base", "import/new")

// importLayouts says what is read, and what becomes of it.
var importLayouts = []view.ImportLayout{
	{Name: "库存台账、物资清单", Text: "一行一种物资，有名称和数量即可。没有账目的储备库作期初入库；已有账目的与账面对照，差异可以调整。也可作为新入库。"},
	{Name: "收发存汇总表、盘点表", Text: "取期末结存或实盘数，与账面对照。"},
	{Name: "各乡镇储备情况表", Text: "每个乡镇一列、一行或一张工作表，分别对应到各储备库。"},
	{Name: "出入库流水、领用登记、捐赠登记", Text: "按日期和单据号生成入库单、出库单；以前导入过或账上已有的行会认出来。"},
	{Name: "发给街镇的核对表", Text: "认出是哪一份，逐行比对发出时的账面、填报的数和现在的账面，按变动原因入账。"},
	{Name: "物资目录、储备库名录", Text: "加入物资目录或储备库。"},
	{Name: "储备计划表", Text: "先和现行版本逐行比较，再生成一份计划草稿；报批和批准在储备计划里办。"},
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
	return &view.ImportNew{Base: s.base(c), Steps: importSteps(1), MaxMB: sheet.MaxUpload >> 20, MaxFiles: maxFiles, Layouts: importLayouts}
}

// importNew shows the upload box.
func (s *Server) importNew(c echo.Context) error {
	return show(s, c, importNewPage, s.importNewView(c))
}

// maxFiles is how many ledgers one form sends. A script sends them one by one
// and may send more.
const maxFiles = 20

// importUpload takes ledgers. One leads to its preview, several to the list.
// What cannot be read is refused on the upload page, where the next one can be
// chosen at once; those that could be read stay.
func (s *Server) importUpload(c echo.Context) error {
	taken, refused, err := s.takeLedgers(c)
	if c.Request().Header.Get(echo.HeaderAccept) == echo.MIMEApplicationJSON {
		return s.uploadedJSON(c, taken, refused, err)
	}
	switch {
	case err != nil:
		return refuse(s, c, importNewPage, s.importNewView(c), err)
	case len(refused) == 1 && len(taken) == 0:
		return refuse(s, c, importNewPage, s.importNewView(c), refused[0].err)
	case len(refused) > 0:
		return refuse(s, c, importNewPage, s.importNewView(c), allRefused(taken, refused))
	case len(taken) == 1:
		return redirect(c, importURL(taken[0].ID, ""))
	}
	s.flash(c, "ok", fmt.Sprintf("已上传 %d 份台账，请逐份核对。", len(taken)))
	return redirect(c, "/imports")
}

// refusedLedger is a file that could not be read, and why.
type refusedLedger struct {
	name string
	err  error
}

func allRefused(taken []importing.Batch, refused []refusedLedger) error {
	var parts []string
	for _, r := range refused {
		parts = append(parts, "「"+r.name+"」"+errs.MessageOf(r.err))
	}
	text := strings.Join(parts, "；")
	if len(taken) > 0 {
		text = fmt.Sprintf("已上传 %d 份，在台账导入列表里。另有 %d 份没有读：%s", len(taken), len(refused), text)
	}
	return errs.New(errs.Invalid, "%s", text)
}

// uploadedJSON answers a script that sends files one by one.
func (s *Server) uploadedJSON(c echo.Context, taken []importing.Batch, refused []refusedLedger, err error) error {
	if len(refused) > 0 && err == nil {
		err = refused[0].err
	}
	if err != nil {
		if errs.KindOf(err) == errs.Internal {
			return err
		}
		return c.JSON(statusOf(err), map[string]string{"message": errs.MessageOf(err)})
	}
	b := taken[0]
	return c.JSON(http.StatusCreated, map[string]any{"url": importURL(b.ID, ""), "kind": importing.KindName(reading.Kind(b.Kind)),
		"ok": b.RowsOK, "confirm": b.RowsConfirm, "error": b.RowsError})
}

// takeLedgers streams the files of the form to the use case: neither the body
// nor a file is ever whole in memory. A file that is no ledger does not keep
// the others out.
func (s *Server) takeLedgers(c echo.Context) (taken []importing.Batch, refused []refusedLedger, err error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return nil, nil, noLedger(err)
	}
	ctx := importing.WithProgress(c.Request().Context(), c.QueryParam("progress"))
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if len(taken)+len(refused) == 0 {
				return nil, nil, noLedger(err)
			}
			return taken, refused, nil
		}
		if err != nil {
			return taken, refused, cutLedger(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		if len(taken)+len(refused) == maxFiles {
			return taken, refused, errs.New(errs.TooLarge, "一次最多上传 %d 份台账，前 %d 份已在列表里，其余的请再传一次。", maxFiles, maxFiles)
		}
		b, err := s.Importing.Upload(ctx, actorOf(c), part.FileName(), part)
		kind := errs.KindOf(err)
		switch {
		case err == nil:
			taken = append(taken, b)
		case kind == errs.Invalid || kind == errs.TooLarge || kind == errs.Forbidden:
			refused = append(refused, refusedLedger{part.FileName(), err})
		default:
			return taken, refused, err
		}
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
