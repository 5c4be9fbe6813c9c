package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var blankListPage = declare[view.BlankList]("base", "blank/list")

// blankTags are the states of a blank as people call them.
var blankTags = map[inventory.BlankState]view.Tag{
	inventory.BlankOpen:    {Text: "未录入", Tone: "is-info", Icon: "clock"},
	inventory.BlankEntered: {Text: "已录入", Tone: "is-ok", Icon: "circle-check"},
	inventory.BlankSpoiled: {Text: "已作废", Icon: "ban"},
}

// blankQuery is the list's narrowing as the address says it.
type blankQuery struct {
	depot  id.ID
	state  inventory.BlankState
	number string
	before string // printing and number of the last row before
}

// blankBeforeMark stands between the two of a page's key; no number holds it.
const blankBeforeMark = "~"

func readBlankQuery(r *http.Request) blankQuery {
	f := form.Query(r)
	q := blankQuery{depot: id.Parse(f.Text("depot")), number: strings.ToUpper(f.Text("number")), before: f.Text("before")}
	for _, state := range inventory.BlankStates {
		if string(state) == f.Text("state") {
			q.state = state
		}
	}
	if len([]rune(q.number)) > maxNumber {
		q.number = string([]rune(q.number)[:maxNumber])
	}
	return q
}

func (q blankQuery) filtered() bool { return q.depot != 0 || q.state != "" || q.number != "" }

func (q blankQuery) url(before string) string {
	v := url.Values{}
	for _, f := range [][2]string{{"depot", idText(q.depot)}, {"state", string(q.state)}, {"number", q.number}, {"before", before}} {
		if f[1] != "" {
			v.Set(f[0], f[1])
		}
	}
	return withQuery("/blanks", v)
}

// filter turns the address into the use case's filter.
func (q blankQuery) filter() inventory.BlankFilter {
	f := inventory.BlankFilter{DepotID: q.depot, State: q.state, Number: q.number}
	if at, number, ok := strings.Cut(q.before, blankBeforeMark); ok {
		f.BeforeAt, _ = strconv.ParseInt(at, 10, 64)
		f.BeforeNumber = number
	}
	return f
}

func blankURL(number string) string { return "/blanks/" + url.PathEscape(number) }

// blankList shows the numbered blank paper and what became of each sheet.
func (s *Server) blankList(c echo.Context) error {
	p, err := s.blankPage(c, readBlankQuery(c.Request()), inventory.BlankRequest{ClientKey: inventory.NewKey()})
	if err != nil {
		return err
	}
	return show(s, c, blankListPage, p)
}

// blankPage makes the page; r is what its form for printing holds.
func (s *Server) blankPage(c echo.Context, q blankQuery, r inventory.BlankRequest) (*view.BlankList, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	depots, err := s.stockDepots(ctx, actor)
	if err != nil {
		return nil, err
	}
	found, err := s.Inventory.Blanks(ctx, actor, q.filter())
	if err != nil {
		return nil, err
	}
	p := &view.BlankList{Base: s.base(c), Depots: depotOptions(depots, q.depot), Number: q.number, Filtered: q.filtered(), Max: inventory.MaxBlanks,
		Open: found.Counts.Open, Entered: found.Counts.Entered, Spoiled: found.Counts.Spoiled, ClientKey: r.ClientKey, Empty: noBlanks(q)}
	for _, state := range inventory.BlankStates {
		p.States = append(p.States, view.Option{Value: string(state), Label: blankTags[state].Text, Checked: state == q.state})
	}
	mine := depotsWith(actor, access.VoucherPost, depots)
	if len(mine) == 1 && r.DepotID == 0 {
		r.DepotID = mine[0].ID
	}
	p.MayPrint, p.PrintDepots = len(mine) > 0, depotOptions(mine, r.DepotID)
	for _, t := range ledger.BlankTypes {
		p.Types = append(p.Types, view.Option{Value: string(t), Label: t.Name(), Checked: t == r.Type})
	}
	names := depotNames(depots)
	for _, b := range found.Rows {
		p.Rows = append(p.Rows, blankRow(b, names[b.DepotID], actor.May(access.VoucherPost, b.DepotID), p.CSRF))
	}
	p.Pager = view.Pager{Shown: len(found.Rows), Needed: found.More || q.before != ""}
	if q.before != "" {
		p.Pager.First = q.url("")
	}
	if found.More {
		last := found.Rows[len(found.Rows)-1]
		p.Pager.Next = q.url(strconv.FormatInt(last.PrintedAt, 10) + blankBeforeMark + last.Number)
	}
	return p, nil
}

func blankRow(b store.BlankPaper, depot string, mayPost bool, csrf string) view.BlankRow {
	state := inventory.BlankStateOf(b)
	row := view.BlankRow{Number: b.Number, Type: view.TypeTag(b.Type), State: blankTags[state], Depot: depot, Printed: view.When(b.PrintedAt), PrintedBy: b.PrintedName, CSRF: csrf}
	switch state {
	case inventory.BlankEntered:
		row.VoucherURL, row.Voucher, row.Closed, row.ClosedBy = voucherURL(b.VoucherID), b.VoucherNumber, view.When(b.EnteredAt), b.EnteredName
	case inventory.BlankSpoiled:
		row.Reason, row.Closed, row.ClosedBy = b.SpoiledReason, view.When(b.SpoiledAt), b.SpoiledName
	case inventory.BlankOpen:
		if mayPost {
			row.EnterURL, row.SpoilURL, row.AgainURL = blankURL(b.Number), blankURL(b.Number)+"/spoil", blankPrintURL(b.BatchID)
		}
	}
	return row
}

func noBlanks(q blankQuery) view.Empty {
	if q.filtered() || q.before != "" {
		return view.Empty{Icon: "search", Title: "没有符合条件的空白单", Text: "可以放宽条件再查。", URL: "/blanks", Do: "清除条件"}
	}
	return view.Empty{Icon: "file-plus", Title: "还没有印过空白单", Text: "平时印好一叠带编号的空白单放在库里。停电、断网时照常手写收发，恢复后凭单号录入，每张只能录入一次。"}
}

// blankMake takes numbers for a printing and leads to its paper.
func (s *Server) blankMake(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	r := inventory.BlankRequest{DepotID: f.ID("depot"), Type: ledger.Type(f.Text("type")), Count: f.Count("count", "张数"), ClientKey: f.Text("client_key")}
	err = f.Err()
	var batch id.ID
	if err == nil {
		batch, err = s.Inventory.PrintBlanks(c.Request().Context(), actorOf(c), r)
	}
	if err != nil {
		if inventory.CheckKey(r.ClientKey) != nil {
			r.ClientKey = inventory.NewKey()
		}
		p, again := s.blankPage(c, blankQuery{}, r)
		if again != nil {
			return again
		}
		p.Count = f.Text("count")
		return refuse(s, c, blankListPage, p, err)
	}
	return redirect(c, blankPrintURL(batch))
}

// blankOpen leads from the number on a sheet to where it is entered, or to what
// became of it.
func (s *Server) blankOpen(c echo.Context) error {
	actor := actorOf(c)
	b, err := s.Inventory.Blank(c.Request().Context(), actor, c.Param("number"))
	if err != nil {
		return err
	}
	back := blankQuery{number: b.Number}.url("")
	switch state := inventory.BlankStateOf(b); {
	case state == inventory.BlankEntered:
		s.flash(c, "warn", fmt.Sprintf("空白单 %s 已由%s录入为这张单据，不能再录入。", b.Number, b.EnteredName))
		return redirect(c, voucherURL(b.VoucherID))
	case state == inventory.BlankSpoiled:
		s.flash(c, "warn", fmt.Sprintf("空白单 %s 已由%s作废（%s），不能录入。", b.Number, b.SpoiledName, b.SpoiledReason))
		return redirect(c, back)
	case !actor.May(access.VoucherPost, b.DepotID):
		s.flash(c, "warn", fmt.Sprintf("空白单 %s 还没有录入，请由该库的保管员录入。", b.Number))
		return redirect(c, back)
	}
	return redirect(c, withQuery(entryKinds[b.Type].path+"/new", url.Values{"blank": {b.Number}}))
}

// blankSpoil gives a sheet up.
func (s *Server) blankSpoil(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	number := inventory.BlankNo(c.Param("number"))
	b, err := s.Inventory.SpoilBlank(c.Request().Context(), actorOf(c), number, f.Text("reason"))
	if err != nil {
		return s.refuseSpoil(c, number, f.Text("reason"), err)
	}
	s.flash(c, "ok", fmt.Sprintf("空白单 %s 已作废，不能再录入。", b.Number))
	return redirect(c, "/blanks")
}

// refuseSpoil shows the sheet again with what was typed at its row.
func (s *Server) refuseSpoil(c echo.Context, number, typed string, cause error) error {
	if status := statusOf(cause); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return cause
	}
	p, err := s.blankPage(c, blankQuery{number: number}, inventory.BlankRequest{ClientKey: inventory.NewKey()})
	if err != nil {
		return err
	}
	for i := range p.Rows {
		if r := &p.Rows[i]; r.Number == number && r.SpoilURL != "" {
			r.Typed, r.Refused = typed, errs.MessageOf(cause)
		}
	}
	return refuse(s, c, blankListPage, p, cause)
}
