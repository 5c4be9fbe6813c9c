package web

import (
	"fmt"
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var speedPage = declare[view.Speed]("base", "speed/view")

func speedURL(q dispatching.SpeedQuery) string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"response", idText(q.ResponseID)}, {"depot", idText(q.DepotID)}, {"from", q.From}, {"to", q.To}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	return withQuery("/speed", v)
}

// speedView shows how fast loads went.
func (s *Server) speedView(c echo.Context) error {
	f := form.Query(c.Request())
	q := dispatching.SpeedQuery{ResponseID: id.Parse(f.Text("response")), DepotID: id.Parse(f.Text("depot")), From: f.Text("from"), To: f.Text("to")}
	got, err := s.Dispatching.Speed(c.Request().Context(), actorOf(c), q)
	if err != nil && errs.KindOf(err) != errs.Invalid {
		return err
	}
	data := &view.Speed{Base: s.base(c), From: q.From, To: q.To, Depots: depotOptions(got.Depots, q.DepotID), Filtered: q != dispatching.SpeedQuery{},
		Empty: view.Empty{Icon: "bolt", Title: "还没有可以统计的运次", Text: "调拨指令批准后，每一车的提出、批准、备货、出发、到达、签收六个时间记在这里。"}}
	for _, r := range got.Responses {
		data.Responses = append(data.Responses, view.Option{Value: r.ID.String(), Label: r.Nature.Name() + " · " + r.Name, Checked: r.ID == q.ResponseID})
	}
	if err != nil {
		return refuse(s, c, speedPage, data, err)
	}
	if data.Filtered {
		data.Empty = view.Empty{Icon: "search", Title: "没有符合条件的运次", Text: "可以放宽条件再查。", URL: "/speed", Do: "清除条件"}
	}
	if got.Cut > 0 {
		data.Cut = fmt.Sprintf("运次太多，只统计了最近的 %d 车；请选响应、储备库或日期。", got.Cut)
	}
	for _, n := range got.Natures {
		data.Sections = append(data.Sections, speedSection(n, q))
	}
	return show(s, c, speedPage, data)
}

func speedSection(n dispatching.SpeedNature, q dispatching.SpeedQuery) view.SpeedSection {
	sec := view.SpeedSection{Key: string(n.Nature), Tag: view.NatureTag(n.Nature), Loads: fmt.Sprintf("%d / %d 车已签收", n.All.Signed, n.All.Loads), Times: order.TimeNames[:]}
	if open := n.All.Loads - n.All.Signed; open > 0 {
		sec.Open = fmt.Sprintf("%d 车还没有签收，不计入全程。", open)
	}
	for _, leg := range order.Legs {
		sec.Heads = append(sec.Heads, leg.Name())
	}
	sec.Kpis = speedKpis(n.All)
	all := speedRow("全部", "合计", n.All)
	all.Whole = true
	sec.Rows = append(sec.Rows, all)
	for _, g := range n.Depots {
		row := speedRow("储备库", shortDepot(g.Name), g)
		at := q
		at.DepotID = g.ID
		row.URL = speedURL(at)
		sec.Rows = append(sec.Rows, row)
	}
	for _, g := range n.Responses {
		row := speedRow("响应", g.Name, g)
		row.URL = responseURL(g.ID)
		sec.Rows = append(sec.Rows, row)
	}
	sec.Chart = speedChart(n)
	for _, l := range n.Slowest {
		sec.Slowest = append(sec.Slowest, speedLoad(l))
	}
	return sec
}

// speedKpis are the medians of the whole way and of its legs, with the worst.
func speedKpis(g dispatching.SpeedGroup) []view.Kpi {
	var list []view.Kpi
	for _, leg := range []order.Leg{order.WholeWay, order.ToLeave, order.OnTheWay, order.ToSign} {
		f := g.Legs[leg]
		k := view.Kpi{Label: leg.Name() + "（中位数）", Value: "—", Hint: fmt.Sprintf("%d 车里还没有一车走完", f.Of)}
		if f.Known > 0 {
			k.Value, k.Hint = order.Lasting(f.Median), fmt.Sprintf("最慢 %s · %d / %d 车", order.Lasting(f.Worst), f.Known, f.Of)
		}
		list = append(list, k)
	}
	return list
}

func speedRow(kind, name string, g dispatching.SpeedGroup) view.SpeedRow {
	row := view.SpeedRow{Kind: kind, Name: name, Loads: fmt.Sprintf("%d / %d", g.Signed, g.Loads)}
	for _, leg := range order.Legs {
		f := g.Legs[leg]
		cell := view.SpeedCell{Head: leg.Name(), Known: fmt.Sprintf("%d / %d 车", f.Known, f.Of)}
		if f.Known > 0 {
			cell.Median, cell.Worst = order.Lasting(f.Median), order.Lasting(f.Worst)
		}
		row.Legs = append(row.Legs, cell)
	}
	return row
}

func speedLoad(l store.TimedLoad) view.SpeedLoad {
	row := view.SpeedLoad{Load: fmt.Sprintf("%s 第 %d 车", l.Number, l.No), URL: loadURL(l.ShipmentID), Way: shortDepot(l.Depot) + " → " + l.Target, Group: l.Response, ByWord: l.ByWord}
	for i, t := range l.Times.List() {
		row.Times = append(row.Times, view.SpeedTime{Head: order.TimeNames[i], At: view.When(t.At), Who: t.Who})
	}
	if whole, known := l.Times.Span(order.WholeWay); known {
		row.Whole = order.Lasting(whole)
	}
	return row
}

// The bars are drawn in a box of these units; the page scales it.
const (
	speedWidth = 460
	speedLeft  = 118
	speedRight = 88 // room for the words behind the longest bar
	speedStep  = 28
	speedHead  = 18
	mostBars   = 20
)

// speedChart draws the whole way of all and of each depot that has signed
// loads.
func speedChart(n dispatching.SpeedNature) view.SpeedChart {
	groups := []dispatching.SpeedGroup{n.All}
	for _, g := range n.Depots {
		if g.Signed > 0 && len(groups) < mostBars {
			groups = append(groups, g)
		}
	}
	worst := n.All.Legs[order.WholeWay].Worst
	if n.All.Signed == 0 {
		return view.SpeedChart{}
	}
	step := speedMarks(worst)
	most := max((worst+step-1)/step, 1) * step
	x := func(seconds int64) int { return speedLeft + int(int64(speedWidth-speedLeft-speedRight)*seconds/most) }
	chart := view.SpeedChart{Width: speedWidth, Height: speedHead + speedStep*len(groups) + 6, Left: speedLeft}
	for at := int64(0); at <= most; at += step {
		text := "0"
		if at > 0 {
			text = between(0, at*1_000_000)
		}
		chart.Marks = append(chart.Marks, view.SpeedMark{X: x(at), Text: text})
	}
	for i, g := range groups {
		f := g.Legs[order.WholeWay]
		y := speedHead + i*speedStep + 4
		bar := view.SpeedBar{Y: y, Mid: y + 7, Foot: y + 11, Name: clipped(shortDepot(g.Name), 9), Long: max(2, x(f.Median)-speedLeft), Far: x(f.Worst), TextX: x(f.Worst) + 6,
			Text: between(0, f.Median*1_000_000), Hint: fmt.Sprintf("%s：中位数 %s，最慢 %s，%d 车", shortDepot(g.Name), order.Lasting(f.Median), order.Lasting(f.Worst), f.Known)}
		if i == 0 {
			bar.Name, bar.Whole = "合计", true
			bar.Hint = "合计" + bar.Hint
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return chart
}

// speedMarks gives the seconds between two marks, so that there are at most
// five of them.
func speedMarks(worst int64) int64 {
	for _, minutes := range []int64{5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 7200, 14400} {
		if worst <= minutes*60*4 {
			return minutes * 60
		}
	}
	return (worst/4/86400 + 1) * 86400
}

// clipped shortens a name for a narrow place; the whole stands in the title.
func clipped(name string, n int) string {
	runes := []rune(name)
	if len(runes) <= n {
		return name
	}
	return string(runes[:n-1]) + "…"
}
