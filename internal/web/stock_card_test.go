package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// number reads a figure of a page; "" is 0.
func number(t testing.TB, text string) quantity.Q {
	t.Helper()
	text = strings.ReplaceAll(text, ",", "")
	if text == "" {
		return 0
	}
	r, err := quantity.Parse(text)
	if err != nil {
		t.Fatalf("figure %q: %v", text, err)
	}
	return r.Q
}

// longCard posts more movements of one item than a card's page holds.
func (d *desk) longCard(t testing.TB) store.StockRow {
	t.Helper()
	row := d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID})[0]
	var lines []inventory.Line
	for i := range inventory.PageSize + 10 {
		lines = append(lines, inventory.Line{LotNo: fmt.Sprintf("CARD-%03d", i), Qty: "3"})
	}
	d.receive(t, row, lines...)
	return row
}

// cardPages walks a card from its end and checks every balance on the way. It
// gives the balances at both ends and the number of movements.
func (u *user) cardPages(t testing.TB, path string) (opening, closing quantity.Q, movements, pages int) {
	t.Helper()
	for path != "" {
		p := u.get(t, path).want(t, http.StatusOK)
		rows := listRows(p)
		last := rows[len(rows)-1]
		end := number(t, last["结存"])
		if later := strings.Contains(last["单据编号"], "转下页"); later != (pages > 0) {
			t.Fatalf("page %d ends with %v", pages+1, last)
		}
		if pages == 0 {
			closing = end
		} else if end != opening {
			t.Fatalf("page %d ends with %s, the one after begins with %s", pages+1, end, opening)
		}
		opening = number(t, rows[0]["结存"])
		balance := opening
		for _, r := range rows[1 : len(rows)-1] {
			balance += number(t, r["收入"]) - number(t, r["发出"])
			if got := number(t, r["结存"]); got != balance {
				t.Fatalf("%s leaves %s, want %s", r["单据编号"], got, balance)
			}
			movements++
		}
		if balance != end {
			t.Fatalf("the page ends with %s, want %s", end, balance)
		}
		pages++
		path = p.Find(`#list nav a[rel="next"]`).AttrOr("href", "")
		if earlier := strings.Contains(rows[0]["单据编号"], "承前页"); earlier != (path != "") {
			t.Fatalf("承前页 %v, next page %q", earlier, path)
		}
	}
	return opening, closing, movements, pages
}

func TestStockCardAgreesWithStock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	row := d.longCard(t)
	u := d.as(t, "planner")
	path := "/stock/card/" + row.Lot.ItemID.String()
	onHand := func(f inventory.StockFilter) (sum quantity.Q) {
		for _, r := range d.lots(t, f) {
			sum += r.OnHand
		}
		return sum
	}
	t.Run("over all depots", func(t *testing.T) {
		opening, closing, _, pages := u.cardPages(t, path)
		if want := onHand(inventory.StockFilter{ItemID: row.Lot.ItemID}); closing != want || opening != 0 || pages < 2 {
			t.Errorf("from %s to %s in %d pages, want %s", opening, closing, pages, want)
		}
	})
	t.Run("at one depot", func(t *testing.T) {
		_, closing, _, _ := u.cardPages(t, path+"?depot="+row.DepotID.String())
		if want := onHand(inventory.StockFilter{ItemID: row.Lot.ItemID, DepotID: row.DepotID}); closing != want {
			t.Errorf("closes at %s, want %s", closing, want)
		}
	})
	t.Run("two periods meet", func(t *testing.T) {
		_, first, before, _ := u.cardPages(t, path+"?to=2026-11-24")
		second, closing, after, _ := u.cardPages(t, path+"?from=2026-11-25")
		_, whole, all, _ := u.cardPages(t, path)
		if first != second || closing != whole || before+after != all {
			t.Errorf("%s meets %s, closes %s and %s, %d + %d of %d movements", first, second, closing, whole, before, after, all)
		}
	})
}

func TestWrongCardFiltersAreSaidOnThePage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	path := "/stock/card/" + d.lots(t, inventory.StockFilter{})[0].Lot.ItemID.String()
	for query, part := range map[string]string{
		"from=2026-02-30":                       "开始日期",
		"to=tomorrow":                           "结束日期",
		"from=2026-11-20&to=2026-11-01":         "调换",
		"depot=x":                               "没有这个储备库",
		"before=2026-11-01":                     "翻页",
		"before=2026-11-01~x~y":                 "翻页",
		"from=2026-11-01&before=2026-10-01~1~1": "翻页",
	} {
		p := u.get(t, path+"?"+query).want(t, http.StatusOK)
		if !strings.Contains(p.text("main .cb-flash"), part) {
			t.Errorf("%s: the page says %q, want %q", query, p.text("main .cb-flash"), part)
		}
	}
	u.get(t, "/stock/card/1").want(t, http.StatusNotFound)
	u.get(t, "/stock/card/x").want(t, http.StatusNotFound)
}
