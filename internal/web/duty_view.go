package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var dutyPage = declare[view.Duty]("base", "response/duty")

// dutyStock keeps what depots can send for those who see the whole district:
// every screen on a wall asks each quarter of a minute, and stock changes
// slower than that.
type dutyStock struct {
	mu    sync.Mutex
	at    time.Time
	marks map[id.ID]dutyMark
	plan  string
}

// dutyStockLife is how old what is kept may be.
const dutyStockLife = time.Minute

// dutyView shows what a duty officer watches.
func (s *Server) dutyView(c echo.Context) error {
	response, err := pathID(c, "id")
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	d, err := s.Dispatching.Duty(ctx, actor, response)
	if err != nil {
		return err
	}
	marks, planned, at, err := s.dutyMarks(ctx, actor)
	if err != nil {
		return err
	}
	r, self := d.Response, responseURL(response)+"/duty"
	data := &view.Duty{Base: s.base(c), Name: r.Name, Tags: responseTags(r), Marked: marked(r), Pages: responsePages(r, "值班"), SelfURL: self, WallURL: self + "?wall=1",
		Running: r.Status == order.Running, Wall: form.Query(c.Request()).Checked("wall"), Now: time.UnixMicro(d.Now).In(day.Zone()).Format("15:04:05"), Plan: planned,
		StockAt: at.In(day.Zone()).Format("15:04"), Map: dutyMap(d, marks), NoDepots: len(d.Depots) == 0}
	if data.Wall {
		data.SelfURL, data.WallURL = self+"?wall=1", self
	}
	if !data.Running {
		data.Over = fmt.Sprintf("这次响应已于 %s 终止，本页不再自动刷新。经过见复盘，欠什么见清账。", order.Clock(r.EndedAt))
	}
	data.Figures = dutyFigures(d, s.lasted(r))
	for i, l := range d.Loads {
		data.Loads = append(data.Loads, dutyLoad(i, l, d))
	}
	data.Queue = dutyQueue(d)
	data.Papers = dutyPapers(d)
	for _, x := range d.Depots {
		data.Depots = append(data.Depots, dutyDepot(x, marks[x.ID]))
	}
	return show(s, c, dutyPage, data)
}

// underway reports a load of which something is on the road, not yet come in.
func underway(l dispatching.DutyLoad) bool { return l.Status == order.Left }

// shortClock is an instant without its year, for places that show many.
func shortClock(at int64) string {
	if text := order.Clock(at); text != "" {
		return text[len("2006-"):]
	}
	return ""
}

// dutyFigures are the numbers over the page.
func dutyFigures(d dispatching.Duty, lasted string) []view.Kpi {
	road, late, unsigned, picked := 0, 0, 0, 0
	for _, l := range d.Loads {
		switch {
		case underway(l):
			road++
		default:
			unsigned++
		}
		if l.Late {
			late++
		}
	}
	for _, l := range d.Waiting {
		if l.Status == order.Picked {
			picked++
		}
	}
	overdue := 0
	for _, p := range d.Papers {
		if p.Late(d.Now) {
			overdue++
		}
	}
	list := []view.Kpi{
		{Label: "级别", Value: d.Level.Name(), Tone: "is-info", Hint: "已响应 " + lasted},
		{Label: "在途", Value: count(road), Unit: "车", Tone: badIf(late > 0), Hint: fmt.Sprintf("超时 %d 车，已签收 %d 车", late, d.Signed)},
		{Label: "到达未签收", Value: count(unsigned), Unit: "车", Tone: warnIf(unsigned > 0), Hint: "含签收有缺待查明"},
		{Label: "待发出", Value: count(len(d.Waiting)), Unit: "车", Tone: warnIf(len(d.Waiting) > 0), Hint: fmt.Sprintf("其中已备货 %d 车", picked)},
		{Label: "待批准", Value: count(len(d.Proposed)), Unit: "份", Tone: warnIf(len(d.Proposed) > 0), Hint: "调拨指令"},
		{Label: "没有答复", Value: count(len(d.Requests)), Unit: "份", Tone: warnIf(len(d.Requests) > 0), Hint: "街镇需求报告"},
		{Label: "待补手续", Value: count(len(d.Papers)), Unit: "份", Tone: warnIf(len(d.Papers) > 0), Hint: "没有欠手续"},
	}
	if n := len(d.Papers); n > 0 {
		last := &list[len(list)-1]
		last.Hint = "最急的" + view.DueTag(d.Papers[0].DueAt, d.Now).Text
		if overdue > 0 {
			last.Tone = "is-bad"
		}
	}
	return list
}

func badIf(bad bool) string {
	if bad {
		return "is-bad"
	}
	return "is-ok"
}

func warnIf(warn bool) string {
	if warn {
		return "is-warn"
	}
	return "is-ok"
}

func dutyLoad(i int, l dispatching.DutyLoad, d dispatching.Duty) view.DutyLoad {
	row := view.DutyLoad{ID: l.Shipment.ID.String(), Load: fmt.Sprintf("%s 第 %d 车", l.Order.Number, l.No), URL: loadURL(l.Shipment.ID), Status: view.LoadTag(l.Shipment),
		From: shortDepot(l.Depot.Name), To: l.Target.Name, Who: l.Driver, Dial: view.Dial(l.DriverPhone), N: count(i + 1)}
	row.Goods = goodsOnRoad(l.Shipment, d.Items)
	switch {
	case l.Status == order.Left:
		row.Since, row.Due, row.DueTag = "已走 "+between(l.LeftAt, d.Now), dutyDue(l, d.Now), dutyLate(l, d.Now)
	case l.Status == order.Arrived:
		row.Since = "已到 " + between(l.ArrivedAt, d.Now) + "，没有签收"
	default:
		row.Since = "签收时有缺，待查明"
	}
	if row.Who == "" {
		row.Who = l.Plate
	}
	return row
}

// goodsOnRoad says what of a load is on the road, the lots of an item together.
func goodsOnRoad(sh order.Shipment, items map[id.ID]catalog.Item) string {
	sums := map[id.ID]quantity.Q{}
	var kinds []id.ID
	for _, x := range sh.Lines {
		if x.OnRoad() == 0 {
			continue
		}
		if _, seen := sums[x.ItemID]; !seen {
			kinds = append(kinds, x.ItemID)
		}
		sums[x.ItemID] += x.OnRoad()
	}
	var goods []string
	for _, k := range kinds {
		goods = append(goods, fmt.Sprintf("%s %s %s", items[k].Name, sums[k].Grouped(), items[k].Unit))
	}
	return someNames(goods, 2)
}

// dutyPapers puts the missing papers of an order in one row, the most urgent
// order first.
func dutyPapers(d dispatching.Duty) []view.DutyPapers {
	var list []view.DutyPapers
	at := map[id.ID]int{}
	for _, p := range d.Papers {
		i, seen := at[p.OrderID]
		if !seen {
			i = len(list)
			at[p.OrderID] = i
			list = append(list, view.DutyPapers{ID: p.OrderID.String(), Number: p.Number, URL: orderURL(p.OrderID), Due: shortClock(p.DueAt), Left: view.DueTag(p.DueAt, d.Now)})
		}
		if list[i].Kinds != "" {
			list[i].Kinds += "、"
		}
		list[i].Kinds += p.Kind.Name()
	}
	return list
}

func dutyDue(l dispatching.DutyLoad, now int64) string {
	if l.DueAt == 0 {
		return "路程未知"
	}
	text := order.Clock(l.DueAt)
	if text[:10] == order.Clock(now)[:10] {
		text = text[11:]
	} else {
		text = text[5:]
	}
	return "预计 " + text + " 到"
}

func dutyLate(l dispatching.DutyLoad, now int64) view.Tag {
	switch {
	case l.Late:
		return view.Tag{Text: "超时 " + between(0, l.LateBy), Tone: "is-bad", Icon: "clock-exclamation"}
	case l.DueAt == 0:
		return view.Tag{Text: "未知", Icon: "question-mark"}
	}
	return view.Tag{Text: "还有 " + between(now, l.DueAt), Tone: "is-info", Icon: "clock"}
}

// shownWaiting is how many of one kind the page lists.
const shownWaiting = 5

// dutyQueue lists what waits for somebody.
func dutyQueue(d dispatching.Duty) []view.DutyWait {
	ask := view.DutyWait{Key: "requests", Label: "没有答复的需求", Tone: "is-warn"}
	for _, q := range d.Requests {
		people := ""
		if q.MovedPeople > 0 {
			people = "，转移 " + grouped(q.MovedPeople) + " 人"
		}
		ask.Rows = append(ask.Rows, view.DutyRow{ID: q.ID.String(), Text: q.Place, URL: requestURL(q.ID), Sub: q.Number + " · " + order.KindName(q.Kind) + people, Waited: "已等 " + between(q.SentAt, d.Now)})
	}
	approve := view.DutyWait{Key: "orders", Label: "待批准的调拨指令", Tone: "is-warn"}
	for _, o := range d.Proposed {
		approve.Rows = append(approve.Rows, view.DutyRow{ID: o.ID.String(), Text: targetNames(o), URL: orderURL(o.ID), Sub: o.Number + " · " + o.ProposedName + " 拟制", Waited: "已等 " + between(o.ProposedAt, d.Now)})
	}
	send := view.DutyWait{Key: "loads", Label: "待发出的车次", Tone: "is-warn"}
	for _, l := range d.Waiting {
		send.Rows = append(send.Rows, view.DutyRow{ID: l.Shipment.ID.String(), Text: shortDepot(l.Depot.Name) + " → " + l.Target.Name, URL: loadURL(l.Shipment.ID),
			Sub: fmt.Sprintf("%s 第 %d 车 · %s", l.Order.Number, l.No, l.Status.Name()), Waited: "已等 " + between(l.AllocatedAt, d.Now)})
	}
	var list []view.DutyWait
	for _, w := range []view.DutyWait{ask, approve, send} {
		if len(w.Rows) > shownWaiting {
			w.More, w.Rows = len(w.Rows)-shownWaiting, w.Rows[:shownWaiting]
		}
		if len(w.Rows) > 0 {
			list = append(list, w)
		}
	}
	return list
}

func targetNames(o order.Order) string {
	var names []string
	for _, t := range o.Targets {
		names = append(names, t.Name)
	}
	return someNames(names, 2)
}

func dutyDepot(x dispatching.DutyDepot, m dutyMark) view.DutyDepot {
	row := view.DutyDepot{Name: shortDepot(x.Name), URL: depotURL(x.ID), Kinds: count(m.kinds)}
	switch {
	case m.lines == 0:
		row.Plan = view.Tag{Text: "计划没有列", Icon: "minus"}
	case m.short > 0:
		row.Plan = view.Tag{Text: fmt.Sprintf("%d / %d 项低于最低量", m.short, m.lines), Tone: "is-bad", Icon: "alert-triangle"}
	default:
		row.Plan = view.Tag{Text: fmt.Sprintf("%d 项都在最低量以上", m.lines), Tone: "is-ok", Icon: "circle-check"}
	}
	return row
}

// dutyMarks gives what depots can send and how they stand against the plan's
// minimum, at most a minute old.
func (s *Server) dutyMarks(ctx context.Context, actor access.Actor) (map[id.ID]dutyMark, string, time.Time, error) {
	now := s.Store.Now()
	if !actor.May(access.DispatchView, 0) || !actor.May(access.PlanView, 0) {
		marks, planned, err := s.readDutyMarks(ctx, actor)
		return marks, planned, now, err
	}
	s.duty.mu.Lock()
	defer s.duty.mu.Unlock()
	if age := now.Sub(s.duty.at); s.duty.marks != nil && age >= 0 && age < dutyStockLife {
		return s.duty.marks, s.duty.plan, s.duty.at, nil
	}
	marks, planned, err := s.readDutyMarks(ctx, actor)
	if err == nil {
		s.duty.at, s.duty.marks, s.duty.plan = now, marks, planned
	}
	return marks, planned, now, err
}

func (s *Server) readDutyMarks(ctx context.Context, actor access.Actor) (map[id.ID]dutyMark, string, error) {
	kinds, err := s.Dispatching.Kinds(ctx, actor)
	if err != nil {
		return nil, "", err
	}
	marks := map[id.ID]dutyMark{}
	for depot, n := range kinds {
		marks[depot] = dutyMark{kinds: n}
	}
	if !actor.MayAnywhere(access.PlanView) {
		return marks, "", nil
	}
	v, found, err := s.Planning.Coverage(ctx, actor, planning.CoverageFilter{})
	if err != nil || !found {
		return marks, "", err
	}
	for _, m := range v.Met {
		if m.DepotID == 0 || m.Line.Minimum == 0 {
			continue
		}
		mark := marks[m.DepotID]
		mark.lines++
		if m.Usable() < m.Line.Minimum {
			mark.short++
		}
		marks[m.DepotID] = mark
	}
	return marks, planTitle(v.Plan), nil
}
