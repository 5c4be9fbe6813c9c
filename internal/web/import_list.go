package web

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var importListPage = declare[view.ImportList]("base", "import/list")

// importStatuses are the states of a batch as people call them.
var importStatuses = map[string]view.Tag{
	importing.Uploaded:  {Text: "待导入", Tone: "is-info", Icon: "clock"},
	importing.Applied:   {Text: "已导入", Tone: "is-ok", Icon: "circle-check"},
	importing.Undone:    {Text: "已撤销", Tone: "is-warn", Icon: "arrow-back-up"},
	importing.Discarded: {Text: "已作废", Icon: "ban"},
}

// importURL is the address of a batch, or of something of it.
func importURL(batch id.ID, more string) string { return "/imports/" + batch.String() + more }

// importAfterMark parts the two pieces of a page's key.
const importAfterMark = "~"

// importAfter reads the key of the page before. Garbage gives the first page:
// nobody typed it, so there is nobody to tell.
func importAfter(text string) (at int64, batch id.ID) {
	when, row, ok := strings.Cut(text, importAfterMark)
	at, err := strconv.ParseInt(when, 10, 64)
	if !ok || err != nil || at <= 0 || id.Parse(row) == 0 {
		return 0, 0
	}
	return at, id.Parse(row)
}

// importList lists the uploaded ledgers, newest first.
func (s *Server) importList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	at, before := importAfter(form.Query(c.Request()).Text("before"))
	batches, more, err := s.Importing.Batches(ctx, actor, at, before)
	if err != nil {
		return err
	}
	depots, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return err
	}
	names := make(map[id.ID]string, len(depots))
	for _, d := range depots {
		names[d.ID] = d.Name
	}
	p := &view.ImportList{Base: s.base(c), Pager: view.Pager{Shown: len(batches), Needed: more || before != 0}}
	for _, b := range batches {
		p.Rows = append(p.Rows, importBatch(b, names))
	}
	if before != 0 {
		p.Pager.First = "/imports"
	}
	if more {
		last := batches[len(batches)-1]
		p.Pager.Next = "/imports?before=" + strconv.FormatInt(last.UploadedAt, 10) + importAfterMark + last.ID.String()
	}
	p.Empty = view.Empty{Icon: "file-import", Title: "还没有导入过台账", Text: "把单位现有的 Excel 台账直接传上来，系统先读给您看，核对无误后再入账。",
		URL: "/imports/new", Do: "上传台账"}
	return show(s, c, importListPage, p)
}

func importBatch(b importing.Batch, depots map[id.ID]string) view.ImportBatch {
	row := view.ImportBatch{URL: importURL(b.ID, ""), File: b.FileName, Kind: importing.KindName(reading.Kind(b.Kind)), AsOf: b.AsOf,
		Depot: depots[b.DepotID], OK: b.RowsOK, Confirm: b.RowsConfirm, Error: b.RowsError, Status: importStatus(b),
		Uploader: b.ActorName, Uploaded: view.When(b.UploadedAt)}
	if b.AppliedAt != 0 {
		row.Applier, row.Applied = b.AppliedName, view.When(b.AppliedAt)
	}
	return row
}

func importStatus(b importing.Batch) view.Tag {
	tag, known := importStatuses[b.Status]
	if !known {
		return view.Tag{Text: cmp.Or(b.Status, "状态不明"), Tone: "is-warn", Icon: "help-circle"}
	}
	return tag
}
