package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/web"
)

// Numbers of nobody; the last has a wrong check digit.
const (
	idZhang = "11010519491231002X"
	idLi    = "440524188001010014"
	idWang  = "440524188001010015"
	phoneOf = "13900001234"
)

var secrets = []string{idZhang, idLi, idWang, phoneOf, strings.ToLower(idZhang)}

// tells fails where a text holds one of the numbers whole.
func tells(t testing.TB, what, text string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("%s tells %s", what, s)
		}
	}
}

// journal keeps what the program logs.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// loggedDesk is a desk whose log is kept to the last word.
func loggedDesk(t testing.TB) (*desk, *journal) {
	t.Helper()
	d, logs := newDesk(t), &journal{}
	d.uses.Log = slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	handler, err := web.New(d.uses)
	if err != nil {
		t.Fatal(err)
	}
	d.server = httptest.NewServer(handler)
	t.Cleanup(d.server.Close)
	return d, logs
}

// handed has goods of the district's depot signed for at a point of GTL.
func (d *desk) handed(t testing.TB, qty map[string]string) (order.Order, map[string]catalog.Item) {
	t.Helper()
	ctx, from, to := context.Background(), d.depot(t, "WC01"), d.depot(t, "GTL")
	in := dispatching.OrderInput{ClientKey: inventory.NewKey(), Reason: "应急调拨", Targets: []dispatching.TargetInput{{DeskID: to.ID, Name: "高塘岭中学安置点"}}}
	items := map[string]catalog.Item{}
	for _, row := range d.lots(t, inventory.StockFilter{DepotID: from.ID}) {
		name := row.Item
		if _, known := items[name]; known || qty[name] == "" {
			continue
		}
		list, err := d.store.Read().ItemsByID(ctx, []id.ID{row.Lot.ItemID})
		if err != nil {
			t.Fatal(err)
		}
		items[name] = list[row.Lot.ItemID]
		in.Lines = append(in.Lines, dispatching.LineInput{DepotID: from.ID, ItemID: row.Lot.ItemID, Qty: qty[name]})
	}
	if len(items) != len(qty) {
		t.Fatalf("only %v are there", items)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, errs.FieldsOf(err))
		}
	}
	o, err := d.uses.Dispatching.Propose(ctx, d.actor(t, "planner"), in)
	must(err)
	o, err = d.uses.Dispatching.Approve(ctx, d.actor(t, "leader"), dispatching.DecisionInput{OrderID: o.ID})
	must(err)
	_, err = d.uses.Dispatching.Leave(ctx, d.actor(t, "keeper"), dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID})
	must(err)
	sign := dispatching.SignInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID, Way: order.ByPage}
	for _, l := range o.Shipments[0].Lines {
		sign.Lines = append(sign.Lines, dispatching.SignLine{LineID: l.ID, Good: l.Qty.String()})
	}
	_, err = d.uses.Dispatching.Sign(ctx, d.actor(t, "street"), sign)
	must(err)
	o, err = d.store.Read().Order(ctx, o.ID)
	must(err)
	return o, items
}

func rollBook(t testing.TB, water, tent catalog.Item) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range [][]any{{"高塘岭街道安置物资发放花名册"}, {"姓名", "身份证号", "家庭人口", "联系电话", "村（社区）", "住址", water.Name + "（" + water.Unit + "）", "帐子（" + tent.Unit + "）", "签字", "备注"},
		{"张三<b>", idZhang, 4, phoneOf, "新康社区", "3 组", 2, 1, "张三", "代领人 " + phoneOf}, {"李四", idLi, 2, phoneOf, "新康社区", "4 组", "一些", nil, nil, "=1+1"},
		{"王五", idWang, 1, phoneOf, "新康社区", idWang, idLi, nil, nil, nil}, {"合计", nil, nil, nil, nil, nil, 2, 1}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// uploadRoll sends a list with what stands beside it.
func (u *user) uploadRoll(t testing.TB, typed map[string]string, book []byte) *page {
	t.Helper()
	p := u.get(t, "/rolls/new").want(t, http.StatusOK)
	form := p.Find("form#roll")
	fields := map[string]string{}
	for k, v := range formValues(form) {
		fields[k] = v[0]
	}
	for k, v := range typed {
		fields[k] = v
	}
	return u.uploadWith(t, form.AttrOr("action", ""), fields, "花名册 "+idLi+".xlsx", book)
}

const theWater, theTent = "瓶装饮用水", "单帐篷"

// The whole way of a list on its pages: read, mended, booked, taken back; and
// nowhere a whole number, in no page, file, record or log.
func TestAListOnItsPages(t *testing.T) {
	t.Parallel()
	d, logs := loggedDesk(t)
	_, items := d.handed(t, map[string]string{theWater: "6", theTent: "3"})
	u := d.as(t, "street")
	u.uploadRoll(t, nil, []byte("PK "+idLi)).want(t, http.StatusUnprocessableEntity)
	p := u.uploadRoll(t, nil, rollBook(t, items[theWater], items[theTent])).want(t, http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/rolls/") || !strings.Contains(p.text(".cb-flash"), "还没有入账") {
		t.Fatalf("%s %s", p.URL, p.text("main"))
	}
	path := p.URL.Path
	tells(t, "the page", p.Body)
	text := p.text("main")
	for _, part := range []string{"110***********002X", "139****1234", "G4 “一些”不是数字", "B5 身份证号的校验位不对", "1 种要选定", "代领人 139****1234"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	if p.Find("b:contains(张三)").Length() != 0 {
		t.Error("a name is markup")
	}
	if p = u.postForm(t, p, `form[action$="/apply"]`, nil).want(t, http.StatusUnprocessableEntity); !strings.Contains(p.text(".cb-flash"), "不知道是哪一种物资") {
		t.Errorf("said %q", p.text(".cb-flash"))
	}
	tells(t, "the refusal", p.Body)
	tent := optionOf(p, `select[name="word.2"]`, theTent+"（"+items[theTent].Unit+"）")
	mend := url.Values{"word.2": {tent}}
	p.Find("#problems tbody tr").Each(func(i int, tr *goquery.Selection) {
		n := fmt.Sprintf("row.%d.", i+1)
		switch tr.Find(`input[name$=".person"]`).AttrOr("value", "") {
		case "李四":
			mend[n+"typed"] = []string{"3"}
		case "王五":
			mend[n+"left"] = []string{"1"}
		}
	})
	p = u.postForm(t, p, "#edit", mend).want(t, http.StatusOK)
	if p.Find("#problems .is-wrong").Length() != 0 {
		t.Errorf("still wrong: %s", p.text("#problems"))
	}
	p = u.postForm(t, p, `form[action$="/apply"]`, nil).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "已入账") || p.Find("#edit").Length() != 0 || !strings.Contains(p.text("dl"), "CK-WC01-") {
		t.Fatalf("booked shows %s", p.text("main"))
	}
	if owed := p.Find(`#sums td[data-l="未交代"]`).First().Text(); owed != "1" {
		t.Errorf("%s of the water are owed", owed)
	}
	tells(t, "the page", p.Body)
	exported, name := u.fetch(t, path+"/export")
	tells(t, "the workbook", cellsOf(t, exported)+name)
	tells(t, "the paper", u.get(t, path+"/print").want(t, http.StatusOK).Body)
	tells(t, "the list", u.get(t, "/rolls").want(t, http.StatusOK).Body)
	for _, login := range []string{"keeper", "leader", "audit", "keeper-dzw"} {
		d.as(t, login).get(t, path).want(t, http.StatusForbidden)
	}
	p = u.postForm(t, u.get(t, path), `form[action$="/undo"]`, url.Values{"reason": {"发错了村"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text("main"), "已撤销") || !strings.Contains(p.text("dl"), "已红冲") {
		t.Errorf("taken back shows %s", p.text("main"))
	}
	tells(t, "the log", logs.String())
	tells(t, "the trail", d.as(t, "audit").get(t, "/audit").want(t, http.StatusOK).Body)
	if !strings.Contains(logs.String(), "/rolls/:id/apply") {
		t.Error("the log was not looked at")
	}
}

// Whole numbers are for a reason, and every look is in the trail with who, which
// list and why; the workbook then reads back as the same list.
func TestWholeNumbersAreShownForAReason(t *testing.T) {
	t.Parallel()
	d, logs := loggedDesk(t)
	_, items := d.handed(t, map[string]string{theWater: "6", theTent: "3"})
	u := d.as(t, "street")
	p := u.uploadRoll(t, map[string]string{"title": "第一批"}, rollBook(t, items[theWater], items[theTent])).want(t, http.StatusOK)
	path, number := p.URL.Path, p.text(".cb-crumb")
	for _, reason := range []string{"", "看看", "核对 " + idLi} {
		p = u.postForm(t, p, `form[action$="/full"]`, url.Values{"reason": {reason}, "act": {"view"}}).want(t, http.StatusUnprocessableEntity)
		tells(t, "the refusal", p.Body)
	}
	p = u.postForm(t, u.get(t, path), `form[action$="/full"]`, url.Values{"reason": {"民政局核对对象"}, "act": {"view"}}).want(t, http.StatusOK)
	if !strings.Contains(p.Body, idZhang) || !strings.Contains(p.text(".cb-flash"), "已记录") {
		t.Errorf("the whole list shows %s", p.text("main"))
	}
	printed := u.postForm(t, u.get(t, path), `form[action$="/full"]`, url.Values{"reason": {"现场签字核对"}, "act": {"print"}}).want(t, http.StatusOK)
	if !strings.Contains(printed.Body, idLi) || printed.Find("th.is-sign").Length() != 1 {
		t.Errorf("the whole paper shows %s", printed.text("main"))
	}
	u.get(t, path)
	book := u.download(t, path+"/full", url.Values{"reason": {"移交民政局存档"}, "act": {"export"}})
	if cells := cellsOf(t, book); !strings.Contains(cells, idZhang) || !strings.Contains(cells, "=1+1") {
		t.Errorf("the whole workbook holds %s", cells)
	}
	again := u.uploadRoll(t, map[string]string{"title": "再读一次"}, book).want(t, http.StatusOK)
	if again.Find("#people tbody tr").Length() != 3 || !strings.Contains(again.text("#people"), "110***********002X") {
		t.Errorf("read back: %s", again.text("#people"))
	}
	trail := d.as(t, "audit").get(t, "/audit").want(t, http.StatusOK)
	text := trail.text("main")
	for _, part := range []string{"查看花名册完整号码", "导出花名册完整号码", "打印花名册完整号码", "民政局核对对象", "移交民政局存档", strings.TrimSpace(number[strings.LastIndex(number, "/")+1:]), "李红梅"} {
		if !strings.Contains(text, part) {
			t.Errorf("the trail does not say %q", part)
		}
	}
	tells(t, "the trail", trail.Body)
	tells(t, "the log", logs.String())
	p = u.postForm(t, u.get(t, path), `form[action$="/discard"]`, nil).want(t, http.StatusOK)
	if p.URL.Path != "/rolls" {
		t.Errorf("discarded leads to %s", p.URL)
	}
	u.get(t, path).want(t, http.StatusNotFound)
}

// uploadWith sends a file with the fields of its form.
func (u *user) uploadWith(t testing.TB, action string, fields map[string]string, file string, content []byte) *page {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, text := range fields {
		if err := form.WriteField(field, text); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", file)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	form.Close()
	r, err := http.NewRequest(http.MethodPost, u.desk.server.URL+action, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return u.do(t, r)
}

// download posts a form that answers with a file.
func (u *user) download(t testing.TB, path string, values url.Values) []byte {
	t.Helper()
	p := u.post(t, path, values).want(t, http.StatusOK)
	if !strings.Contains(p.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%s is no file: %s", path, p.text("main"))
	}
	return []byte(p.Body)
}

// cellsOf gives all a workbook says, in one text.
func cellsOf(t testing.TB, book []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text strings.Builder
	for _, s := range f.GetSheetList() {
		rows, err := f.GetRows(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			text.WriteString(strings.Join(r, "|") + "\n")
		}
	}
	return text.String()
}
