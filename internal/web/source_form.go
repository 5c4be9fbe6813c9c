package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/sourcing"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var sourcePage = declare[view.Sources]("base", "source/plans")

// typedSources is a needs list as typed.
type typedSources struct {
	typedOrder
	without  []id.ID
	document string
}

// maySource refuses those for whom nobody works plans out.
func maySource(actor access.Actor) error {
	if actor.May(access.OrderApprove, 0) {
		return nil
	}
	return actor.Require(access.OrderPropose, 0)
}

// sourceNew shows an empty needs list, or the three plans for a request.
func (s *Server) sourceNew(c echo.Context) error {
	if err := maySource(actorOf(c)); err != nil {
		return err
	}
	f := form.Query(c.Request())
	t := typedSources{typedOrder: typedOrder{key: inventory.NewKey(), request: f.ID("request"), response: f.ID("response"), targets: []dispatching.TargetInput{{}}}}
	if err := f.Err(); err != nil {
		return errs.New(errs.NotFound, "没有这份需求报告，或您无权查看。")
	}
	if t.request == 0 {
		return s.showSources(c, t, leastOrderLines, nil)
	}
	if err := s.needsOf(c, &t); err != nil {
		return err
	}
	return s.workOut(c, t)
}

// needsOf fills the list with what a request asks for and has not got.
func (s *Server) needsOf(c echo.Context, t *typedSources) error {
	r, err := s.Dispatching.Request(c.Request().Context(), actorOf(c), t.request)
	if err != nil {
		return err
	}
	t.response = r.ResponseID
	t.targets = []dispatching.TargetInput{{DeskID: r.DepotID, Name: r.Place, Contact: r.Contact, Phone: r.Phone}}
	for _, l := range r.Lines {
		line := typedLine{need: l.ID, item: r.Labels[l.ID], target: 1, note: fmt.Sprintf("申请 %s %s", l.Asked.Grouped(), l.Unit)}
		if plan.TargetKind(l.Target) == plan.OfGroup {
			line.group = l.TargetID
			line.note += "，等效物资任一种都行"
		} else {
			line.itemID = l.TargetID
		}
		if open := max(0, l.Asked-r.Given[l.ID]); open > 0 {
			line.qty = open.String()
			t.lines = append(t.lines, line)
		} else {
			t.idle = append(t.idle, line)
		}
	}
	return nil
}

// sourceAct works the plans out, takes one of them, or asks for more rows.
func (s *Server) sourceAct(c echo.Context) error {
	if err := maySource(actorOf(c)); err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	t := typedSources{typedOrder: readOrder(f), document: f.Text("document_no")}
	for _, one := range f.All("without") {
		t.without = append(t.without, id.Parse(one))
	}
	switch act := f.Text("act"); {
	case act == actMore:
		return s.showSources(c, t, len(t.lines)+moreOrderLines, nil)
	case act == "target":
		t.targets = append(t.targets, dispatching.TargetInput{})
		return s.showSources(c, t, 0, nil)
	case strings.HasPrefix(act, "take."):
		return s.takePlan(c, t, strings.TrimPrefix(act, "take."), f)
	}
	return s.workOut(c, t)
}

// input states what is asked for. Items that were typed are found by name.
func (s *Server) sourceInput(c echo.Context, t *typedSources) (dispatching.SourceInput, error) {
	in := dispatching.SourceInput{ResponseID: t.response, RequestID: t.request, Targets: t.targets, Without: t.without}
	named := slices.Clone(t.lines)
	for i := range named {
		if named[i].group != 0 {
			named[i].itemID = named[i].group // named already
		}
	}
	unnamed, err := s.nameItems(c.Request().Context(), actorOf(c), named)
	if err != nil {
		return in, err
	}
	if unnamed != nil {
		return in, unnamed
	}
	for i, l := range named {
		goods := plan.Target{Kind: plan.OfItem, ID: l.itemID}
		if l.group != 0 {
			goods = plan.Target{Kind: plan.OfGroup, ID: l.group}
		} else {
			t.lines[i].itemID = l.itemID
		}
		to := l.target - 1
		if len(t.targets) == 1 {
			to = 0
		}
		in.Needs = append(in.Needs, dispatching.SourceNeed{Target: to, Goods: goods, Qty: l.qty, NeedLineID: l.need})
	}
	return in, nil
}

// workOut shows the three plans.
func (s *Server) workOut(c echo.Context, t typedSources) error {
	in, err := s.sourceInput(c, &t)
	if err != nil {
		return s.refuseSources(c, t, err)
	}
	out, err := s.Dispatching.Sources(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseSources(c, t, err)
	}
	return s.showSources(c, t, 0, &out)
}

// takePlan makes one of the plans an order.
func (s *Server) takePlan(c echo.Context, t typedSources, key string, f *form.Form) error {
	kind, known := sourcing.ParseKind(key)
	if !known || inventory.CheckKey(t.key) != nil {
		t.key = inventory.NewKey()
		return s.workOut(c, t)
	}
	in, err := s.sourceInput(c, &t)
	if err != nil {
		return s.refuseSources(c, t, err)
	}
	o, err := s.Dispatching.TakePlan(c.Request().Context(), actorOf(c), dispatching.TakeInput{ClientKey: t.key, Sources: in, Kind: kind,
		Digest: f.Text("digest." + key), DocumentNo: t.document, Remark: t.remark})
	switch {
	case errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.Invalid:
		out, again := s.Dispatching.Sources(c.Request().Context(), actorOf(c), in)
		if again != nil {
			return s.refuseSources(c, t, err)
		}
		t.key = inventory.NewKey()
		return s.failSources(c, t, &out, err)
	case err != nil:
		return s.refuseSources(c, t, err)
	case o.Status == order.Proposed:
		s.flash(c, "ok", fmt.Sprintf("已按「%s」拟制 %s，等领导审批。", kind.Name(), o.Number))
	default:
		s.flash(c, "ok", fmt.Sprintf("%s 已按「%s」下达，物资已占用，各库可以备货。", o.Number, kind.Name()))
	}
	return redirect(c, orderURL(o.ID))
}

// refuseSources shows the list again with what is wrong in it.
func (s *Server) refuseSources(c echo.Context, t typedSources, cause error) error {
	return s.failSources(c, t, nil, cause)
}

func (s *Server) failSources(c echo.Context, t typedSources, out *dispatching.Sources, cause error) error {
	p, err := s.sourcesData(c, t, len(t.lines), out)
	if err != nil {
		return err
	}
	fields := slices.Clone(errs.FieldsOf(cause))
	for i := range fields { // the use case speaks of needs and their goods
		fields[i].Name = strings.Replace(strings.Replace(fields[i].Name, "need.", "line.", 1), ".target", ".item", 1)
		if n, _, _ := strings.Cut(errs.FieldsOf(cause)[i].Name, "."); n == "target" {
			fields[i].Name = errs.FieldsOf(cause)[i].Name
		}
	}
	p.Lines.Mark(fields)
	return refuse(s, c, sourcePage, p, oneError(cause))
}

func (s *Server) showSources(c echo.Context, t typedSources, least int, out *dispatching.Sources) error {
	p, err := s.sourcesData(c, t, least, out)
	if err != nil {
		return err
	}
	return show(s, c, sourcePage, p)
}
