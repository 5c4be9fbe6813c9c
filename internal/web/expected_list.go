package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var expectedListPage = declare[view.Expected]("base", "expected/list")

// expectedList shows what is expected in the actor's scope.
func (s *Server) expectedList(c echo.Context) error {
	data, err := s.expectedPage(c, planning.ExpectedInput{Kind: string(plan.Delivery)})
	if err != nil {
		return err
	}
	return show(s, c, expectedListPage, data)
}

// expectedPage makes the page with what its form holds.
func (s *Server) expectedPage(c echo.Context, in planning.ExpectedInput) (*view.Expected, error) {
	ctx := c.Request().Context()
	list, err := s.Planning.ExpectedList(ctx, actorOf(c))
	if err != nil {
		return nil, err
	}
	if len(list.Depots) == 1 && in.DepotID == 0 {
		in.DepotID = list.Depots[0].ID
	}
	today := s.Planning.Today()
	data := &view.Expected{Base: s.base(c), MayAdd: len(list.Depots) > 0, Today: today.First, Depots: depotOptions(list.Depots, in.DepotID),
		Item: in.Item, Qty: in.Qty, DueOn: in.DueOn, Partner: in.Partner, Reference: in.Reference}
	for _, k := range plan.ExpectedKinds {
		data.Kinds = append(data.Kinds, view.Option{Value: string(k), Label: k.Name(), Checked: string(k) == in.Kind})
	}
	if data.MayAdd {
		if data.Items, err = s.itemChoices(ctx); err != nil {
			return nil, err
		}
	}
	for _, r := range list.Open {
		data.Rows = append(data.Rows, expectedRow(r, today))
		if r.Late > 0 {
			data.Late++
		}
	}
	for _, r := range list.Closed {
		data.Closed = append(data.Closed, expectedRow(r, today))
	}
	data.Empty = view.Empty{Icon: "truck-delivery", Title: "没有等着要来的物资", Text: "采购合同定了到货日期、借出约了归还日期，都可以登记在这里；推算将来的保障能力时会计入。"}
	if data.MayAdd {
		data.Empty.URL, data.Empty.Do = "#new", "登记预计到货"
	}
	return data, nil
}

func expectedRow(r planning.ExpectedRow, today day.Day) view.ExpectedRow {
	row := view.ExpectedRow{Kind: r.Kind.Name(), Depot: r.Depot.Name, Code: r.Item.Code, Name: r.Item.Name, Spec: r.Item.Spec, Unit: r.Item.Unit, Qty: r.Qty.Grouped(),
		DueOn: r.DueOn, Partner: r.Partner, Reference: r.Reference, Who: r.ActorName, When: view.When(r.CreatedAt), Closed: view.When(r.ClosedAt), ClosedBy: r.ClosedName,
		MayClose: r.MayClose, CloseURL: "/expected/" + r.ID.String() + "/close"}
	switch {
	case r.Status == plan.ExpectedDone:
		row.State = view.Tag{Text: "已到", Tone: "is-ok", Icon: "circle-check"}
	case r.Status == plan.ExpectedCancelled:
		row.State = view.Tag{Text: "已取消", Icon: "ban"}
	case r.Late > 0:
		row.Due = view.Tag{Text: fmt.Sprintf("逾期 %d 天", r.Late), Tone: "is-bad", Icon: "clock-exclamation"}
	case r.DueOn == today.First:
		row.Due = view.Tag{Text: "今天", Tone: "is-warn", Icon: "calendar-due"}
	}
	return row
}

// expectedCreate notes goods that will come.
func (s *Server) expectedCreate(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.ExpectedInput{Kind: f.Text("kind"), DepotID: id.Parse(f.Text("depot")), Item: f.Text("item"), Qty: f.Figure("qty"), DueOn: f.Text("due_on"),
		Partner: f.Text("partner"), Reference: f.Text("reference")}
	e, err := s.Planning.SaveExpected(c.Request().Context(), actorOf(c), in)
	if err != nil {
		if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.Unauthenticated {
			return err
		}
		data, again := s.expectedPage(c, in)
		if again != nil {
			return again
		}
		return refuse(s, c, expectedListPage, data, err)
	}
	s.flash(c, "ok", fmt.Sprintf("已登记%s，预计 %s。", e.Kind.Name(), e.DueOn))
	return redirect(c, "/expected")
}

// expectedClose ends one: the goods came, or will not.
func (s *Server) expectedClose(c echo.Context) error {
	expected, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	e, err := s.Planning.CloseExpected(c.Request().Context(), actorOf(c), expected, f.Text("act"))
	if err != nil {
		return err
	}
	if e.Status == plan.ExpectedDone {
		s.flash(c, "ok", "已标记到货。这里不记账：物资请由保管员办理入库或归还。")
	} else {
		s.flash(c, "ok", "已取消这条预计到货，推算时不再计入。")
	}
	return redirect(c, "/expected")
}
