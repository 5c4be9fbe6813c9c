package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var replayPage = declare[view.Replay]("base", "response/replay")

const microsPerMinute = 60_000_000

// endOf is the last instant of a minute: what happened in a minute has happened
// when that minute is looked at.
func endOf(minute int64) int64 { return (minute+1)*microsPerMinute - 1 }

// replayAt reads the minute the address asks for, 0 = the newest: m counts
// minutes, as a slider does, at is written as people write it.
func (s *Server) replayAt(f *form.Form) (int64, error) {
	if m, err := strconv.ParseInt(f.Text("m"), 10, 64); err == nil && m > 0 && m < 1<<40 {
		return endOf(m), nil
	}
	if f.Text("at") == "" {
		return 0, nil
	}
	at, err := order.ParseMoment(f.Text("at"), s.Store.Now())
	if err != nil {
		var c errs.Check
		c.Add("at", "%s", errs.MessageOf(err))
		return 0, c.Err()
	}
	return endOf(at / microsPerMinute), nil
}

// replayView shows a response as it stood.
func (s *Server) replayView(c echo.Context) error {
	response, err := pathID(c, "id")
	if err != nil {
		return err
	}
	at, wrong := s.replayAt(form.Query(c.Request()))
	r, err := s.Dispatching.Replay(c.Request().Context(), actorOf(c), response, at)
	if err != nil {
		return err
	}
	data := &view.Replay{Base: s.base(c), Name: r.Now.Name, Tags: responseTags(r.Response), Marked: marked(r.Now), Pages: responsePages(r.Now, "复盘"), SelfURL: responseURL(response) + "/replay"}
	data.Min, data.Max, data.M = r.From/microsPerMinute, r.To/microsPerMinute, r.At/microsPerMinute
	data.At, data.AtText, data.From, data.To = minute(r.At), order.Clock(r.At), order.Clock(r.From), order.Clock(r.To)
	data.Minute = fmt.Sprintf("第 %d 分钟，共 %d 分钟", data.M-data.Min, data.Max-data.Min)
	data.Line = replayLine(r)
	data.Figures = replayFigures(r)
	fillReplay(data, r)
	fillTicks(data, r)
	if wrong != nil {
		data.Fail(wrong)
		return s.render(c, http.StatusUnprocessableEntity, replayPage.declaration, data)
	}
	return show(s, c, replayPage, data)
}

func replayURL(self string, at int64) string {
	return withQuery(self, url.Values{"m": {strconv.FormatInt(at/microsPerMinute, 10)}})
}

// replayFigures are the numbers of that minute.
func replayFigures(r dispatching.Replay) []view.Kpi {
	var waiting, road, arrived, signed, proposed, papers, open int
	for _, o := range r.Orders {
		if o.Status == order.Proposed {
			proposed++
		}
		for _, p := range o.Papers {
			if p.Missing() {
				papers++
			}
		}
		for _, sh := range o.Shipments {
			switch {
			case sh.Status.Waiting():
				waiting++
			case sh.Status == order.Left:
				road++
			case sh.Status == order.Arrived:
				arrived++
			case sh.Status == order.Signed:
				signed++
			}
		}
	}
	for _, q := range r.Requests {
		if q.Status == order.RequestSent {
			open++
		}
	}
	word := "未启用"
	if r.WordFirst {
		word = "已启用"
	}
	level, state := r.Level.Name(), r.Response.Status.Name()
	if r.At < r.Now.BegunAt {
		level, state = "—", "还没有启动"
	}
	return []view.Kpi{
		{Label: "级别", Value: level, Tone: "is-info", Hint: state + "，先调后补" + word},
		{Label: "在途", Value: count(road), Unit: "车", Tone: warnIf(road > 0), Hint: fmt.Sprintf("已签收 %d 车", signed)},
		{Label: "到达未签收", Value: count(arrived), Unit: "车", Tone: warnIf(arrived > 0)},
		{Label: "待发出", Value: count(waiting), Unit: "车", Tone: warnIf(waiting > 0)},
		{Label: "待批准", Value: count(proposed), Unit: "份", Tone: warnIf(proposed > 0), Hint: fmt.Sprintf("当时共 %d 份指令", len(r.Orders))},
		{Label: "没有答复", Value: count(open), Unit: "份", Tone: warnIf(open > 0), Hint: fmt.Sprintf("当时共 %d 份需求", len(r.Requests))},
		{Label: "待补手续", Value: count(papers), Unit: "份", Tone: warnIf(papers > 0)},
	}
}

// fillReplay lists loads, goods and stock of that minute.
func fillReplay(data *view.Replay, r dispatching.Replay) {
	sums := map[id.ID]*goodsThen{}
	var kinds []id.ID
	for _, o := range r.Orders {
		if len(o.Shipments) == 0 {
			data.Orders = append(data.Orders, view.ReplayOrder{Number: o.Number, URL: orderURL(o.ID), Status: view.OrderTag(o.Status), To: targetNames(o), At: order.Clock(o.ProposedAt)})
		}
		for _, sh := range o.Shipments {
			t := o.Target(sh.TargetID)
			data.Loads = append(data.Loads, view.ReplayLoad{Load: fmt.Sprintf("%s 第 %d 车", o.Number, sh.No), URL: loadURL(sh.ID), Way: shortDepot(r.Depots[sh.DepotID].Name) + " → " + t.Name,
				Status: view.LoadTag(sh), Left: shortClock(sh.LeftAt), Arrived: shortClock(sh.ArrivedAt), Sign: shortClock(sh.SignedAt), Road: goodsOnRoadIfGone(sh, r)})
			if !sh.Status.Gone() {
				continue
			}
			for _, l := range sh.Lines {
				if sums[l.ItemID] == nil {
					sums[l.ItemID] = &goodsThen{}
					kinds = append(kinds, l.ItemID)
				}
				sums[l.ItemID].add(l, t.Point())
			}
		}
	}
	for _, k := range kinds {
		g, it := sums[k], r.Items[k]
		data.Goods = append(data.Goods, view.ReplayGoods{Item: it.Label(), Unit: it.Unit, Road: g.road.Grouped(), Good: g.good.Grouped(), Damaged: g.damaged.Grouped(), Field: g.field.Grouped(), Done: g.done.Grouped()})
	}
	for _, x := range r.Stock {
		it := r.Items[x.ItemID]
		data.Stock = append(data.Stock, view.ReplayStock{Depot: shortDepot(r.Depots[x.DepotID].Name), Item: it.Label(), Unit: it.Unit, Then: x.Then.Grouped(), Today: x.Today.Grouped()})
	}
}

func goodsOnRoadIfGone(sh order.Shipment, r dispatching.Replay) string {
	if !sh.Status.Gone() {
		return ""
	}
	return goodsOnRoad(sh, r.Items)
}

// goodsThen is where goods of an item were that had left.
type goodsThen struct{ road, good, damaged, field, done quantity.Q }

func (g *goodsThen) add(l order.ShipmentLine, point bool) {
	g.road, g.good, g.damaged = g.road+l.OnRoad(), g.good+l.Good, g.damaged+l.Damaged
	g.done += l.Back + l.RoadLost + l.Used + l.Returned + l.Repair + l.Scrapped + l.Lost
	if point {
		g.field += l.Owed()
	}
}

var tickTags = map[dispatching.TickKind]view.Tag{
	dispatching.TickResponse: {Text: "响应", Tone: "is-bad", Icon: "bell"}, dispatching.TickRequest: {Text: "需求", Tone: "is-warn", Icon: "message"},
	dispatching.TickOrder: {Text: "指令", Icon: "file-text"}, dispatching.TickLeft: {Text: "出发", Tone: "is-info", Icon: "truck"},
	dispatching.TickArrived: {Text: "到达", Tone: "is-info", Icon: "map-pin"}, dispatching.TickSigned: {Text: "签收", Tone: "is-ok", Icon: "circle-check"},
	dispatching.TickCleared: {Text: "清账", Tone: "is-ok", Icon: "checks"}, dispatching.TickPaper: {Text: "手续", Tone: "is-warn", Icon: "file-check"},
}

// shownTicks is how many ticks the page lists on each side of the minute.
const shownTicks = 100

// fillTicks lists what happened around the minute, and leads to the ticks next
// to it.
func fillTicks(data *view.Replay, r dispatching.Replay) {
	here := -1
	for i, t := range r.Ticks {
		if t.At <= r.At {
			here = i
		}
	}
	to := func(i int, label string) view.NamedPlace {
		return view.NamedPlace{Text: label, URL: replayURL(data.SelfURL, r.Ticks[i].At)}
	}
	if n := len(r.Ticks); n > 0 {
		data.First, data.Last = to(0, "最早"), view.NamedPlace{Text: "最新", URL: data.SelfURL}
	}
	for i := here; i >= 0; i-- { // the newest tick of an earlier minute
		if r.Ticks[i].At/microsPerMinute < r.At/microsPerMinute {
			data.Prev = to(i, "上一事件")
			break
		}
	}
	if here+1 < len(r.Ticks) {
		data.Next = to(here+1, "下一事件")
	}
	from, until := max(0, here-shownTicks), min(len(r.Ticks), here+1+shownTicks)
	if until-from < len(r.Ticks) {
		data.Cut = fmt.Sprintf("共 %d 件，只列出这一刻前后各 %d 件。", len(r.Ticks), shownTicks)
	}
	for i := from; i < until; i++ {
		t := r.Ticks[i]
		row := view.ReplayTick{At: order.Clock(t.At), URL: replayURL(data.SelfURL, t.At), Kind: tickTags[t.Kind], Text: t.Text, Who: t.Who, Past: i <= here, Here: i == here}
		switch {
		case t.Shipment != 0:
			row.ObjectURL = loadURL(t.Shipment)
		case t.Order != 0:
			row.ObjectURL = orderURL(t.Order)
		case t.Request != 0:
			row.ObjectURL = requestURL(t.Request)
		}
		data.Ticks = append(data.Ticks, row)
	}
}

// replayWidth is the line's width in its own units.
const replayWidth = 600

// replayLine draws the time: levels as bands, ticks as marks.
func replayLine(r dispatching.Replay) view.ReplayLine {
	span := max(r.To-r.From, 1)
	x := func(at int64) int { return int(replayWidth * (min(max(at, r.From), r.To) - r.From) / span) }
	line := view.ReplayLine{Width: replayWidth, NowX: x(r.At)}
	end := r.To
	if r.Now.EndedAt != 0 {
		end = r.Now.EndedAt
	}
	var held []order.Change
	for _, c := range r.Changes {
		if c.Act == order.Began || c.Act == order.Levelled {
			held = append(held, c)
		}
	}
	for i, c := range held {
		until := end
		if i+1 < len(held) {
			until = held[i+1].At
		}
		from, to := x(c.At), x(until)
		line.Levels = append(line.Levels, view.ReplayLevel{X: from, Width: max(1, to-from), Class: fmt.Sprintf("is-l%d", c.Level), Text: c.Level.Name() + " " + shortClock(c.At) + " 起",
			Hint: c.Level.Name() + " " + order.Clock(c.At) + " 至 " + order.Clock(until)})
	}
	for _, t := range r.Ticks {
		line.Marks = append(line.Marks, view.ReplayMark{X: x(t.At), Class: "is-" + string(t.Kind), Hint: order.Clock(t.At) + " " + t.Text})
	}
	return line
}
