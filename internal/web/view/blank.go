package view

import (
	"strings"

	"changbei/internal/code"
	"changbei/internal/ledger"
)

// BlankList is the page of numbered blank paper (空白单据).
type BlankList struct {
	Base
	Depots   []Option
	States   []Option
	Number   string // as typed
	Filtered bool

	MayPrint    bool
	PrintDepots []Option
	Types       []Option
	Count       string // as typed
	Max         int
	ClientKey   string

	Open, Entered, Spoiled int
	Rows                   []BlankRow
	Pager                  Pager
	Empty                  Empty
}

// BlankRow is a sheet and what became of it.
type BlankRow struct {
	Number             string
	Type, State        Tag
	Depot              string
	Printed, PrintedBy string
	AgainURL, EnterURL string // "" = not open, or not the person's to do
	Voucher            string // what it became
	VoucherURL         string
	Closed, ClosedBy   string // entered or spoiled
	Reason             string // why it was spoiled
	SpoilURL           string
	Typed, Refused     string // of a spoiling that failed
	CSRF               string
}

// BlankPrint is a printing of blank paper, a sheet a page. Paper is form
// (triplicate) or a4.
type BlankPrint struct {
	Base
	Heading                 string
	Paper                   string
	FormURL, A4URL, BackURL string
	Unit                    Fitted
	Head                    []BlankField
	Columns                 []BlankColumn
	Lines                   []int // numbers of the ruled lines
	Signers                 []Fitted
	Printed, Copies         string
	Sheets                  []BlankSheet
}

// BlankSheet is one numbered sheet.
type BlankSheet struct {
	Number string
	Code   code.Picture
}

// BlankField is a label of the head with a rule to write on, or all that stands
// there already. Class says how wide it is.
type BlankField struct {
	Label, Class string
	Filled       Fitted
}

// BlankColumn is a column to write in.
type BlankColumn struct{ Label, Width string }

// Columns of blank paper: what a keeper writes by hand. Codes are left out and
// the space goes to names.
var (
	blankLine = BlankColumn{"行", "cp-b-no"}
	blankName = BlankColumn{"名称", ""}
	blankSpec = BlankColumn{"规格型号", "cp-b-spec"}
	blankUnit = BlankColumn{"单位", "cp-b-unit"}
	blankLot  = BlankColumn{"批号/编号", "cp-b-lot"}
	blankQty  = BlankColumn{"数量", "cp-b-qty"}
	blankNote = BlankColumn{"备注", "cp-b-note"}
)

var blankColumns = map[ledger.Type][]BlankColumn{
	ledger.Receipt: {blankLine, blankName, blankSpec, blankUnit, blankLot, {"生产日期", "cp-b-day"}, {"有效期至", "cp-b-day"}, blankQty, {"单价", "cp-b-qty"}, {"货位", "cp-b-bin"}},
	ledger.Issue:   {blankLine, blankName, blankSpec, blankUnit, blankLot, {"货位", "cp-b-bin"}, blankQty, blankNote},
	ledger.Transfer: {blankLine, blankName, blankSpec, blankUnit, blankLot, {"调出货位", "cp-b-bin"}, {"调入货位", "cp-b-bin"}, blankQty,
		blankNote},
}

// What is printed into the head, in a row of its own height.
var (
	blankDepot   = slot{2060, lineHands}
	blankReasons = slot{3700, lineHands}
)

// Lay heads the sheet for a type and rules its lines. reasons are what may be
// ticked, party what the other side is called.
func (p *BlankPrint) Lay(kind ledger.Type, depot, reason string, reasons []string, party string) {
	day, reference := BlankField{Label: "业务日期", Class: "is-day"}, BlankField{Label: "依据文号"}
	choice := BlankField{Filled: blankReasons.fit(reason + "：□" + strings.Join(reasons, "　□")), Class: "is-wide"}
	if kind == ledger.Transfer {
		p.Head = []BlankField{{Filled: blankDepot.fit("调出库：" + depot)}, {Label: "调入库"}, day, choice, {Label: party}, reference, {Label: "备注", Class: "is-wide"}}
	} else {
		p.Head = []BlankField{{Filled: blankDepot.fit("储备库：" + depot)}, day, reference, choice, {Label: party}, {Label: "备注", Class: "is-full"}}
	}
	p.Columns = blankColumns[kind]
	for n := range SheetLines {
		p.Lines = append(p.Lines, n+1)
	}
}
