package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/store"
)

// asked is a form that its type would take, and where.
type asked struct {
	path string
	head map[string]string
	line map[string]string
}

// fine gives a postable form of each keyed type.
func (s *shop) fine() map[string]asked {
	moved := s.took("GOOD", "2")
	moved["to_bin"] = "Z-9"
	return map[string]asked{
		"receipt":  {"/receipts", map[string]string{"reason": "本级采购"}, map[string]string{"item": s.cloth.Code, "item_id": s.cloth.ID.String(), "qty": "2", "lot_no": "NEW"}},
		"issue":    {"/issues", map[string]string{"reason": "日常领用"}, s.took("GOOD", "2")},
		"transfer": {"/transfers", map[string]string{"reason": "补充储备"}, s.took("GOOD", "2")},
		"binmove":  {"/moves", map[string]string{"reason": "整理货位"}, moved},
		"disposal": {"/disposals", map[string]string{"reason": "损坏变质"}, s.took("GOOD", "2")},
	}
}

// foreign gives the ids of a lot that stands at another depot only.
func (s *shop) foreign(t testing.TB) store.StockRow {
	t.Helper()
	for _, r := range s.lots(t, inventory.StockFilter{DepotID: s.there.ID}) {
		if len(s.lots(t, inventory.StockFilter{DepotID: s.here.ID, ItemID: r.Lot.ItemID, LotNo: r.Lot.No})) == 0 {
			return r
		}
	}
	t.Fatal("no lot of the other depot's own")
	return store.StockRow{}
}

func TestBadInputIsRefusedAtItsFieldForEveryType(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	cases := []struct{ key, value, words string }{
		{"line.1.qty", "-1", "大于 0"}, {"line.1.qty", "0", "大于 0"}, {"line.1.qty", "NaN", "不是数字"}, {"line.1.qty", "Infinity", "不是数字"},
		{"line.1.qty", "1000000000000000000", "太大"}, {"line.1.qty", "1e18", "科学记数法"}, {"line.1.qty", "1.5", "件"}, {"line.1.qty", "0.0001", "数量"},
		{"line.1.qty", "大约三", "数量"}, {"line.1.qty", "", "请填写数量"}, {"line.1.qty", "2箱", "单位"}, {"line.1.qty", "1\u200b2", "看不见"},
		{"business_on", "2026-02-30", "2026-02-30"}, {"business_on", "0026-11-25", "日期"}, {"business_on", "2026-11-26", "还没有到"},
		{"business_on", "1999-12-31", "太早"}, {"business_on", "2026-11", "精确到日"}, {"business_on", "", "业务日期"}, {"business_on", "2026-11-24T18:00:00Z", "时刻"},
		{"reason", "没这种", "请选择"}, {"line.1.item", "没有的东西", "目录中没有"},
	}
	before, err := s.uses.Inventory.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for kind, f := range s.fine() {
		t.Run(kind, func(t *testing.T) {
			good := s.entry(t, f.path, f.head, f.line)
			for _, c := range cases {
				values := maps.Clone(good)
				values.Set(c.key, c.value)
				if c.key == "line.1.item" {
					values.Set("line.1.item_id", "")
				}
				p := s.u.post(t, f.path, values).want(t, http.StatusUnprocessableEntity)
				where := strings.ReplaceAll(c.key, ".", "-")
				said := p.Find(`#` + where).Parent().Find(".cb-error").Text()
				if !strings.Contains(said, c.words) {
					t.Errorf("%s = %q is answered %q beside the field, list %q", c.key, c.value, said, p.text(".cb-errors"))
				}
				if got := formValues(p.Find("#entry")).Get(c.key); got != c.value && c.key != "reason" {
					t.Errorf("%s: typed %q, shown %q", c.key, c.value, got)
				}
			}
		})
	}
	t.Run("another depot's lot", func(t *testing.T) {
		far := s.foreign(t)
		for kind, f := range s.fine() {
			if kind == "receipt" {
				continue
			}
			line := maps.Clone(f.line)
			maps.Copy(line, map[string]string{"item": far.ItemCode, "item_id": far.Lot.ItemID.String(), "lot_id": far.Lot.ID.String(), "place_id": far.PlaceID.String(), "lot_no": far.Lot.No, "qty": "1"})
			p := s.u.post(t, f.path, s.entry(t, f.path, f.head, line)).want(t, http.StatusUnprocessableEntity)
			if got := p.text("#line-1-lot_no-error"); !strings.Contains(got, "不在这个储备库") {
				t.Errorf("%s: %q", kind, p.text(".cb-errors"))
			}
		}
	})
	t.Run("a place without its lot", func(t *testing.T) {
		for kind, f := range s.fine() {
			if kind == "receipt" {
				continue
			}
			line := maps.Clone(f.line)
			line["lot_id"], line["lot_no"] = "", ""
			p := s.u.post(t, f.path, s.entry(t, f.path, f.head, line)).want(t, http.StatusUnprocessableEntity)
			if got := p.text("#line-1-lot_no-error"); !strings.Contains(got, "没有批次") {
				t.Errorf("%s: %q", kind, p.text(".cb-errors"))
			}
		}
	})
	t.Run("more than there is", func(t *testing.T) {
		for kind, f := range s.fine() {
			line := maps.Clone(f.line)
			line["qty"] = "41"
			if kind == "receipt" {
				continue
			}
			p := s.u.post(t, f.path, s.entry(t, f.path, f.head, line)).want(t, http.StatusUnprocessableEntity)
			if got := p.text("#line-1-qty-error"); !strings.Contains(got, "40") || !strings.Contains(got, "41") {
				t.Errorf("%s: %q", kind, p.text(".cb-errors"))
			}
		}
	})
	t.Run("a transfer to where it starts, or nowhere", func(t *testing.T) {
		f := s.fine()["transfer"]
		for to, words := range map[string]string{s.here.ID.String(): "移库单", "": "调入的储备库", "x": "选项已失效"} {
			values := s.entry(t, f.path, f.head, f.line)
			values.Set("to_depot", to)
			p := s.u.post(t, f.path, values).want(t, http.StatusUnprocessableEntity)
			if got := p.Find("#to_depot").Parent().Find(".cb-error").Text(); !strings.Contains(got, words) {
				t.Errorf("to %q: %q", to, p.text("main"))
			}
		}
	})
	after, err := s.uses.Inventory.Check(t.Context(), nil)
	if err != nil || after.Vouchers != before.Vouchers || after.Entries != before.Entries {
		t.Errorf("written: %+v, before %+v, %v", after, before, err)
	}
}

func TestAStalePageIsAConflictForEveryType(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for kind, f := range s.fine() {
		t.Run(kind, func(t *testing.T) {
			values := s.entry(t, f.path, f.head, f.line)
			values.Set("act", "draft")
			old := s.u.post(t, f.path, values).want(t, http.StatusOK)
			s.u.postForm(t, old, "#entry", url.Values{"remark": {"甲改"}, "act": {"draft"}}).want(t, http.StatusOK)
			p := s.u.postForm(t, old, "#entry", url.Values{"remark": {"乙改"}, "act": {"post"}}).want(t, http.StatusConflict)
			if p.cell("remark") != "乙改" || !strings.Contains(p.text(".cb-flash"), "又被") || p.cell("line-1-qty") != "2" {
				t.Errorf("%q, remark %q", p.text(".cb-flash"), p.cell("remark"))
			}
			done := s.u.postForm(t, s.u.get(t, old.URL.Path), "#entry", url.Values{"act": {"post"}}).want(t, http.StatusOK)
			if !strings.HasPrefix(done.URL.Path, "/vouchers/") {
				t.Fatalf("posting leads to %s: %q", done.URL, done.text(".cb-errors"))
			}
			// The page of before the posting, with other content: the key is spent.
			values.Set("act", "post")
			values.Set("line.1.qty", "1")
			spent := s.u.post(t, f.path, values).want(t, http.StatusConflict)
			if !strings.Contains(spent.text("main"), "已经以 ") {
				t.Errorf("%q", spent.text("main"))
			}
		})
	}
}
