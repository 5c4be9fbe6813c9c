package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var requestFormPage = declare[view.RequestForm]("base", "request/form")

// The lines of the form: so many at least, so many blank ones below what was
// typed, so many more when they are asked for.
const (
	leastNeeds = 8
	blankNeeds = 2
	moreNeeds  = 8
	mostNeeds  = 320 // more than a request may have, so that too many are said and not dropped
)

// What the form's buttons do besides sending.
const (
	actNeeds = "needs" // lines by the supply standards
	actStock = "stock" // 本级储备量 from the books
)

// requestTyped is the form as it stands in a browser.
type requestTyped struct {
	city      bool
	clientKey string
	depot     id.ID
	response  id.ID
	kind, happenedAt, place, people, days,
	contact, phone, remark string
	lines  []view.RequestLine
	doubts []view.RequestDoubt
	read   view.RequestRead
}

func blankNeed(l view.RequestLine) bool {
	return l.Target+l.Needed+l.InStock+l.Used+l.Asked+l.Remark == ""
}

// readRequestForm takes the form as typed. Lines nobody filled in are left out
// and the rest counted anew, so that what is said of a line names its row.
func readRequestForm(f *form.Form) requestTyped {
	t := requestTyped{city: f.Text("direction") == string(order.ToCity), clientKey: f.Text("client_key"), depot: f.ID("depot"), response: f.ID("response"), kind: f.Text("kind"),
		happenedAt: f.Text("happened_at"), place: f.Text("place"), people: f.Text("moved_people"), days: f.Text("days"), contact: f.Text("contact"), phone: f.Text("phone"),
		remark: f.Text("remark"), read: view.RequestRead{File: f.Text("read")}}
	moved := map[int]int{}
	for n := 1; n <= mostNeeds; n++ {
		l := view.RequestLine{N: n}
		if !f.Has(l.Field("target")) {
			break
		}
		l = view.RequestLine{N: n, Target: f.Text(l.Field("target")), Needed: f.Figure(l.Field("needed")), InStock: f.Figure(l.Field("in_stock")), Used: f.Figure(l.Field("used")),
			Asked: f.Figure(l.Field("asked")), Basis: f.Text(l.Field("basis")), Computed: f.Text(l.Field("computed")), Remark: f.Text(l.Field("remark"))}
		if blankNeed(l) {
			continue
		}
		if l.Needed != l.Computed { // typed over: it no longer comes from the standard
			l.Basis, l.Computed = "", ""
		}
		l.N = len(t.lines) + 1
		moved[n] = l.N
		t.lines = append(t.lines, l)
	}
	for i := 1; f.Has(fmt.Sprintf("doubt.%d.field", i)) && i <= mostDoubts; i++ {
		at := func(key string) string { return f.Text(fmt.Sprintf("doubt.%d.%s", i, key)) }
		t.keepDoubt(view.RequestDoubt{Field: at("field"), Cell: at("cell"), Was: at("was"), Text: at("text")}, moved)
	}
	return t
}

// mostDoubts bounds what a page carries along.
const mostDoubts = 2000

// keepDoubt keeps a doubt as long as its field holds what was read.
func (t *requestTyped) keepDoubt(d view.RequestDoubt, moved map[int]int) {
	if parts := strings.Split(d.Field, "."); len(parts) == 3 && parts[0] == "line" {
		n, _ := strconv.Atoi(parts[1])
		d.Field = fmt.Sprintf("line.%d.%s", moved[n], parts[2])
	}
	if value, known := t.value(d.Field); known && value == d.Was {
		t.doubts = append(t.doubts, d)
	}
}

// value gives what a field holds.
func (t *requestTyped) value(field string) (string, bool) {
	heads := map[string]string{"depot": t.depot.String(), "kind": t.kind, "happened_at": t.happenedAt, "place": t.place, "moved_people": t.people, "days": t.days,
		"contact": t.contact, "phone": t.phone, "remark": t.remark}
	if v, known := heads[field]; known {
		return v, true
	}
	parts := strings.Split(field, ".")
	n := 0
	if len(parts) == 3 {
		n, _ = strconv.Atoi(parts[1])
	}
	if n < 1 || n > len(t.lines) {
		return "", false
	}
	l := t.lines[n-1]
	v, known := map[string]string{"target": l.Target, "needed": l.Needed, "in_stock": l.InStock, "used": l.Used, "asked": l.Asked, "remark": l.Remark}[parts[2]]
	return v, known
}

func (t requestTyped) direction() order.Direction {
	if t.city {
		return order.ToCity
	}
	return order.ToBureau
}

// input gives the form to the use case; people and days are read here.
func (t requestTyped) input(f *form.Form) dispatching.RequestInput {
	in := dispatching.RequestInput{ClientKey: t.clientKey, Direction: t.direction(), ResponseID: t.response, DepotID: t.depot, Kind: t.kind, HappenedAt: t.happenedAt, Place: t.place,
		MovedPeople: int64(f.Count("moved_people", "转移人数")), Days: int64(f.Count("days", "天数")), Contact: t.contact, Phone: t.phone, Remark: t.remark}
	for _, l := range t.lines {
		in.Lines = append(in.Lines, dispatching.NeedInput{Typed: l.Target, Needed: l.Needed, InStock: l.InStock, Used: l.Used, Asked: l.Asked, Basis: l.Basis, Remark: l.Remark})
	}
	return in
}

// requestPageOf lays the form out.
func (s *Server) requestPageOf(c echo.Context, t requestTyped, blank int) (*view.RequestForm, error) {
	ch, err := s.Dispatching.RequestChoices(c.Request().Context(), actorOf(c), t.direction())
	if err != nil {
		return nil, err
	}
	if t.depot == 0 && len(ch.Depots) > 0 && (len(ch.Depots) == 1 || t.city) {
		t.depot = ch.Depots[0].ID
	}
	data := &view.RequestForm{Base: s.base(c), City: t.city, ClientKey: t.clientKey, Depots: depotOptions(ch.Depots, t.depot), BlankURL: "/requests/blank", HappenedAt: t.happenedAt,
		Place: t.place, MovedPeople: t.people, Days: t.days, Contact: t.contact, Phone: t.phone, Remark: t.remark, Doubts: t.doubts, Read: t.read}
	for _, r := range ch.Responses {
		data.Responses = append(data.Responses, view.Option{Value: r.ID.String(), Label: r.Name, Checked: r.ID == t.response})
	}
	for _, k := range order.Kinds {
		data.Kinds = append(data.Kinds, view.Option{Value: k.Key, Label: k.Name, Checked: k.Key == t.kind})
	}
	for _, target := range ch.Targets() {
		data.Targets = append(data.Targets, ch.Goods.Typed(target))
	}
	for i := range max(leastNeeds, min(len(t.lines)+blank, mostNeeds)) {
		l := view.RequestLine{N: i + 1}
		if i < len(t.lines) {
			l = t.lines[i]
			l.Lacking = lackingOf(l)
		}
		data.Lines = append(data.Lines, l)
	}
	return data, nil
}

// lackingOf gives what a line asks for where nobody says, "" while it cannot be
// told.
func lackingOf(l view.RequestLine) string {
	var q [3]quantity.Q
	for i, text := range []string{l.Needed, l.InStock, l.Used} {
		r, err := quantity.Parse(text)
		switch {
		case text == "" && i > 0:
		case err != nil || r.Unit != "" || r.Doubt != "":
			return ""
		default:
			q[i] = r.Q
		}
	}
	return order.NeedLine{Needed: q[0], InStock: q[1], Used: q[2]}.Lacking().String()
}

// requestNew shows the empty form, or for the city what some requests of
// streets still wait for.
func (s *Server) requestNew(c echo.Context) error {
	f := form.Query(c.Request())
	t := requestTyped{clientKey: inventory.NewKey(), city: f.Text("direction") == string(order.ToCity), response: f.ID("response"), depot: f.ID("depot")}
	var from []id.ID
	for _, text := range f.All("from") {
		from = append(from, id.Parse(text))
	}
	if len(from) > 0 {
		t.city = true
		sum, err := s.Dispatching.Unmet(c.Request().Context(), actorOf(c), from)
		if err != nil {
			return err
		}
		if err := s.takeSum(c, &t, sum); err != nil {
			return err
		}
	}
	if t.response == 0 && len(from) == 0 {
		t.response = s.onlyResponse(c)
	}
	return s.showRequestForm(c, t, blankNeeds)
}

// onlyResponse is the response that runs, where there is one alone.
func (s *Server) onlyResponse(c echo.Context) id.ID {
	list, err := s.Dispatching.Responses(c.Request().Context(), actorOf(c), order.Running)
	if err != nil || len(list) != 1 {
		return 0
	}
	return list[0].ID
}

// takeSum begins a request to the city with what requests of streets add up to.
func (s *Server) takeSum(c echo.Context, t *requestTyped, sum order.Request) error {
	ch, err := s.Dispatching.RequestChoices(c.Request().Context(), actorOf(c), order.ToCity)
	if err != nil {
		return err
	}
	t.response, t.kind, t.place, t.remark = sum.ResponseID, sum.Kind, sum.Place, sum.Remark
	t.happenedAt = strings.Replace(order.Clock(sum.HappenedAt), " ", "T", 1)
	t.people, t.days = strconv.FormatInt(sum.MovedPeople, 10), strconv.FormatInt(sum.Days, 10)
	t.contact = actorOf(c).Name
	t.lines = needLines(ch.Goods, sum.Lines)
	return nil
}

// needLines writes computed lines as the form holds them.
func needLines(goods *plan.Goods, lines []order.NeedLine) []view.RequestLine {
	list := make([]view.RequestLine, len(lines))
	for i, l := range lines {
		list[i] = view.RequestLine{N: i + 1, Target: goods.Typed(plan.Target{Kind: plan.TargetKind(l.Target), ID: l.TargetID}), Needed: l.Needed.String(), InStock: l.InStock.String(),
			Basis: l.Basis, Computed: l.Needed.String(), Remark: l.Remark}
		if l.Used != 0 {
			list[i].Used = l.Used.String()
		}
	}
	return list
}

func (s *Server) showRequestForm(c echo.Context, t requestTyped, blank int) error {
	data, err := s.requestPageOf(c, t, blank)
	if err != nil {
		return err
	}
	return show(s, c, requestFormPage, data)
}

func (s *Server) refuseRequest(c echo.Context, t requestTyped, cause error) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
		return cause
	}
	data, err := s.requestPageOf(c, t, blankNeeds)
	if err != nil {
		return err
	}
	return refuse(s, c, requestFormPage, data, cause)
}
