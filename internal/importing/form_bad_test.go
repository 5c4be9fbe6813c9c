package importing_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestAFormSaysWhatItCannotBook(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	d.take("试制毛毯", "18")
	b := d.upload("x.xlsx", fill(t, book, both(at(t, book, "试制棉被", 120, "领用出库", ""), at(t, book, "试制雨衣", "约40", "", ""), at(t, book, "试制毛毯", 15, "清点差异", ""),
		at(t, book, "试制饼干", 28, "", ""), at(t, book, "试制手电", nil, "报废损失", ""))))
	p := d.preview(b.ID)
	all := problemsOf(p)
	for _, want := range []string{"「试制棉被」填报比发出时多 20 床，和变动原因“领用出库”对不上", "「试制雨衣」的实有数量：“约40”不是一个确定的数",
		"「试制毛毯」填报比发出时少 5 条，但这一批现在账上只能动 2 条（发出后账上已少 18 条）", "「试制饼干」没有写变动原因", "「试制手电」写了变动原因“报废损失”，没有填实有数量"} {
		if !strings.Contains(all, want) {
			t.Errorf("not said: %s\nin\n%s", want, all)
		}
	}
	if p.Counts.Error != 4 || p.Counts.Confirm != 1 || p.Form.Asks != 1 {
		t.Errorf("%+v, %d ask", p.Counts, p.Form.Asks)
	}
	t.Run("one answer settles all lines without a reason, and a cell is mended in place", func(t *testing.T) {
		text := "40"
		p, err := d.imp.Decide(d.ctx, d.planner, b.ID, 0, func(c *importing.Decisions) {
			c.Reasons[importing.AllLines] = importing.FormCounted
			c.Mend(formName, fmt.Sprintf("K%d", rowOf(t, book, "试制雨衣")), &text)
			for _, l := range p.Form.Lines {
				if l.Item.Name == "试制棉被" {
					c.Reasons[l.Key] = importing.FormReceived
				}
			}
		})
		if err != nil || p.Counts.OK != 3 || p.Form.Asks != 0 {
			t.Fatalf("%v %+v\n%s", err, p.Counts, told(p))
		}
	})
	t.Run("lines are accepted one by one", func(t *testing.T) {
		_, err := d.imp.Decide(d.ctx, d.planner, b.ID, 0, func(c *importing.Decisions) {
			for _, l := range p.Form.Lines {
				c.Skip[l.Key] = l.Item.Name != "试制棉被"
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		posted, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{})
		if err != nil || len(posted) != 1 || posted[0].Type != ledger.Receipt {
			t.Fatalf("%v %s", err, wrote(posted))
		}
		if got := d.stand(); !strings.Contains(got, "试制棉被 120") || !strings.Contains(got, "试制雨衣 50") || !strings.Contains(got, "试制毛毯 2") {
			t.Errorf("stands %s", got)
		}
	})
	d.checked()
}

func TestAFormThatNobodyFilledBooksNothing(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	p := d.preview(d.upload("x.xlsx", book).ID)
	if !strings.Contains(p.Blocked, "还没有填写") {
		t.Errorf("blocked %q", p.Blocked)
	}
	if got := d.stand(); !strings.Contains(got, "试制手电 8") {
		t.Errorf("stands %s", got)
	}
}

func TestAChangedHiddenPartIsSaidAndReadAsALedger(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	filled := fill(t, book, at(t, book, "试制棉被", 98, "清点差异", ""))
	for name, change := range map[string]func(*excelize.File) error{
		"a sent figure": func(f *excelize.File) error { return f.SetCellStr("changbei", "E7", "90") },
		"the day":       func(f *excelize.File) error { return f.SetCellStr("changbei", "B4", "2026-11-23") },
		"the form":      func(f *excelize.File) error { return f.SetCellStr("changbei", "B2", "77") },
		"the seal gone": func(f *excelize.File) error { return f.SetCellStr("changbei", "B6", "") },
	} {
		t.Run(name, func(t *testing.T) {
			p, err := d.imp.Preview(d.ctx, d.planner, d.upload("x.xlsx", edit(t, filled, change)).ID)
			if err != nil {
				t.Fatal(err)
			}
			if p.Form != nil || len(p.Result.Issues) == 0 || !strings.Contains(p.Result.Issues[0].Message, "隐藏部分被改动过") {
				t.Errorf("form %v, %+v", p.Form, p.Result.Issues)
			}
		})
	}
	t.Run("without it the sheet is an ordinary list, and that is said", func(t *testing.T) {
		b := d.upload("x.xlsx", edit(t, filled, func(f *excelize.File) error { return f.DeleteSheet("changbei") }))
		p := d.decide(b, nil)
		var got []string
		for _, r := range p.Rows {
			if r.Quantity != nil && r.Status == "ok" {
				got = append(got, r.Row.Item+" "+r.Quantity.String())
			}
		}
		if len(p.Result.Issues) == 0 || !strings.Contains(p.Result.Issues[0].Message, "隐藏部分不在了") {
			t.Errorf("nothing is said: %+v", p.Result.Issues)
		}
		if p.Form != nil || strings.Join(got, ", ") != "试制棉被 98" || p.AsOf.String() != "2026-11-24" || !p.Compared {
			t.Errorf("%s, as of %s, compared %v, kind %s", got, p.AsOf, p.Compared, p.Kind)
		}
	})
}

func TestRowsThatWereMovedAreFoundAndOthersAreSaid(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	coat, torch := rowOf(t, book, "试制雨衣"), rowOf(t, book, "试制手电")
	filled := fill(t, book, both(at(t, book, "试制棉被", 98, "清点差异", ""), at(t, book, "试制毛毯", 19, "清点差异", "")))
	p := d.preview(d.upload("x.xlsx", edit(t, filled, func(f *excelize.File) error {
		if err := f.SetCellStr(formName, fmt.Sprintf("B%d", torch), "X-1"); err != nil { // a grey cell
			return err
		}
		if err := f.InsertRows(formName, coat, 1); err != nil {
			return err
		}
		return f.SetCellStr(formName, fmt.Sprintf("C%d", coat), "夹带物资")
	})).ID)
	if notes := strings.Join(p.Form.Notes, "\n"); !strings.Contains(notes, "夹带物资") {
		t.Errorf("not said: %s", notes)
	}
	lost := 0
	for _, l := range p.Form.Lines {
		if l.Row == 0 {
			lost++
		}
		if l.Item.Name == "试制毛毯" && l.Row > 0 && (l.Filled == nil || l.Filled.String() != "19") {
			t.Errorf("%+v", l)
		}
	}
	if lost != 1 || p.Counts.Error != 1 {
		t.Errorf("%d lost, %+v\n%s", lost, p.Counts, told(p))
	}
}

func TestAFormGoesBackWithWhatIsWrongInIt(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	b := d.upload("x.xlsx", fill(t, book, at(t, book, "试制雨衣", "约40", "清点差异", "")))
	var marked bytes.Buffer
	if _, err := d.imp.Marked(d.ctx, d.planner, b.ID, &marked); err != nil {
		t.Fatal(err)
	}
	rows, err := func() ([][]string, error) {
		f, err := excelize.OpenReader(bytes.NewReader(marked.Bytes()))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return f.GetRows(formName)
	}()
	row := rowOf(t, book, "试制雨衣")
	if err != nil || !strings.Contains(strings.Join(rows[row-1], "|"), "不是一个确定的数") {
		t.Errorf("%v %v", err, rows[row-1])
	}
	p := d.preview(d.upload("y.xlsx", fill(t, marked.Bytes(), at(t, book, "试制雨衣", 40, "清点差异", ""))).ID)
	if p.Counts.OK != 1 || p.Counts.Error != 0 || len(p.Form.Notes) != 0 {
		t.Errorf("%+v %v", p.Counts, p.Form.Notes)
	}
}

func TestASheetSaysWhenItWasFilledIn(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	head := rowOf(t, book, "试制棉被")
	for head > 1 && !strings.HasPrefix(cell(t, book, fmt.Sprintf("G%d", head)), "填报日期") {
		head--
	}
	for typed, want := range map[string]string{"2026-11-24": "", "2026-11-20": "填报日期写的是“2026-11-20”", "2027-01-01": "填报日期写的是", "月底": "填报日期写的是"} {
		p := d.preview(d.upload("x.xlsx", fill(t, book, both(at(t, book, "试制棉被", 98, "清点差异", ""), map[string]any{fmt.Sprintf("H%d", head): typed}))).ID)
		if notes := strings.Join(p.Form.Notes, ""); p.AsOf.String() != "2026-11-24" || want == "" && notes != "" || !strings.Contains(notes, want) {
			t.Errorf("%s: as of %s, %q", typed, p.AsOf, notes)
		}
	}
}

func TestBooksThatMovedSinceAFormWasLookedAt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.stocked()
		_, book := d.send()
		p := d.preview(d.upload("x.xlsx", fill(t, book, both(at(t, book, "试制棉被", 98, "清点差异", ""), at(t, book, "试制毛毯", 20, "", "")))).ID)
		d.take("试制手电", "1")
		if err := d.imp.FormStillSo(d.ctx, p); err != nil {
			t.Errorf("goods nobody counted stop it: %v", err)
		}
		d.take("试制棉被", "1")
		if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{Seen: p.Stamp()}); !errors.Is(err, errs.Conflict) {
			t.Errorf("between the look and the yes: %v", err)
		}
		if err := d.imp.FormStillSo(d.ctx, p); !errors.Is(err, errs.Conflict) {
			t.Errorf("between reading and booking: %v", err)
		}
		p = d.preview(p.Batch.ID)
		if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{Seen: p.Stamp()}); err != nil || !strings.Contains(d.stand(), "试制棉被 97") {
			t.Errorf("looked at again: %v, stands %s", err, d.stand())
		}
		d.checked()
	})
}

func TestWhatMayNotLeaveIsNotIssuedByAForm(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	d.receive(d.item("试制罐头", "", "罐"), "9", "", "2026-01-01")
	_, book := d.send()
	b := d.upload("x.xlsx", fill(t, book, at(t, book, "试制罐头", 2, "领用出库", "")))
	if p := d.preview(b.ID); p.Counts.Error != 1 || !strings.Contains(problemsOf(p), "已过期，不能作领用出库") {
		t.Errorf("%+v %s", p.Counts, problemsOf(p))
	}
	p, err := d.imp.Decide(d.ctx, d.planner, b.ID, 0, func(c *importing.Decisions) {
		c.Reasons[d.preview(b.ID).Form.Lines[5].Key] = importing.FormDisposed
	})
	if err != nil || p.Counts.OK != 1 {
		t.Fatal(err, told(p))
	}
	if posted := d.apply(b.ID); wrote(posted) != "BF 2026-11-24 过期失效 x.xlsx 1" {
		t.Errorf("posted %s", wrote(posted))
	}
	d.checked()
}

func problemsOf(p *importing.Preview) string {
	var said []string
	for _, l := range p.Form.Lines {
		for _, x := range l.Problems {
			said = append(said, x.Message)
		}
	}
	return strings.Join(said, "\n")
}

func TestGoodsMovedToAnotherBinMeanwhileAreNamed(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	_, book := d.send()
	rows, _, err := d.inv.StockByLot(d.ctx, d.keeper, inventory.StockFilter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	var bin place.Place
	err = d.st.Tx(d.ctx, func(tx *store.Tx) (err error) {
		bin, _, err = tx.EnsureBin(d.ctx, d.depot.ID, "B-02", "B-02")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Item == "试制棉被" {
			d.move(ledger.BinMove, "整理货位", inventory.Line{ItemID: r.Lot.ItemID, Qty: "100", LotID: r.Lot.ID, PlaceID: r.PlaceID, ToBin: bin.Code})
		}
	}
	p := d.preview(d.upload("x.xlsx", fill(t, book, at(t, book, "试制棉被", 98, "清点差异", ""))).ID)
	if said := problemsOf(p); p.Counts.Error != 1 || !strings.Contains(said, "这个货位现在账上只能动 0 床，货位 B-02 有 100 床") {
		t.Errorf("%+v %s", p.Counts, said)
	}
}
