package web

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/reading"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var importPreviewPage = declare[view.ImportPreview]("base", "import/preview")

// Bounds of one page of a preview. Larger ledgers are paged; the words left
// out come up as those before them are decided.
const (
	importPageRows  = 200
	importPageWords = 200
	importDiffRows  = 300
	importHits      = 12 // of a search in the catalogue
	importSearches  = 20 // at once
)

// importQuery is which part of a preview a person looks at.
type importQuery struct {
	show  string // ok, confirm, error, skipped; "" = all
	page  int    // from 1
	finds []importFind
}

func readImportQuery(c echo.Context) importQuery {
	f := form.Query(c.Request())
	q := importQuery{show: f.Text("show"), page: max(1, f.Count("page", "页"))}
	if !slices.ContainsFunc(importChips, func(chip importChip) bool { return chip.show == q.show }) {
		q.show = ""
	}
	words, texts := f.All("w"), f.All("q")
	for i := range min(len(words), len(texts), importSearches) {
		q.finds = append(q.finds, importFind{words[i], texts[i]})
	}
	return q
}

func (q importQuery) found(finds []importFind) importQuery {
	q.finds = finds[:min(len(finds), importSearches)]
	return q
}

func (q importQuery) at(show string, page int) importQuery {
	return importQuery{show: show, page: page}
}

// values writes the query; searches are for one look and not kept by forms.
func (q importQuery) values() url.Values {
	v := url.Values{}
	if q.show != "" {
		v.Set("show", q.show)
	}
	if q.page > 1 {
		v.Set("page", strconv.Itoa(q.page))
	}
	return v
}

func (q importQuery) action(batch id.ID, what string) string {
	return withQuery(importURL(batch, what), q.values())
}

func (q importQuery) url(batch id.ID) string {
	v := q.values()
	for _, f := range q.finds {
		v.Add("w", f.key)
		v.Add("q", f.text)
	}
	if len(q.finds) > 0 {
		return withQuery(importURL(batch, ""), v) + "#words"
	}
	return withQuery(importURL(batch, ""), v)
}

// importDesk is what one preview is made from.
type importDesk struct {
	*importing.Preview
	query  importQuery
	depots []place.Depot // the actor may import to
	index  *catalog.Index
	open   bool
	// sent is a form that failed, whose fields stay as they were typed; nil =
	// none. typedAt is where it has each word, tickedAt each row.
	sent              *form.Form
	typedAt, tickedAt map[string]int
	numbered          mapping // the selects over columns
	mends             int     // the cells open for typing
}

// importPreview shows what was read of a ledger and what is still open.
func (s *Server) importPreview(c echo.Context) error {
	batch, err := pathID(c, "id")
	if err != nil {
		return err
	}
	p, err := s.importPage(c, batch, nil)
	if err != nil {
		return err
	}
	return show(s, c, importPreviewPage, p)
}

func (s *Server) importPage(c echo.Context, batch id.ID, sent *form.Form) (*view.ImportPreview, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	read, err := s.Importing.Preview(ctx, actor, batch)
	if err != nil {
		return nil, err
	}
	all, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return nil, err
	}
	index, err := s.Directory.Index(ctx)
	if err != nil {
		return nil, err
	}
	d := &importDesk{Preview: read, query: readImportQuery(c), depots: depotsWith(actor, access.LedgerImport, all), index: index, sent: sent,
		open: read.Batch.Status == importing.Uploaded}
	if sent != nil {
		d.typedAt, d.tickedAt = placesOf(sent, "wordkey"), placesOf(sent, "row")
	}
	p := &view.ImportPreview{Base: s.base(c)}
	d.head(p)
	d.matter(p)
	d.sheets(p)
	d.mapping(p)
	d.words(p)
	d.rows(p)
	d.bulk(p)
	d.foot(p)
	d.differences(p, depotNames(all))
	d.returned(p)
	d.planned(p)
	if err := s.importDraft(ctx, actor, d, p); err != nil {
		return nil, err
	}
	p.Vouchers, err = s.importVouchers(ctx, actor, d, depotNames(all))
	return p, err
}

// placesOf tells where a form has each key of a numbered field.
func placesOf(f *form.Form, name string) map[string]int {
	places := map[string]int{}
	for n := 1; f.Has(numbered(name, n)); n++ {
		places[f.Text(numbered(name, n))] = n
	}
	return places
}

func depotNames(depots []place.Depot) map[id.ID]string {
	names := make(map[id.ID]string, len(depots))
	for _, d := range depots {
		names[d.ID] = d.Name
	}
	return names
}

func (d *importDesk) head(p *view.ImportPreview) {
	b := d.Batch
	p.File, p.Title, p.Version, p.Status = b.FileName, d.Result.Title, b.Version, importStatus(b)
	p.Open, p.Undoable = d.open, importing.Undoable(b)
	p.Steps = importSteps(map[string]int{importing.Uploaded: 2, importing.Applied: 4}[b.Status])
	p.Facts, p.Notes = d.facts(), d.notes()
	if d.open {
		p.Blocked = d.Blocked
	}
	p.Seen = d.Stamp()
	p.Record = batchRecord(b)
	p.URLs = view.ImportURLs{List: "/imports", File: importURL(b.ID, "/file"), Marked: importURL(b.ID, "/marked"), Progress: "/imports/progress?key=" + b.ID.String(), Decide: d.query.action(b.ID, "/decisions"),
		Apply: d.query.action(b.ID, "/apply"), Undo: importURL(b.ID, "/undo"), Discard: importURL(b.ID, "/discard")}
	if t := d.Twin; t != nil {
		p.Twin = &view.ImportTwin{URL: importURL(t.ID, ""), File: t.FileName, Who: cmp.Or(t.AppliedName, t.ActorName), When: view.When(t.AppliedAt)}
	}
}

// batchRecord says whose batch it is, and what proves which file it was.
func batchRecord(b importing.Batch) []string {
	list := []string{fmt.Sprintf("%s 于 %s 上传", b.ActorName, view.When(b.UploadedAt)), fmt.Sprintf("可导入 %d 行、待确认 %d 行、错误 %d 行", b.RowsOK, b.RowsConfirm, b.RowsError)}
	if b.AppliedAt > 0 {
		act := map[string]string{importing.Applied: "入账", importing.Undone: "撤销", importing.Discarded: "作废"}[b.Status]
		list = append(list, fmt.Sprintf("%s 于 %s %s", b.AppliedName, view.When(b.AppliedAt), act))
	}
	return append(list, "SHA-256 "+b.FileHash)
}

// importReasons are the skipped rows people ask about, in the order of a page.
var importReasons = []struct {
	reason reading.Reason
	name   string
}{{reading.SkipTitle, "标题"}, {reading.SkipBand, "分组"}, {reading.SkipSubtotal, "小计"}, {reading.SkipTotal, "合计"},
	{reading.SkipCarry, "承前页"}, {reading.SkipNote, "说明"}, {reading.SkipSignature, "落款"}}

var importRoles = map[reading.Role]string{reading.RoleSummary: "汇总", reading.RoleInstructions: "填表说明", reading.RoleDictionary: "字典",
	reading.RoleEmpty: "空白", reading.RoleOldVersion: "旧版"}

// importFactTables bounds the tables whose place is told; pages of one ledger
// can be dozens.
const importFactTables = 3

// facts tells how the workbook was understood, so that a person can see at a
// glance whether it was.
func (d *importDesk) facts() []string {
	r := d.Result
	facts := []string{importing.KindName(d.Kind)}
	for i, t := range r.Tables {
		if i == importFactTables {
			facts = append(facts, fmt.Sprintf("等共 %d 张表", len(r.Tables)))
			break
		}
		facts = append(facts, tableFact(t))
	}
	count := map[reading.Reason]int{}
	for _, s := range r.Skipped {
		count[s.Reason]++
	}
	var skipped []string
	for _, x := range importReasons {
		if count[x.reason] > 0 {
			skipped = append(skipped, fmt.Sprintf("%s %d 行", x.name, count[x.reason]))
		}
	}
	if len(skipped) > 0 {
		facts = append(facts, strings.Join(skipped, "、")+"已跳过")
	}
	if r.FilledInBy != "" {
		facts = append(facts, "编制单位 "+r.FilledInBy)
	}
	if !d.AsOf.IsZero() {
		facts = append(facts, "截至 "+d.AsOf.String())
	}
	for _, s := range r.Sheets {
		if name, unread := importRoles[s.Role]; unread {
			facts = append(facts, "工作表「"+s.Name+"」未读（"+name+"）")
		}
	}
	return append(facts, r.Notices...)
}

func tableFact(t reading.Table) string {
	rows := make([]string, len(t.HeaderRows))
	for i, n := range t.HeaderRows {
		rows[i] = strconv.Itoa(n)
	}
	text := fmt.Sprintf("表头在第 %s 行，数据在第 %d–%d 行", strings.Join(rows, "、"), t.FirstDataRow, t.LastDataRow)
	if t.Sheet != "" {
		return "工作表「" + t.Sheet + "」" + text
	}
	return text
}

// notes are the doubts that belong to no row of goods: a total that does not
// add up, a sheet without a heading.
func (d *importDesk) notes() []string {
	goods := map[string]bool{}
	at := func(sheet string, row int) string { return sheet + "!" + strconv.Itoa(row) }
	for _, r := range d.Rows {
		goods[at(r.Sheet, r.Row.Row)] = true
	}
	var notes []string
	for _, i := range d.Result.Issues {
		if !goods[at(i.Sheet, i.Row)] {
			notes = append(notes, i.Message)
		}
	}
	return notes
}

// mapping lists the depots as written, each with the choice made, or the one
// whose name fits, which counts only once it is saved.
func (d *importDesk) mapping(p *view.ImportPreview) {
	p.AsOfWas = d.AsOf.String()
	p.AsOf = p.AsOfWas
	if d.sent != nil && d.sent.Has("as_of") {
		p.AsOf = d.sent.Text("as_of")
	}
	for i, x := range d.Depots {
		m := view.ImportDepot{Field: numbered("depot", i+1), NameField: numbered("depotname", i+1), Written: x.Written, Key: importKeyMark + x.Written, Rows: x.Rows}
		chosen := cmp.Or(x.DepotID, x.Proposed)
		if d.sent != nil && d.sent.Has(m.Field) {
			chosen = id.Parse(d.sent.Text(m.Field))
		}
		m.Options = depotOptions(d.depots, chosen)
		if d.Act == importing.DraftPlan {
			left := x.Left
			if d.sent != nil && d.sent.Has(m.Field) {
				left = d.sent.Text(m.Field) == depotLeft
			}
			m.Options = append([]view.Option{{Value: depotLeft, Label: "不导入这一处", Checked: left}}, m.Options...)
		}
		switch {
		case x.Left:
			m.Tag = view.Tag{Text: "不导入", Icon: "ban"}
		case x.DepotID != 0:
			m.Tag = view.Tag{Text: "已确认", Tone: "is-ok", Icon: "check"}
		case x.Proposed != 0:
			m.Tag = view.Tag{Text: "按名称推荐，待确认", Tone: "is-warn", Icon: "alert-triangle"}
		default:
			m.Tag = view.Tag{Text: "请选择", Tone: "is-bad", Icon: "circle-x"}
		}
		p.Depots = append(p.Depots, m)
	}
}

// importVouchers lists what the batch booked, also after it was taken back.
func (s *Server) importVouchers(ctx context.Context, actor access.Actor, d *importDesk, depots map[id.ID]string) ([]view.ImportVoucher, error) {
	if d.open || d.Batch.Status == importing.Discarded {
		return nil, nil
	}
	posted, err := s.Importing.Vouchers(ctx, actor, d.Batch.ID)
	if err != nil {
		return nil, err
	}
	var list []view.ImportVoucher
	for _, v := range posted {
		list = append(list, view.ImportVoucher{URL: "/vouchers/" + v.ID.String(), Number: v.Number, Depot: depots[v.DepotID],
			BusinessOn: v.BusinessOn.String(), Lines: len(v.Entries) / 2, Recorded: view.When(v.RecordedAt)})
	}
	return list, nil
}
