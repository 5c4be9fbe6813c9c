package web_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// overseer is a planner as the use cases know one, to compare pages with.
var overseer = access.Actor{ID: 1, Name: "核对", Grants: []access.Grant{{Role: access.Planner}}}

// listRows gives the cells of a list's rows, keyed by the column's heading.
func listRows(p *page) []map[string]string {
	var heads []string
	p.Find("#list thead th").Each(func(_ int, th *goquery.Selection) { heads = append(heads, oneLine(th.Text())) })
	var rows []map[string]string
	p.Find("#list tbody tr").Each(func(_ int, tr *goquery.Selection) {
		row := map[string]string{}
		tr.Find("td").Each(func(i int, td *goquery.Selection) { row[heads[i]] = oneLine(td.Text()) })
		rows = append(rows, row)
	})
	return rows
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// walk follows a list's pages to its end.
func (u *user) walk(t testing.TB, path string) []map[string]string {
	t.Helper()
	var all []map[string]string
	for turns := 0; path != ""; turns++ {
		if turns > 100 {
			t.Fatal("the pages have no end")
		}
		p := u.get(t, path).want(t, http.StatusOK)
		all = append(all, listRows(p)...)
		path = p.Find(`#list nav a[rel="next"]`).AttrOr("href", "")
	}
	return all
}

func column(rows []map[string]string, name string) []string {
	var cells []string
	for _, r := range rows {
		cells = append(cells, r[name])
	}
	return cells
}

// lots gives the shelves as the use case lists them.
func (d *desk) lots(t testing.TB, f inventory.StockFilter) []store.StockRow {
	t.Helper()
	rows, _, err := d.uses.Inventory.StockByLot(context.Background(), overseer, f, inventory.AllRows)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (d *desk) depot(t testing.TB, code string) place.Depot {
	t.Helper()
	all, err := d.store.Read().Depots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(p place.Depot) bool { return p.Code == code })
	if at < 0 {
		t.Fatalf("no depot %s", code)
	}
	return all[at]
}

// expiredLot is a lot past its last day: the small district has none.
var expiredLot = inventory.Line{LotNo: "OLD-1", Produced: "2024-06", Expires: "2026-06", Qty: "7"}

// receive books lines of a row's item at the keeper's depot.
func (d *desk) receive(t testing.TB, row store.StockRow, lines ...inventory.Line) {
	t.Helper()
	keeper := d.account(t, "keeper")
	actor := access.Actor{ID: keeper.ID, Login: keeper.Login, Name: keeper.Name, Grants: keeper.Grants}
	draft := inventory.Draft{Type: ledger.Receipt, DepotID: row.DepotID, ClientKey: inventory.NewKey(), BusinessOn: "2026-11-25", Reason: "本级采购"}
	for _, l := range lines {
		l.ItemID, l.Item = row.Lot.ItemID, row.Item
		draft.Lines = append(draft.Lines, l)
	}
	if _, err := d.uses.Inventory.PostDraft(context.Background(), actor, draft); err != nil {
		t.Fatal(err)
	}
}

func lotLine(code, depot, bin, lot, qty string) string {
	return strings.Join([]string{code, depot, bin, lot, strings.ReplaceAll(qty, ",", "")}, "|")
}

func lotLines(rows []map[string]string) []string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, lotLine(r["编码"], r["储备库"], r["货位"], r["批号"], r["结存"]))
	}
	slices.Sort(lines)
	return lines
}

func rowLines(rows []store.StockRow) []string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, lotLine(r.ItemCode, r.Depot, r.Bin, r.Lot.No, r.OnHand.String()))
	}
	slices.Sort(lines)
	return lines
}

func TestStockListPagesShowEveryRowOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.receive(t, d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID})[0], expiredLot)
	u := d.as(t, "planner")
	t.Run("by lot", func(t *testing.T) {
		want := rowLines(d.lots(t, inventory.StockFilter{}))
		if len(want) <= inventory.PageSize {
			t.Fatalf("only %d rows: nothing is paged", len(want))
		}
		if diff := cmp.Diff(want, lotLines(u.walk(t, "/stock?by=lot"))); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("by item", func(t *testing.T) {
		var want []string
		for _, r := range d.lots(t, inventory.StockFilter{}) {
			want = append(want, r.ItemCode)
		}
		slices.Sort(want)
		if diff := cmp.Diff(slices.Compact(want), column(u.walk(t, "/stock"), "编码")); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("by depot and by category count kinds and lots", func(t *testing.T) {
		all := d.lots(t, inventory.StockFilter{})
		today := d.uses.Inventory.Today()
		for by, key := range map[string]func(store.StockRow) string{
			"depot":    func(r store.StockRow) string { return r.Depot },
			"category": func(r store.StockRow) string { return r.Category },
		} {
			rows := u.walk(t, "/stock?by="+by)
			for _, shown := range rows {
				kinds, lots, expired := map[id.ID]bool{}, map[id.ID]bool{}, map[id.ID]bool{}
				for _, r := range all {
					if !strings.HasPrefix(shown["名称"], key(r)) {
						continue
					}
					kinds[r.Lot.ItemID], lots[r.Lot.ID] = true, true
					if r.Lot.Expired(today) {
						expired[map[string]id.ID{"depot": r.Lot.ID, "category": r.Lot.ItemID}[by]] = true
					}
				}
				want := fmt.Sprint(len(kinds), len(lots), len(expired))
				if got := fmt.Sprint(shown["在库品种"], " ", shown["在库批次"], " ", strings.Trim(shown["含已过期"], "批种 ")); got != want {
					t.Errorf("%s shows %s, want %s", shown["名称"], got, want)
				}
			}
			if len(rows) < 2 {
				t.Errorf("by %s: %d rows", by, len(rows))
			}
		}
	})
}

func TestStockListNarrowsByEachFilter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	some := d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID})[0]
	d.receive(t, some, expiredLot)
	for _, expires := range []string{"2026-11-25", "2026-12-20", "2027-01-31", "2027-05-01"} {
		d.receive(t, some, inventory.Line{LotNo: "SOON-" + expires, Expires: expires, Qty: "3"})
	}
	all := d.lots(t, inventory.StockFilter{})
	u := d.as(t, "planner")
	row := all[len(all)/2]
	today := d.uses.Inventory.Today()
	categories, err := d.uses.Directory.Categories(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var category string
	for _, c := range categories {
		if c.Name == row.Category {
			category = c.ID.String()
		}
	}
	for _, c := range []struct {
		name, query string
		keep        func(store.StockRow) bool
	}{
		{"depot", "depot=" + row.DepotID.String(), func(r store.StockRow) bool { return r.DepotID == row.DepotID }},
		{"category", "category=" + category, func(r store.StockRow) bool { return r.Category == row.Category }},
		{"item", "q=" + row.ItemCode, func(r store.StockRow) bool { return r.ItemCode == row.ItemCode }},
		{"lot number", "lot=" + url.QueryEscape(row.Lot.No), func(r store.StockRow) bool { return strings.Contains(r.Lot.No, row.Lot.No) }},
		{"expired", "expiry=expired", func(r store.StockRow) bool { return r.Lot.Expired(today) }},
		{"expiring in 30 days", "expiry=30", within(today.First, today.AddDays(30).First)},
		{"expiring in 90 days", "expiry=90", within(today.First, today.AddDays(90).First)},
		{"expiring in 180 days", "expiry=180", within(today.First, today.AddDays(180).First)},
		{"two at once", "depot=" + row.DepotID.String() + "&q=" + row.ItemCode, func(r store.StockRow) bool {
			return r.DepotID == row.DepotID && r.ItemCode == row.ItemCode
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []store.StockRow
			for _, r := range all {
				if c.keep(r) {
					want = append(want, r)
				}
			}
			if len(want) == 0 || len(want) == len(all) {
				t.Errorf("%d of %d rows: the filter shows nothing of itself", len(want), len(all))
			}
			if diff := cmp.Diff(rowLines(want), lotLines(u.walk(t, "/stock?by=lot&"+c.query))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func within(first, last string) func(store.StockRow) bool {
	return func(r store.StockRow) bool {
		end := r.Lot.Expires.Last()
		return end != "" && end >= first && end <= last
	}
}

func TestStockListKeepsTheFilterInItsLinks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	depot := d.depot(t, "WC01").ID.String()
	p := u.get(t, "/stock?by=lot&depot="+depot+"&q=%E5%B8%90%E7%AF%B7&expiry=180&lot=L").want(t, http.StatusOK)
	p.Find("#list .cb-tabs a, #export").Each(func(_ int, a *goquery.Selection) {
		link, err := url.Parse(a.AttrOr("href", ""))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"depot": depot, "q": "帐篷", "expiry": "180", "lot": "L"} {
			if got := link.Query().Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", link, name, got, want)
			}
		}
	})
	if current := p.text(`.cb-tabs a[aria-current="page"]`); current != "按批次" {
		t.Errorf("current tab %q", current)
	}
	if p.Find("main .cb-filter option[selected]").Length() != 2 {
		t.Error("the chosen depot and expiry are not selected")
	}
}

func TestStockSearchOfAVoucherNumberGoesToTheVouchers(t *testing.T) {
	t.Parallel()
	u := newDesk(t).as(t, "keeper")
	u.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for typed, want := range map[string]string{"RK-WC01-2026": "/vouchers?number=RK-WC01-2026", "ck-": "/vouchers?number=CK-", "ＲＫ－WC01": "/vouchers?number=RK-WC01"} {
		p := u.get(t, "/stock?q="+url.QueryEscape(typed)).want(t, http.StatusSeeOther)
		if got := p.Header.Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", typed, got, want)
		}
	}
	u.get(t, "/stock?q=zp-1").want(t, http.StatusOK)
}

func TestWrongStockFiltersAreSaidOnThePage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "street")
	other := d.depot(t, "WC01").ID.String()
	for _, c := range []struct {
		query, part string
		export      int // how the export answers the same
	}{
		{"depot=abc", "储备库", http.StatusUnprocessableEntity},
		{"depot=77", "没有这个储备库", http.StatusUnprocessableEntity},
		{"depot=" + other, "没有这个储备库", http.StatusUnprocessableEntity},
		{"category=77", "没有这个物资类别", http.StatusUnprocessableEntity},
		{"expiry=7", "效期", http.StatusUnprocessableEntity},
		{"by=shelf", "列法", http.StatusUnprocessableEntity},
		{"q=" + strings.Repeat("长", 101), "太长", http.StatusUnprocessableEntity},
		{"after=a~b", "翻页", http.StatusOK}, // an export has no pages
		{"by=lot&after=a~b~c~d", "翻页", http.StatusOK},
		{"by=lot&after=a~b~1~-1", "翻页", http.StatusOK},
		{"by=lot&lot=%25%2F..%2F", "没有符合条件", http.StatusOK},
		{"q=%27+OR+1%3D1--", "没有符合条件", http.StatusOK},
	} {
		p := u.get(t, "/stock?"+c.query).want(t, http.StatusOK)
		if got := p.text("#list"); !strings.Contains(got, c.part) {
			t.Errorf("%s: the list says %q, want %q", c.query, got, c.part)
		}
		if e := u.get(t, "/stock/export?"+c.query); e.Status != c.export || strings.Contains(e.text("main"), c.part) != (c.export != http.StatusOK) {
			t.Errorf("%s: the export answers %d: %s", c.query, e.Status, e.text("main"))
		}
	}
}

func TestStockExportIsTheListAsAWorkbook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	depot := d.depot(t, "WC01")
	p := u.get(t, "/stock/export?depot="+depot.ID.String()).want(t, http.StatusOK)
	if got := p.Header.Get("Content-Disposition"); !strings.Contains(got, "filename*=UTF-8''%E5%BA%93%E5%AD%98%E5%8F%B0%E8%B4%A6-2026-11-25.xlsx") {
		t.Errorf("named %q", got)
	}
	if got := p.Header.Get("Content-Type"); got != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
		t.Errorf("typed %q", got)
	}
	if got := p.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("cached %q", got)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells, err := book.GetRows("库存台账", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	lots, total := 0, false
	for _, row := range cells {
		total = total || slices.Contains(row, "合计")
		if len(row) > 1 && row[1] == depot.Name {
			lots++
		}
	}
	if want := len(d.lots(t, inventory.StockFilter{DepotID: depot.ID})); lots != want || !total {
		t.Errorf("%d lots (want %d), 合计 %v", lots, want, total)
	}
}

func TestStreetSeesOnlyItsOwnDepot(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "street")
	own, other := d.depot(t, "GTL"), d.depot(t, "WC01")
	want := rowLines(d.lots(t, inventory.StockFilter{DepotID: own.ID}))
	if diff := cmp.Diff(want, lotLines(u.walk(t, "/stock?by=lot"))); diff != "" {
		t.Error(diff)
	}
	if names := column(u.walk(t, "/stock?by=depot"), "名称"); len(names) != 1 || !strings.Contains(names[0], own.Name) {
		t.Errorf("depots shown: %v", names)
	}
	book := u.get(t, "/stock/export").want(t, http.StatusOK)
	opened, err := excelize.OpenReader(strings.NewReader(book.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if found, _ := opened.SearchSheet("库存台账", other.Name); len(found) > 0 {
		t.Errorf("another depot's rows stand in the export: %v", found)
	}
	item := d.lots(t, inventory.StockFilter{DepotID: other.ID})[0].Lot.ItemID
	p := u.get(t, "/stock/card/"+item.String()).want(t, http.StatusOK)
	for _, shown := range column(listRows(p), "储备库 / 货位") {
		if shown != "" && !strings.HasPrefix(shown, own.Name) {
			t.Errorf("the card shows %q", shown)
		}
	}
	p = u.get(t, "/stock/card/"+item.String()+"?depot="+other.ID.String()).want(t, http.StatusOK)
	if !strings.Contains(p.text("main"), "没有这个储备库") {
		t.Error("a card of another depot is not refused in words")
	}
	for _, login := range []string{"system", "security"} {
		d.as(t, login).get(t, "/stock").want(t, http.StatusForbidden)
	}
}

func TestExpiredStockIsThereButNotUsable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	row := d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID})[0]
	u := d.as(t, "keeper")
	before := u.search(t, row.ItemCode, row.DepotID.String())[0]
	d.receive(t, row, expiredLot)
	after := u.search(t, row.ItemCode, row.DepotID.String())[0]
	if after.Available != before.Available || after.OnHand == before.OnHand {
		t.Errorf("the picker went from %+v to %+v", before, after)
	}
	lots := u.walk(t, "/stock?by=lot&lot=OLD-1")
	if len(lots) != 1 || lots[0]["结存"] != "7" || lots[0]["可用"] != "0" {
		t.Errorf("the lot: %v", lots)
	}
}
