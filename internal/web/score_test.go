package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/inventory"
)

// scoreRow finds a depot's row in the list of scores.
func scoreRow(p *page, depot string) *goquery.Selection {
	return p.Find(".cb-score tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool { return strings.Contains(tr.Text(), depot) })
}

func TestScoresShowWhatFailsAndWhereToMendIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := d.depot(t, "GTL")
	u := d.as(t, "planner")
	p := u.get(t, "/score").want(t, http.StatusOK)
	if n := p.Find(".cb-score tbody tr").Length(); n != 2 || !strings.Contains(p.text(".cb-scorehead"), "六有（街镇）平均") {
		t.Fatalf("%d rows under %q", n, p.text(".cb-scorehead"))
	}
	row := scoreRow(p, own.Name)
	for rule, want := range map[string]string{"台账在册": "达标最近动账 2026-11-", "本季清点": "不达标一年内没有清点发核对表", "专人保管": "达标" + own.Keeper, "电话核实": "不达标没有核实过登记通话"} {
		if got := oneLine(row.Find(`td[data-l="` + rule + `"]`).Text()); !strings.HasPrefix(got, want) {
			t.Errorf("%s reads %q, want %q", rule, got, want)
		}
	}
	if !strings.Contains(p.text("#list .cb-note"), "14 个街镇、160 个村社区") {
		t.Errorf("without a depot: %q", p.text("#list .cb-note"))
	}
	t.Run("a narrowed list", func(t *testing.T) {
		if p := u.get(t, "/score?street="+own.Division+"&failing=1").want(t, http.StatusOK); p.Find(".cb-score tbody tr").Length() != 1 || p.Find(`input[name="failing"][checked]`).Length() == 0 {
			t.Errorf("shows %s", p.text("#list"))
		}
		if p := u.get(t, "/score?tier=village").want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "没有符合条件") {
			t.Errorf("shows %s", p.text("#list"))
		}
	})
	t.Run("others look and do not act", func(t *testing.T) {
		p := d.as(t, "leader").get(t, "/score").want(t, http.StatusOK)
		if p.Find("#rectify, .cb-call").Length() != 0 || p.Find(".cb-score tbody tr").Length() != 2 {
			t.Errorf("the leader sees %s", p.text("#list"))
		}
		if p := d.as(t, "keeper").get(t, "/score").want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "还没有街镇") {
			t.Errorf("the district's keeper sees %s", p.text("#list"))
		}
	})
}

func TestACallIsRecordedFromTheScores(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := d.depot(t, "GTL")
	path := "/depots/" + own.ID.String()
	u := d.as(t, "planner")
	p := u.get(t, "/score?tier=township").want(t, http.StatusOK)
	form := `form[action="` + path + `/phone-checks"]`
	p = u.postForm(t, p, form, url.Values{"result": {"reached"}, "remark": {sly}}).want(t, http.StatusOK)
	if p.URL.RequestURI() != "/score?tier=township" || !strings.Contains(p.text(".cb-flash"), "已登记通话") ||
		!strings.HasPrefix(oneLine(scoreRow(p, own.Name).Find(`td[data-l="电话核实"]`).Text()), "达标接通 2026-11-25") {
		t.Errorf("ended at %s: %s", p.URL, p.text("#list"))
	}
	p = u.get(t, path).want(t, http.StatusOK)
	if !strings.Contains(p.text("#call"), "已接通") || strings.Contains(p.Body, "<script>alert") {
		t.Errorf("the depot's page says %s", p.text("#call"))
	}
	t.Run("refused with what was typed", func(t *testing.T) {
		p := u.postForm(t, p, form, url.Values{"remark": {"先记"}}).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("#call .cb-error"), "已接通还是未接通") || formValues(p.Find(form)).Get("remark") != "先记" {
			t.Errorf("shows %s", p.text("#call"))
		}
	})
	t.Run("and never leads out of the house", func(t *testing.T) {
		for _, back := range []string{"https://example.org/score", "//example.org/score", "/signout"} {
			if p := u.post(t, path+"/phone-checks", url.Values{"result": {"missed"}, "back": {back}}); p.URL.Path != path {
				t.Errorf("%s leads to %s", back, p.URL)
			}
		}
	})
	d.as(t, "street").get(t, path).want(t, http.StatusOK)
	if p := d.as(t, "leader").get(t, path).want(t, http.StatusOK); p.Find(form).Length() != 0 {
		t.Error("the leader is offered the form")
	}
}

func TestWhatFailsIsOpenedAtOnceAndWrittenOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := d.depot(t, "GTL")
	u := d.as(t, "planner")
	p := u.get(t, "/score?street="+own.Division).want(t, http.StatusOK)
	bad := u.postForm(t, p, "#rectify", url.Values{"due_on": {"2026-11-01"}, "responsible": {"张三"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#rectify .cb-error"), "已过") || formValues(bad.Find("#rectify")).Get("responsible") != "张三" {
		t.Errorf("refused as %s", bad.text("#rectify"))
	}
	list := u.postForm(t, p, "#rectify", nil).want(t, http.StatusOK)
	n := list.Find("#list tbody tr").Length()
	if list.URL.Path != "/rectifications" || n == 0 || !strings.Contains(list.text(".cb-flash"), "已开 "+itoa(n)+" 项整改") || strings.Contains(list.text("#list"), d.depot(t, "DZW").Name) {
		t.Fatalf("ended at %s: %s", list.URL, list.text("#list"))
	}
	if again := u.postForm(t, p, "#rectify", nil).want(t, http.StatusOK); !strings.Contains(again.text(".cb-flash"), "没有要新开的整改") || again.Find("#rectify").Length() != 0 {
		t.Errorf("a second click says %s", again.text(".cb-flash"))
	}
	form := list.Find("#list tbody tr:contains(电话核实) form").AttrOr("action", "")
	shut := func(p *page) *page {
		return u.postForm(t, p, `form[action="`+form+`"]`, url.Values{"evidence": {"已核实" + sly}})
	}
	refused := shut(list).want(t, http.StatusConflict)
	if !strings.Contains(refused.text("#list .cb-error"), "还没有整改到位：电话 "+own.Phone) || formValues(refused.Find(`form[action="`+form+`"]`)).Get("evidence") != "已核实"+sly {
		t.Errorf("refused as %s", refused.text("#list"))
	}
	u.post(t, "/depots/"+own.ID.String()+"/phone-checks", url.Values{"result": {"reached"}}).want(t, http.StatusOK)
	done := shut(refused).want(t, http.StatusOK)
	if !strings.Contains(done.text(".cb-flash"), "已销号") || done.Find("#list tbody tr").Length() != n-1 {
		t.Errorf("ended at %s: %s", done.URL, done.text("main"))
	}
	closed := u.get(t, "/rectifications?state=closed").want(t, http.StatusOK)
	if closed.Find("#list tbody tr").Length() != 1 || !strings.Contains(closed.text("#list tbody"), "已核实") || strings.Contains(closed.Body, "<script>alert") {
		t.Errorf("closed: %s", closed.text("#list"))
	}
	if p := d.as(t, "leader").get(t, "/rectifications").want(t, http.StatusOK); p.Find("#list form").Length() != 0 || p.Find("#list tbody tr").Length() != n-1 {
		t.Errorf("the leader sees %s", p.text("#list"))
	}
	if p := u.get(t, "/rectifications?state=late").want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "没有逾期") {
		t.Errorf("late: %s", p.text("#list"))
	}
}

func TestAMachineIsTriedOnItsLotsPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	keeper := d.as(t, "keeper")
	var machine inventory.LotView
	for _, r := range d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID}) {
		l, err := d.uses.Inventory.Lot(t.Context(), overseer, r.Lot.ID)
		if err != nil {
			t.Fatal(err)
		}
		if l.Item.CheckMonths > 0 && len(l.Stands) == 1 {
			machine = l
			break
		}
	}
	if machine.ID == 0 {
		t.Fatal("no machine in the demo")
	}
	path := "/lots/" + machine.ID.String()
	p := keeper.get(t, path).want(t, http.StatusOK)
	if !strings.Contains(p.text("#trials"), "还没有试机") {
		t.Errorf("shows %s", p.text("#trials"))
	}
	bad := keeper.postForm(t, p, "#trials form", url.Values{"checked_on": {"2026-11-26"}, "result": {"failed"}}).want(t, http.StatusUnprocessableEntity)
	if text := bad.text("#trials .cb-error"); !strings.Contains(text, "还没有到") || !strings.Contains(text, "不合格请写明情况") || bad.Find(`#trials input[value="failed"][checked]`).Length() != 1 {
		t.Errorf("refused as %s", text)
	}
	p = keeper.postForm(t, bad, "#trials form", url.Values{"checked_on": {"2026-11-25"}, "result": {"passed"}, "remark": {sly}}).want(t, http.StatusOK)
	if !strings.Contains(p.text("#trials header"), "试机有效至 2027-") || p.Find("#trials tbody tr").Length() != 1 || strings.Contains(p.Body, "<script>alert") {
		t.Errorf("shows %s", p.text("#trials"))
	}
	if p := d.as(t, "leader").get(t, path).want(t, http.StatusOK); p.Find("#trials form").Length() != 0 || p.Find("#trials tbody tr").Length() != 1 {
		t.Errorf("the leader sees %s", p.text("#trials"))
	}
}

func TestHowOftenAMachineIsTriedStandsOnTheItem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	path := "/items/" + d.lots(t, inventory.StockFilter{})[0].Lot.ItemID.String()
	edit := u.get(t, path+"/edit").want(t, http.StatusOK)
	bad := u.postForm(t, edit, "main form", url.Values{"check_months": {"半年"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text(".cb-field.is-bad:has(#check_months) .cb-error"), "0 到 120 个月") || bad.Find("#check_months").AttrOr("value", "") != "半年" {
		t.Errorf("refused as %s", bad.text("main form"))
	}
	if p := u.postForm(t, edit, "main form", url.Values{"check_months": {"6"}}).want(t, http.StatusOK); !strings.Contains(p.text(".cb-facts"), "每 6 个月试机一次") {
		t.Errorf("shows %s", p.text(".cb-facts"))
	}
	if p := u.get(t, path+"/edit"); p.Find("#check_months").AttrOr("value", "") != "6" {
		t.Error("the form forgot the months")
	}
}
