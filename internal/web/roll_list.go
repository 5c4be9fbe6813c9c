package web

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var rollListPage = declare[view.RollList]("base", "roll/list")

func rollURL(roll id.ID) string { return "/rolls/" + roll.String() }

var rollStates = []order.RollStatus{order.RollDraft, order.RollApplied, order.RollUndone}

// rollList shows the distribution lists of the desks the person may see.
func (s *Server) rollList(c echo.Context) error {
	f := form.Query(c.Request())
	q := dispatching.RollQuery{Status: order.RollStatus(f.Text("status")), ResponseID: f.ID("response"), BeforeID: f.ID("before_id")}
	q.BeforeAt, _ = strconv.ParseInt(f.Text("before"), 10, 64)
	if q.Status != "" && q.Status.Name() == "" {
		return errs.New(errs.Invalid, "查询条件有误，请从列表中重新选择。")
	}
	if err := f.Err(); err != nil {
		return err
	}
	p, err := s.Dispatching.Rolls(c.Request().Context(), actorOf(c), q)
	if err != nil {
		return err
	}
	data := &view.RollList{Base: s.base(c), Filtered: q.Status != "" || q.ResponseID != 0}
	for _, st := range rollStates {
		data.States = append(data.States, view.Option{Value: string(st), Label: st.Name(), Checked: st == q.Status})
	}
	if data.Responses, err = s.responseOptions(c, q.ResponseID); err != nil {
		return err
	}
	for _, r := range p.Rolls {
		data.Rows = append(data.Rows, rollListRow(r, p))
	}
	data.Pager = rollPager(q, p)
	data.Empty = view.Empty{Icon: "users", Title: "还没有发放花名册", Text: "物资送到安置点签收以后，上传发放名单，按名单合计核销。", URL: "/rolls/new", Do: "上传花名册"}
	if data.Filtered {
		data.Empty = view.Empty{Icon: "search", Title: "没有符合条件的花名册", Text: "可以放宽条件，或清除条件再查。", URL: "/rolls", Do: "清除条件"}
	}
	return show(s, c, rollListPage, data)
}

func rollListRow(r order.Roll, p dispatching.RollPage) view.RollListRow {
	row := view.RollListRow{URL: rollURL(r.ID), Number: r.Number, Title: r.Title, Desk: p.Desks[r.DeskID].Name, Response: p.Responses[r.ResponseID].Name, HeldOn: r.HeldOn,
		Author: r.AuthorName, At: view.When(r.MadeAt), Status: view.RollTag(r.Status)}
	for _, x := range p.Sums[r.ID] {
		row.People = max(row.People, x.People)
		if it, known := p.Items[x.ItemID]; known {
			row.Goods = append(row.Goods, it.Label()+" "+x.Qty.Grouped()+" "+it.Unit)
		}
	}
	return row
}

func rollPager(q dispatching.RollQuery, p dispatching.RollPage) view.Pager {
	values := url.Values{}
	if q.Status != "" {
		values.Set("status", string(q.Status))
	}
	if q.ResponseID != 0 {
		values.Set("response", q.ResponseID.String())
	}
	pager := view.Pager{Shown: len(p.Rolls), Needed: p.More || q.BeforeAt != 0}
	if q.BeforeAt != 0 {
		pager.First = withQuery("/rolls", values)
	}
	if p.More {
		last := p.Rolls[len(p.Rolls)-1]
		values.Set("before", strconv.FormatInt(last.MadeAt, 10))
		values.Set("before_id", last.ID.String())
		pager.Next = withQuery("/rolls", values)
	}
	return pager
}
