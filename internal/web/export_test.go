package web_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/store"
)

// workbook opens an answer that is one, and gives the texts of its first sheet.
func workbook(t *testing.T, p *page) string {
	t.Helper()
	p.want(t, http.StatusOK)
	f, err := excelize.OpenReader(strings.NewReader(p.Body))
	if err != nil {
		t.Fatalf("%s: %v", p.Header.Get("Content-Type"), err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, r := range rows {
		text += strings.Join(r, "|") + "\n"
	}
	return text
}

// planInForce brings a plan into force that asks for more than any depot has,
// but for one depot, which can spare what it holds.
func (d *desk) planInForce(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	planner := access.Actor{ID: 901, Name: "沈岚", Grants: []access.Grant{{Role: access.Planner}}}
	leader := access.Actor{ID: 902, Name: "李明", Grants: []access.Grant{{Role: access.Leader}}}
	depots, err := d.store.Read().Depots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := d.uses.Inventory.StockByLot(ctx, planner, inventory.StockFilter{}, inventory.AllRows)
	rows = slices.DeleteFunc(rows, func(r store.StockRow) bool {
		return r.Kind != place.Bin || !r.Lot.Expires.IsZero() || r.Lot.Held || r.Lot.Serial
	})
	if err != nil || len(rows) == 0 {
		t.Fatal(len(rows), err)
	}
	spare := slices.MaxFunc(rows, func(a, b store.StockRow) int { return cmp.Compare(a.Available(), b.Available()) })
	var lines []plan.Line
	for _, depot := range depots {
		if depot.ID == spare.DepotID {
			continue
		}
		lines = append(lines, plan.Line{Scope: plan.Scope{Kind: plan.AtDepot, DepotID: depot.ID}, Target: plan.Target{Kind: plan.OfItem, ID: spare.Lot.ItemID}, Unit: spare.Unit,
			Standard: quantity.Of(90000), Forms: []plan.Form{plan.Physical}})
	}
	var p plan.Plan
	err = d.store.Tx(ctx, func(tx *store.Tx) (err error) {
		p, err = planning.DraftFrom(ctx, tx, planner, planning.DraftHead{ID: tx.NewID(), Year: d.uses.Planning.Today().Year(), Season: plan.WholeYear}, lines)
		return err
	})
	if err == nil {
		err = d.uses.Planning.SubmitPlan(ctx, planner, p.ID, p.LockNo)
	}
	if err == nil {
		err = d.uses.Planning.DecidePlan(ctx, leader, p.ID, p.LockNo+1, planning.Verdict{Approve: true, Document: "1号"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestExportsStandInOnePlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	d.planInForce(t)
	p := u.get(t, "/exports").want(t, http.StatusOK)
	if n := p.Find(".cb-exports section").Length(); n != len(reporting.Forms) {
		t.Errorf("%d forms for %d kinds", n, len(reporting.Forms))
	}
	item := p.Find("#goods option").First().AttrOr("value", "")
	number := oneLine(u.get(t, "/vouchers").want(t, http.StatusOK).Find("#list tbody td.is-title").First().Text())
	typed := map[reporting.Kind]url.Values{reporting.Voucher: {"voucher": {number}}}
	for _, form := range reporting.Forms {
		if form.Kind == reporting.Card {
			continue // of an item with movements: below
		}
		sent := formValues(p.Find("#" + string(form.Kind) + " form"))
		for name, values := range typed[form.Kind] {
			sent[name] = values
		}
		answer := u.get(t, "/exports/"+string(form.Kind)+"?"+sent.Encode())
		if text := workbook(t, answer); !strings.Contains(text, "编制单位：") {
			t.Errorf("%s: %s", form.Kind, text)
		}
		if name := answer.Header.Get("Content-Disposition"); !strings.Contains(name, "filename*=UTF-8''") || !strings.Contains(name, `filename="`+string(form.Kind)) {
			t.Errorf("%s is called %s", form.Kind, name)
		}
	}
	t.Run("what cannot be meant is said at its form, with what was typed", func(t *testing.T) {
		for query, want := range map[string]string{"card?item=" + url.QueryEscape("火箭"): "火箭", "card?item=": "没有说是哪种物资", "voucher?voucher=RK-0": "RK-0",
			"journal?from=x": "看不懂", "stock?depot=1": "没有储备库"} {
			p := u.get(t, "/exports/"+query).want(t, http.StatusUnprocessableEntity)
			kind, _, _ := strings.Cut(query, "?")
			if alert := p.text("#" + kind + " [role=alert]"); !strings.Contains(alert, want) || p.Find("[role=alert]").Length() != 1 {
				t.Errorf("%s: %s", query, alert)
			}
		}
		p := u.get(t, "/exports/card?item=X1&from=2026-01-02").want(t, http.StatusUnprocessableEntity)
		if p.Find("#card-item").AttrOr("value", "") != "X1" || p.Find("#card-from").AttrOr("value", "") != "2026-01-02" {
			t.Error("what was typed is gone")
		}
		u.get(t, "/exports/nothing").want(t, http.StatusNotFound)
	})
	if item == "" {
		t.Error("no goods are offered")
	}
}

func TestPagesOfferTheirExport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	row := d.longCard(t)
	for path, want := range map[string][]string{
		"/stock/card/" + row.Lot.ItemID.String() + "?depot=" + row.DepotID.String(): {"物资卡片（明细账）", "物资名称：" + row.Item, "储备库：" + row.Depot, "本月合计"},
		"/vouchers?type=issue&depot=" + row.DepotID.String():                        {"出入库流水账", "储备库：" + row.Depot, "CK-"},
		"/depots/" + row.DepotID.String():                                           {"应急物资盘点表", "盘点仓库：" + row.Depot, row.Lot.No},
		"/depots/" + row.DepotID.String() + "/daily?on=2026-11-20":                  {"起止日期：2026年11月20日至2026年11月20日"},
	} {
		p := u.get(t, path).want(t, http.StatusOK)
		link := p.Find(`.cb-head a[href^="/exports/"]`).AttrOr("href", "")
		text := workbook(t, u.get(t, link))
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %s in\n%s", path, w, text)
			}
		}
		if strings.Contains(path, "type=issue") && strings.Contains(text, "RK-") {
			t.Errorf("%s: receipts stand among issues", path)
		}
	}
	t.Run("a voucher, under its own name", func(t *testing.T) {
		first := u.get(t, "/vouchers").want(t, http.StatusOK).Find("#list tbody td.is-title a").First()
		p := u.get(t, first.AttrOr("href", "")).want(t, http.StatusOK)
		answer := u.get(t, p.Find(`.cb-head a[href^="/exports/voucher"]`).AttrOr("href", ""))
		number := oneLine(first.Text())
		if text := workbook(t, answer); !strings.Contains(text, "编号："+number) || !strings.Contains(answer.Header.Get("Content-Disposition"), url.PathEscape("-"+number+".xlsx")) {
			t.Errorf("%s\n%s", answer.Header.Get("Content-Disposition"), text)
		}
	})
	t.Run("a list with a wrong filter offers none", func(t *testing.T) {
		p := u.get(t, "/vouchers?type=x").want(t, http.StatusOK)
		p.Find("#export").Each(func(_ int, s *goquery.Selection) { t.Error(s.AttrOr("href", "")) })
	})
}
