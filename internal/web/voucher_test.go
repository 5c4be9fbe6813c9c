package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/access"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
)

type goquerySelection = goquery.Selection

func TestVoucherListIsFilteredByTheURL(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	for _, c := range []struct{ name, query, column, want string }{
		{"type", "type=issue", "td:nth-child(2)", "出库单"},
		{"number", "number=ck-wc01", "td:nth-child(1)", "CK-WC01-"},
		{"month", "from=2026-11&to=2026-11", "td:nth-child(4)", "2026-11-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := u.get(t, "/vouchers?"+c.query).want(t, http.StatusOK).Find("#list tbody tr")
			if rows.Length() == 0 {
				t.Fatal("nothing found")
			}
			rows.Each(func(_ int, tr *goquerySelection) {
				if got := tr.Find(c.column).Text(); !strings.Contains(got, c.want) {
					t.Errorf("%q in the list of %s", got, c.query)
				}
			})
		})
	}
}

func TestVoucherListAnswersAWrongFilterInWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	for query, want := range map[string]string{"from=昨天": "起始日期「昨天」", "to=2026-02-30": "截止日期「2026-02-30」", "from=2026-11-02&to=2026-11-01": "晚于",
		"type=paper": "单据类型", "depot=1": "储备库", "depot=x": "储备库", "before=x~y": "翻页", "before=2026-11-01": "翻页"} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		p := u.get(t, "/vouchers?"+values.Encode()).want(t, http.StatusOK)
		if got := p.text(".cb-flash"); !strings.Contains(got, want) || p.Find("#list tbody tr").Length() != 0 {
			t.Errorf("%s: %q", query, got)
		}
	}
}

func TestVoucherPagesNeitherRepeatNorSkip(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	keeper := d.as(t, "keeper")
	for range 10 { // of one day, so that a page ends inside it
		received(t, keeper, 1)
	}
	u := d.as(t, "planner")
	seen, last := map[string]bool{}, "9999"
	for path := "/vouchers"; path != ""; {
		p := u.get(t, path).want(t, http.StatusOK)
		p.Find("#list tbody tr").Each(func(_ int, tr *goquerySelection) {
			number, on := tr.Find("td").First().Text(), tr.Find("td:nth-child(4)").Text()
			if seen[number] || on > last {
				t.Errorf("%s of %s after %s", number, on, last)
			}
			seen[number], last = true, on
		})
		path = p.Find(`.cb-pager a[rel="next"]`).AttrOr("href", "")
	}
	books, err := d.uses.Inventory.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) <= 50 || int64(len(seen)) != books.Vouchers {
		t.Errorf("%d vouchers in the pages, %d in the books", len(seen), books.Vouchers)
	}
}

func TestReversalTakesTheWholeVoucherBackOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	v := received(t, u, 2)
	form := u.get(t, v.URL.Path+"/reversal").want(t, http.StatusOK)
	p := u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"reason": {" "}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".cb-field.is-bad"), "红冲原因") {
		t.Errorf("without a reason: %q", p.text("main"))
	}
	p = u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"reason": {"整单录错"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text("h1"), "HC-WC01-2026-") || p.Find(".cb-table tbody tr").Length() != 2 || !strings.Contains(p.text(".cb-table tbody"), "-10") {
		t.Fatalf("reversal: %s %q", p.URL, p.text("main"))
	}
	if again := u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"reason": {"整单录错"}}).want(t, http.StatusOK); again.URL.Path != p.URL.Path {
		t.Errorf("a second tap leads to %s, not %s", again.URL, p.URL)
	}
	orig := u.get(t, v.URL.Path).want(t, http.StatusOK)
	if orig.Find(`a[href$="/reversal"]`).Length() != 0 || !strings.Contains(orig.text(".cb-flash"), "整单录错") || !strings.Contains(orig.text(".cb-head"), "已红冲") {
		t.Errorf("the original says %q", orig.text(".cb-head"))
	}
	if back := u.get(t, v.URL.Path+"/reversal"); back.URL.Path != v.URL.Path || !strings.Contains(back.text(".cb-flash"), "不能再冲") {
		t.Errorf("reversing again opens %s", back.URL)
	}
	if back := u.get(t, p.URL.Path+"/reversal"); !strings.Contains(back.text(".cb-flash"), "红冲单不能再红冲") {
		t.Errorf("reversing a reversal opens %s", back.URL)
	}
}

func TestReversalTakesChosenLinesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	v := received(t, u, 3)
	form := u.get(t, v.URL.Path+"/reversal").want(t, http.StatusOK)
	p := u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"scope": {"lines"}, "reason": {"第 2 行录错"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".cb-note.is-bad"), "请勾选") || p.cell("reason") != "第 2 行录错" {
		t.Errorf("without a line: %q", p.text("main"))
	}
	p = u.postForm(t, p, `form[action$="/reversal"]`, url.Values{"line": {"2"}}).want(t, http.StatusOK)
	if p.Find(".cb-table tbody tr").Length() != 1 || !strings.Contains(p.text(".cb-table tbody"), "-20") {
		t.Fatalf("reversal: %q", p.text("main"))
	}
	orig := u.get(t, v.URL.Path).want(t, http.StatusOK)
	if n := orig.Find(".cb-table .cb-tag:contains(已红冲)").Length(); n != 1 || !strings.Contains(orig.text(".cb-head"), "部分红冲") {
		t.Errorf("%d lines marked: %q", n, orig.text(".cb-head"))
	}
	rest := u.get(t, v.URL.Path+"/reversal").want(t, http.StatusOK)
	if n := rest.Find(`input[name="line"]`).Length(); n != 2 {
		t.Errorf("%d lines left to choose, want 2", n)
	}
	p = u.postForm(t, rest, `form[action$="/reversal"]`, url.Values{"scope": {"lines"}, "line": {"2"}, "reason": {"再冲一次"}}).want(t, http.StatusConflict)
	if !strings.Contains(p.text(".cb-note"), "已经红冲过") {
		t.Errorf("the same line again: %q", p.text(".cb-note"))
	}
	p = u.postForm(t, rest, `form[action$="/reversal"]`, url.Values{"client_key": {""}, "reason": {"没有钥匙"}}).want(t, http.StatusUnprocessableEntity)
	if len(p.Find(`input[name="client_key"]`).AttrOr("value", "")) < 16 {
		t.Error("a form without a key is shown again without one")
	}
}

func TestReversalNeedsTheRightToPost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := received(t, d.as(t, "keeper"), 1)
	d.as(t, "planner").get(t, v.URL.Path+"/reversal").want(t, http.StatusForbidden)
	if d.as(t, "leader").get(t, v.URL.Path).want(t, http.StatusOK).Find(`a[href$="/reversal"]`).Length() != 0 {
		t.Error("a leader is offered to reverse")
	}
}

func TestVoucherPaperHasNumberSumsAndCheckCode(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	v := received(t, u, 10)
	p := u.get(t, v.URL.Path+"/print").want(t, http.StatusOK)
	sheets := p.Find(".cp-page")
	if sheets.Length() != 2 {
		t.Fatalf("%d sheets, want 2", sheets.Length())
	}
	number, code := v.text("h1"), v.text(".cb-facts .cb-code")
	sheets.Each(func(i int, s *goquerySelection) {
		if rows := s.Find("tbody tr").Length(); rows != 10 {
			t.Errorf("sheet %d has %d rows, want nine and a sum", i+1, rows)
		}
		if text := s.Text(); len(code) != 8 || !strings.Contains(text, number) || !strings.Contains(text, "校验码 "+code) || !strings.Contains(text, "①存根") {
			t.Errorf("sheet %d: %q", i+1, text)
		}
	})
	if first := sheets.Eq(0).Find("tbody tr").Last().Text(); !strings.Contains(first, "本页小计") || !strings.Contains(first, "5,625.00") {
		t.Errorf("sheet 1 ends %q", first)
	}
	if last := sheets.Eq(1).Find("tbody tr").Last().Text(); !strings.Contains(last, "陆仟捌佰柒拾伍元整") || !strings.Contains(last, "6,875.00") {
		t.Errorf("sheet 2 ends %q", last)
	}
	if a4 := u.get(t, v.URL.Path+"/print?paper=a4").want(t, http.StatusOK); a4.Find(`link[href*="print-a4"]`).Length() != 1 {
		t.Error("A4 lacks its style")
	}
}

func TestVoucherPaperShowsLongTextsAndFiguresWhole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	values := receiptValues(t, u, 2)
	lot, remark := strings.Repeat("AB12345678", 6), strings.Repeat("外包装破损两箱，", 60)
	for k, v := range map[string]string{"act": "post", "remark": remark, "line.1.lot_no": lot, "line.1.price": "1234567.89", "line.1.qty": "1",
		"line.2.lot_no": "20261105SN00123", "line.2.price": "8500000000.00", "line.2.qty": "1"} {
		values.Set(k, v)
	}
	v := u.post(t, "/receipts", values).want(t, http.StatusOK)
	p := u.get(t, v.URL.Path+"/print").want(t, http.StatusOK)
	for n, want := range map[int][]string{1: {lot, "is-three", "1,234,567.89"}, 2: {"20261105SN00123", "is-narrow", "8,500,000,000.00"}} {
		row := p.Find("tbody tr").Eq(n - 1)
		if cell := row.Find("td:nth-child(6) .cp-fit"); cell.Text() != want[0] || !cell.HasClass(want[1]) {
			t.Errorf("lot of line %d: %q in hand %q", n, cell.Text(), cell.AttrOr("class", ""))
		}
		if cell := row.Find("td:nth-child(9) .cp-fit"); cell.Text() != want[2] || !strings.Contains(cell.AttrOr("class", ""), "is-f") {
			t.Errorf("price of line %d: %q in hand %q", n, cell.Text(), cell.AttrOr("class", ""))
		}
	}
	if cut := p.Find(".cp-head .is-four"); !strings.HasSuffix(cut.Text(), "…") || cut.AttrOr("title", "") != "备注："+remark {
		t.Errorf("remark %q, whole %q", cut.Text(), cut.AttrOr("title", ""))
	}
}

func TestAnotherDepotsVoucherIsNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := received(t, d.as(t, "keeper"), 1)
	stranger := d.as(t, "keeper-gtl")
	for _, path := range []string{"", "/print", "/reversal"} {
		stranger.get(t, v.URL.Path+path).want(t, http.StatusNotFound)
	}
	stranger.get(t, "/drafts")
	stranger.post(t, v.URL.Path+"/reversal", url.Values{"scope": {"whole"}, "reason": {"试试"}, "client_key": {"0123456789abcdef"}}).want(t, http.StatusNotFound)
	stranger.get(t, "/vouchers/abc").want(t, http.StatusNotFound)
	if n := vouchers(t, stranger, "number="+v.text("h1")); n != 0 {
		t.Errorf("a stranger's list shows %d of it", n)
	}
}

func TestReversalSaysWhatTheGoodsWereUsedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	row := d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID})[0]
	d.receive(t, row, inventory.Line{LotNo: "USED-UP", Qty: "10"})
	lot := d.lots(t, inventory.StockFilter{LotNo: "USED-UP"})[0]
	keeper := d.account(t, "keeper")
	actor := access.Actor{ID: keeper.ID, Login: keeper.Login, Name: keeper.Name, Grants: keeper.Grants}
	_, err := d.uses.Inventory.PostDraft(context.Background(), actor, inventory.Draft{Type: ledger.Issue, DepotID: lot.DepotID, ClientKey: inventory.NewKey(),
		BusinessOn: "2026-11-25", Reason: "救灾发放", Lines: []inventory.Line{{ItemID: lot.Lot.ItemID, Item: lot.Item, Qty: "10", LotID: lot.Lot.ID, PlaceID: lot.PlaceID}}})
	if err != nil {
		t.Fatal(err)
	}
	list := u.get(t, "/vouchers?type=receipt").want(t, http.StatusOK)
	form := u.get(t, list.Find("td.is-title a").First().AttrOr("href", "")+"/reversal").want(t, http.StatusOK)
	p := u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"reason": {"录错"}}).want(t, http.StatusUnprocessableEntity)
	if text := p.text(".cb-note.is-bad"); !strings.Contains(text, lot.Item) || !strings.Contains(text, "请先红冲那些单据") {
		t.Errorf("the page says %q", text)
	}
}
