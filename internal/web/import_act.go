package web

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/ledger"
	"changbei/internal/planning"
	"changbei/internal/reading"
	"changbei/internal/web/form"
)

// What the buttons of the preview ask for beside saving.
const (
	actCreate    = "create"     // every open word that resembles nothing becomes new goods
	actCreateAll = "create-all" // the similar ones too
	actAccept    = "accept:"    // every row whose only doubt is of this code
	actPick      = "pick:"      // a word is this item: pick:<n>:<item>
	actDrop      = "drop"       // every row with an error is left out
)

// importDecide saves choices made on the preview.
func (s *Server) importDecide(c echo.Context) error {
	batch, f, err := importForm(c)
	if err != nil {
		return err
	}
	d, err := s.readChoices(c, f)
	if err != nil {
		return s.refuseImport(c, batch, f, err)
	}
	said, err := s.bulk(c.Request().Context(), actorOf(c), batch, f, &d)
	if err != nil {
		return err
	}
	if _, err := s.Importing.Decide(c.Request().Context(), actorOf(c), batch, versionOf(f), d.merge); err != nil {
		return s.refuseImport(c, batch, f, err)
	}
	if said != "" {
		s.flash(c, "ok", said)
	}
	return redirect(c, readImportQuery(c).found(d.finds).url(batch))
}

// bulk adds what a button decides for many rows or words at once, and gives
// the sentence that tells of it.
func (s *Server) bulk(ctx context.Context, actor access.Actor, batch id.ID, f *form.Form, d *importChoices) (said string, err error) {
	act := f.Text("act")
	if n, item, ok := strings.Cut(strings.TrimPrefix(act, actPick), ":"); ok && strings.HasPrefix(act, actPick) {
		d.words[keyField(f, "wordkey."+n)] = importing.Choice{Item: id.Parse(item)}
		return "", nil
	}
	code, accept := strings.CutPrefix(act, actAccept)
	if act != actCreate && act != actCreateAll && act != actDrop && !accept {
		return "", nil
	}
	p, err := s.Importing.Preview(ctx, actor, batch)
	if err != nil {
		return "", err
	}
	switch {
	case accept:
		rows := p.Doubtful(code)
		d.add(func(c *importing.Decisions) {
			for _, key := range rows {
				c.Accept[key] = true
			}
		})
		return fmt.Sprintf("已确认 %d 行，按读出的内容导入。", len(rows)), nil
	case act == actDrop:
		n := dropLines(p, d)
		for _, r := range p.Rows {
			if r.Status == reading.Error && !r.Skipped && !r.Aside {
				n++
				d.add(func(c *importing.Decisions) { c.Skip[r.Key] = true })
			}
		}
		return fmt.Sprintf("已把 %d 行有错误的设为不导入。", n), nil
	}
	made := createWords(p, act == actCreateAll, d)
	return fmt.Sprintf("已把 %d 种物资标为新建，导入时加入物资目录。", made), nil
}

// createWords marks every open word as a new item: those that resemble nothing
// of the catalogue, and the similar ones only when a person says so. Words
// without a unit stay open, since an item must have one.
func createWords(p *importing.Preview, similar bool, d *importChoices) (made int) {
	for _, w := range p.Words {
		if creatable(w, similar) && d.words[w.Key] == (importing.Choice{}) {
			d.words[w.Key] = importing.Choice{Create: true}
			made++
		}
	}
	return made
}

func creatable(w importing.Word, similar bool) bool {
	return !w.Decided && w.Unit != "" && (similar || w.Match.Verdict == catalog.Unknown)
}

func importForm(c echo.Context) (id.ID, *form.Form, error) {
	batch, err := pathID(c, "id")
	if err != nil {
		return 0, nil, err
	}
	f, err := form.Read(c.Request())
	return batch, f, err
}

// refuseImport shows the preview again with what is wrong; sent keeps what was
// typed, nil where the form had no fields.
func (s *Server) refuseImport(c echo.Context, batch id.ID, sent *form.Form, err error) error {
	if kind := errs.KindOf(err); kind != errs.Invalid && kind != errs.Conflict {
		return err
	}
	p, again := s.importPage(c, batch, sent)
	if again != nil {
		return again
	}
	return refuse(s, c, importPreviewPage, p, err)
}

// importApply books a batch. What is chosen and ticked on the page counts,
// saved or not: a person books what they see.
func (s *Server) importApply(c echo.Context) error {
	batch, f, err := importForm(c)
	if err != nil {
		return err
	}
	d, err := s.readChoices(c, f)
	if err != nil {
		return s.refuseImport(c, batch, f, err)
	}
	ctx, actor, version := c.Request().Context(), actorOf(c), versionOf(f)
	if d.any() {
		p, err := s.Importing.Decide(ctx, actor, batch, version, d.merge)
		switch {
		case err == nil:
			version = p.Batch.Version
		case !errors.Is(err, errs.Conflict): // a second tap is Apply's to answer
			return s.refuseImport(c, batch, f, err)
		}
	}
	posted, err := s.Importing.Apply(ctx, actor, batch, importing.Yes{Version: version, OnlyClean: f.Text("act") == "clean", Seen: f.Text("seen")})
	if err != nil {
		return s.refuseImport(c, batch, f, err)
	}
	said, err := s.appliedText(ctx, actor, batch, posted)
	if err != nil {
		return err
	}
	s.flash(c, "ok", said)
	return redirect(c, importURL(batch, ""))
}

func (s *Server) appliedText(ctx context.Context, actor access.Actor, batch id.ID, posted []ledger.Voucher) (string, error) {
	if len(posted) > 0 {
		return fmt.Sprintf("已入账，生成 %d 张单据。如有差错，可在本页撤销这次导入。", len(posted)), nil
	}
	draft, found, err := s.Importing.Draft(ctx, actor, batch)
	if err != nil || !found {
		return "已导入，没有要动的账。", err
	}
	return "已生成" + planning.Label(draft) + "的草稿，核对后请在计划页面报批。报批之前可以在本页撤销这次导入。", nil
}

// importUndo takes an applied batch back.
func (s *Server) importUndo(c echo.Context) error {
	batch, err := pathID(c, "id")
	if err != nil {
		return err
	}
	already, err := s.Importing.Undo(c.Request().Context(), actorOf(c), batch)
	if err != nil {
		return s.refuseImport(c, batch, nil, err)
	}
	_, draft, err := s.Importing.Draft(c.Request().Context(), actorOf(c), batch)
	if err != nil {
		return err
	}
	said := "已撤销这次导入，原单据已全部红冲。改正台账后可以重新上传。"
	switch {
	case draft:
		said = "已撤销这次导入，它生成的计划草稿已作废。改正计划表后可以重新上传。"
	case already:
		said = "这次导入已经撤销，原单据已全部红冲。改正台账后可以重新上传。"
	}
	s.flash(c, "ok", said)
	return redirect(c, importURL(batch, ""))
}

// importDiscard closes a batch nobody wants to book.
func (s *Server) importDiscard(c echo.Context) error {
	batch, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Importing.Discard(c.Request().Context(), actorOf(c), batch); err != nil {
		return s.refuseImport(c, batch, nil, err)
	}
	s.flash(c, "ok", "已作废这个批次，没有入账。")
	return redirect(c, "/imports")
}

// importFile gives the uploaded file back under its own name.
func (s *Server) importFile(c echo.Context) error {
	batch, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b, path, err := s.Importing.File(c.Request().Context(), actorOf(c), batch)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open upload of batch %s: %w", batch, err)
	}
	defer file.Close()
	h := c.Response().Header()
	// A stranger's file is never shown inside our site, only saved.
	h.Set(echo.HeaderContentType, "application/octet-stream")
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": b.FileName}))
	http.ServeContent(c.Response(), c.Request(), "", time.UnixMicro(b.UploadedAt), file)
	return nil
}
