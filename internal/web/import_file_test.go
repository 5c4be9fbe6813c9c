package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestImportRefusesUnreadableFiles(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	book := excelize.NewFile()
	var blank, locked bytes.Buffer
	if err := book.Write(&blank); err != nil {
		t.Fatal(err)
	}
	if err := book.Write(&locked, excelize.Options{Password: "123456"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		outcome, name string
		content       []byte
		want          string
	}{
		{"a text called xlsx", "说明.xlsx", []byte("这是一段说明文字，不是台账。\n请各单位抓紧报送。\n"), "普通文本"},
		{"an empty workbook", "空.xlsx", blank.Bytes(), "空白工作簿"},
		{"an encrypted workbook", "加密.xlsx", locked.Bytes(), "密码"},
		{"nothing at all", "无.xlsx", nil, "。"},
		{"a workbook cut short", "半.xlsx", ledgerFile(t, yunhuLedger)[:3000], "另存为"},
	} {
		t.Run(c.outcome+" gets a sentence", func(t *testing.T) {
			p := u.upload(t, c.name, c.content).want(t, http.StatusUnprocessableEntity)
			if said := p.text(".cb-flash"); !strings.Contains(said, c.want) || p.Find("form#upload").Length() != 1 {
				t.Errorf("said %q", said)
			}
		})
	}
	t.Run("no file gets a sentence", func(t *testing.T) {
		p := u.post(t, "/imports", nil).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text(".cb-flash"), "没有收到文件") {
			t.Errorf("said %q", p.text(".cb-flash"))
		}
	})
	t.Run("a forged form is refused", func(t *testing.T) {
		u.uploadTo(t, "/imports?_csrf=wrong", yunhuLedger, ledgerFile(t, yunhuLedger)).want(t, http.StatusForbidden)
	})
	if p := u.get(t, "/imports").want(t, http.StatusOK); p.Find("table").Length() != 0 || p.Find(".cb-empty").Length() != 1 {
		t.Errorf("something was recorded: %s", p.text("main"))
	}
}

func TestImportRights(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	planner, street, leader := d.as(t, "planner"), d.as(t, "street"), d.as(t, "leader")
	theirs := emptyDepot(t, planner)
	p := street.upload(t, yunhuLedger, ledgerFile(t, yunhuLedger)).want(t, http.StatusOK)
	if optionOf(p, `select[name="depot.1"]`, newDepot) != "" {
		t.Error("a depot of others is offered")
	}
	street.postForm(t, p, "#preview", url.Values{"depot.1": {theirs}}).want(t, http.StatusForbidden)
	if again := street.get(t, p.URL.Path); again.Find("#blocked").Length() == 0 {
		t.Error("the forbidden depot was taken")
	}
	other := planner.upload(t, dagouLedger, ledgerFile(t, dagouLedger)).want(t, http.StatusOK)
	for _, more := range []string{"", "/file"} {
		street.get(t, other.URL.Path+more).want(t, http.StatusNotFound)
	}
	street.get(t, "/imports")
	for _, more := range []string{"/decisions", "/apply", "/undo", "/discard"} {
		street.post(t, other.URL.Path+more, nil).want(t, http.StatusNotFound)
	}
	for _, path := range []string{"/imports", "/imports/new", p.URL.Path, p.URL.Path + "/file"} {
		leader.get(t, path).want(t, http.StatusForbidden)
	}
}

func TestImportFileComesBack(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	p := u.upload(t, yunhuLedger, ledgerFile(t, yunhuLedger)).want(t, http.StatusOK)
	answer, err := u.client.Get(d.server.URL + p.URL.Path + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.Equal(content, ledgerFile(t, yunhuLedger)) {
		t.Errorf("%d bytes came back, %v", len(content), err)
	}
	if _, params, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition")); err != nil || params["filename"] != yunhuLedger {
		t.Errorf("named %q", answer.Header.Get("Content-Disposition"))
	}
}

func TestImportPagesLongLedgers(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	var csv strings.Builder
	csv.WriteString("物资名称,规格型号,单位,数量\n")
	for i := range 450 {
		fmt.Fprintf(&csv, "甲乙丙%04d号,规格%d,台,%d\n", i, i, i+1)
	}
	p := u.upload(t, "长表.csv", []byte(csv.String())).want(t, http.StatusOK)
	seen := p.Find(".cb-import tbody tr").Length()
	for p.Find(`.cb-pager a[rel="next"]`).Length() > 0 {
		next, _ := p.Find(`.cb-pager a[rel="next"]`).Attr("href")
		p = u.get(t, next).want(t, http.StatusOK)
		seen += p.Find(".cb-import tbody tr").Length()
	}
	if seen != 450 || p.Find("#words .is-word").Length() != 200 {
		t.Errorf("%d rows over all pages, %d words", seen, p.Find("#words .is-word").Length())
	}
	if !strings.Contains(p.text("#blocked"), "截止日期") {
		t.Errorf("a ledger without a date is not blocked for it: %s", p.text("#facts"))
	}
}

func TestImportListPages(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	for i := range 52 {
		u.upload(t, fmt.Sprintf("第%d份.csv", i), []byte(fmt.Sprintf("物资名称,单位,数量\n棉被,床,%d\n", i+1))).want(t, http.StatusOK)
		d.clock.advance(1)
	}
	first := u.get(t, "/imports")
	next, _ := first.Find(`.cb-pager a[rel="next"]`).Attr("href")
	second := u.get(t, next).want(t, http.StatusOK)
	if a, b := first.Find("tbody tr").Length(), second.Find("tbody tr").Length(); a != 50 || b != 2 || !strings.Contains(second.text("tbody"), "第0份.csv") {
		t.Errorf("pages of %d and %d rows", a, b)
	}
	u.get(t, "/imports?before=x~y").want(t, http.StatusOK)
}
