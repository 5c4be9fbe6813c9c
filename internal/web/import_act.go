package web

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/web/form"
)

// The values of a word's select beside the ids of items.
const (
	wordOpen   = ""
	wordCreate = "new"
)

// importKeyMark stands before keys in hidden fields: a form trims its fields,
// and a sheet's name may begin with a space.
const importKeyMark = "k:"

// importChoices are what one submit of the preview decides. Only what the
// submitted form holds is in it.
type importChoices struct {
	asOf   *string
	depots map[string]id.ID
	words  map[string]importing.Choice // the zero Choice opens a word again
	accept map[string]bool
	skip   map[string]*bool // nil = as the rule has it
	finds  []importFind
}

// importFind is a word a person looks up in the catalogue.
type importFind struct{ key, text string }

func (d importChoices) any() bool {
	return d.asOf != nil || len(d.depots)+len(d.words)+len(d.accept)+len(d.skip) > 0
}

// merge puts the choices over those made before.
func (d importChoices) merge(c *importing.Decisions) {
	if d.asOf != nil {
		c.AsOf = *d.asOf
	}
	for written, depot := range d.depots {
		if c.Depots[written] = depot; depot == 0 {
			delete(c.Depots, written)
		}
	}
	for word, choice := range d.words {
		if c.Items[word] = choice; choice == (importing.Choice{}) {
			delete(c.Items, word)
		}
	}
	for row, yes := range d.accept {
		if c.Accept[row] = yes; !yes {
			delete(c.Accept, row)
		}
	}
	for row, out := range d.skip {
		if delete(c.Skip, row); out != nil {
			c.Skip[row] = *out
		}
	}
}

// readChoices takes the decisions of a form. A depot the actor may not import
// to is Forbidden here already: the use case would only leave it out.
func (s *Server) readChoices(c echo.Context, f *form.Form) (importChoices, error) {
	d := importChoices{depots: map[string]id.ID{}, words: map[string]importing.Choice{}, accept: map[string]bool{}, skip: map[string]*bool{}}
	s.readAsOf(f, &d)
	if err := s.readDepots(c, f, &d); err != nil {
		return d, err
	}
	for n := 1; f.Has(numbered("wordkey", n)); n++ {
		readWord(f, n, &d)
	}
	for n := 1; f.Has(numbered("row", n)); n++ {
		readTicks(f, n, &d)
	}
	return d, f.Err()
}

func numbered(name string, n int) string { return name + "." + strconv.Itoa(n) }

func keyField(f *form.Form, name string) string {
	return strings.TrimPrefix(f.Text(name), importKeyMark)
}

// readAsOf takes the ledger's day where it differs from what the page showed:
// a day nobody touched stays the sheet's own.
func (s *Server) readAsOf(f *form.Form, d *importChoices) {
	text := f.Text("as_of")
	if !f.Has("as_of") || text == f.Text("was_as_of") {
		return
	}
	if text == "" {
		d.asOf = &text
		return
	}
	today := day.At(s.Store.Now())
	read, err := day.Typed(text, today)
	switch {
	case err != nil:
		f.Fail("as_of", errs.MessageOf(err))
	case read.Day.IsZero() || read.Day.Precision != day.ToDay:
		f.Fail("as_of", "台账日期要具体到日，如 2024-06-30，现在是「"+text+"」。")
	case read.Doubt != "":
		f.Fail("as_of", "台账日期请写全年月日，如 "+read.Day.First+"，现在是「"+text+"」。")
	case read.Day.First > today.First:
		f.Fail("as_of", "台账日期 "+read.Day.First+" 晚于今天，请改正。")
	default:
		d.asOf = &read.Day.First
	}
}

func (s *Server) readDepots(c echo.Context, f *form.Form, d *importChoices) error {
	if !f.Has(numbered("depotname", 1)) {
		return nil
	}
	actor := actorOf(c)
	all, err := s.Directory.Depots(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	open := map[id.ID]bool{}
	for _, depot := range depotsWith(actor, access.LedgerImport, all) {
		open[depot.ID] = true
	}
	for n := 1; f.Has(numbered("depotname", n)); n++ {
		field := numbered("depot", n)
		chosen := f.ID(field)
		if err := actor.Require(access.LedgerImport, chosen); chosen != 0 && err != nil {
			return err
		}
		if chosen != 0 && !open[chosen] {
			f.Fail(field, "这个储备库已停用或不存在，请重新选择。")
		}
		d.depots[keyField(f, numbered("depotname", n))] = chosen
	}
	return nil
}

func readWord(f *form.Form, n int, d *importChoices) {
	key := keyField(f, numbered("wordkey", n))
	field := numbered("word", n)
	if find := f.Text(numbered("find", n)); find != "" && f.Text(field) == wordOpen {
		d.finds = append(d.finds, importFind{key, find})
	}
	switch f.Text(field) {
	case wordOpen:
		d.words[key] = importing.Choice{}
	case wordCreate:
		d.words[key] = importing.Choice{Create: true}
	default:
		d.words[key] = importing.Choice{Item: f.ID(field)}
	}
}

// readTicks takes the two boxes of a row where they differ from how the page
// showed them, so that a page of rows nobody touched decides nothing.
func readTicks(f *form.Form, n int, d *importChoices) {
	key, was := keyField(f, numbered("row", n)), f.Text(numbered("was", n))
	if yes := f.Checked(numbered("accept", n)); yes != strings.Contains(was, wasAccepted) {
		d.accept[key] = yes
	}
	out := f.Checked(numbered("skip", n))
	if out == strings.Contains(was, wasSkipped) {
		return
	}
	if d.skip[key] = nil; out != strings.Contains(was, wasKnown) {
		d.skip[key] = &out
	}
}

// How a row's boxes stood when its page was made.
const (
	wasAccepted = "a"
	wasSkipped  = "s"
	wasKnown    = "k" // booked before: left out unless a person says otherwise
)

// versionOf gives the version a page was made from. The use case takes 0 as
// "whichever", which no page may say.
func versionOf(f *form.Form) int64 {
	if v := f.Version(); v > 0 {
		return v
	}
	return -1
}

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
	made := 0
	if act := f.Text("act"); act == "create" || act == "create-all" {
		if made, err = s.createWords(c.Request().Context(), actorOf(c), batch, act == "create-all", &d); err != nil {
			return err
		}
	}
	if _, err := s.Importing.Decide(c.Request().Context(), actorOf(c), batch, versionOf(f), d.merge); err != nil {
		return s.refuseImport(c, batch, f, err)
	}
	if made > 0 {
		s.flash(c, "ok", fmt.Sprintf("已把 %d 种物资标为新建，导入时加入物资目录。", made))
	}
	return redirect(c, readImportQuery(c).found(d.finds).url(batch))
}

// createWords marks every open word as a new item: those that resemble nothing
// of the catalogue, and the similar ones only when a person says so. Words
// without a unit stay open, since an item must have one.
func (s *Server) createWords(ctx context.Context, actor access.Actor, batch id.ID, similar bool, d *importChoices) (made int, err error) {
	p, err := s.Importing.Preview(ctx, actor, batch)
	if err != nil {
		return 0, err
	}
	for _, w := range p.Words {
		if creatable(w, similar) && d.words[w.Key] == (importing.Choice{}) {
			d.words[w.Key] = importing.Choice{Create: true}
			made++
		}
	}
	return made, nil
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
	s.flash(c, "ok", fmt.Sprintf("已入账，生成 %d 张期初入库单。如有差错，可在本页撤销这次导入。", len(posted)))
	return redirect(c, importURL(batch, ""))
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
	said := "已撤销这次导入，原单据已全部红冲。改正台账后可以重新上传。"
	if already {
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
