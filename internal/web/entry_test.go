package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func itoa(n int) string { return strconv.Itoa(n) }

// cell gives what an input holds.
func (p *page) cell(id string) string { return p.Find("#"+id).AttrOr("value", "") }

// found is what the grid gets for a search.
type found struct {
	ID, Code, Name, Spec, Unit string
	OnHand                     string `json:"on_hand"`
	Available                  string
	Draft                      bool
}

// search asks as the grid does.
func (u *user) search(t testing.TB, query, depot string) []found {
	t.Helper()
	p := u.get(t, "/items/search?"+url.Values{"q": {query}, "depot": {depot}}.Encode()).want(t, http.StatusOK)
	var list []found
	if err := json.Unmarshal([]byte(p.Body), &list); err != nil {
		t.Fatalf("%v: %s", err, p.Body)
	}
	return list
}

// ownDepot is the depot an empty form of a keeper has chosen by itself.
func ownDepot(t testing.TB, u *user) string {
	t.Helper()
	depot, ok := u.get(t, "/receipts/new").want(t, http.StatusOK).Find("#depot option[selected]").Attr("value")
	if !ok {
		t.Fatal("the keeper's only depot is not chosen")
	}
	return depot
}

// goods are postable items that match a word.
func goods(t testing.TB, u *user, word string) []found {
	t.Helper()
	var list []found
	for _, it := range u.search(t, word, ownDepot(t, u)) {
		if !it.Draft {
			list = append(list, it)
		}
	}
	if len(list) == 0 {
		t.Fatalf("no goods for %s", word)
	}
	return list
}

// receiptValues is a filled form of n lines as the page sends it, its button
// not yet chosen.
func receiptValues(t testing.TB, u *user, n int) url.Values {
	t.Helper()
	items := goods(t, u, "被")
	form := u.get(t, "/receipts/new").want(t, http.StatusOK)
	values := formValues(form.Find("#entry"))
	values.Set("reason", "本级采购")
	values.Set("counterparty", "湘安应急装备有限公司")
	for i := 1; i <= n; i++ {
		it := items[(i-1)%len(items)]
		for k, v := range map[string]string{"item_id": it.ID, "item": it.Name, "lot_no": "T" + itoa(i), "produced": "2026年3月", "expires": "2029-03-31",
			"qty": itoa(10 * i), "price": "12.50"} {
			values.Set(fmt.Sprintf("line.%d.%s", i, k), v)
		}
	}
	return values
}

// received posts a receipt of n lines and gives its page.
func received(t testing.TB, u *user, n int) *page {
	t.Helper()
	values := receiptValues(t, u, n)
	values.Set("act", "post")
	p := u.post(t, "/receipts", values).want(t, http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/vouchers/") {
		t.Fatalf("posting leads to %s: %q", p.URL, p.text(".cb-errors"))
	}
	return p
}

func vouchers(t testing.TB, u *user, query string) int {
	t.Helper()
	return u.get(t, "/vouchers?"+query).want(t, http.StatusOK).Find("#list tbody tr").Length()
}

func TestReceiptFormIsReadyToType(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.as(t, "keeper").get(t, "/receipts/new").want(t, http.StatusOK)
	if got := p.cell("business_on"); got != "2026-11-25" {
		t.Errorf("business day %q, want today", got)
	}
	if n := p.Find(".cb-grid tbody tr").Length(); n != 8 {
		t.Errorf("%d rows, want 8", n)
	}
	if len(p.Find(`input[name="client_key"]`).AttrOr("value", "")) < 16 {
		t.Error("the form has no key")
	}
	if p.Find("datalist option").Length() == 0 {
		t.Error("no bins to choose from")
	}
	for _, path := range []string{"/receipts/new", "/issues/new"} {
		p := d.as(t, "keeper").get(t, path).want(t, http.StatusOK)
		columns := p.Find(".cb-grid thead th").Length()
		if cols := p.Find(".cb-grid col").Length(); cols != columns {
			t.Errorf("%s: %d col, %d headings", path, cols, columns)
		}
		foot := 0
		p.Find(".cb-grid tfoot td").Each(func(_ int, td *goquerySelection) {
			n, err := strconv.Atoi(td.AttrOr("colspan", "1"))
			if err != nil {
				t.Error(err)
			}
			foot += n
		})
		if cells := p.Find(".cb-grid tbody tr").First().Find("td").Length(); cells != columns || foot != columns {
			t.Errorf("%s: %d headings, %d cells, foot of %d", path, columns, cells, foot)
		}
	}
}

func TestReceiptOfTenLinesIsBooked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := received(t, d.as(t, "keeper"), 10)
	if !strings.Contains(p.text(".cb-flash"), "已记账，编号 RK-WC01-2026-") {
		t.Errorf("says %q", p.text(".cb-flash"))
	}
	rows := p.Find(".cb-table tbody tr")
	if rows.Length() != 10 {
		t.Fatalf("%d lines", rows.Length())
	}
	if got := strings.Join(strings.Fields(rows.Eq(9).Text()), " "); !strings.Contains(got, "100") || !strings.Contains(got, "1,250.00") ||
		!strings.Contains(got, "2026-03") || !strings.Contains(got, "默认货位") {
		t.Errorf("line 10: %q", got)
	}
	if !strings.Contains(p.text(".cb-pager"), "6,875.00") {
		t.Errorf("total: %q", p.text(".cb-pager"))
	}
}

func TestReceiptErrorsStandAtTheirCellsAndNothingIsLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	before := vouchers(t, u, "type=receipt&from=2026-11-25")
	values := receiptValues(t, u, 10)
	for key := range values { // rows 2 to 9 move behind a gap, as taken-out rows leave one
		if rest, ok := strings.CutPrefix(key, "line.10."); ok {
			values["line.30."+rest] = values[key]
			delete(values, key)
		}
	}
	values.Set("line.1.item", "<b>没有的东西</b>")
	values.Set("line.1.item_id", "")
	values.Set("line.4.qty", "十几")
	values.Set("line.30.produced", "2026-02-30")
	values.Set("line.30.owner", "某局")
	values.Set("line.30.bin", "Z-99")
	values.Set("reason", "")
	values.Set("act", "post")
	p := u.post(t, "/receipts", values).want(t, http.StatusUnprocessableEntity)

	var bad []string
	p.Find(".cb-grid tbody td.is-bad").Each(func(_ int, td *goquerySelection) { bad = append(bad, td.Find("input[id]").AttrOr("id", "")) })
	if diff := cmp.Diff([]string{"line-1-item", "line-4-qty", "line-10-produced", "line-10-bin"}, bad); diff != "" {
		t.Errorf("marked cells (-want +got):\n%s", diff)
	}
	var targets []string
	p.Find(".cb-errors a").Each(func(_ int, a *goquerySelection) {
		target := a.AttrOr("href", "")
		targets = append(targets, target)
		if p.Find(target).Length() != 1 {
			t.Errorf("the list links to %s, which is not there", target)
		}
	})
	if len(targets) != 5 || !strings.Contains(p.text(".cb-errors"), "有 5 处需要修改") {
		t.Errorf("the list: %q", p.text(".cb-errors"))
	}
	for id, want := range map[string]string{"line-1-item": "<b>没有的东西</b>", "line-4-qty": "十几", "line-10-produced": "2026-02-30", "line-10-owner": "某局",
		"line-10-bin": "Z-99", "line-7-lot_no": "T7", "line-7-produced": "2026年3月", "counterparty": "湘安应急装备有限公司"} {
		if got := p.cell(id); got != want {
			t.Errorf("%s shows %q, typed %q", id, got, want)
		}
	}
	if short := p.text("#line-4-qty-error"); short == "" || strings.Contains(short, "第 4 行") {
		t.Errorf("beside the cell stands %q", short)
	}
	if !p.Find(".cb-grid").HasClass("is-unfolded") {
		t.Error("the owner that was typed is folded away")
	}
	if after := vouchers(t, u, "type=receipt&from=2026-11-25"); after != before {
		t.Errorf("%d vouchers, before %d", after, before)
	}

	p = u.postForm(t, p, "#entry", url.Values{"reason": {"本级采购"}, "line.1.item": {goods(t, u, "被")[0].Code}, "line.4.qty": {"40"},
		"line.10.produced": {"2026-02-28"}, "line.10.bin": {""}, "act": {"post"}}).want(t, http.StatusOK)
	if n := p.Find(".cb-table tbody tr").Length(); !strings.HasPrefix(p.URL.Path, "/vouchers/") || n != 10 {
		t.Errorf("mended, it leads to %s with %d lines: %q", p.URL, n, p.text(".cb-errors"))
	}
}

func TestReceiptTappedTwiceIsBookedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	values := receiptValues(t, u, 3)
	values.Set("pressed", "post") // as sent by script, without a button
	first := u.post(t, "/receipts", values).want(t, http.StatusOK)
	before := vouchers(t, u, "type=receipt&from=2026-11-25")
	second := u.post(t, "/receipts", values).want(t, http.StatusOK)
	if first.URL.Path != second.URL.Path {
		t.Errorf("two taps lead to %s and %s", first.URL, second.URL)
	}
	if after := vouchers(t, u, "type=receipt&from=2026-11-25"); after != before {
		t.Errorf("%d vouchers after the second tap, %d before", after, before)
	}
	values.Set("line.1.qty", "11")
	p := u.post(t, "/receipts", values).want(t, http.StatusConflict)
	if p.cell("line-1-qty") != "11" || !strings.Contains(p.text(".cb-flash"), "已经以 RK-") {
		t.Errorf("other content under the same key: %q", p.text(".cb-flash"))
	}
}

func TestReceiptWithoutLinesOrDepotIsRefusedInWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	form := u.get(t, "/receipts/new")
	p := u.postForm(t, form, "#entry", url.Values{"reason": {"其他"}, "act": {"post"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".cb-errors"), "至少填写一行") {
		t.Errorf("no lines: %q", p.text(".cb-errors"))
	}
	p = u.postForm(t, form, "#entry", url.Values{"depot": {""}, "remark": {"留着"}, "act": {"draft"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".cb-field.is-bad"), "请选择储备库") || p.cell("remark") != "留着" {
		t.Errorf("no depot: %q", p.text("main"))
	}
}

// proposed is what the grid gets for a line of an issue.
type proposed struct {
	Unit, Available, Short, Error string
	Picks, Shelves                []shelf
}

type shelf struct {
	LotID   string `json:"lot_id"`
	PlaceID string `json:"place_id"`
	LotNo   string `json:"lot_no"`
	Expires string
	Bin     string
	Qty     string
}

func (u *user) proposal(t testing.TB, status int, depot, item, qty string) proposed {
	t.Helper()
	p := u.get(t, "/shelves?"+url.Values{"type": {"issue"}, "depot": {depot}, "item": {item}, "qty": {qty}}.Encode()).want(t, status)
	var got proposed
	if err := json.Unmarshal([]byte(p.Body), &got); err != nil {
		t.Fatalf("%v: %s", err, p.Body)
	}
	return got
}

// twoLots receives one item in two lots and gives it: LATE first, then SOON,
// which is over earlier.
func twoLots(t testing.TB, u *user) (depot string, it found) {
	t.Helper()
	depot = ownDepot(t, u)
	for _, g := range goods(t, u, "被") {
		if g.OnHand == "0" {
			it = g
		}
	}
	if it.ID == "" {
		t.Fatal("every item of the search is in stock already")
	}
	values := receiptValues(t, u, 2)
	for n, lot := range []struct{ no, expires, qty string }{{"LATE", "2030-01-31", "30"}, {"SOON", "2027-06-30", "20"}} {
		for k, v := range map[string]string{"item_id": it.ID, "item": it.Name, "lot_no": lot.no, "expires": lot.expires, "qty": lot.qty} {
			values.Set(fmt.Sprintf("line.%d.%s", n+1, k), v)
		}
	}
	values.Set("act", "post")
	u.post(t, "/receipts", values).want(t, http.StatusOK)
	return depot, it
}

func TestIssueTakesWhatExpiresFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	depot, it := twoLots(t, u)
	got := u.proposal(t, http.StatusOK, depot, it.ID, "25")
	if len(got.Picks) != 2 || got.Picks[0].LotNo != "SOON" || got.Picks[0].Qty != "20" || got.Picks[1].LotNo != "LATE" || got.Picks[1].Qty != "5" ||
		got.Available != "50" || got.Short != "0" || len(got.Shelves) != 2 || got.Unit != it.Unit {
		t.Errorf("proposal: %+v", got)
	}
	if got = u.proposal(t, http.StatusOK, depot, it.ID, "60"); got.Short != "10" {
		t.Errorf("short %s, want 10", got.Short)
	}
	if got = u.proposal(t, http.StatusOK, depot, it.ID, ""); len(got.Picks) != 0 || len(got.Shelves) != 2 {
		t.Errorf("without a quantity: %+v", got)
	}
	for _, qty := range []string{"两三", "-1", "0", "1.5"} {
		if got = u.proposal(t, http.StatusUnprocessableEntity, depot, it.ID, qty); !strings.Contains(got.Error, "数量") {
			t.Errorf("qty %s: %q", qty, got.Error)
		}
	}
	p := u.postForm(t, u.get(t, "/issues/new"), "#entry", url.Values{"reason": {"日常领用"}, "line.1.item": {it.Code}, "line.1.qty": {"25"}, "act": {"post"}}).want(t, http.StatusOK)
	lines := p.text(".cb-table tbody")
	if p.Find(".cb-table tbody tr").Length() != 2 || strings.Index(lines, "SOON") > strings.Index(lines, "LATE") {
		t.Errorf("booked: %s %q", p.URL, lines)
	}
}

func TestIssueRefusesMoreThanThereIsWithTheFigure(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	depot, it := twoLots(t, u)
	late := u.proposal(t, http.StatusOK, depot, it.ID, "").Shelves[1]
	form := u.get(t, "/issues/new").want(t, http.StatusOK)
	p := u.postForm(t, form, "#entry", url.Values{"reason": {"日常领用"}, "line.1.item": {it.Name}, "line.1.item_id": {it.ID}, "line.1.qty": {"31"},
		"line.1.lot_no": {"LATE"}, "line.1.lot_id": {late.LotID}, "line.1.place_id": {late.PlaceID}, "line.1.bin": {late.Bin}, "act": {"post"}}).
		want(t, http.StatusUnprocessableEntity)
	if words := p.text("#line-1-qty-error"); !strings.Contains(words, "可用 30 "+it.Unit) || !strings.Contains(words, "31") {
		t.Errorf("beside the cell: %q", words)
	}
	if p.cell("line-1-qty") != "31" || p.cell("line-1-lot_no") != "LATE" || p.Find(`input[name="line.1.lot_id"]`).AttrOr("value", "") != late.LotID {
		t.Error("what was chosen is lost")
	}
	if days := p.text(`.cb-grid tbody tr:first-child td[data-k="expires"]`); days != "2030-01-31" {
		t.Errorf("the chosen lot's expiry shows %q", days)
	}
	p = u.postForm(t, p, "#entry", url.Values{"line.1.qty": {"30"}, "act": {"post"}}).want(t, http.StatusUnprocessableEntity)
	if why := p.text("#line-1-remark-error"); !strings.Contains(why, "2027-06-30") || !strings.Contains(why, "备注写明原因") {
		t.Errorf("out of turn, the remark's cell says %q", why)
	}
	p = u.postForm(t, p, "#entry", url.Values{"line.1.remark": {"灾民指定"}, "act": {"post"}}).want(t, http.StatusOK)
	if lines := p.text(".cb-table tbody"); !strings.Contains(lines, "LATE") || strings.Contains(lines, "SOON") {
		t.Errorf("booked: %q", lines)
	}
}

func TestEntryStaysInsideTheKeepersDepot(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	keeper, stranger := d.as(t, "keeper"), d.as(t, "keeper-gtl")
	depot := ownDepot(t, keeper)
	values := receiptValues(t, stranger, 1)
	values.Set("depot", depot)
	values.Set("act", "post")
	stranger.post(t, "/receipts", values).want(t, http.StatusNotFound)
	values.Set("act", "draft")
	stranger.post(t, "/receipts", values).want(t, http.StatusNotFound)
	item := goods(t, keeper, "被")[0].ID
	stranger.get(t, "/shelves?type=issue&depot="+depot+"&item="+item+"&qty=1").want(t, http.StatusNotFound)
	if p := stranger.get(t, "/items/search?q=被&depot="+depot); p.Status < 400 {
		t.Errorf("a stranger sees the stock: %s", p.Body)
	}
}
