package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var carryPage = declare[view.Carry]("base", "carry/view")

// carryView shows 保障人·天: how many people for how many days, and what limits
// it.
func (s *Server) carryView(c echo.Context) error {
	f := form.Query(c.Request())
	days := f.Text("days")
	if days == "" {
		days = count(planning.DefaultDays)
	}
	n, _ := strconv.Atoi(days)
	ask := planning.CarryFilter{Days: n, Case: f.Text("case"), On: f.Text("on")}
	data := &view.Carry{Base: s.base(c), Days: days, Today: s.Planning.Today().First, On: ask.On, Cases: caseOptions(ask.Case)}
	v, err := s.Planning.Carry(c.Request().Context(), actorOf(c), ask)
	if errs.KindOf(err) == errs.Invalid && err != nil {
		data.Empty = view.Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: errs.MessageOf(err), URL: "/carry", Do: "重新查询"}
		return show(s, c, carryPage, data)
	}
	if err != nil {
		return err
	}
	fillCarry(data, v, ask)
	return show(s, c, carryPage, data)
}

func caseOptions(chosen string) []view.Option {
	var list []view.Option
	for _, one := range plan.Cases {
		list = append(list, view.Option{Value: one.Key, Label: one.Name, Checked: one.Key == chosen})
	}
	return list
}

func fillCarry(data *view.Carry, v planning.Carrying, ask planning.CarryFilter) {
	data.Shown, data.On, data.Moment, data.Notes = true, v.On, momentTags[v.Moment], v.Notes
	data.Empty = view.Empty{Icon: "users", Title: "还没有保障标准", Text: "先在“保障标准”里填写每人需要什么、每天多少，再看能保障多少人多少天。", URL: "/standards", Do: "保障标准"}
	for _, st := range v.Standards {
		data.Columns = append(data.Columns, st.Name)
		data.Examples = data.Examples || st.Example
	}
	if len(v.Standards) == 0 {
		return
	}
	data.District = carryRow(v.District)
	people := url.Values{"days": {count(ask.Days)}, "case": {ask.Case}}
	for _, st := range v.Streets {
		data.Rows = append(data.Rows, carryRow(st))
		if st.Street.People > 0 {
			people.Set("people."+st.Code, strconv.FormatInt(st.Street.People, 10))
		}
	}
	data.ScenarioURL = withQuery("/scenario", people)
	d := v.District
	rate := plan.RateOf(quantity.Q(d.Kept), quantity.Q(d.Street.People))
	data.Kpis = []view.Kpi{
		{Label: fmt.Sprintf("全区可保障 %d 天", ask.Days), Value: grouped(d.Kept), Unit: "人", Tone: bandTone(plan.BandOf(rate.Capped())), Hint: limitSaid(d.Rows, d.KeptLimit)},
		{Label: "保障人·天", Value: grouped(d.PersonDays), Unit: "人·天", Hint: fmt.Sprintf("%s 人 × %d 天", grouped(d.Kept), ask.Days)},
		{Label: "需转移人口", Value: grouped(d.Street.People), Unit: "人", Hint: "各街镇测算基数之和"},
		{Label: "这些人可保障", Value: lastsSaid(d.Lasts), Unit: lastsUnit(d.Lasts), Tone: toneOf(len(d.Lacks) == 0 && (d.Lasts == plan.Unlimited || d.Lasts >= ask.Days)),
			Hint: lastsHint(d.Carried)},
	}
}

func grouped(n int64) string { return quantity.Of(n).Grouped() }

func limitSaid(rows []plan.Carry, at int) string {
	if at < 0 {
		return "没有受限的物资"
	}
	return "受限于" + rows[at].Standard.Name
}

// lastsHint says what limits the days, and what not everybody gets even once.
func lastsHint(c plan.Carried) string {
	hint := limitSaid(c.Rows, c.LastsLimit)
	if lacks := lacksSaid(c); lacks != "" {
		hint += "；不够每人一份：" + lacks
	}
	return hint
}

func lacksSaid(c plan.Carried) string {
	var names []string
	for _, at := range c.Lacks {
		names = append(names, c.Rows[at].Standard.Name)
	}
	return strings.Join(names, "、")
}

func lastsSaid(days int) string {
	if days == plan.Unlimited {
		return "—"
	}
	return count(days)
}

func lastsUnit(days int) string {
	if days == plan.Unlimited {
		return "不受限"
	}
	return "天"
}

func carryRow(st planning.StreetCarry) view.CarryRow {
	row := view.CarryRow{Name: st.Name, Kept: grouped(st.Kept), PersonDays: grouped(st.PersonDays), Lasts: lastsSaid(st.Lasts)}
	if st.KeptLimit >= 0 {
		row.KeptLimit = st.Carried.Rows[st.KeptLimit].Standard.Name
	}
	if st.LastsLimit >= 0 {
		row.LastsLimit = st.Carried.Rows[st.LastsLimit].Standard.Name
	}
	row.Lacks = lacksSaid(st.Carried)
	if st.Street.People > 0 {
		row.People = grouped(st.Street.People)
		rate := plan.RateOf(quantity.Q(st.Kept), quantity.Q(st.Street.People))
		band := plan.BandOf(rate.Capped())
		row.Rate = view.CoverageCell{Text: rateText(rate), Class: bandClass(band), Low: band == plan.Severe, Hint: band.Name()}
	} else {
		row.PeopleNote = "未填基数"
	}
	for i, r := range st.Carried.Rows {
		row.Cells = append(row.Cells, view.CarryCell{People: grouped(r.People), Limit: i == st.KeptLimit,
			Hint: fmt.Sprintf("可用 %s %s，每人%s %s", r.Have.Grouped(), r.Standard.Unit, dailyWord(r.Standard), r.Standard.Per)})
	}
	return row
}

func dailyWord(s plan.Standard) string {
	if s.Daily {
		return "每天"
	}
	return ""
}
