package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

func TestWriteCSVGivesPlainLines(t *testing.T) {
	d := Document{
		Title: "储备台账", Left: "编制单位：望城区应急管理局", Right: "单位：元",
		Columns: []Column{
			{Heading: "物资名称"}, {Heading: "数量", Group: "结存", Kind: QuantityKind}, {Heading: "金额", Group: "结存", Kind: MoneyKind},
			{Heading: "有效期至", Kind: DateKind}, {Heading: "备注"},
		},
		Rows: []Row{
			{Kind: Band, Values: []Value{Text("一、生活保障类")}},
			{Values: []Value{Text("棉被"), Quantity(quantity.Of(12000) + 500), Money(money.Fen(123456789)), Date(day.Of(2031, 6, 30)), Text("含\"旧\",\r\n待检")}},
			{Values: []Value{Text("睡袋"), Quantity(-1000), Money(-5), Date(day.Stored("2031-06-01", day.ToMonth)), Text("-10℃")}},
			{Kind: Total, Values: []Value{Text("合计"), Blank(), Money(123456784)}},
		},
		Notes: []string{"=注"}, Signatures: []string{"制表人："},
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, d); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"\ufeff储备台账,,,,",
		"编制单位：望城区应急管理局    单位：元,,,,",
		"物资名称,结存/数量,结存/金额,有效期至,备注",
		"一、生活保障类,,,,",
		"棉被,12000.5,1234567.89,2031-06-30,\"含\"\"旧\"\",\r\n待检\"",
		"睡袋,-1,-0.05,2031-06,'-10℃",
		"合计,,1234567.84,,",
		"'=注,,,,",
		"",
	}, "\r\n")
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestWriteCSVQuotesWhatASpreadsheetWouldRun(t *testing.T) {
	for _, p := range payloads {
		t.Run(p, func(t *testing.T) {
			got := csvSafe(p)
			runs := strings.ContainsRune("=+-@\t\n＝", []rune(p)[0])
			if runs != (got == "'"+p) {
				t.Errorf("became %q", got)
			}
			if !strings.HasSuffix(got, p) {
				t.Errorf("%q lost its text", got)
			}
		})
	}
}

func TestWriteCSVRefusesRowsThatWouldLoseValues(t *testing.T) {
	err := WriteCSV(io.Discard, Document{Columns: []Column{{Heading: "名称"}}, Rows: []Row{{Values: make([]Value, 2)}}})
	if !errors.Is(err, errs.Internal) {
		t.Errorf("got %v", err)
	}
}

// failing is a disk that is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWritersPassOnAFullDisk(t *testing.T) {
	if err := WriteCSV(failing{}, ledger()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("csv: %v", err)
	}
	if err := Write(failing{}, ledger()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("xlsx: %v", err)
	}
}
