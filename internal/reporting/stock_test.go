package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/demo"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/planning"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

var noon = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

func district(t *testing.T) (*store.Store, *inventory.Service) {
	t.Helper()
	st := storetest.SQLite().Open(t, func() time.Time { return noon })
	inv := inventory.New(st)
	d := demo.Deps{Store: st, Directory: directory.New(st, directory.Options{}), Inventory: inv, Planning: planning.New(st), Accounts: accounts.New(st, accounts.Options{}),
		Size: demo.Size{Streets: 1, Months: 1}}
	if err := demo.Fill(context.Background(), d, noon, func(string) {}); err != nil {
		t.Fatal(err)
	}
	return st, inv
}

func TestStockLedger(t *testing.T) {
	st, inv := district(t)
	ctx := context.Background()
	auditor := access.Actor{ID: 7, Login: "audit", Name: "梁静", Grants: []access.Grant{{Role: access.Audit}}}
	reports := reporting.New(st, inv)
	t.Run("is laid out as offices hand it in, with every row and the right sum", func(t *testing.T) {
		var b bytes.Buffer
		if err := reports.StockLedger(ctx, auditor, inventory.StockFilter{}, &b); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		stock, _, err := inv.StockByLot(ctx, auditor, inventory.StockFilter{}, inventory.AllRows)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, r := range rows {
			text += strings.Join(r, "|") + "\n"
		}
		for _, want := range []string{"应急物资储备台账", "编制单位：望城区应急管理局", "截止日期：2026年11月25日", "小计", "合计", "制表人：梁静", "审核人："} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
		lots := 0
		for _, r := range stock {
			if strings.Contains(text, r.Lot.No) {
				lots++
			}
		}
		if len(stock) == 0 || lots != len(stock) {
			t.Errorf("%d of %d lots", lots, len(stock))
		}
	})
	t.Run("leaves a line in the trail", func(t *testing.T) {
		page, err := st.Read().AuditPage(ctx, 0, 0, "stock.export", 10)
		if err != nil || len(page) != 1 || page[0].ActorName != "梁静" {
			t.Errorf("%+v %v", page, err)
		}
	})
	t.Run("is not for who sees no stock", func(t *testing.T) {
		var b bytes.Buffer
		admin := access.Actor{ID: 8, Name: "钟磊", Grants: []access.Grant{{Role: access.System}}}
		if err := reports.StockLedger(ctx, admin, inventory.StockFilter{}, &b); !errors.Is(err, errs.Forbidden) || b.Len() != 0 {
			t.Errorf("%v, %d bytes", err, b.Len())
		}
	})
}
