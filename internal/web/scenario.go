package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var scenarioPage = declare[view.Scenario]("base", "scenario/view")

// preset is a case to begin with: its kind, the streets it hits by the begin of
// their names, and for how many days.
type preset struct {
	name, disaster string
	days           int
	streets        []string // none = all
	share          int64    // of the people to be moved, in %
}

// presets are examples a bureau changes as it likes; the address keeps what it
// made of them.
var presets = []preset{
	{"湘江高水位", "flood", 7, []string{"高塘岭", "靖港", "乔口"}, 100},
	{"山洪", "torrent", 2, []string{"茶亭", "桥驿"}, 60},
	{"森林火灾", "fire", 2, []string{"乌山", "白箬铺"}, 30},
	{"低温冰冻", "ice", 5, nil, 20},
}

// scenarioView shows the form of a case and, when people are given, what comes
// of it. Everything is in the address; nothing is booked.
func (s *Server) scenarioView(c echo.Context) error {
	data, in, wrong, err := s.scenarioForm(c)
	if err != nil {
		return err
	}
	if len(in.People) == 0 && wrong == nil {
		return show(s, c, scenarioPage, data)
	}
	var out planning.Scenario
	if wrong == nil {
		out, wrong = s.Planning.Scenario(c.Request().Context(), actorOf(c), in)
	}
	switch {
	case wrong == nil:
		fillScenario(data, out, form.Query(c.Request()))
	case errs.KindOf(wrong) == errs.Invalid:
		data.Fail(wrong)
	default:
		return wrong
	}
	return show(s, c, scenarioPage, data)
}

// scenarioForm makes the page's form from the address; wrong is what of the
// address cannot be meant.
func (s *Server) scenarioForm(c echo.Context) (data *view.Scenario, in planning.ScenarioInput, wrong, err error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	streets, err := s.Planning.Streets(ctx, actor)
	if err != nil {
		return nil, in, nil, err
	}
	depots, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return nil, in, nil, err
	}
	f := form.Query(c.Request())
	in, wrong = readScenario(f, streets)
	data = &view.Scenario{Base: s.base(c), Name: in.Name, Days: or(f.Text("days"), count(planning.DefaultDays)), Cases: caseOptions(in.Case), KeepMin: in.KeepMin,
		Presets: presetLinks(streets)}
	for _, st := range streets {
		row := view.ScenarioStreet{Code: st.Code, Name: st.Name, People: f.Text("people." + st.Code), Hint: "未填基数"}
		if st.People > 0 {
			row.Hint = "基数 " + grouped(st.People)
		}
		data.Streets = append(data.Streets, row)
	}
	for _, d := range depots {
		if d.Closed {
			continue
		}
		o := view.Option{Value: d.ID.String(), Label: d.Name}
		for _, off := range in.Off {
			o.Checked = o.Checked || off == d.ID
		}
		data.Depots = append(data.Depots, o)
	}
	return data, in, wrong, nil
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// readScenario reads the address. A field left empty is a street that is not
// hit.
func readScenario(f *form.Form, streets []planning.Street) (planning.ScenarioInput, error) {
	in := planning.ScenarioInput{Name: f.Text("name"), Case: f.Text("case"), People: map[string]int64{}, KeepMin: f.Checked("keep")}
	var c errs.Check
	days, err := strconv.Atoi(or(f.Figure("days"), count(planning.DefaultDays)))
	if err != nil {
		c.Add("days", "天数请填整数。")
	}
	in.Days = days
	for _, text := range f.All("off") {
		if d := id.Parse(text); d != 0 {
			in.Off = append(in.Off, d)
		}
	}
	for _, st := range streets {
		text := f.Figure("people." + st.Code)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			c.Add("streets", "%s的转移人数「%s」请填整数。", st.Name, text)
			continue
		}
		if n != 0 {
			in.People[st.Code] = n
		}
	}
	// An address that names a street or a depot there is not would else be
	// answered for fewer people than it says.
	for _, name := range f.Names() {
		if code, people := strings.CutPrefix(name, "people."); people && f.Text(name) != "" && !slices.ContainsFunc(streets, func(st planning.Street) bool { return st.Code == code }) {
			c.Add("streets", "没有区划代码为 %s 的街镇，请在下面重新填写。", code)
		}
	}
	return in, c.Err()
}

func presetLinks(streets []planning.Street) []view.Link {
	var links []view.Link
	for _, p := range presets {
		v := url.Values{"name": {p.name}, "case": {p.disaster}, "days": {count(p.days)}}
		hit := 0
		for _, st := range streets {
			if n := st.People * p.share / 100; n > 0 && p.hits(st.Name) {
				v.Set("people."+st.Code, strconv.FormatInt(n, 10))
				hit++
			}
		}
		if hit > 0 {
			links = append(links, view.Link{Path: withQuery("/scenario", v), Label: p.name})
		}
	}
	return links
}

func (p preset) hits(street string) bool {
	for _, name := range p.streets {
		if strings.HasPrefix(street, name) {
			return true
		}
	}
	return len(p.streets) == 0
}

func fillScenario(data *view.Scenario, out planning.Scenario, f *form.Form) {
	data.Shown, data.Notes = true, out.Notes
	data.Title = out.Title()
	for _, st := range out.Streets {
		data.Columns = append(data.Columns, shortStreet(st.Name))
	}
	for _, sum := range out.Sums() {
		data.Rows = append(data.Rows, scenarioRow(out, sum))
	}
	for _, s := range out.Supplies {
		from, _ := out.Depots.Depot(s.From)
		it, _ := out.Goods.Item(s.ItemID)
		row := view.ScenarioSupply{From: shortDepot(from.Name), To: out.Streets[s.Street].Name, Item: it.Label(), Qty: s.Qty.Grouped(), Unit: it.Unit,
			Minutes: minutesTag(s.Minutes, s.Known), FirstOn: fmt.Sprintf("第 %d 天", s.FirstOn)}
		data.Supplies = append(data.Supplies, row)
	}
	var total money.Fen
	for _, l := range out.Lacks {
		row := view.ProposedPurchase{Item: l.Standard.Name, Qty: l.Short.Grouped(), Unit: l.Standard.Unit}
		if l.Item.ID != 0 {
			row.Item, row.Qty, row.Unit = l.Item.Label(), l.Qty.Grouped(), l.Item.Unit
		}
		if l.Price != nil {
			amount := l.Price.Times(l.Qty)
			total += amount
			row.Price, row.Amount = l.Price.Grouped(), amount.Grouped()
		}
		data.Lacks = append(data.Lacks, row)
	}
	data.Total = total.Grouped()
	data.ExportURL = withQuery("/scenario/export", scenarioValues(f))
	scenarioVerdict(data, out)
}

// shortStreet is a street's name in a narrow column.
func shortStreet(name string) string {
	for _, tail := range []string{"街道", "镇", "乡"} {
		if short := strings.TrimSuffix(name, tail); short != name && len([]rune(short)) > 1 {
			return short
		}
	}
	return name
}

// scenarioValues are the fields of a case as the address has them.
func scenarioValues(f *form.Form) url.Values {
	v := url.Values{}
	for _, name := range f.Names() {
		for _, text := range f.All(name) {
			if text != "" {
				v.Add(name, text)
			}
		}
	}
	return v
}

func scenarioVerdict(data *view.Scenario, out planning.Scenario) {
	sentence, enough, judged := out.Verdict()
	data.Verdicts = sentence
	switch {
	case !judged:
		data.Verdict = view.Tag{Text: "未判断", Tone: "is-warn", Icon: "help-circle"}
		return
	case enough:
		data.Verdict = view.Tag{Text: "够用", Tone: "is-ok", Icon: "circle-check"}
	default:
		data.Verdict = view.Tag{Text: "不够", Tone: "is-bad", Icon: "alert-triangle"}
	}
	short, met := 0, plan.Mean{}
	for _, o := range out.Outcomes {
		met.Add(plan.RateOf(o.Need-o.Short, o.Need))
		if o.Short > 0 {
			short++
		}
	}
	rate, _ := met.Rate()
	data.Kpis = []view.Kpi{
		{Label: "需求满足率", Value: rateText(rate), Unit: "%", Tone: bandTone(plan.BandOf(rate)), Hint: "各街镇各项标准的平均"},
		{Label: "不足的项", Value: count(short), Unit: "项", Tone: toneOf(short == 0), Hint: fmt.Sprintf("共 %d 项（街镇 × 标准）", len(out.Outcomes))},
		{Label: "要从别处调", Value: count(len(out.Supplies)), Unit: "笔", Hint: "先近后远，各库先保自己受灾的街镇"},
		{Label: "补足约需", Value: data.Total, Unit: "元", Tone: toneOf(len(out.Lacks) == 0), Hint: "按最近一次入库价"},
	}
}

func scenarioRow(out planning.Scenario, sum planning.StandardSum) view.ScenarioRow {
	row := view.ScenarioRow{Name: sum.Name, Unit: sum.Unit, Each: "每人 " + sum.Per.String()}
	if sum.Daily {
		row.Each = "每人每天 " + sum.Per.String()
	}
	for _, o := range out.Outcomes {
		if o.Standard.ID != sum.ID {
			continue
		}
		rate := plan.RateOf(o.Need-o.Short, o.Need)
		band := plan.BandOf(rate)
		cell := view.ScenarioCell{Text: "足", Hint: fmt.Sprintf("需 %s，自有 %s，调入 %s", o.Need.Grouped(), o.Own.Grouped(), o.Moved.Grouped()),
			Rate: view.CoverageCell{Class: bandClass(band), Low: band == plan.Severe}}
		if o.Short > 0 {
			cell.Text, cell.Short = "缺 "+o.Short.Grouped(), true
			cell.Hint += fmt.Sprintf("，缺 %s（第 %d 天起）", o.Short.Grouped(), o.RunsOut)
		}
		row.Cells = append(row.Cells, cell)
	}
	rate := sum.Rate()
	band := plan.BandOf(rate)
	row.Need, row.Own, row.Moved, row.Short = sum.Need.Grouped(), sum.Own.Grouped(), sum.Moved.Grouped(), level(sum.Short)
	row.Rate = view.CoverageCell{Text: rateText(rate), Class: bandClass(band), Low: band == plan.Severe, Hint: band.Name()}
	if sum.RunsOut > 0 {
		row.Out = fmt.Sprintf("第 %d 天起", sum.RunsOut)
	}
	return row
}
