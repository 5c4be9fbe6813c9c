package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// said is what the interface answers, a voucher or what is wrong.
type said struct {
	Status                         int
	ID, Number, URL                string
	BusinessOn                     string `json:"business_on"`
	HashTail                       string `json:"hash_tail"`
	Message                        string
	Fields                         []struct{ Name, Message string }
	Type, Depot, Reason, Reference string
	ToDepot                        string `json:"to_depot"`
	Lines                          []struct {
		EntryID string `json:"entry_id"`
		Qty     string
		Left    string
		LotNo   string `json:"lot_no"`
		Bin     string
		ToBin   string `json:"to_bin"`
	}
}

// field gives the sentence about a field.
func (s said) field(name string) string {
	for _, f := range s.Fields {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}

// api sends a JSON text with the session's token and a key.
func (u *user) api(t testing.TB, path, key, body string, header ...string) said {
	t.Helper()
	token, _ := u.last.Find(`input[name="_csrf"]`).First().Attr("value")
	r, err := http.NewRequest(http.MethodPost, u.desk.server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-CSRF-Token", token)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return u.answer(t, r)
}

func (u *user) answer(t testing.TB, r *http.Request) said {
	t.Helper()
	answer, err := u.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	s := said{Status: answer.StatusCode}
	if err := json.Unmarshal(text.Bytes(), &s); err != nil {
		t.Fatalf("%s answers %d %s: %v", r.URL.Path, answer.StatusCode, text.String(), err)
	}
	return s
}

const apiKey1 = "till-7-2026-11-25-0001"

func TestAPIPostsOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	body := `{"type":"receipt","depot":"wc01","business_on":"2026-11-25","reason":"本级采购","counterparty":"` + `<b>厂\u202e` + `","lines":[{"item":"` + s.water.Code + `","qty":"2箱","price":12.50},{"item":"` + s.cloth.Name + `","qty":7}]}`
	before := vouchers(t, s.u, "type=receipt&from=2026-11-25")
	first := s.u.api(t, "/api/vouchers", apiKey1, body)
	if first.Status != http.StatusCreated || !strings.HasPrefix(first.Number, "RK-WC01-2026-") || first.BusinessOn != "2026-11-25" || len(first.HashTail) != 8 || first.URL != "/vouchers/"+first.ID {
		t.Fatalf("%+v", first)
	}
	page := s.u.get(t, first.URL).want(t, http.StatusOK)
	if got := page.text(".cb-table tbody"); !strings.Contains(got, "48") || !strings.Contains(got, "600.00") || strings.Contains(page.Body, "<b>厂") || !strings.Contains(page.text(".cb-facts"), "<b>厂") {
		t.Errorf("booked %q", page.text("main"))
	}
	again := s.u.api(t, "/api/vouchers", apiKey1, body)
	if again.Status != http.StatusOK || again.ID != first.ID || again.Number != first.Number {
		t.Errorf("again: %+v", again)
	}
	other := s.u.api(t, "/api/vouchers", apiKey1, strings.Replace(body, `"qty":7`, `"qty":8`, 1))
	if other.Status != http.StatusConflict || !strings.Contains(other.Message, first.Number) {
		t.Errorf("other content: %+v", other)
	}
	if n := vouchers(t, s.u, "type=receipt&from=2026-11-25"); n != before+1 {
		t.Errorf("%d vouchers more, want 1", n-before)
	}
	t.Run("three copies at once book once", func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := map[int]int{}
		ids := map[string]bool{}
		for range 3 {
			wg.Go(func() {
				a := s.u.api(t, "/api/vouchers", "triple-2026-11-25-0001", body)
				mu.Lock()
				defer mu.Unlock()
				made[a.Status]++
				ids[a.ID] = true
			})
		}
		wg.Wait()
		if made[http.StatusCreated] != 1 || made[http.StatusOK] != 2 || len(ids) != 1 {
			t.Errorf("answers %v, vouchers %v", made, ids)
		}
	})
}

func TestAPITakesMovesAndGivesBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	lot := s.lot["OVER"]
	post := func(key, body string) said {
		t.Helper()
		a := s.u.api(t, "/api/vouchers", key, body)
		if a.Status != http.StatusCreated {
			t.Fatalf("%s: %+v", body, a)
		}
		return a
	}
	move := post("api-move-000000000001", `{"type":"binmove","depot":"WC01","business_on":"2026-11-25","reason":"整理货位","lines":[{"item":"`+s.cloth.Code+`","qty":"2","lot_id":"`+lot.Lot.ID.String()+`","place_id":"`+lot.PlaceID.String()+`","to_bin":"Z-9"}]}`)
	if !strings.HasPrefix(move.Number, "YK-") || !strings.Contains(s.where(t, "OVER"), "Z-9 2") {
		t.Errorf("%+v, %q", move, s.where(t, "OVER"))
	}
	transfer := post("api-transfer-00000001", `{"type":"transfer","depot":"`+s.here.ID.String()+`","to_depot":"GTL","business_on":"2026-11-25","reason":"应急调拨","lines":[{"item":"`+s.cloth.Code+`","qty":"5"}]}`)
	shown := s.u.answer(t, get(t, s.u, "/api"+transfer.URL))
	if shown.Type != "transfer" || shown.Depot != "WC01" || shown.ToDepot != "GTL" || len(shown.Lines) != 1 || shown.Lines[0].LotNo != "GOOD" || shown.Lines[0].ToBin != "默认货位" {
		t.Errorf("%+v", shown)
	}
	issue := post("api-issue-000000000001", `{"type":"issue","depot":"WC01","business_on":"2026-11-25","reason":"救灾发放","lines":[{"item":"`+s.cloth.Code+`","qty":"6"}]}`)
	entry := s.u.answer(t, get(t, s.u, "/api"+issue.URL)).Lines[0].EntryID
	back := s.u.api(t, "/api"+issue.URL+"/return", "api-return-000000000001", `{"reason":"演练结束","lines":[{"entry_id":"`+entry+`","qty":"2","bin":"DJ"}]}`)
	if back.Status != http.StatusCreated || !strings.HasPrefix(back.Number, "GH-") {
		t.Errorf("%+v", back)
	}
	if a := s.u.api(t, "/api"+issue.URL+"/return", "api-return-000000000001", `{"reason":"演练结束","lines":[{"entry_id":"`+entry+`","qty":"2","bin":"DJ"}]}`); a.Status != http.StatusOK || a.ID != back.ID {
		t.Errorf("again: %+v", a)
	}
	if a := s.u.api(t, "/api"+issue.URL+"/return", "api-return-000000000002", `{"reason":"多还","lines":[{"entry_id":"`+entry+`","qty":"5"}]}`); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.field("line.1.qty"), "只有 4 件") {
		t.Errorf("too much: %+v", a)
	}
	red := s.u.api(t, "/api"+transfer.URL+"/reversal", "api-reversal-0000001", `{"reason":"录错","lines":[1]}`)
	if red.Status != http.StatusCreated || !strings.HasPrefix(red.Number, "HC-") {
		t.Errorf("%+v", red)
	}
	if a := s.u.api(t, "/api"+transfer.URL+"/reversal", "api-reversal-0000002", `{"reason":"录错"}`); a.Status != http.StatusConflict || a.field("lines") == "" {
		t.Errorf("a second reversal: %+v", a)
	}
	if a := s.u.api(t, "/api"+issue.URL+"/reversal", "api-reversal-0000003", `{"reason":"","lines":[]}`); a.Status != http.StatusUnprocessableEntity || a.field("reason") == "" || a.field("lines") == "" {
		t.Errorf("without a reason: %+v", a)
	}
}

func TestAPIRefusesAtTheFieldOfWhatFollows(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	issue := s.u.api(t, "/api/vouchers", apiKey1, `{"type":"issue","depot":"WC01","business_on":"2026-11-25","reason":"救灾发放","lines":[{"item":"`+s.cloth.Code+`","qty":"6"}]}`)
	if issue.Status != http.StatusCreated {
		t.Fatalf("%+v", issue)
	}
	entry := s.u.answer(t, get(t, s.u, "/api"+issue.URL)).Lines[0].EntryID
	for _, c := range []struct{ act, body, field, words string }{
		{"reversal", `{"reason":"录错","lines":[9]}`, "lines", "没有第 9 行"},
		{"reversal", `{"reason":"录错","business_on":"2026-11-24"}`, "business_on", "早于原单"},
		{"reversal", `{"reason":"录错","business_on":"2026-11-25T18:00:00Z"}`, "business_on", "时刻"},
		{"reversal", `{"reason":"录\u0000错"}`, "reason", "控制字符"},
		{"reversal", `[]`, "", "一个 JSON 对象"},
		{"return", `{"reason":"演\u0000练","lines":[{"entry_id":"` + entry + `","qty":"2"}]}`, "reason", "控制字符"},
		{"return", `{"reason":"演练","lines":[{"entry_id":"` + entry + `","qty":"2\u0000"}]}`, "line.1.qty", "看不见"},
		{"return", `{"reason":"演练","lines":[{"entry_id":"` + entry + `","qty":"2","remark":"\u0007"}]}`, "line.1.remark", "控制字符"},
	} {
		a := s.u.api(t, "/api"+issue.URL+"/"+c.act, "api-follow-0000000001", c.body)
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Message+a.field(c.field), c.words) || c.field != "" && a.field(c.field) == "" {
			t.Errorf("%s %s: %+v", c.act, c.body, a)
		}
	}
}

func get(t testing.TB, u *user, path string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, u.desk.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAPIRefusesInWords(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	line := `{"item":"` + s.cloth.Code + `","qty":"1"}`
	head := `"type":"issue","depot":"WC01","business_on":"2026-11-25","reason":"日常领用"`
	before, err := s.uses.Inventory.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, key, body string
		status          int
		field, words    string
	}{
		{"no key", "", `{}`, 422, "", "Idempotency-Key"},
		{"a short key", "short", `{}`, 422, "", "16–64"},
		{"a key with a blank", "0123456789 abcdefg", `{}`, 422, "", "16–64"},
		{"no JSON", apiKey1, `{"type":`, 422, "", "JSON"},
		{"two values", apiKey1, `{` + head + `,"lines":[` + line + `]}{}`, 422, "", "JSON"},
		{"a list", apiKey1, `[]`, 422, "", "一个 JSON 对象"},
		{"a text for the whole", apiKey1, `"x"`, 422, "", "一个 JSON 对象"},
		{"no text", apiKey1, "{\"remark\":\"\xff\"}", 422, "", "UTF-8"},
		{"a column nobody asked for", apiKey1, `{` + head + `,"actor_id":"1","lines":[` + line + `]}`, 422, "actor_id", "没有这一项"},
		{"a number nobody gives", apiKey1, `{` + head + `,"number":"CK-1","lines":[` + line + `]}`, 422, "number", "没有这一项"},
		{"a column of a line", apiKey1, `{` + head + `,"lines":[{"item":"a","qty":"1","hash":"x"}]}`, 422, "hash", "没有这一项"},
		{"a truth for a text", apiKey1, `{` + head + `,"lines":[{"item":true,"qty":"1"}]}`, 422, "lines.item", "写法不对"},
		{"no type", apiKey1, `{"depot":"WC01"}`, 422, "type", "单据类型"},
		{"a type nobody keys", apiKey1, `{"type":"reversal","depot":"WC01"}`, 422, "type", "单据类型"},
		{"another depot", apiKey1, `{"type":"issue","depot":"QTS","lines":[` + line + `]}`, 404, "", "没有储备库"},
		{"no depot", apiKey1, `{"type":"issue","lines":[` + line + `]}`, 422, "depot", "请选择储备库"},
		{"no item", apiKey1, `{` + head + `,"lines":[{"qty":"1"}]}`, 422, "line.1.item", "没有填物资"},
		{"an unknown item", apiKey1, `{` + head + `,"lines":[{"item":"没有的","qty":"1"}]}`, 422, "line.1.item", "目录中没有"},
		{"a bin of an issue", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"1","bin":"A-1"}]}`, 422, "line.1.bin", "没有 bin"},
		{"an id that is none", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"1","lot_id":"x"}]}`, 422, "line.1.lot_id", "有误"},
		{"a lot number alone", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"1","lot_no":"GOOD"}]}`, 422, "line.1.lot_no", "批次"},
		{"10^18 as a number", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":1000000000000000000}]}`, 422, "line.1.qty", "数量"},
		{"1e3", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":1e3}]}`, 422, "line.1.qty", "数量"},
		{"a place without its lot", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"1","place_id":"` + s.lot["GOOD"].PlaceID.String() + `"}]}`, 422, "line.1.place_id", "lot_id"},
		{"another depot's place without a lot", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"1","place_id":"` + s.foreign(t).PlaceID.String() + `"}]}`, 422, "line.1.place_id", "lot_id"},
		{"a time of day", apiKey1, `{` + strings.Replace(head, "2026-11-25", "2026-11-24T18:00:00Z", 1) + `,"lines":[` + line + `]}`, 422, "business_on", "时刻"},
		{"a control character in a quantity", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"7\u0000"}]}`, 422, "line.1.qty", "看不见"},
		{"a mark nobody sees in a quantity", apiKey1, `{` + head + `,"lines":[{"item":"` + s.cloth.Code + `","qty":"1\u200b2"}]}`, 422, "line.1.qty", "看不见"},
		{"a mark nobody sees in a price", apiKey1, `{"type":"receipt","depot":"WC01","business_on":"2026-11-25","reason":"本级采购","lines":[{"item":"` + s.cloth.Code + `","qty":"1","price":"1\u200b2"}]}`, 422, "line.1.price", "看不见"},
		{"a control character in a lot number", apiKey1, `{"type":"receipt","depot":"WC01","business_on":"2026-11-25","reason":"本级采购","lines":[{"item":"` + s.cloth.Code + `","qty":"1","lot_no":"a\u0000b"}]}`, 422, "line.1.lot_no", "控制字符"},
		{"a control character in an owner", apiKey1, `{"type":"receipt","depot":"WC01","business_on":"2026-11-25","reason":"本级采购","lines":[{"item":"` + s.cloth.Code + `","qty":"1","owner":"局\u001b","remark":"\u007f"}]}`, 422, "line.1.owner", "控制字符"},
		{"a control character in a remark", apiKey1, `{` + head + `,"remark":"a\u0000b","lines":[` + line + `]}`, 422, "remark", "控制字符"},
		{"a control character in a counterparty", apiKey1, `{` + head + `,"counterparty":"a\u0001","lines":[` + line + `]}`, 422, "counterparty", "控制字符"},
		{"a control character in a reference", apiKey1, `{` + head + `,"reference":"a\u0085b","lines":[` + line + `]}`, 422, "reference", "控制字符"},
		{"a control character in a reason", apiKey1, `{"type":"issue","depot":"WC01","business_on":"2026-11-25","reason":"日常\u0000领用","lines":[` + line + `]}`, 422, "reason", "控制字符"},
		{"an item longer than any", apiKey1, `{` + head + `,"lines":[` + line + `,{"item":"` + strings.Repeat("布", 501) + `","qty":"1"}]}`, 422, "line.2.item", "500 个字"},
		{"a lot number that folds beyond its column", apiKey1, `{"type":"receipt","depot":"WC01","business_on":"2026-11-25","reason":"本级采购","lines":[{"item":"` + s.cloth.Code + `","qty":"1","lot_no":"` + strings.Repeat("㍿", 60) + `"}]}`, 422, "line.1.lot_no", "展开"},
		{"no lines", apiKey1, `{` + head + `}`, 422, "lines", "没有明细"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := s.u.api(t, "/api/vouchers", c.key, c.body)
			if a.Status != c.status || a.Message == "" || !strings.Contains(a.Message+a.field(c.field), c.words) || c.field != "" && a.field(c.field) == "" {
				t.Errorf("%+v", a)
			}
		})
	}
	t.Run("too many lines, too large a body", func(t *testing.T) {
		if a := s.u.api(t, "/api/vouchers", apiKey1, `{`+head+`,"lines":[`+strings.Repeat(line+",", 1000)+line+`]}`); a.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("1,001 lines: %+v", a)
		}
		if a := s.u.api(t, "/api/vouchers", apiKey1, `{"remark":"`+strings.Repeat("x", 9<<20)+`"}`); a.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("9 MB: %+v", a)
		}
	})
	t.Run("who may not", func(t *testing.T) {
		body := `{` + head + `,"lines":[` + line + `]}`
		if a := s.u.api(t, "/api/vouchers", apiKey1, body, "X-CSRF-Token", "wrong"); a.Status != http.StatusForbidden {
			t.Errorf("without its token: %+v", a)
		}
		if a := s.u.api(t, "/api/vouchers", apiKey1, body, "Origin", "http://evil.example"); a.Status != http.StatusForbidden {
			t.Errorf("from another site: %+v", a)
		}
		if a := s.u.api(t, "/api/vouchers", apiKey1, body, "Content-Type", "text/plain"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("as plain text: %+v", a)
		}
		planner := s.as(t, "planner")
		planner.get(t, "/")
		if a := planner.api(t, "/api/vouchers", apiKey1, body); a.Status != http.StatusForbidden {
			t.Errorf("a planner: %+v", a)
		}
		far := s.as(t, "keeper-gtl")
		far.get(t, "/")
		if a := far.api(t, "/api/vouchers", apiKey1, body); a.Status != http.StatusNotFound {
			t.Errorf("another depot's keeper: %+v", a)
		}
		nobody := s.anonymous(t)
		nobody.get(t, "/signin")
		if a := nobody.api(t, "/api/vouchers", apiKey1, body); a.Status != http.StatusUnauthorized {
			t.Errorf("nobody: %+v", a)
		}
		if a := nobody.answer(t, get(t, nobody, "/api/vouchers/1")); a.Status != http.StatusUnauthorized {
			t.Errorf("nobody reads: %+v", a)
		}
		for _, path := range []string{"/api/vouchers/1", "/api/vouchers/x", "/api/nothing"} {
			if a := s.u.answer(t, get(t, s.u, path)); a.Status != http.StatusNotFound || a.Message == "" {
				t.Errorf("%s: %+v", path, a)
			}
		}
	})
	after, err := s.uses.Inventory.Check(t.Context(), nil)
	if err != nil || after.Vouchers != before.Vouchers || after.Entries != before.Entries {
		t.Errorf("written: %+v, before %+v, %v", after, before, err)
	}
}
