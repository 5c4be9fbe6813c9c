package web

import (
	"fmt"
	"net/url"
	"slices"
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

var periodListPage = declare[view.PeriodBoard]("base", "period/list")

// periodsURL gives the board of a month.
func periodsURL(m ledger.Month) string {
	return withQuery("/periods", url.Values{"month": {string(m)}})
}

// lastMonth is the newest month that is over.
func (s *Server) lastMonth() ledger.Month { return ledger.MonthOf(s.Inventory.Today()).Add(-1) }

// monthOf reads a month as typed; none is the newest that is over.
func (s *Server) monthOf(text string) (ledger.Month, error) {
	if text == "" {
		return s.lastMonth(), nil
	}
	return ledger.ParseMonth(text, s.Inventory.Today())
}

// periodList shows which months are closed at which depots.
func (s *Server) periodList(c echo.Context) error {
	month, wrong := s.monthOf(form.Query(c.Request()).Text("month"))
	if wrong == nil && month < ledger.EarliestMonth {
		wrong = month.CheckClose("", s.Inventory.Today())
	}
	if wrong != nil {
		month = s.lastMonth()
	}
	data, err := s.periodBoard(c, month, nil)
	if err != nil {
		return err
	}
	if wrong != nil {
		data.Flash = append(data.Flash, view.Flash{Kind: "warn", Text: errs.MessageOf(wrong) + "已列出" + data.Name + "。"})
	}
	return show(s, c, periodListPage, data)
}

// periodBoard makes the page; chosen are the depots that stay ticked.
func (s *Server) periodBoard(c echo.Context, month ledger.Month, chosen []id.ID) (*view.PeriodBoard, error) {
	board, err := s.Inventory.Periods(c.Request().Context(), actorOf(c), month)
	if err != nil {
		return nil, err
	}
	data := &view.PeriodBoard{Base: s.base(c), Month: string(month), Name: month.Chinese(), Latest: string(s.lastMonth()), DraftsURL: "/drafts",
		SummaryURL: summaryQuery{month: month}.url("/summary"),
		Empty:      view.Empty{Icon: "building-warehouse", Title: "还没有储备库", Text: "新增储备库后，可在这里按月结账。"}}
	if !actorOf(c).MayAnywhere(access.VoucherPost) {
		data.DraftsURL = ""
	}
	for _, m := range board.Months {
		data.Months = append(data.Months, monthHead(m, month))
	}
	for _, d := range board.Depots {
		row := periodRow(d, board, chosen)
		if row.Closable {
			data.Closable++
			data.Drafts += d.Drafts
		}
		data.Rows = append(data.Rows, row)
	}
	data.MayClose = data.Closable > 0
	for _, r := range board.Reopenings {
		request := periodRequest(r)
		request.CSRF = data.CSRF
		if r.Status == store.ReopeningAsked {
			data.Waiting = append(data.Waiting, request)
		} else {
			data.Decided = append(data.Decided, request)
		}
	}
	return data, nil
}

// monthHead is a column's heading: the year only where another begins.
func monthHead(m, last ledger.Month) string {
	if m == last || strings.HasSuffix(string(m), "-01") {
		return m.Chinese()
	}
	return strings.TrimPrefix(m.Chinese(), string(m[:4])+"年")
}

var periodTags = map[inventory.PeriodState]view.Tag{
	inventory.PeriodOpen:    {Text: "未月结", Tone: "is-warn", Icon: "lock-open"},
	inventory.PeriodClosed:  {Text: "已月结", Tone: "is-ok", Icon: "lock"},
	inventory.PeriodCovered: {Text: "已关闭", Icon: "lock"},
}

func periodRow(d inventory.PeriodDepot, board inventory.PeriodBoard, chosen []id.ID) view.PeriodRow {
	row := view.PeriodRow{ID: d.Depot.ID.String(), Depot: d.Depot.Name, Stopped: d.Depot.Closed, Drafts: d.Drafts, Waits: d.Asked,
		Closable: d.Why == nil, Chosen: d.Why == nil && slices.Contains(chosen, d.Depot.ID),
		SummaryURL: summaryQuery{month: board.Month, depot: d.Depot.ID}.url("/summary")}
	if d.Last != "" {
		row.Last = d.Last.Chinese()
	}
	if kind := errs.KindOf(d.Why); d.Why != nil && kind != errs.Forbidden && kind != errs.Conflict {
		row.Why = errs.MessageOf(d.Why)
	}
	for i, state := range d.States {
		cell := view.PeriodCell{Month: board.Months[i].Chinese(), Tag: periodTags[state], Extra: board.Months[i] != board.Month}
		if cell.Extra && state == inventory.PeriodOpen {
			cell.Tag = view.Tag{} // only the month at hand calls for something
		}
		row.Cells = append(row.Cells, cell)
	}
	if d.Closed != nil {
		row.By, row.At = d.Closed.ActorName, view.When(d.Closed.ClosedAt)
	}
	if d.MayAsk {
		row.AskURL = withQuery("/periods/reopen", url.Values{"depot": {d.Depot.ID.String()}, "month": {string(board.Month)}})
	}
	return row
}

var requestTags = map[store.ReopeningStatus]view.Tag{
	store.ReopeningAsked:     {Text: "待审批", Tone: "is-warn", Icon: "clock"},
	store.ReopeningApproved:  {Text: "已批准", Tone: "is-ok", Icon: "circle-check"},
	store.ReopeningRefused:   {Text: "未批准", Tone: "is-bad", Icon: "circle-x"},
	store.ReopeningWithdrawn: {Text: "已撤回", Icon: "arrow-back-up"},
}

func periodRequest(r inventory.ReopeningView) view.PeriodRequest {
	out := view.PeriodRequest{Depot: r.Depot, Month: r.Month.Chinese(), Reason: r.Reason, Asked: r.AskedName, AskedAt: view.When(r.AskedAt),
		Decided: r.DecidedName, At: view.When(r.DecidedAt), State: requestTags[r.Status],
		Opens: monthRange(r.Opens)}
	self := "/periods/reopenings/" + r.ID.String()
	if r.MayDecide {
		out.DecideURL = self + "/decide"
	}
	if r.MayWithdraw {
		out.WithdrawURL = self + "/withdraw"
	}
	return out
}

// monthRange words a run of months.
func monthRange(months []ledger.Month) string {
	switch len(months) {
	case 0:
		return ""
	case 1:
		return months[0].Chinese()
	}
	return fmt.Sprintf("%s至%s（%d 个月）", months[0].Chinese(), months[len(months)-1].Chinese(), len(months))
}

// periodClose closes a month at the ticked depots and says what became of
// each.
func (s *Server) periodClose(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	month, err := ledger.ParseMonth(f.Text("month"), s.Inventory.Today())
	if err != nil {
		return s.refuseClose(c, "", nil, err)
	}
	var depots []id.ID
	for _, text := range f.All("depot") {
		depots = append(depots, id.Parse(text))
	}
	results, err := s.Inventory.ClosePeriods(c.Request().Context(), actorOf(c), month, depots)
	if err != nil {
		return s.refuseClose(c, month, depots, err)
	}
	s.tellClosed(c, month, results)
	return redirect(c, periodsURL(month))
}

// refuseClose shows the board again. Where the month itself cannot be meant it
// is that of the newest month that is over, with nothing ticked: nobody asked
// to close that one.
func (s *Server) refuseClose(c echo.Context, month ledger.Month, depots []id.ID, cause error) error {
	if k := errs.KindOf(cause); k != errs.Invalid && k != errs.Conflict {
		return cause
	}
	if month < ledger.EarliestMonth {
		month, depots = s.lastMonth(), nil
	}
	data, err := s.periodBoard(c, month, depots)
	if err != nil {
		return err
	}
	return refuse(s, c, periodListPage, data, cause)
}

// toldRefusals bounds how many refusals are told one by one.
const toldRefusals = 8

func (s *Server) tellClosed(c echo.Context, month ledger.Month, results []inventory.CloseResult) {
	var closed int
	var refused []string
	for _, r := range results {
		if r.Err == nil {
			closed++
			continue
		}
		noteFailure(c, r.Err)
		if r.Depot == "" {
			r.Depot = "有一个储备库"
		}
		refused = append(refused, r.Depot+"："+errs.MessageOf(r.Err))
	}
	if closed > 0 {
		s.flash(c, "ok", fmt.Sprintf("已完成 %d 个储备库%s的月结。", closed, month.Chinese()))
	}
	for i, text := range refused {
		if i == toldRefusals {
			s.flash(c, "bad", fmt.Sprintf("另有 %d 个储备库没有月结。", len(refused)-i))
			break
		}
		s.flash(c, "bad", text)
	}
}
