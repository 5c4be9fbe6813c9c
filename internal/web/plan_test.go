package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/planning"
)

// newPlan makes a draft as the demo's planner and gives its address.
func newPlan(t *testing.T, u *user, year string) string {
	t.Helper()
	p := u.postForm(t, u.get(t, "/plans/new").want(t, http.StatusOK), "main form", url.Values{"year": {year}}).want(t, http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/plans/") || !strings.Contains(p.text(".cb-flash"), "草稿") {
		t.Fatalf("a new plan ends at %s: %s", p.URL, p.text("main"))
	}
	return p.URL.Path
}

// gridRow names the fields of a row of the grid.
func gridRow(n int, values ...string) url.Values {
	typed := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		typed.Set(fmt.Sprintf("%s.%d", values[i], n), values[i+1])
	}
	return typed
}

func merged(all ...url.Values) url.Values {
	sum := url.Values{}
	for _, v := range all {
		for k, texts := range v {
			sum[k] = texts
		}
	}
	return sum
}

const gridForm = `main form[action$="/lines"]`

// kindsOf gives codes of some goods that have a unit.
func (d *desk) kindsOf(t *testing.T, n int) (codes []string) {
	t.Helper()
	g, err := d.uses.Planning.Goods(t.Context(), access.Actor{ID: 1, Grants: []access.Grant{{Role: access.Planner}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range g.Items() {
		if !it.Draft && it.Decimals == 0 && len(codes) < n {
			codes = append(codes, it.Code)
		}
	}
	return codes
}

func TestAPlansHeadIsShownAgainAsTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	typed := url.Values{"year": {"2028"}, "season": {"flood"}, "name": {sly}, "from": {"2028-06-01"}, "to": {"2028-05-01"}, "window": {"三十"}, "remark": {"<b>说明</b>"}}
	p := u.postForm(t, u.get(t, "/plans/new"), "main form", typed).want(t, http.StatusUnprocessableEntity)
	got := formValues(p.Find("main form"))
	for k, want := range typed {
		if got.Get(k) != want[0] {
			t.Errorf("%s shows %q, typed was %q", k, got.Get(k), want[0])
		}
	}
	if n := p.Find(".cb-field.is-bad .cb-error").Length(); n != 2 || !strings.Contains(p.text(".cb-error"), "早于开始日期") {
		t.Errorf("%d errors: %s", n, p.text(".cb-error"))
	}
	p = u.postForm(t, p, "main form", url.Values{"to": {"2028-09-01"}, "window": {"30"}}).want(t, http.StatusOK)
	if strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<b>说明") || !strings.Contains(p.text("#facts"), sly) {
		t.Errorf("the plan shows %s", p.text("#facts"))
	}
	list := u.get(t, "/plans").want(t, http.StatusOK)
	if strings.Contains(list.Body, "<script>alert") || !strings.Contains(list.text("main"), sly) {
		t.Errorf("the list shows %s", list.text("main table"))
	}
	edit := p.URL.Path + "/edit"
	t.Run("of two editors one wins, twice over", func(t *testing.T) {
		mine, theirs := u.get(t, edit), u.get(t, edit)
		u.postForm(t, theirs, "main form", url.Values{"name": {"别人的名称"}}).want(t, http.StatusOK)
		for range 2 {
			mine = u.postForm(t, mine, "main form", url.Values{"name": {"我的名称"}}).want(t, http.StatusConflict)
			if formValues(mine.Find("main form")).Get("name") != "我的名称" || !strings.Contains(mine.text(".cb-flash"), "别人改过") {
				t.Errorf("shows %s", mine.text("main"))
			}
		}
		if p := u.get(t, strings.TrimSuffix(edit, "/edit")); !strings.Contains(p.text("#facts"), "别人的名称") {
			t.Errorf("the plan shows %s", p.text("#facts"))
		}
	})
}

func TestTheGridOfAPlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	at, codes := newPlan(t, u, "2028"), d.kindsOf(t, 4)
	depot := d.depot(t, "GTL")
	grid := at + "/lines?at=depot:" + depot.ID.String()
	page := u.get(t, grid).want(t, http.StatusOK)
	rows := merged(gridRow(1, "target", codes[0], "standard", "100", "minimum", "120"), gridRow(2, "target", sly, "standard", "5", "remark", sly),
		gridRow(3, "target", codes[1], "standard", "7", "unit", "光年"), gridRow(4, "standard", "80"), gridRow(5, "target", codes[2], "standard", "9", "fund", "区财政"))
	t.Run("errors stand beside their cells, and nothing is lost", func(t *testing.T) {
		p := u.postForm(t, page, gridForm, rows).want(t, http.StatusUnprocessableEntity)
		for selector, want := range map[string]string{`td:has(input[name="minimum.1"])`: "高于标准量", `td:has(input[name="target.2"])`: "没有「<script>",
			`td:has(input[name="unit.3"])`: "换算不到", `td:has(input[name="target.4"])`: "请填写物资"} {
			if c := p.Find(selector); !c.HasClass("is-bad") || !strings.Contains(c.Find(".cb-error").Text(), want) {
				t.Errorf("%s says %q, want %q", selector, oneLine(c.Text()), want)
			}
		}
		got := formValues(p.Find(gridForm))
		for k, want := range rows {
			if got.Get(k) != want[0] {
				t.Errorf("%s shows %q, typed was %q", k, got.Get(k), want[0])
			}
		}
		if p.Find(".cb-plangrid .cb-error").Length() != 4 || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("errors %s", p.text(".cb-plangrid .cb-error"))
		}
	})
	right := merged(gridRow(1, "target", codes[0], "standard", "100", "basis", "<i>据</i>"), gridRow(2, "target", codes[1], "standard", "7", "remark", sly))
	t.Run("of two editors one wins, the other's rows are shown", func(t *testing.T) {
		p := u.postForm(t, page, gridForm, right).want(t, http.StatusOK)
		if p.Find("#lines tbody tr").Length() != 2 || strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<i>据") || !strings.Contains(p.text("#lines"), sly) {
			t.Errorf("saved: %s", p.text("#lines"))
		}
		late := merged(gridRow(1, "target", codes[3], "standard", "31"), gridRow(7, "target", "写到一半"))
		lost := u.postForm(t, page, gridForm, late).want(t, http.StatusConflict)
		got := formValues(lost.Find(gridForm))
		if got.Get("target.1") != codes[3] || got.Get("standard.1") != "31" || got.Get("target.7") != "写到一半" || !strings.Contains(lost.text(".cb-flash"), "别人改过") {
			t.Errorf("shows %s", lost.text("main"))
		}
		u.postForm(t, lost, gridForm, nil).want(t, http.StatusConflict)
		if n := u.get(t, at).Find("#lines tbody tr").Length(); n != 2 {
			t.Errorf("%d lines now", n)
		}
	})
	t.Run("also when the plan was submitted meanwhile", func(t *testing.T) {
		open := u.get(t, grid)
		u.postForm(t, u.get(t, at), `form[action$="/submit"]`, nil).want(t, http.StatusOK)
		lost := u.postForm(t, open, gridForm, gridRow(3, "target", codes[2], "standard", "4711")).want(t, http.StatusConflict)
		if formValues(lost.Find(gridForm)).Get("standard.3") != "4711" || !strings.Contains(lost.text(".cb-flash"), "待审批") {
			t.Errorf("shows %s", lost.text("main"))
		}
		u.get(t, grid).want(t, http.StatusConflict)
		u.get(t, at+"/generate").want(t, http.StatusConflict)
	})
	t.Run("more rows than a page holds are refused, not dropped", func(t *testing.T) {
		many := url.Values{"at": {"district"}, "lock": {"1"}}
		for n := 1; n <= 1501; n++ {
			many.Set(fmt.Sprintf("target.%d", n), "")
		}
		u.get(t, at)
		if p := u.post(t, at+"/lines", many); p.Status != http.StatusRequestEntityTooLarge || !strings.Contains(p.text("main"), "没有保存") {
			t.Errorf("status %d: %s", p.Status, p.text("main"))
		}
	})
}

func TestAPlanIsDecidedAndRevised(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u, leader := d.as(t, "planner"), d.as(t, "leader")
	at, codes := newPlan(t, u, "2028"), d.kindsOf(t, 3)
	if p := u.get(t, at); p.Find(`form[action$="/submit"]`).Length() != 0 {
		t.Error("an empty plan may be submitted")
	}
	write := func(at string, rows url.Values) *page {
		return u.postForm(t, u.get(t, at+"/lines?at=district").want(t, http.StatusOK), gridForm, rows).want(t, http.StatusOK)
	}
	write(at, merged(gridRow(1, "target", codes[0], "standard", "100"), gridRow(2, "target", codes[1], "standard", "50")))
	submit := func(at string) { u.postForm(t, u.get(t, at), `form[action$="/submit"]`, nil).want(t, http.StatusOK) }
	submit(at)
	form := func(p *page, typed url.Values) *page { return leader.postForm(t, p, "#decide form", typed) }
	t.Run("refused with what was typed", func(t *testing.T) {
		open := leader.get(t, at).want(t, http.StatusOK)
		p := form(open, url.Values{"answer": {"approve"}, "signed": {"2026-13-01"}, "words": {sly}}).want(t, http.StatusUnprocessableEntity)
		got := formValues(p.Find("#decide form"))
		if got.Get("signed") != "2026-13-01" || got.Get("words") != sly || p.Find("#decide .cb-field.is-bad").Length() != 2 || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("shows %v, %s", got, p.text("#decide"))
		}
		p = form(open, url.Values{"answer": {"return"}, "document": {"望应急1号"}}).want(t, http.StatusUnprocessableEntity)
		if formValues(p.Find("#decide form")).Get("document") != "望应急1号" || !strings.Contains(p.text("#decide .cb-error"), "写明原因") {
			t.Errorf("sending back without a reason: %s", p.text("#decide"))
		}
	})
	t.Run("sent back, the reason is read by the planner", func(t *testing.T) {
		p := form(leader.get(t, at), url.Values{"answer": {"return"}, "words": {"数量偏少" + sly}}).want(t, http.StatusOK)
		if !strings.Contains(p.text(".cb-flash"), "已退回") {
			t.Errorf("said %s", p.text(".cb-flash"))
		}
		mine := u.get(t, at)
		if !strings.Contains(mine.text("#facts"), "数量偏少"+sly) || !strings.Contains(mine.text(".cb-steps"), "退回 "+d.account(t, "leader").Name) || strings.Contains(mine.Body, "<script>alert") {
			t.Errorf("shows %s", mine.text("#facts"))
		}
	})
	submit(at)
	p := form(leader.get(t, at), url.Values{"answer": {"approve"}, "document": {sly}}).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "已批准") || !strings.Contains(p.text("#facts"), sly) || strings.Contains(p.Body, "<script>alert") || p.Find("#decide").Length() != 0 {
		t.Fatalf("approved: %s", p.text("main"))
	}
	t.Run("it is revised, and the difference shows", func(t *testing.T) {
		approved := u.get(t, at)
		if approved.Find(`a[href$="/edit"], a[href$="/generate"], form[action$="/submit"], form[action$="/discard"]`).Length() != 0 {
			t.Error("an approved plan can be changed")
		}
		revise := approved.Find(`.cb-acts a:contains(修订)`).AttrOr("href", "")
		next := u.postForm(t, u.get(t, revise), "main form", nil).want(t, http.StatusOK).URL.Path
		write(next, merged(gridRow(1, "standard", "180"), gridRow(2, "target", ""), gridRow(3, "target", codes[2], "standard", "7", "remark", sly)))
		if got := u.get(t, next).text("#facts"); !strings.Contains(got, "与2028年全年 第1版相比：新增 1 行，减少 1 行，调整 1 行") {
			t.Errorf("the revision says %s", got)
		}
		changes := leader.get(t, next+"/changes").want(t, http.StatusOK)
		if got := changes.Find("tbody tr:contains(调整) td[data-l=标准]"); got.Find("del").Text() != "100" || got.Find("ins").Text() != "180" {
			t.Errorf("changes: %s", changes.text("table"))
		}
		if got := changes.text("tbody tr:contains(减少) td[data-l=标准] del"); got != "50" || changes.Find("tbody tr").Length() != 3 || strings.Contains(changes.Body, "<script>alert") {
			t.Errorf("changes: %s", changes.text("table"))
		}
		submit(next)
		form(leader.get(t, next), url.Values{"answer": {"approve"}, "document": {"2号"}}).want(t, http.StatusOK)
		list := u.get(t, "/plans")
		if got := oneLine(list.Find(`a[href="` + at + `"]`).Closest("tr").Text()); !strings.Contains(got, "已被替代") {
			t.Errorf("the old version is listed as %s", got)
		}
	})
	d.as(t, "street").get(t, at).want(t, http.StatusOK)
}

func TestGeneratingSaysWhatIsWrongWhereItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	at, codes := newPlan(t, u, "2028"), d.kindsOf(t, 2)
	first, second := d.depot(t, "GTL"), d.depot(t, "DZW")
	generate := at + "/generate"
	basis, copying := `form[action$="/generate"]`, `form[action$="/copy"]`
	typed := url.Values{"target": {sly}, "figure": {"户数"}, "per": {"几个"}, "share": {"120"}, "basis": {"<b>据</b>"}, "depot": {first.ID.String()}}
	p := u.postForm(t, u.get(t, generate).want(t, http.StatusOK), basis, typed).want(t, http.StatusUnprocessableEntity)
	got := formValues(p.Find(basis))
	for k, want := range typed {
		if !slices.Equal(got[k], want) {
			t.Errorf("%s shows %q, typed was %q", k, got[k], want)
		}
	}
	if p.Find(basis+" .cb-field.is-bad").Length() != 3 || strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<b>据") {
		t.Errorf("errors %s", p.text(basis+" .cb-error"))
	}
	p = u.postForm(t, p, basis, url.Values{"target": {codes[0]}, "figure": {plan.MovedPeople}, "per": {"0.1"}, "share": {"60"}, "depot": {first.ID.String(), d.depot(t, "WC01").ID.String()}})
	p.want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "新增 1 行") || !strings.Contains(p.text(".cb-flash"), "没有动："+d.depot(t, "WC01").Name) {
		t.Errorf("said %s", p.text(".cb-flash"))
	}
	bad := u.postForm(t, u.get(t, generate), copying, url.Values{"from": {first.ID.String()}, "percent": {"0"}, "tier": {}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text(copying+" .cb-error"), "请至少选择一个") || bad.Find(basis+" .cb-error").Length() != 0 || formValues(bad.Find(copying)).Get("from") != first.ID.String() {
		t.Errorf("copying says %s, the other form %s", bad.text(copying+" .cb-error"), bad.text(basis+" .cb-error"))
	}
	bad = u.postForm(t, bad, copying, url.Values{"percent": {"5000"}, "depot": {second.ID.String()}}).want(t, http.StatusUnprocessableEntity)
	if v := formValues(bad.Find(copying)); v.Get("depot") != second.ID.String() || v.Get("percent") != "5000" || formValues(bad.Find(basis)).Has("depot") {
		t.Errorf("copying shows %v", v)
	}
	p = u.postForm(t, bad, copying, url.Values{"percent": {"50"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "新增 1 行") || p.Find("#lines tbody tr").Length() != 2 {
		t.Errorf("copied: %s", p.text("main"))
	}
}

// Every cell of the matrix leads to a list that says the same.
func TestCellsOfTheMatrixLeadToTheirLines(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for login, atLeast := range map[string]int{"planner": 8, "keeper-gtl": 2} {
		u := d.as(t, login)
		for _, query := range []string{"", "?on=2027-02-01&plan=", "?tier=township", "?tier=district&sort=rate"} {
			p := u.get(t, "/coverage"+query)
			if strings.Contains(query, "plan=") { // beyond the plan in force: name it
				p = u.get(t, "/coverage"+query+p.Find(`select[name="plan"] option`).Eq(1).AttrOr("value", ""))
			}
			kpi := p.Find(".cb-figure a").First()
			list := u.get(t, kpi.AttrOr("href", "")).want(t, http.StatusOK)
			if n := list.Find("#list tbody tr").Length(); kpi.Text() != itoa(n) {
				t.Errorf("%s%s: %s lines are said to be short, the list has %d", login, query, kpi.Text(), n)
			}
			cells := 0
			for _, a := range p.want(t, http.StatusOK).Find(".cb-heat tfoot td a, .cb-heat tbody tr:nth-child(2) td a").EachIter() {
				cells++
				href, said := a.AttrOr("href", ""), a.AttrOr("title", "")
				lines := u.get(t, href).want(t, http.StatusOK)
				n := lines.Find("#list tbody tr").Length()
				short := lines.Find("#list tbody tr td[data-l=缺口] b").Length()
				if want := fmt.Sprintf("%d 行中 %d 行有缺口", n, short); !strings.Contains(said, want) {
					t.Errorf("%s, %s: the cell says %q, the list has %s", login, href, said, want)
				}
			}
			if cells < atLeast && query == "" {
				t.Errorf("%s sees %d cells", login, cells)
			}
		}
	}
}

func TestOthersLotsAreNotShown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	own, other := d.depot(t, "GTL"), d.depot(t, "DZW")
	lots := func(depot string) string {
		return u.get(t, "/coverage/lines?depot="+depot).want(t, http.StatusOK).Find("#list tbody td.is-title a").First().AttrOr("href", "")
	}
	mine, theirs := lots(own.ID.String()), lots(other.ID.String())
	keeper := d.as(t, "keeper-gtl")
	if got, want := keeper.get(t, mine).want(t, http.StatusOK).text("main table"), u.get(t, mine).text("main table"); got != want {
		t.Errorf("the keeper reads\n%s\nthe planner\n%s", got, want)
	}
	keeper.get(t, theirs).want(t, http.StatusNotFound)
	keeper.get(t, strings.Replace(mine, own.ID.String(), other.ID.String(), 1)).want(t, http.StatusNotFound)
	if p := keeper.get(t, "/coverage/lines?depot="+other.ID.String()).want(t, http.StatusOK); p.Find("#list tbody tr").Length() != 0 {
		t.Errorf("another depot's lines: %s", p.text("#list"))
	}
	list, err := d.uses.Planning.Plans(t.Context(), access.Actor{ID: 1, Grants: []access.Grant{{Role: access.Planner}}})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(list, func(p planning.ListedPlan) bool { return p.Status == plan.Draft })
	for _, path := range []string{"/plans/", "/coverage?plan=", "/coverage/lines?plan="} {
		keeper.get(t, path+list[at].ID.String()).want(t, http.StatusNotFound)
	}
}
