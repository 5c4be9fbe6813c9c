package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/store"
)

// shop is a desk with a keeper of two depots, an item in packs, one kept piece
// by piece and one with an expired, a held and a quarantined lot.
type shop struct {
	*desk
	u                  *user
	here, there        place.Depot
	water, pump, cloth catalog.Item
	lot                map[string]store.StockRow // of cloth, by number
}

func newShop(t testing.TB) *shop {
	t.Helper()
	s := &shop{desk: newDesk(t), lot: map[string]store.StockRow{}}
	s.here, s.there = s.depot(t, "WC01"), s.depot(t, "GTL")
	ctx := context.Background()
	keeper := accounts.Person{Login: "pair", Name: "赵敏", Grants: []access.Grant{{Role: access.Keeper, DepotID: s.here.ID}, {Role: access.Keeper, DepotID: s.there.ID}}}
	if _, err := s.uses.Accounts.Console().Ensure(ctx, keeper); err != nil {
		t.Fatal(err)
	}
	s.u = s.as(t, "pair")
	s.water = s.item(t, directory.ItemInput{Name: "测试饮用水", Unit: "瓶", Packs: "箱=24"})
	s.pump = s.item(t, directory.ItemInput{Name: "测试水泵", Unit: "台", Serial: true})
	s.cloth = s.item(t, directory.ItemInput{Name: "测试苫布", Unit: "件"})
	for _, kind := range []struct {
		kind place.Kind
		code string
	}{{place.Quarantine, "DJ"}, {place.Bin, "Z-9"}} {
		if _, err := s.uses.Directory.CreateBin(ctx, overseer, s.here.ID, kind.kind, kind.code, ""); err != nil {
			t.Fatal(err)
		}
	}
	s.stock(t)
	return s
}

func (s *shop) item(t testing.TB, in directory.ItemInput) catalog.Item {
	t.Helper()
	cats, err := s.uses.Directory.Categories(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	in.CategoryID = cats[0].ID
	it, err := s.uses.Directory.CreateItem(context.Background(), overseer, in)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// stock receives what the tests take, and holds one lot.
func (s *shop) stock(t testing.TB) {
	t.Helper()
	row := store.StockRow{Item: s.cloth.Name}
	row.Lot.ItemID, row.DepotID = s.cloth.ID, s.here.ID
	s.receive(t, row, inventory.Line{LotNo: "GOOD", Expires: "2030-01-31", Qty: "40"}, inventory.Line{LotNo: "LATE", Expires: "2031-01-31", Qty: "30"},
		inventory.Line{LotNo: "OVER", Produced: "2020-01", Expires: "2025-06", Qty: "7"}, inventory.Line{LotNo: "HELD", Expires: "2032-01", Qty: "5"},
		inventory.Line{LotNo: "LOOK", Expires: "2033-01", Qty: "3", Bin: "DJ"})
	for _, r := range s.lots(t, inventory.StockFilter{ItemID: s.cloth.ID}) {
		s.lot[r.Lot.No] = r
	}
	if err := s.uses.Inventory.HoldLot(context.Background(), overseer, inventory.HoldRequest{LotID: s.lot["HELD"].Lot.ID, Held: true, Reason: "召回"}); err != nil {
		t.Fatal(err)
	}
}

// entry fills a type's form as the page shows it: a head and lines by key.
func (s *shop) entry(t testing.TB, path string, head map[string]string, lines ...map[string]string) url.Values {
	t.Helper()
	values := formValues(s.u.get(t, path+"/new").want(t, http.StatusOK).Find("#entry"))
	values.Set("depot", s.here.ID.String())
	values.Set("act", "post")
	if path == "/transfers" {
		values.Set("to_depot", s.there.ID.String())
	}
	for k, v := range head {
		values.Set(k, v)
	}
	for n, line := range lines {
		for k, v := range line {
			values.Set(fmt.Sprintf("line.%d.%s", n+1, k), v)
		}
	}
	return values
}

// took is a line that takes a chosen lot of the cloth.
func (s *shop) took(lot, qty string) map[string]string {
	r := s.lot[lot]
	return map[string]string{"item": s.cloth.Code, "item_id": s.cloth.ID.String(), "lot_id": r.Lot.ID.String(), "place_id": r.PlaceID.String(), "lot_no": lot, "qty": qty}
}

// posted sends a form and gives the voucher's page.
func (s *shop) posted(t testing.TB, path string, values url.Values) *page {
	t.Helper()
	p := s.u.post(t, path, values).want(t, http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/vouchers/") {
		t.Fatalf("%s leads to %s: %q", path, p.URL, p.text(".cb-errors"))
	}
	return p
}

// where says how much of a lot stands where, as "depot bin quantity".
func (s *shop) where(t testing.TB, lot string) string {
	t.Helper()
	var all []string
	for _, r := range s.lots(t, inventory.StockFilter{LotNo: lot}) {
		all = append(all, r.DepotCode+" "+r.Bin+" "+r.OnHand.String())
	}
	return strings.Join(all, "; ")
}

func TestEveryKeyedTypeHasItsForm(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for path, want := range map[string]struct{ heading, reason, columns string }{
		"/receipts":  {"入库单", "入库类型", "行 物资 规格型号 单位 批号 生产日期 有效期至 数量 单价 金额 货位 产权单位 备注 删除"},
		"/issues":    {"出库单", "出库用途", "行 物资 规格型号 单位 批号 生产日期 有效期至 货位 数量 备注 删除"},
		"/transfers": {"调拨单", "调拨事由", "行 物资 规格型号 单位 批号 生产日期 有效期至 调出货位 数量 调入货位 备注 删除"},
		"/moves":     {"移库单", "移库原因", "行 物资 规格型号 单位 批号 生产日期 有效期至 原货位 数量 移入货位 备注 删除"},
		"/disposals": {"报废单", "报废原因", "行 物资 规格型号 单位 批号 生产日期 有效期至 货位 数量 备注 删除"},
	} {
		p := s.u.get(t, path+"/new").want(t, http.StatusOK)
		if p.text("h1") != want.heading || p.text(`label[for="reason"]`) != want.reason || p.Find("#reason option").Length() < 4 {
			t.Errorf("%s: %q, %q", path, p.text("h1"), p.text(`label[for="reason"]`))
		}
		var heads []string
		p.Find(".cb-grid thead th").Each(func(_ int, th *goquerySelection) { heads = append(heads, strings.TrimSpace(th.Text())) })
		if got := strings.Join(heads, " "); got != want.columns {
			t.Errorf("%s: columns %q", path, got)
		}
		if n := p.Find(`.cb-side a[href="` + path + `/new"]`).Length(); n != 1 {
			t.Errorf("%s stands %d times in the menu", path, n)
		}
	}
	alone := s.as(t, "keeper").get(t, "/transfers/new").want(t, http.StatusOK)
	if !strings.Contains(alone.text(".cb-note"), "两端储备库") {
		t.Errorf("a keeper of one depot is told %q", alone.text("main"))
	}
}

func TestTransferIsKeyedShownAndTakenBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	line := s.took("GOOD", "4")
	line["remark"] = "应急"
	values := s.entry(t, "/transfers", map[string]string{"reason": "补充储备", "counterparty": sly}, line)
	v := s.posted(t, "/transfers", values)
	if !strings.HasPrefix(v.text("h1"), "DB-WC01-2026-") || !strings.Contains(v.text(".cb-facts"), s.here.Name+" → "+s.there.Name) || strings.Contains(v.Body, "<script>alert") {
		t.Errorf("the page says %q", v.text("main"))
	}
	if head := v.text(".cb-table thead"); !strings.Contains(head, "调出货位") || !strings.Contains(head, "调入货位") {
		t.Errorf("columns %q", head)
	}
	if got := s.where(t, "GOOD"); !strings.Contains(got, "GTL 默认货位 4") || !strings.Contains(got, "WC01 默认货位 36") {
		t.Errorf("stock %q", got)
	}
	t.Run("the list and the card name both ends", func(t *testing.T) {
		for _, login := range []string{"keeper", "keeper-gtl"} {
			list := s.as(t, login).get(t, "/vouchers?type=transfer").want(t, http.StatusOK)
			if !strings.Contains(list.text("#list"), s.here.Name+" → "+s.there.Name) {
				t.Errorf("%s sees %q", login, list.text("#list"))
			}
		}
		card := s.u.get(t, "/stock/card/"+s.cloth.ID.String()).want(t, http.StatusOK).text("#list tbody")
		if !strings.Contains(card, "补充储备 调往 "+s.there.Name) || !strings.Contains(card, "补充储备 调自 "+s.here.Name) {
			t.Errorf("the card says %q", card)
		}
	})
	t.Run("the paper has both depots and the bin", func(t *testing.T) {
		p := s.u.get(t, v.URL.Path+"/print").want(t, http.StatusOK)
		if text := p.text("main"); !strings.Contains(text, "调出 → 调入："+s.here.Name+" → "+s.there.Name) || !strings.Contains(p.text("thead"), "调入货位") {
			t.Errorf("the paper says %q", text)
		}
	})
	t.Run("a keeper of one end sees it and cannot take it back", func(t *testing.T) {
		for _, login := range []string{"keeper", "keeper-gtl"} {
			one := s.as(t, login)
			if one.get(t, v.URL.Path).want(t, http.StatusOK).Find(`a[href$="/reversal"]`).Length() != 0 {
				t.Errorf("%s is offered to reverse", login)
			}
			one.get(t, v.URL.Path+"/reversal").want(t, http.StatusForbidden)
		}
	})
	t.Run("the reversal shows less of the same movement", func(t *testing.T) {
		form := s.u.get(t, v.URL.Path+"/reversal").want(t, http.StatusOK)
		red := s.u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"reason": {"录错"}}).want(t, http.StatusOK)
		row := red.Find(".cb-table tbody tr").First()
		if !strings.HasPrefix(red.text("h1"), "HC-") || row.Find(`td[data-l="调入货位"]`).Length() != 1 || !strings.Contains(row.Find(`td[data-l="数量"]`).Text(), "-4") {
			t.Errorf("%q %q", red.text("h1"), row.Text())
		}
		if got := s.where(t, "GOOD"); !strings.Contains(got, "WC01 默认货位 40") {
			t.Errorf("stock %q", got)
		}
	})
}

func TestMovesAndDisposalsTakeWhatMayNotBeIssued(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	t.Run("the picker offers them with a badge, and proposes nothing", func(t *testing.T) {
		p := s.u.get(t, "/shelves?"+url.Values{"type": {"disposal"}, "depot": {s.here.ID.String()}, "item": {s.cloth.ID.String()}, "qty": {"2"}}.Encode()).want(t, http.StatusOK)
		for lot, badge := range map[string]string{"OVER": "过期", "HELD": "冻结", "LOOK": "待检", "GOOD": ""} {
			if !strings.Contains(p.Body, `"lot_no":"`+lot+`"`) || !strings.Contains(p.Body, `"badge":"`+badge+`"`) {
				t.Errorf("lot %s, badge %q: %s", lot, badge, p.Body)
			}
		}
		if !strings.Contains(p.Body, `"hand":true`) || !strings.Contains(p.Body, `"picks":[]`) {
			t.Errorf("%s", p.Body)
		}
		out := s.u.get(t, "/shelves?"+url.Values{"type": {"issue"}, "depot": {s.here.ID.String()}, "item": {s.cloth.ID.String()}}.Encode()).want(t, http.StatusOK)
		if strings.Contains(out.Body, "OVER") || strings.Contains(out.Body, "HELD") || strings.Contains(out.Body, "LOOK") || !strings.Contains(out.Body, "GOOD") {
			t.Errorf("an issue is offered %s", out.Body)
		}
		s.u.get(t, "/shelves?type=receipt&depot="+s.here.ID.String()+"&item="+s.cloth.ID.String()).want(t, http.StatusNotFound)
	})
	t.Run("what is ambiguous is asked for", func(t *testing.T) {
		values := s.entry(t, "/disposals", map[string]string{"reason": "过期失效"}, map[string]string{"item": s.cloth.Code, "qty": "2"})
		p := s.u.post(t, "/disposals", values).want(t, http.StatusUnprocessableEntity)
		if got := p.text("#line-1-lot_no-error"); !strings.Contains(got, "请选定一个") {
			t.Errorf("the cell says %q", got)
		}
	})
	t.Run("an expired lot is scrapped", func(t *testing.T) {
		v := s.posted(t, "/disposals", s.entry(t, "/disposals", map[string]string{"reason": "过期失效"}, s.took("OVER", "7")))
		if !strings.HasPrefix(v.text("h1"), "BF-WC01-") || s.where(t, "OVER") != "" {
			t.Errorf("%s, left %q", v.text("h1"), s.where(t, "OVER"))
		}
		if text := s.u.get(t, v.URL.Path+"/print").want(t, http.StatusOK).text("main"); !strings.Contains(text, "监销：") || !strings.Contains(text, "报废原因：过期失效") {
			t.Errorf("the paper says %q", text)
		}
	})
	t.Run("goods leave quarantine for a bin", func(t *testing.T) {
		line := s.took("LOOK", "3")
		values := s.entry(t, "/moves", map[string]string{"reason": "检验合格移出"}, line)
		p := s.u.post(t, "/moves", values).want(t, http.StatusUnprocessableEntity)
		if got := p.text("#line-1-to_bin-error"); !strings.Contains(got, "移入的货位") {
			t.Errorf("without a bin the cell says %q", got)
		}
		p = s.u.postForm(t, p, "#entry", url.Values{"line.1.to_bin": {"Z-9"}, "act": {"post"}}).want(t, http.StatusOK)
		if !strings.HasPrefix(p.text("h1"), "YK-WC01-") || s.where(t, "LOOK") != "WC01 Z-9 3" {
			t.Errorf("%s, %q, %q", p.text("h1"), s.where(t, "LOOK"), p.text(".cb-errors"))
		}
		form := s.u.get(t, p.URL.Path+"/reversal").want(t, http.StatusOK)
		red := s.u.postForm(t, form, `form[action$="/reversal"]`, url.Values{"reason": {"录错"}}).want(t, http.StatusOK).Find(".cb-table tbody tr").First()
		if from, to, qty := red.Find(`td[data-l="原货位"]`).Text(), red.Find(`td[data-l="移入货位"]`).Text(), red.Find(`td[data-l="数量"]`).Text(); from != "DJ" || to != "Z-9" || qty != "-3" {
			t.Errorf("taken back: %s from %s to %s", qty, from, to)
		}
		if paper := s.u.get(t, p.URL.Path+"/print").want(t, http.StatusOK); !strings.Contains(paper.text("thead"), "原货位") || !strings.Contains(paper.text("tbody"), "Z-9") {
			t.Errorf("the paper says %q", paper.text("main"))
		}
	})
}

func TestPacksAndPiecesAreKeyedAndShown(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	values := s.entry(t, "/receipts", map[string]string{"reason": "本级采购"}, map[string]string{"item": s.water.Code, "qty": "5箱3瓶", "price": "2"},
		map[string]string{"item": s.pump.Code, "lot_no": "FD-001至FD-003", "price": "100"})
	v := s.posted(t, "/receipts", values)
	rows := v.text(".cb-table tbody")
	for _, part := range []string{"123（5箱3瓶）", "FD-001", "FD-003", "246.00"} {
		if !strings.Contains(strings.ReplaceAll(rows, " （", "（"), part) {
			t.Errorf("the page lacks %q: %q", part, rows)
		}
	}
	if head := v.text(".cb-table thead"); !strings.Contains(head, "批号/编号") {
		t.Errorf("heads %q", head)
	}
	paper := s.u.get(t, v.URL.Path+"/print").want(t, http.StatusOK)
	if lines := paper.Find(".cp-line"); lines.Length() != 2 || !strings.Contains(lines.Eq(1).Text(), "FD-001至FD-003") || !strings.Contains(lines.Eq(0).Find(".cp-pack").Text(), "5箱3瓶") || !strings.Contains(lines.Eq(1).Text(), "300.00") {
		t.Errorf("the paper has %d lines: %q", lines.Length(), lines.Text())
	}
	t.Run("what was typed in packs stays with its amount when it is refused", func(t *testing.T) {
		values := s.entry(t, "/receipts", nil, map[string]string{"item": s.water.Code, "item_id": s.water.ID.String(), "qty": "2箱", "price": "2"})
		p := s.u.post(t, "/receipts", values).want(t, http.StatusUnprocessableEntity)
		tr := p.Find(".cb-grid tbody tr").First()
		if p.cell("line-1-qty") != "2箱" || tr.AttrOr("data-packs", "") != "箱=24" || tr.Find(`td[data-k="amount"]`).Text() != "96.00" {
			t.Errorf("%q %q", p.cell("line-1-qty"), tr.Find(`td[data-k="amount"]`).Text())
		}
	})
	t.Run("pieces leave by their numbers", func(t *testing.T) {
		p := s.u.post(t, "/issues", s.entry(t, "/issues", map[string]string{"reason": "日常领用"}, map[string]string{"item": s.pump.Code, "lot_no": "FD-009"})).want(t, http.StatusUnprocessableEntity)
		cell := p.Find("#line-1-lot_no")
		if cell.AttrOr("value", "") != "FD-009" || !strings.Contains(p.text("#line-1-lot_no-error"), "FD-009") {
			t.Errorf("the cell says %q", p.text("#line-1-lot_no-error"))
		}
		out := s.posted(t, "/issues", s.entry(t, "/issues", map[string]string{"reason": "日常领用"}, map[string]string{"item": s.pump.Code, "lot_no": "FD-002", "qty": "1"}))
		if !strings.Contains(out.text(".cb-table tbody"), "FD-002") {
			t.Errorf("%q", out.text(".cb-table tbody"))
		}
		again := s.u.post(t, "/receipts", s.entry(t, "/receipts", map[string]string{"reason": "本级采购"}, map[string]string{"item": s.pump.Code, "lot_no": "FD-001"})).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(again.text("#line-1-lot_no-error"), "已经登记过") {
			t.Errorf("the number again: %q", again.text(".cb-errors"))
		}
	})
	t.Run("a number alone does not say which lot", func(t *testing.T) {
		p := s.u.post(t, "/issues", s.entry(t, "/issues", map[string]string{"reason": "日常领用"}, map[string]string{"item": s.cloth.Code, "lot_no": "LATE", "qty": "1"})).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("#line-1-lot_no-error"), "从列表选定批次") {
			t.Errorf("%q", p.text(".cb-errors"))
		}
	})
}

func TestDraftsOfAllTypesAreKept(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	line := s.took("GOOD", "2")
	line["to_bin"] = "A-1"
	for path, name := range map[string]string{"/transfers": "调拨单", "/moves": "移库单", "/disposals": "报废单"} {
		values := s.entry(t, path, map[string]string{"act": "draft", "remark": "半张"}, line)
		p := s.u.post(t, path, values).want(t, http.StatusOK)
		if !strings.HasPrefix(p.URL.Path, "/drafts/") || p.text("h1") != name || p.cell("line-1-lot_no") != "GOOD" {
			t.Errorf("%s: at %s %q", path, p.URL, p.text("h1"))
		}
		if path != "/disposals" && p.cell("line-1-to_bin") != "A-1" {
			t.Errorf("%s: the bin is %q", path, p.cell("line-1-to_bin"))
		}
		list := s.u.get(t, "/drafts").want(t, http.StatusOK).text("main tbody")
		if !strings.Contains(list, name) {
			t.Errorf("the list says %q", list)
		}
	}
}
