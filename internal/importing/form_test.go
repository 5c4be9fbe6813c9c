package importing_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

func TestAFormComesBackAndIsBooked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.stocked()
		form, book := d.send()
		if form.FileName != "区级中心库_核对表_2026-11-24.xlsx" {
			t.Errorf("named %s", form.FileName)
		}
		d.take("试制棉被", "7") // while the form is out
		more := rowOf(t, book, "物资名称")
		filled := fill(t, book, both(
			at(t, book, "试制棉被", 98, "清点差异", ""), at(t, book, "试制雨衣", 60, "新入库", ""),
			at(t, book, "试制毛毯", 15, "领用出库", "演练用"), at(t, book, "试制饼干", 26, "报废损失", "受潮变质"),
			map[string]any{fmt.Sprintf("C%d", more+1): "试制头灯", fmt.Sprintf("E%d", more+1): "个", fmt.Sprintf("K%d", more+1): 5,
				fmt.Sprintf("H%d", more+1): "2030-01", fmt.Sprintf("L%d", more+1): "社会捐赠"}))
		b := d.upload("改了名字.xlsx", filled)
		p := d.preview(b.ID)
		want := "试制棉被 100/98/93 清点差异 ok\n试制雨衣 50/60/50 新入库 ok\n试制毛毯 20/15/20 领用出库 ok\n试制饼干 30/26/30 报废损失 ok\n试制手电 8/-/8 ok"
		if got := sorted(told(p)); got != sorted(want) || b.Kind != string(importing.StreetForm) || b.DepotID != d.depot.ID {
			t.Fatalf("%s %s\n%s", b.Kind, b.DepotID, got)
		}
		if len(p.Rows) != 1 || len(p.Words) != 1 || p.Counts.OK != 4 || p.Counts.Confirm != 1 {
			t.Fatalf("%d new goods, %+v", len(p.Rows), p.Counts)
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{}); !errors.Is(err, errs.Invalid) {
			t.Fatalf("booked with open goods: %v", err)
		}
		p, err := d.imp.Decide(d.ctx, d.planner, b.ID, p.Batch.Version, func(c *importing.Decisions) { c.Items["试制头灯||个"] = importing.Choice{Create: true} })
		if err != nil || p.Blocked != "" || p.Counts.OK != 5 {
			t.Fatal(p.Blocked, p.Counts, err)
		}
		posted, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{Version: p.Batch.Version, Seen: p.Stamp()})
		if err != nil {
			t.Fatal(err, errs.FieldsOf(err))
		}
		wantPosted := "PD 2026-11-24 盘盈盘亏 改了名字.xlsx 1\nRK 2026-11-24 本级采购 改了名字.xlsx 1\nCK 2026-11-24 演练消耗 改了名字.xlsx 1\n" +
			"BF 2026-11-24 损坏变质 改了名字.xlsx 1\nRK 2026-11-24 社会捐赠  1"
		if got := wrote(posted); sorted(got) != sorted(wantPosted) {
			t.Errorf("posted\n%s", got)
		}
		for _, want := range []string{"试制棉被 91", "试制雨衣 60@2029-05-01", "试制毛毯 15", "试制饼干 26@2028-05", "试制手电 8", "试制头灯 5@2030-01"} {
			if !strings.Contains(d.stand(), want) {
				t.Errorf("%s is missing in %s", want, d.stand())
			}
		}
		d.bookedOnce(b, filled, posted)
		d.checked()
	})
}

func (d *desk) bookedOnce(b importing.Batch, filled []byte, posted []ledger.Voucher) {
	t := d.t
	again, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{})
	if err != nil || wrote(again) != wrote(posted) {
		t.Errorf("a second tap: %v %s", err, wrote(again))
	}
	copied := d.upload("又一份.xlsx", fill(t, filled, both(at(t, filled, "试制棉被", 90, "清点差异", ""))))
	p := d.preview(copied.ID)
	if !strings.Contains(p.Blocked, "已由王芳于 2026-11-24 12:00 交回入账") || len(p.Form.Differs) != 1 || p.Form.Differs[0].First != "98 清点差异" || p.Form.Differs[0].Again != "90 清点差异" {
		t.Errorf("a second copy: %q %+v", p.Blocked, p.Form.Differs)
	}
	if _, err := d.imp.Apply(d.ctx, d.planner, copied.ID, importing.Yes{OnlyClean: true}); !errors.Is(err, errs.Invalid) {
		t.Errorf("a second copy booked: %v", err)
	}
	if _, err := d.imp.Undo(d.ctx, d.planner, b.ID); err != nil {
		t.Fatal(err, errs.FieldsOf(err))
	}
	if got := d.stand(); !strings.Contains(got, "试制棉被 93") || strings.Contains(got, "头灯") {
		t.Errorf("after undo %s", got)
	}
	p, err = d.imp.Decide(d.ctx, d.planner, copied.ID, 0, func(c *importing.Decisions) { c.Items["试制头灯||个"] = importing.Choice{Create: true} })
	if err != nil || p.Blocked != "" {
		t.Fatal(p.Blocked, err)
	}
	if _, err := d.imp.Apply(d.ctx, d.planner, copied.ID, importing.Yes{}); err != nil {
		t.Fatal(err, errs.FieldsOf(err))
	}
	if got := d.stand(); !strings.Contains(got, "试制棉被 83") {
		t.Errorf("after the second copy %s", got)
	}
}

func TestTwoReturnsOfAFormAreBookedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.stocked()
		_, book := d.send()
		var batches []*importing.Preview
		for i := range 4 {
			batches = append(batches, d.preview(d.upload(fmt.Sprintf("%d.xlsx", i), fill(t, book, at(t, book, "试制棉被", 90-i, "清点差异", ""))).ID))
		}
		batches = append(batches, batches[0])
		var start, done sync.WaitGroup
		results := make([]error, len(batches))
		start.Add(1)
		for i, p := range batches {
			done.Go(func() {
				start.Wait()
				_, results[i] = d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{})
			})
		}
		start.Done()
		done.Wait()
		booked := map[id.ID]bool{}
		for i, err := range results {
			switch {
			case err == nil:
				booked[batches[i].Batch.ID] = true
			case !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Invalid):
				t.Error(err)
			}
		}
		list, _, err := d.inv.Vouchers(d.ctx, d.planner, inventory.VoucherFilter{})
		if err != nil || len(booked) != 1 || len(list) != 6 {
			t.Errorf("booked %d, %d vouchers, %v", len(booked), len(list), err)
		}
		d.checked()
	})
}

func TestOneFormIsOutOfADepotAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.stocked()
		first, book := d.send()
		if again, same := d.send(); again.ID != first.ID || !bytes.Equal(book, same) {
			t.Errorf("a second tap sent another form")
		}
		d.take("试制棉被", "1")
		second, _ := d.send()
		list, _, err := d.imp.Forms(d.ctx, d.planner, 0, 0)
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		for _, f := range list {
			if want := map[id.ID]string{first.ID: importing.FormWithdrawn, second.ID: importing.FormSent}[f.ID]; f.Status != want {
				t.Errorf("form %s is %s", f.ID, f.Status)
			}
		}
		p := d.preview(d.upload("x.xlsx", fill(t, book, at(t, book, "试制棉被", 98, "清点差异", ""))).ID)
		if !strings.Contains(p.Blocked, "不能再入账") {
			t.Errorf("blocked %q", p.Blocked)
		}
		if err := d.imp.WithdrawForm(d.ctx, d.planner, second.ID); err != nil {
			t.Fatal(err)
		}
		if err := d.imp.WithdrawForm(d.ctx, d.planner, second.ID); !errors.Is(err, errs.Conflict) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if !bytes.Equal(d.formFile(first.ID), book) {
			t.Error("the file is another one")
		}
		d.checked()
	})
}

func TestRightsOfAForm(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	other := d.secondDepot()
	form, book := d.send()
	filled := fill(t, book, at(t, book, "试制棉被", 98, "清点差异", ""))
	stranger := holder(31, access.Street, other)
	if _, err := d.imp.SendForms(d.ctx, stranger, []id.ID{d.depot.ID}); !errors.Is(err, errs.Forbidden) {
		t.Errorf("sent: %v", err)
	}
	if _, _, err := d.imp.FormFile(d.ctx, stranger, form.ID); !errors.Is(err, errs.NotFound) {
		t.Errorf("fetched: %v", err)
	}
	if err := d.imp.WithdrawForm(d.ctx, stranger, form.ID); !errors.Is(err, errs.NotFound) {
		t.Errorf("withdrew: %v", err)
	}
	if list, _, err := d.imp.Forms(d.ctx, stranger, 0, 0); err != nil || len(list) != 0 {
		t.Errorf("listed: %v %v", list, err)
	}
	if _, err := d.imp.Upload(d.ctx, stranger, "x.xlsx", bytes.NewReader(filled)); !errors.Is(err, errs.Forbidden) {
		t.Errorf("uploaded: %v", err)
	}
	b, err := d.imp.Upload(d.ctx, holder(32, access.Street, d.depot), "x.xlsx", bytes.NewReader(filled))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.imp.Preview(d.ctx, stranger, b.ID); !errors.Is(err, errs.NotFound) {
		t.Errorf("looked: %v", err)
	}
	if _, err := d.imp.Preview(d.ctx, d.keeper, b.ID); err != nil {
		t.Errorf("its keeper may not look: %v", err)
	}
}

func TestOfFormsSentAtOnceOneIsOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.stocked()
		var start, done sync.WaitGroup
		start.Add(1)
		for i := range 6 {
			actor := []access.Actor{d.planner, d.keeper}[i%2]
			done.Go(func() {
				start.Wait()
				if _, err := d.imp.SendForms(d.ctx, actor, []id.ID{d.depot.ID}); err != nil {
					t.Error(err)
				}
			})
		}
		start.Done()
		done.Wait()
		out, err := d.imp.FormsOut(d.ctx, d.planner, []id.ID{d.depot.ID})
		if err != nil || len(out) != 1 {
			t.Errorf("%d forms are out, %v", len(out), err)
		}
		if !bytes.HasPrefix(d.formFile(out[0].ID), []byte("PK")) {
			t.Error("its file is gone")
		}
		d.checked()
	})
}
