package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/day"
	"changbei/internal/demo"
	"changbei/internal/directory"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/reporting"
	"changbei/internal/sheet"
	"changbei/internal/store"
	"changbei/sql"
)

// bureau is a district with fourteen months of vouchers, so that a card has two
// years, and the lexicon its workbooks are read with.
type bureau struct {
	st      *store.Store
	inv     *inventory.Service
	reports *reporting.Service
	who     access.Actor
	lexicon *reading.Lexicon
}

// books are the demo district's, filled once and copied for each test.
var books = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "changbei-books-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "d.db")
	st, err := openBooks(path)
	if err != nil {
		return nil, err
	}
	d := demo.Deps{Store: st, Directory: directory.New(st, directory.Options{}), Inventory: inventory.New(st), Planning: planning.New(st), Accounts: accounts.New(st, accounts.Options{}),
		Size: demo.Size{Streets: 1, Months: 14}}
	if err := errors.Join(demo.Fill(context.Background(), d, noon, func(string) {}), st.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func openBooks(path string) (*store.Store, error) {
	return store.Open(context.Background(), store.Options{SQLite: path, Now: func() time.Time { return noon }})
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	db, err := books()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "d.db")
	if err := os.WriteFile(path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := openBooks(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	inv := inventory.New(st)
	f, err := sql.Seed.Open("seed/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lexicon, err := reading.LoadLexicon(f)
	if err != nil {
		t.Fatal(err)
	}
	return &bureau{st: st, inv: inv, reports: reporting.New(st, inv), lexicon: lexicon,
		who: access.Actor{ID: 7, Login: "audit", Name: "梁静", Grants: []access.Grant{{Role: access.Audit}}}}
}

// export writes a workbook of a kind.
func (o *bureau) export(t *testing.T, kind reporting.Kind, ask reporting.Ask) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := o.reports.Export(context.Background(), o.who, kind, ask, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readBack reads a workbook as an upload is read.
func (o *bureau) readBack(t *testing.T, book []byte) *reading.Result {
	t.Helper()
	wb, err := sheet.Read(bytes.NewReader(book), int64(len(book)), "导出.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	result, err := reading.Read(wb, reading.Options{FileName: "导出.xlsx", Today: o.inv.Today(), Lexicon: o.lexicon})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// line is all that a row of any kind must bring back.
type line struct {
	Depot, Item, Spec, Unit, Quantity string
	Date, Produced, Expires           string
	Lot, Location, Code, Price        string
	Source, Owner, Category           string
	Direction, DocNo, Balance, Book   string
	Opening, In, Out                  string
}

func lineOf(r reading.Row) line {
	q := func(q *quantity.Q) string {
		if q == nil {
			return ""
		}
		return q.String()
	}
	l := line{Depot: r.Depot, Item: r.Item, Spec: r.Spec, Unit: r.Unit, Quantity: q(r.Quantity), Date: r.Date.String(), Produced: r.ProductionDate.String(),
		Expires: r.Expiry.String(), Lot: r.LotNo, Location: r.Location, Code: r.Code, Source: r.Source, Owner: r.Owner, Category: r.Category,
		Direction: r.Extra.Direction, DocNo: r.Extra.DocNo, Balance: q(r.Extra.Balance), Book: q(r.Extra.BookQty),
		Opening: q(r.Extra.Opening), In: q(r.Extra.In), Out: q(r.Extra.Out)}
	if r.Price != nil {
		l.Price = r.Price.String()
	}
	return l
}

func priceText(p *money.Fen) string {
	if p == nil {
		return ""
	}
	return p.String()
}

// same compares what was read with what the books say, row by row, and takes no
// issue but the codes that are named.
func same(t *testing.T, got *reading.Result, kind reading.Kind, want []line, codes ...string) {
	t.Helper()
	if got.DocKind != kind {
		t.Errorf("read as %s, want %s", got.DocKind, kind)
	}
	var lines []line
	for _, r := range got.Rows {
		lines = append(lines, lineOf(r))
	}
	if len(want) == 0 {
		t.Error("the books are empty, so that nothing is proved")
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("%d rows read, %d wanted\n%s", len(lines), len(want), diff)
	}
	for _, i := range got.Issues {
		if !strings.Contains(strings.Join(codes, " "), i.Code) {
			t.Errorf("%s %s: %s", i.Cell, i.Code, i.Message)
		}
	}
}

func TestStockLedgerReadsBack(t *testing.T) {
	o := newBureau(t)
	rows, _, err := o.inv.StockByLot(context.Background(), o.who, inventory.StockFilter{}, inventory.AllRows)
	if err != nil {
		t.Fatal(err)
	}
	var want []line
	for _, r := range rows {
		want = append(want, line{Depot: r.Depot, Item: r.Item, Spec: r.Spec, Unit: r.Unit, Quantity: r.OnHand.String(), Date: r.Lot.Received.String(),
			Produced: r.Lot.Produced.String(), Expires: r.Lot.Expires.String(), Lot: r.Lot.No, Location: r.Bin, Code: r.ItemCode, Price: priceText(r.Lot.Price),
			Source: string(r.Lot.Source), Owner: r.Lot.Owner, Category: r.Category})
	}
	same(t, o.readBack(t, o.export(t, reporting.Stock, nil)), reading.StockList, want)
}

func TestSummaryReadsBack(t *testing.T) {
	o := newBureau(t)
	for _, by := range []string{"", "1"} {
		t.Run("by depot: "+by, func(t *testing.T) {
			sum, err := o.inv.Summary(context.Background(), o.who, inventory.SummaryFilter{Month: "2026-10", ByDepot: by != ""})
			if err != nil {
				t.Fatal(err)
			}
			var want []line
			for _, r := range sum.Rows {
				l := line{Depot: "望城区应急管理局（演示）", Item: r.Item.Name, Spec: r.Item.Spec, Unit: r.Item.Unit, Quantity: r.Closing.String(), Code: r.Item.Code,
					Category: r.Item.Category, Opening: r.Opening.String(), In: r.Received.String(), Out: r.Issued.String()}
				if by != "" {
					l.Depot = r.Depot.Name
				}
				want = append(want, l)
			}
			same(t, o.readBack(t, o.export(t, reporting.Summary, reporting.Ask{"month": "2026-10", "by-depot": by})), reading.StockSummary, want)
		})
	}
}

func TestJournalReadsBack(t *testing.T) {
	o := newBureau(t)
	_, depot := o.busiest(t)
	for name, only := range map[string]place.Depot{"of the district": {}, "of a depot": depot} {
		t.Run(name, func(t *testing.T) {
			lines, err := o.inv.Journal(context.Background(), o.who, inventory.JournalFilter{DepotID: only.ID, From: "2025-11-01", To: "2026-11-25"})
			if err != nil {
				t.Fatal(err)
			}
			var want []line
			for _, l := range lines {
				want = append(want, line{Depot: l.Depot, Item: l.Item, Spec: l.Spec, Unit: l.Unit, Quantity: max(l.Qty, -l.Qty).String(), Date: l.BusinessOn,
					Produced: l.Lot.Produced.String(), Expires: l.Lot.Expires.String(), Lot: l.Lot.No, Location: l.Bin, Code: l.ItemCode, Price: priceText(l.Lot.Price),
					Direction: direction(l.Qty), DocNo: l.Number})
			}
			ask := reporting.Ask{"from": "2025-11-01", "to": "2026-11-25", "depot": only.Code}
			same(t, o.readBack(t, o.export(t, reporting.Journal, ask)), reading.MovementJournal, want)
		})
	}
}

func direction(q quantity.Q) string {
	if q < 0 {
		return reading.GoesOut
	}
	return reading.GoesIn
}

// busiest is the item with the most movements at a depot.
func (o *bureau) busiest(t *testing.T) (code string, depot place.Depot) {
	t.Helper()
	depots, err := o.st.Read().Depots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	lines, err := o.inv.Journal(context.Background(), o.who, inventory.JournalFilter{DepotID: depots[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, l := range lines {
		if count[l.ItemCode]++; count[l.ItemCode] > count[code] {
			code = l.ItemCode
		}
	}
	return code, depots[0]
}

func TestCardReadsBack(t *testing.T) {
	o := newBureau(t)
	code, depot := o.busiest(t)
	for _, from := range []string{"", "2026-01-01", "2026-03-10"} {
		t.Run("from "+from, func(t *testing.T) {
			item, err := o.inv.FindItem(context.Background(), o.who, code)
			if err != nil {
				t.Fatal(err)
			}
			books, err := o.inv.CardBooks(context.Background(), o.who, inventory.CardFilter{ItemID: item.ID, DepotID: depot.ID, From: from})
			if err != nil || len(books) != 1 {
				t.Fatal(len(books), err)
			}
			b := books[0]
			var want []line
			if b.Opening != 0 {
				want = append(want, line{Depot: depot.Name, Item: item.Name, Spec: item.Spec, Unit: item.Unit, Quantity: b.Opening.String(), Date: from,
					Direction: reading.Opens, Balance: b.Opening.String()})
			}
			for _, r := range b.Rows {
				want = append(want, line{Depot: depot.Name, Item: item.Name, Spec: item.Spec, Unit: item.Unit, Quantity: max(r.Qty, -r.Qty).String(), Date: r.BusinessOn,
					Lot: r.LotNo, Direction: direction(r.Qty), DocNo: r.Number, Balance: r.Balance.String()})
			}
			ask := reporting.Ask{"item": code, "depot": depot.Code, "from": from}
			same(t, o.readBack(t, o.export(t, reporting.Card, ask)), reading.MovementJournal, want)
		})
	}
}

func TestVouchersReadBack(t *testing.T) {
	o := newBureau(t)
	ctx := context.Background()
	for _, typ := range []ledger.Type{ledger.Receipt, ledger.Issue, ledger.Transfer, ledger.Return, ledger.Disposal, ledger.Reversal} {
		t.Run(string(typ), func(t *testing.T) {
			list, _, err := o.inv.Vouchers(ctx, o.who, inventory.VoucherFilter{Type: typ})
			if err != nil || len(list) == 0 {
				t.Fatal(len(list), err)
			}
			v, err := o.inv.Voucher(ctx, o.who, list[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			var want []line
			for _, l := range v.Lines {
				w := line{Depot: v.Depot.Name, Item: l.Item.Name, Spec: l.Item.Spec, Unit: l.Item.Unit, Quantity: l.Qty.String(), Date: v.BusinessOn.First,
					Produced: l.Lot.Produced.String(), Expires: l.Lot.Expires.String(), Lot: l.Lot.No, Location: l.Bin, Code: l.Item.Code, Price: priceText(l.Lot.Price),
					Direction: reading.GoesOut, DocNo: v.Number}
				if kind := v.Paper(); kind == ledger.Receipt || kind == ledger.Return {
					w.Direction = reading.GoesIn
				}
				if typ == ledger.Reversal {
					w.Quantity = "-" + w.Quantity
				}
				want = append(want, w)
			}
			codes := []string{}
			if typ == ledger.Reversal {
				codes = append(codes, "qty_negative_reversal") // by the contract a person must say yes
			}
			same(t, o.readBack(t, o.export(t, reporting.Voucher, reporting.Ask{"voucher": v.Number})), reading.MovementJournal, want, codes...)
		})
	}
	t.Run("a move inside is asked about, never taken for stock", func(t *testing.T) {
		list, _, err := o.inv.Vouchers(ctx, o.who, inventory.VoucherFilter{Type: ledger.BinMove})
		if err != nil || len(list) == 0 {
			t.Fatal(len(list), err)
		}
		if r := o.readBack(t, o.export(t, reporting.Voucher, reporting.Ask{"voucher": list[0].Number})); len(r.Rows) != 0 || len(r.Issues) == 0 {
			t.Errorf("%d rows, %d issues", len(r.Rows), len(r.Issues))
		}
	})
}

func TestCountSheetReadsBack(t *testing.T) {
	o := newBureau(t)
	_, depot := o.busiest(t)
	rows, _, err := o.inv.StockByLot(context.Background(), o.who, inventory.StockFilter{DepotID: depot.ID}, inventory.AllRows)
	if err != nil {
		t.Fatal(err)
	}
	book := o.export(t, reporting.Count, reporting.Ask{"depot": depot.Code})
	blank := o.readBack(t, book)
	for _, i := range blank.Issues {
		if i.Code != "count_missing" {
			t.Errorf("%s %s: %s", i.Cell, i.Code, i.Message)
		}
	}
	if len(blank.Rows) != len(rows) || len(blank.Issues) != len(rows) {
		t.Errorf("%d rows and %d issues for %d lots: each is to be counted", len(blank.Rows), len(blank.Issues), len(rows))
	}
	filled, counted := countAll(t, book, blank)
	got := o.readBack(t, filled)
	if len(got.Issues) != 0 {
		t.Errorf("%d issues, the first: %s", len(got.Issues), got.Issues[0].Message)
	}
	found, want := map[string]string{}, map[string]string{}
	for i, r := range got.Rows {
		gain, loss := r.Extra.Gain.String(), r.Extra.Loss.String()
		found[strings.Join([]string{r.Depot, r.Code, r.Item, r.Spec, r.Unit, r.LotNo, r.Location, r.ProductionDate.String(), r.Expiry.String()}, "|")] = r.Extra.BookQty.String()
		if diff := counted[i] - *r.Extra.BookQty; *r.Quantity != counted[i] || gain != max(diff, 0).String() || loss != max(-diff, 0).String() || r.Date != o.inv.Today() {
			t.Errorf("%s: counted %s, gain %s, loss %s on %s; typed %s of %s", r.Cell, r.Quantity, gain, loss, r.Date, counted[i], r.Extra.BookQty)
		}
	}
	for _, r := range rows {
		want[strings.Join([]string{r.Depot, r.ItemCode, r.Item, r.Spec, r.Unit, r.Lot.No, r.Bin, r.Lot.Produced.String(), r.Lot.Expires.String()}, "|")] = r.OnHand.String()
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

// countAll types a count into every row, now more and now less than the books
// have, and lets the formulas work as a spreadsheet does.
func countAll(t *testing.T, book []byte, blank *reading.Result) ([]byte, []quantity.Q) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	var counted []quantity.Q
	for i, r := range blank.Rows {
		q := max(0, *r.Extra.BookQty+quantity.Of(int64(i%3-1)))
		counted = append(counted, q)
		if err := f.SetCellValue(name, r.Cell, q.Float()); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range blank.Rows {
		for _, field := range []reading.Field{reading.Gain, reading.Loss} {
			recalculate(t, f, name, r.Cells.At(field))
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), counted
}

func recalculate(t *testing.T, f *excelize.File, name, cell string) {
	t.Helper()
	value, err := f.CalcCellValue(name, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var n float64
	if _, err := fmt.Sscan(value, &n); err != nil {
		t.Fatal(err)
	}
	formula, err := f.GetCellFormula(name, cell)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue(name, cell, n); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellFormula(name, cell, formula); err != nil {
		t.Fatal(err)
	}
}

func TestBlindCountSheetHasNoBookQuantity(t *testing.T) {
	o := newBureau(t)
	_, depot := o.busiest(t)
	r := o.readBack(t, o.export(t, reporting.Count, reporting.Ask{"depot": depot.Code, "blind": "1"}))
	if r.DocKind != reading.Stocktake || len(r.Rows) == 0 {
		t.Errorf("%s with %d rows", r.DocKind, len(r.Rows))
	}
	for _, row := range r.Rows {
		if row.Extra.BookQty != nil || row.Quantity != nil {
			t.Errorf("%s tells the keeper what the books have", row.Cell)
		}
	}
}

func TestBoardReadsBack(t *testing.T) {
	o := newBureau(t)
	rows, _, err := o.inv.StockByLot(context.Background(), o.who, inventory.StockFilter{}, inventory.AllRows)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]quantity.Q{}
	for _, r := range rows {
		want[r.Depot+"|"+strings.TrimSpace(r.Item+" "+r.Spec)+"|"+r.Unit] += r.OnHand
	}
	got := o.readBack(t, o.export(t, reporting.Board, nil))
	found := map[string]quantity.Q{}
	for _, r := range got.Rows {
		found[r.Depot+"|"+r.Item+"|"+r.Unit] += *r.Quantity
	}
	if diff := cmp.Diff(want, found); diff != "" || len(want) == 0 {
		t.Error(diff)
	}
	for _, i := range got.Issues {
		t.Errorf("%s %s: %s", i.Cell, i.Code, i.Message)
	}
	if got.DocKind != reading.StockList || got.AsOf != day.At(noon) {
		t.Errorf("%s as of %s", got.DocKind, got.AsOf)
	}
}

func TestTheDepotIsReadWhateverTheOfficeIsCalled(t *testing.T) {
	o := newBureau(t)
	_, depot := o.busiest(t)
	if err := o.st.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.PutSetting(context.Background(), reporting.OrgSetting, "高塘岭街道办事处")
	}); err != nil {
		t.Fatal(err)
	}
	asks := o.asks(t)
	asks[reporting.Summary] = reporting.Ask{"month": "2026-10", "depot": depot.Code}
	asks[reporting.Journal] = reporting.Ask{"month": "2026-11", "depot": depot.Code}
	for kind, ask := range asks {
		if kind == reporting.Board || kind == reporting.Goods {
			continue // a row a depot, and goods wherever they are
		}
		rows := o.readBack(t, o.export(t, kind, ask)).Rows
		for _, r := range rows {
			if r.Depot != depot.Name {
				t.Errorf("%s: %s stands at %s, want %s", kind, r.Item, r.Depot, depot.Name)
				break
			}
		}
		if len(rows) == 0 {
			t.Errorf("%s: no rows", kind)
		}
	}
}
