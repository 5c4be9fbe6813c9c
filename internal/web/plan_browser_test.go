package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"changbei/internal/browser"
)

// TestPlanJourney writes a depot's lines by keyboard, lets the leader approve
// them on a phone, and finds the version in the matrix.
func TestPlanJourney(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	depot, codes := d.depot(t, "GTL"), d.kindsOf(t, 5)
	planner := d.as(t, "planner")
	at := newPlan(t, planner, "2026")

	j := d.watch(t, "planner")
	j.do(j.b.Go(j.base + at + "/lines?at=depot:" + depot.ID.String()))
	j.do(j.b.Wait(gridForm))
	name := func() string { return j.eval("(document.activeElement || {}).name || ''") }
	j.eval(`document.querySelector('[name="target.1"]').focus(), ''`)
	for n, code := range codes {
		if got, want := name(), fmt.Sprintf("target.%d", n+1); got != want {
			t.Fatalf("row %d begins at %q", n+1, got)
		}
		j.keys(code, browser.Tab, browser.Tab) // the unit is the goods' own
		j.keys(fmt.Sprint(10*(n+1)), browser.Tab)
		j.keys(fmt.Sprint(100*(n+1)), browser.Tab, browser.Tab, browser.Tab, browser.Tab, browser.Tab, browser.Tab)
		j.keys("第"+fmt.Sprint(n+1)+"行", browser.Tab) // over owner, funds and basis to the remark
	}
	j.keys("", browser.Enter) // as in any form
	j.do(j.b.Wait("#lines tbody"))
	j.until(count("#lines tbody tr"), "5")
	j.see("#lines", "500", "第5行")
	j.eval(`window.confirm = () => true, ''`)
	j.do(j.b.Click(`form[action$="/submit"] button`))
	j.do(j.b.Wait(`.cb-steps li[aria-current]`))
	j.see(".cb-head", "待审批")
	j.quiet()

	j.do(j.b.Click(`.cb-me form button`)) // the phone of somebody else
	j.do(j.b.Wait("#login"))
	j.do(j.b.Phone())
	token, err := d.uses.Accounts.Console().Link(t.Context(), "leader")
	j.do(err)
	j.do(j.b.Go(j.base + "/signin/link/" + token))
	j.do(j.b.Click("main button"))
	j.do(j.b.Wait("main h1"))
	j.do(j.b.Go(j.base + at))
	j.do(j.b.Wait("#decide"))
	j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	j.until(`String([...document.querySelectorAll('#decide input:not([type=hidden]), #decide textarea, #decide button')].every((e) => e.getBoundingClientRect().height >= 40))`, "true")
	j.see("#lines", "500")
	j.eval(`window.confirm = () => true, ''`)
	j.do(j.b.Click("#document"))
	j.keys("望应急〔2026〕99号")
	j.do(j.b.Click(`#decide button[value="approve"]`))
	j.do(j.b.Wait(`a[href^="/coverage?plan="]`))
	j.see("#facts", "望应急〔2026〕99号")
	j.do(j.b.Go(j.base + "/coverage"))
	j.see(".cb-head", "第3版")
	j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	j.quiet()

	matrix := planner.get(t, "/coverage").want(t, http.StatusOK)
	if rows := matrix.Find(".cb-heat tbody tr"); rows.Length() != 1 || !strings.Contains(matrix.text(".cb-head"), "第3版") {
		t.Errorf("the matrix shows %s", matrix.text("main"))
	}
}
