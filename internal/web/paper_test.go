package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/code"
	"changbei/internal/dispatching"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

func TestThePapersOfALoad(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		w.begin(t, order.Drill, "汛前演练"+w.sly)
		o := w.approved(t, "5", "410") // 400 of one lot of water and 10 of another
		self := "/loads/" + o.Shipments[0].ID.String() + "/papers"
		keeper := w.as(t, "keeper")

		pick := keeper.get(t, self).want(t, http.StatusOK)
		if got := pick.text("h1"); got != "【演练】拣货单" || strings.Contains(pick.Body, "<script>alert") {
			t.Errorf("while it waits: %s", got)
		}
		var bins []string
		pick.Find(".cs-pick tbody tr").Each(func(_ int, r *goquery.Selection) { bins = append(bins, oneLine(r.Find("td").First().Text())) })
		if strings.Join(bins[:3], " ") != "A-01 A-01 A-02" || pick.Find(".cs-box").Length() != 3 || !strings.Contains(pick.text(".cs-pick"), "W12026-09-01瓶400") || !strings.Contains(pick.text(".cs-pick"), "共 3 行，5 顶，410 瓶") {
			t.Errorf("by bin: %v: %s", bins, pick.text(".cs-pick"))
		}
		if p := keeper.get(t, self+"?kind=transfer").want(t, http.StatusOK); !strings.Contains(p.text(".cp-no"), "出发登记后编号") || !strings.Contains(p.text(".cp-tail"), "出发登记后生成") {
			t.Errorf("a load that waits has a number: %s", p.text("main"))
		}
		w.pass(20)
		w.leave(t, o.Shipments[0])
		sh := w.order(t, o.ID).Shipments[0]
		v, err := w.store.Read().Voucher(w.ctx, sh.VoucherID)
		if err != nil {
			t.Fatal(err)
		}

		officer := w.as(t, "officer") // who signs need not see the books
		officer.get(t, "/vouchers/"+v.ID.String()).want(t, http.StatusNotFound)
		transfer := officer.get(t, self+"?kind=transfer").want(t, http.StatusOK)
		head := transfer.text(".cp-head")
		for _, part := range []string{"调出：区级中心库", "收货：李强 13900000002", "地点：中学路 8 号", "车辆：湘A12345", "驾驶员：老张 13700000001", "指令：ZL-2026-000001", "文号：望应急调〔2026〕8号", "日期：2026年7月3日", "事由：【演练】汛前演练"} {
			if !strings.Contains(head, part) {
				t.Errorf("the head lacks %q: %s", part, head)
			}
		}
		if transfer.text("h1") != "【演练】应急物资调拨单" || !strings.Contains(transfer.text(".cp-no"), v.Number) || !strings.Contains(transfer.text(".cp-tail"), "校验码 "+ledger.Tail(v.Hash)) || transfer.Find(".cp-line").Length() != 3 ||
			!strings.Contains(transfer.text(".cp-foot"), "批准：陈局") || !strings.Contains(transfer.Find(`link[href*="print-form"]`).AttrOr("href", ""), "print-form") {
			t.Errorf("the triplicate: %s", transfer.text("main"))
		}
		if a4 := officer.get(t, self+"?kind=transfer&paper=a4"); a4.Find(`link[href*="print-a4"]`).Length() != 1 || a4.Find(`nav[aria-label="纸张"] [aria-current]`).Text() != "A4 横向" {
			t.Error("A4 is not A4")
		}

		receipt := officer.get(t, self).want(t, http.StatusOK)
		link := w.server.URL + "/sign/" + sh.Token
		drawn, err := code.QR(link)
		if err != nil {
			t.Fatal(err)
		}
		if receipt.Find(".cs-code path").AttrOr("d", "") != drawn.Path || !strings.Contains(receipt.text(".cs-tail"), link) || !strings.Contains(receipt.text(".cp-bar .is-warn"), "局域网") {
			t.Errorf("the code leads elsewhere than %s: %s", link, receipt.text(".cs-tail"))
		}
		if facts := receipt.text(".cs-facts"); !strings.Contains(facts, "校验码："+ledger.Tail(v.Hash)) || !strings.Contains(facts, "接收：高塘岭中学安置点（高塘岭街道库签收）") || !strings.Contains(facts, v.Number) {
			t.Errorf("the receipt: %s", facts)
		}
		u, err := url.Parse(receipt.text(".cs-tail span:last-child"))
		if err != nil {
			t.Fatal(err)
		}
		if p := officer.get(t, u.Path).want(t, http.StatusOK); !strings.Contains(p.text("main"), "签收") {
			t.Errorf("the code opens %s: %s", p.URL, p.text("main"))
		}
		w.sign(t, sh)
		if rows := officer.get(t, self).text(".cs-table tbody tr:first-child"); !strings.HasSuffix(rows, "5500") {
			t.Errorf("what was signed for is printed: %s", rows)
		}
		w.as(t, "far").get(t, self).want(t, http.StatusNotFound)
		gone := w.approved(t, "1", "1")
		if err := w.dis.CancelLoad(w.ctx, w.actors["planner"], gone.Shipments[0].ID, "不要了"); err != nil {
			t.Fatal(err)
		}
		w.as(t, "keeper").get(t, "/loads/"+gone.Shipments[0].ID.String()+"/papers").want(t, http.StatusConflict)
		w.as(t, "system").get(t, self).want(t, http.StatusForbidden)
	})
}

func TestTheOfficialOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		w.begin(t, order.Real, "七月防汛")
		in := dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: w.begun.ID, Remark: w.sly, Targets: []dispatching.TargetInput{{DeskID: w.bsz.ID, Name: "白沙洲堤段"}, {DepotID: w.gtl.ID}},
			Lines: []dispatching.LineInput{{DepotID: w.depot.ID, ItemID: w.tent.ID, Qty: "5"}, {DepotID: w.depot.ID, ItemID: w.water.ID, Qty: "20", Target: 1}}}
		o, err := w.dis.Propose(w.ctx, w.actors["planner"], in)
		if err != nil {
			t.Fatal(err)
		}
		self := "/orders/" + o.ID.String() + "/paper"
		u := w.as(t, "leader")
		if p := u.get(t, self).want(t, http.StatusOK); !strings.Contains(p.text(".cs-void"), "待批准，不作调拨依据") || !strings.Contains(p.text(".cs-end"), "批准：签字") || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("a proposal: %s", p.text("main"))
		}
		if _, err = w.dis.Approve(w.ctx, w.actors["leader"], dispatching.DecisionInput{OrderID: o.ID, DocumentNo: "望应急调〔2026〕8号", SignedOn: "2026-07-03"}); err != nil {
			t.Fatal(err)
		}
		p := u.get(t, self).want(t, http.StatusOK)
		for selector, parts := range map[string][]string{
			".cs-no":    {"编号：ZL-2026-000001", "文号：望应急调〔2026〕8号"},
			".cs-body":  {"因七月防汛（实战Ⅲ级）应急调拨", w.sly},
			".cs-table": {"1救灾帐篷12㎡顶5区级中心库白沙洲堤段", "2饮用水瓶20区级中心库高塘岭街道库", "共 2 行"},
			".cs-sides": {"调出区级中心库高塘岭大道 1 号周静0731-88880001", "接收白沙洲堤段（白沙洲街道库签收）", "接收高塘岭街道库李强13900000002"},
			".cs-end":   {"批准：陈局（2026-07-03 20:00）", "2026年7月3日", "盖章"},
		} {
			for _, part := range parts {
				if !strings.Contains(p.text(selector), part) {
					t.Errorf("%s lacks %q: %s", selector, part, p.text(selector))
				}
			}
		}
		if p.Find(".cs-void, .cs-mark").Length() != 0 || u.get(t, "/orders/"+o.ID.String()).Find(`a[href="`+self+`"]`).Length() != 1 {
			t.Error("an order that stands is void, or the order's page does not lead to its paper")
		}
		word := w.byWord(t, "2")
		if p := u.get(t, "/orders/"+word.ID.String()+"/paper"); !strings.Contains(p.text(".cs-end"), "2026-07-03 20:00 电话批准，物资已先发出") {
			t.Errorf("by word: %s", p.text(".cs-end"))
		}
		w.as(t, "far").get(t, self).want(t, http.StatusOK) // its street receives
		if _, err := w.dis.Cancel(w.ctx, w.actors["leader"], o.ID, "雨停了"); err != nil {
			t.Fatal(err)
		}
		if p := u.get(t, self); !strings.Contains(p.text(".cs-void"), "已取消，不作调拨依据") {
			t.Errorf("cancelled: %s", p.text("main"))
		}
		if got := w.as(t, "officer").get(t, "/orders/"+word.ID.String()+"/paper"); got.Status != http.StatusNotFound {
			t.Errorf("another street's order: status %d", got.Status)
		}
	})
}

// TestPapersFitTheirPaper prints: the triplicate is one sheet a nine lines
// whatever stands in its head, the rest runs on and repeats its heading.
func TestPapersFitTheirPaper(t *testing.T) {
	t.Parallel()
	w := newWard(t, storetest.SQLite())
	long := strings.Repeat("长名称", 30)
	var lines []inventory.Line
	for n := range 60 {
		lines = append(lines, inventory.Line{ItemID: w.tent.ID, LotNo: fmt.Sprintf("LOT-%03d", n), Qty: "2", Bin: "A-01"})
	}
	if _, err := w.uses.Inventory.PostDraft(w.ctx, w.actors["keeper"], inventory.Draft{Type: ledger.Receipt, DepotID: w.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-06-02", Reason: ledger.Purchased, Lines: lines}); err != nil {
		t.Fatal(err)
	}
	w.begin(t, order.Drill, long[:90])
	in := dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: w.begun.ID, Reason: "应急调拨", Targets: []dispatching.TargetInput{{DeskID: w.gtl.ID, Name: long[:270], Address: strings.Repeat("长地址", 60)[:540], Contact: long[:150], Phone: "13900000002、13900000003、13900000004"}},
		Lines: []dispatching.LineInput{{DepotID: w.depot.ID, ItemID: w.tent.ID, Qty: "220"}}}
	o, err := w.dis.Propose(w.ctx, w.actors["planner"], in)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = w.dis.Approve(w.ctx, w.actors["leader"], dispatching.DecisionInput{OrderID: o.ID, DocumentNo: long[:150]}); err != nil {
		t.Fatal(err)
	}
	token, err := w.uses.Accounts.Console().Link(t.Context(), "leader")
	if err != nil {
		t.Fatal(err)
	}
	j := browse(t, w.server.URL, token)
	self := j.base + "/loads/" + o.Shipments[0].ID.String() + "/papers"
	sheets := (len(o.Shipments[0].Lines) + 8) / 9
	for _, c := range []struct {
		path        string
		least, most int
	}{{self + "?kind=transfer", sheets, sheets}, {self + "?kind=transfer&paper=a4", sheets, sheets}, {self + "?kind=pick", 2, 4}, {self + "?kind=receipt", 2, 4}, {j.base + "/orders/" + o.ID.String() + "/paper", 1, 1}} {
		j.do(j.b.Go(c.path))
		pdf, err := j.b.PDF()
		j.do(err)
		if n := len(pdfPage.FindAll(pdf, -1)); n < c.least || n > c.most {
			t.Errorf("%s: %d pages, want %d to %d", c.path, n, c.least, c.most)
		}
	}
	j.do(j.b.Go(self + "?kind=transfer"))
	j.until(`String([...document.querySelectorAll('.cp-page')].every((p) => p.scrollHeight <= p.clientHeight + 1))`, "true")
	j.until(`String([...document.querySelectorAll('.cp-head > div')].every((d) => d.firstElementChild.getBoundingClientRect().height <= d.getBoundingClientRect().height + 1))`, "true")
	j.quiet()
}
