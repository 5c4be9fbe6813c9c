package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"changbei/internal/order"
	"changbei/internal/quantity"
)

func TestLoadIsPickedAndSentInTwoLoads(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	keeper := r.as(t, "keeper")
	o := r.approved(t, r.line(r.first.Item, "10"), r.line(r.second.Item, "3"))
	p := keeper.get(t, loadPath(o, 0)).want(t, http.StatusOK).clean(t)
	if n := p.Find("#pick .cb-bin").Length(); n == 0 || p.Find("#pick .cb-picks li").Length() != len(o.Shipments[0].Lines) {
		t.Errorf("the pick list: %q", p.text("#pick"))
	}
	if _, open := p.Find("#leave").Attr("open"); open {
		t.Error("sending comes before picking")
	}
	if p.Find("#sign, #arrive").Length() != 0 || p.Find(`a[href="`+loadPath(o, 0)+`/papers"]`).Length() != 1 {
		t.Errorf("offered: %q", p.text("main"))
	}
	bad := keeper.postForm(t, p, "#pick form", typed("at", "2026-11-26T08:00")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#pick .cb-error"), "还没有到") || bad.Find(`#pick input[name="at"]`).AttrOr("value", "") != "2026-11-26T08:00" {
		t.Errorf("picked tomorrow: %q", bad.text("#pick"))
	}
	p = keeper.postForm(t, p, "#pick form", nil).want(t, http.StatusOK)
	if _, open := p.Find("#leave").Attr("open"); !open || p.Find("#pick").Length() != 0 || !strings.Contains(p.text(".cb-head"), "已备货") {
		t.Errorf("picked: %q", p.text("main"))
	}
	line := o.Shipments[0].Lines[0]
	bad = keeper.postForm(t, p, "#leave form", typed(lineField("qty", line), "999999", "plate", "湘a12345", "driver", "<b>中学</b>张", "at", "2026-11-20T08:00", "rest", "drop")).want(t, http.StatusUnprocessableEntity).clean(t)
	v := formValues(bad.Find("#leave form"))
	if v.Get(lineField("qty", line)) != "999999" || v.Get("plate") != "湘A12345" || v.Get("driver") != "<b>中学</b>张" || v.Get("rest") != "drop" || !strings.Contains(bad.text("#leave"), "早于") {
		t.Errorf("refused as %q keeping %v", bad.text("#leave"), v)
	}
	bad = keeper.postForm(t, p, "#leave form", typed(lineField("qty", line), "999999")).want(t, http.StatusUnprocessableEntity)
	if bad.Find("#leave li.is-bad .cb-error").Length() != 1 {
		t.Errorf("too much: %q", bad.text("#leave"))
	}
	if bad = keeper.postForm(t, p, "#leave form", typed("client_key", "x")).want(t, http.StatusUnprocessableEntity); len(bad.Find(`#leave input[name="client_key"]`).AttrOr("value", "")) < 16 {
		t.Error("a form without a key gets none")
	}
	sent := keeper.postForm(t, p, "#leave form", typed(lineField("qty", line), "6", "plate", "湘A12345", "driver", "张师傅", "driver_phone", "139")).want(t, http.StatusOK)
	keeper.postForm(t, p, "#leave form", typed(lineField("qty", line), "6", "plate", "湘A12345", "driver", "张师傅", "driver_phone", "139")).want(t, http.StatusOK) // the second tap
	now := r.order(t, o.ID)
	if len(now.Shipments) != 2 || now.Shipments[0].Status != order.Left || now.Shipments[1].Lines[0].Qty != quantity.Of(4) || !strings.Contains(sent.text(".cb-flash.is-ok"), "DB-WC01-2026-") {
		t.Errorf("left: %q, %+v", sent.text("main"), now.Shipments)
	}
	if got := sent.text("#facts"); !strings.Contains(got, "湘A12345") || !strings.Contains(got, "张师傅") || sent.Find(`#facts a[href^="/vouchers/"]`).Length() != 1 {
		t.Errorf("the head says %q", got)
	}
	rest := keeper.get(t, loadPath(now, 1))
	keeper.postForm(t, rest, "#leave form", typed(lineField("qty", now.Shipments[1].Lines[0]), "1", "rest", "drop")).want(t, http.StatusOK)
	if now = r.order(t, o.ID); now.Lines[0].Dropped != quantity.Of(3) {
		t.Errorf("given up: %s", now.Lines[0].Dropped)
	}
	r.mustCheck(t)
}

func TestLoadIsSignedForWithDamageAndAGap(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	o := r.sent(t, r.line(r.first.Item, "10"))
	street := r.as(t, "street")
	line := o.Shipments[0].Lines[0]
	good, damaged, missing := lineField("good", line), lineField("damaged", line), lineField("missing", line)
	r.clock.advance(20 * time.Minute)
	p := street.get(t, loadPath(o, 0)).want(t, http.StatusOK).clean(t)
	if v := formValues(p.Find("#sign form")); v.Get(good) != "10" || v.Get("signer") != "李红梅" || v.Get("way") != "page" {
		t.Errorf("the form begins with %v", v)
	}
	if p.Find("#pick, #leave, #clear-road").Length() != 0 {
		t.Errorf("a street officer is offered %q", p.text("main"))
	}
	p = street.postForm(t, p, "#arrive form", nil).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-head"), "已到达") || p.Find("#arrive, #arrived-at").Length() != 0 {
		t.Errorf("arrived: %q", p.text("main"))
	}
	bad := street.postForm(t, p, "#sign form", typed(good, "10", damaged, "1", missing, "约二", "remark", "<b>中学</b>", "way", "paper")).want(t, http.StatusUnprocessableEntity).clean(t)
	if v := formValues(bad.Find("#sign form")); v.Get(damaged) != "1" || v.Get(missing) != "约二" || v.Get("remark") != "<b>中学</b>" || v.Get("way") != "paper" || bad.Find("#sign li.is-bad").Length() != 1 {
		t.Errorf("refused as %q keeping %v", bad.text("#sign"), v)
	}
	bad = street.postForm(t, p, "#sign form", typed(good, "10", damaged, "1")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#sign li.is-bad"), "超过了") {
		t.Errorf("too much: %q", bad.text("#sign"))
	}
	bad = street.postForm(t, p, "#sign form", typed(good, "")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#sign"), "至少一行") {
		t.Errorf("nothing: %q", bad.text("#sign"))
	}
	done := street.postForm(t, p, "#sign form", typed(good, "8", damaged, "1", missing, "1")).want(t, http.StatusOK)
	street.postForm(t, p, "#sign form", typed(good, "8", damaged, "1", missing, "1")).want(t, http.StatusOK) // the second tap
	if got := done.text("#receipts"); strings.Count(got, "签收 2026") != 1 || !strings.Contains(got, "完好 8 损坏 1 缺少 1") || !strings.Contains(got, "手机签收") {
		t.Errorf("the receipt says %q", got)
	}
	if got := done.text("#times"); !strings.Contains(got, "申请到签收 20 分钟") {
		t.Errorf("the times say %q", got)
	}
	if got := done.text(".cb-head"); !strings.Contains(got, "有缺少待查明") {
		t.Errorf("the head says %q", got)
	}
	t.Run("the keeper explains the gap, and takes that back", func(t *testing.T) {
		keeper := r.as(t, "keeper")
		p := keeper.get(t, loadPath(o, 0)).want(t, http.StatusOK)
		bad := keeper.postForm(t, p, "#clear-road form", typed(lineField("qty", line), "2", "fate", "road-lost", "note", "车上掉了")).want(t, http.StatusUnprocessableEntity)
		if v := formValues(bad.Find("#clear-road form")); v.Get(lineField("qty", line)) != "2" || v.Get("fate") != "road-lost" || bad.Find("#clear-road[open] li.is-bad").Length() != 1 || bad.Find("#clear-field li.is-bad").Length() != 0 {
			t.Errorf("refused as %q keeping %v", bad.text("#clear-road"), v)
		}
		bad = keeper.postForm(t, p, "#clear-road form", typed(lineField("qty", line), "1")).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(bad.text("#clear-road"), "去向") {
			t.Errorf("no fate: %q", bad.text("#clear-road"))
		}
		p = keeper.postForm(t, p, "#clear-road form", typed(lineField("qty", line), "1", "fate", "road-lost", "note", "车上掉了")).want(t, http.StatusOK)
		if p.Find("#clear-road").Length() != 0 || !strings.Contains(p.text("#clearings"), "途中损失") || r.order(t, o.ID).Status != order.Done {
			t.Errorf("explained: %q", p.text("main"))
		}
		whole := keeper.get(t, orderPath(o))
		bad = keeper.postForm(t, whole, "#clearings form", typed("reason", "")).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(bad.text("#clearings details[open] .cb-error"), "撤销原因") {
			t.Errorf("undone without a reason: %q", bad.text("#clearings"))
		}
		whole = keeper.postForm(t, whole, "#clearings form", typed("reason", "找到了")).want(t, http.StatusOK)
		if !strings.Contains(whole.text("#clearings li.is-off"), "撤销") || whole.Find("#clearings form").Length() != 0 || r.order(t, o.ID).Status != order.Approved {
			t.Errorf("undone: %q", whole.text("#clearings"))
		}
	})
	t.Run("the street says what was used, and the keeper what came back", func(t *testing.T) {
		p := street.get(t, loadPath(o, 0))
		if n := p.Find(`#clear-field input[name="fate"]`).Length(); n != 2 {
			t.Errorf("a street may say %d fates", n)
		}
		p = street.postForm(t, p, "#clear-field form", typed(lineField("qty", line), "5", "fate", "used")).want(t, http.StatusOK)
		if !strings.Contains(p.text("#goods"), "已发放使用 5 · 在外 3") && !strings.Contains(p.text("#goods"), "在外 3") {
			t.Errorf("used: %q", p.text("#goods"))
		}
		keeper := r.as(t, "keeper")
		p = keeper.postForm(t, keeper.get(t, loadPath(o, 0)), "#clear-field form", typed(lineField("qty", line), "3", "fate", "returned")).want(t, http.StatusOK)
		if p.Find("#clear-field").Length() != 0 || !strings.Contains(p.text("#goods"), "完好归还 3") {
			t.Errorf("back: %q", p.text("main"))
		}
	})
	r.mustCheck(t)
}

func TestReceiptIsTakenBack(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	o := r.sent(t, r.line(r.first.Item, "10"))
	street := r.as(t, "street")
	street.postForm(t, street.get(t, loadPath(o, 0)), "#sign form", nil).want(t, http.StatusOK)
	p := street.get(t, orderPath(o)).want(t, http.StatusOK)
	leader := r.as(t, "leader")
	if n := leader.get(t, orderPath(o)).Find("#receipts form").Length(); n != 0 {
		t.Error("a leader is offered to take a receipt back")
	}
	action := p.Find("#receipts form").AttrOr("action", "")
	leader.get(t, orderPath(o))
	leader.post(t, action, typed("client_key", strings.Repeat("a", 20), "reason", "x")).want(t, http.StatusForbidden)
	dzw := r.as(t, "keeper-dzw")
	dzw.get(t, "/orders")
	dzw.post(t, action, typed("client_key", strings.Repeat("a", 20), "reason", "x")).want(t, http.StatusNotFound)
	p = street.postForm(t, p, "#receipts form", typed("reason", "数<b>中学</b>错了")).want(t, http.StatusOK).clean(t)
	if got := p.text("#receipts li.is-off"); !strings.Contains(got, "李红梅") || !strings.Contains(got, "红冲 HC-WC01-2026-") || p.Find("#receipts form").Length() != 0 {
		t.Errorf("taken back: %q", got)
	}
	if now := r.order(t, o.ID); now.Shipments[0].Status != order.Arrived || now.Status != order.Approved {
		t.Errorf("the load is %s", now.Shipments[0].Status)
	}
	again := street.get(t, loadPath(o, 0))
	street.postForm(t, again, "#sign form", nil).want(t, http.StatusOK)
	if n := street.get(t, orderPath(o)).Find("#receipts li").Length(); n != 2 {
		t.Errorf("%d receipts", n)
	}
	r.mustCheck(t)
}

func TestCodeOnThePaperOpensTheSigning(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	o := r.sent(t, r.line(r.first.Item, "4"))
	path := "/sign/" + o.Shipments[0].Token
	nobody := r.anonymous(t)
	door := nobody.get(t, path).want(t, http.StatusOK)
	if door.URL.Path != "/signin" || door.URL.Query().Get("next") != path || strings.Contains(door.Body, o.Number) {
		t.Fatalf("nobody is sent to %s", door.URL)
	}
	if next := door.Find(`input[name="next"]`).AttrOr("value", ""); next != path {
		t.Errorf("after the door comes %q", next)
	}
	street := r.as(t, "street")
	p := street.get(t, path).want(t, http.StatusOK)
	if p.URL.Path != loadPath(o, 0) || formValues(p.Find("#sign form")).Get("way") != "code" || p.Find(`#sign input[value="page"]`).Length() != 0 {
		t.Errorf("the code leads to %s: %q", p.URL, p.text("#sign"))
	}
	bad := street.postForm(t, p, "#sign form", typed(lineField("good", o.Shipments[0].Lines[0]), "9")).want(t, http.StatusUnprocessableEntity)
	if formValues(bad.Find("#sign form")).Get("way") != "code" {
		t.Error("a refusal forgets the way")
	}
	if p = r.as(t, "leader").get(t, path).want(t, http.StatusOK); p.Find("#sign").Length() != 0 || !strings.Contains(p.text("main"), "在路上") {
		t.Errorf("a leader sees %q", p.text("main"))
	}
	for login, who := range map[string]*user{"keeper-dzw": r.as(t, "keeper-dzw"), "system": r.as(t, "system"), "security": r.as(t, "security")} {
		for _, at := range []string{path, "/sign/none", "/sign/" + strings.Repeat("0", 24)} {
			p := who.get(t, at).want(t, http.StatusNotFound)
			said, _, _ := strings.Cut(p.text("main"), "请求编号")
			if said != "404没有找到这个二维码不是本系统的交接单，或您无权查看。 回到首页 " {
				t.Errorf("%s learns of %s: %q", login, at, p.text("main"))
			}
		}
	}
	street.postForm(t, street.get(t, path), "#sign form", nil).want(t, http.StatusOK)
	p = street.get(t, path).want(t, http.StatusOK)
	if got := p.text(".cb-head"); p.Find("#sign").Length() != 0 || !strings.Contains(got, "李红梅 于 2026-11-25 12:01 签收") || !strings.Contains(p.text("#receipts"), "扫码签收") {
		t.Errorf("signed already: %q", p.text("main"))
	}
}

func TestStrangersLearnNothingOfALoad(t *testing.T) {
	t.Parallel()
	r := newRelief(t, true)
	waits, road, word := r.approved(t, r.line(r.first.Item, "2")), r.sent(t, r.line(r.first.Item, "2")), r.byWord(t, "1")
	closed := r.approved(t, r.line(r.first.Item, "2"))
	if _, err := r.uses.Dispatching.Cancel(t.Context(), r.actor(t, "leader"), closed.ID, "雨停了"); err != nil {
		t.Fatal(err)
	}
	stranger := r.as(t, "keeper-dzw")
	stranger.get(t, "/orders")
	key := strings.Repeat("k", 20)
	for _, o := range []order.Order{waits, road, word, closed} {
		line := o.Shipments[0].Lines[0]
		for path, fields := range map[string][]string{
			loadPath(o, 0) + "/pick": {}, loadPath(o, 0) + "/leave": {"client_key", key}, loadPath(o, 0) + "/arrive": {}, loadPath(o, 0) + "/cancel": {"reason", "试试"},
			loadPath(o, 0) + "/sign":  {"client_key", key, lineField("good", line), "1"},
			loadPath(o, 0) + "/clear": {"client_key", key, "fate", "back", lineField("qty", line), "1"},
			orderPath(o) + "/papers":  {"kind", "written", "document_no", "8号"},
		} {
			p := stranger.post(t, path, typed(fields...))
			if p.Status != http.StatusNotFound || strings.Contains(p.Body, o.Number) {
				t.Errorf("%s answers %d: %.200s", path, p.Status, p.text("main"))
			}
		}
	}
	r.mustCheck(t)
}
