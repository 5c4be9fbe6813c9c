package view

import "changbei/internal/code"

// OrderSheet is a dispatch order on official paper (调拨指令, A4).
type OrderSheet struct {
	Base
	Number, Heading string
	Mark            string // of a drill or pre-positioning
	Void            string // why it is no ground for a dispatch: 待批准, 已取消
	BackURL         string
	Document        string
	Depots          string // who is told
	Body            string
	Remark          string
	Lines           []OrderSheetLine
	Senders         []SheetContact
	Receivers       []SheetContact
	Approved        string // who, when; by word too
	ByWord          string
	SignedOn        string
	Proposed        string
	Issuer          string
}

// OrderSheetLine is a line of the order.
type OrderSheetLine struct {
	N                     int
	Name, Spec, Unit, Qty string
	Note                  string
	From, To              string
}

// SheetContact is one side of a dispatch.
type SheetContact struct{ Name, Address, Contact, Phone string }

// LoadSheets are the papers of a load. Kind is transfer, pick or receipt, Paper
// form (triplicate) or a4.
type LoadSheets struct {
	Base
	Kind, Paper, Heading string
	Mark                 string
	Papers               []StockTab
	Sizes                []StockTab // of the triplicate
	BackURL              string
	Local                string // the code leads to this machine alone

	Order, Load string // numbers
	Voucher     string // its number, or that it has none yet
	Tail        string // of the voucher's hash
	From, To    SheetContact
	Facts       []SheetFact

	Unit    Fitted // the triplicate's
	Head    []Fitted
	LotHead string
	Sheets  []Sheet
	Signers []Fitted
	Copies  string
	Left    string

	Rows  []LoadSheetRow // the pick list's and the receipt's
	Sums  string
	Code  code.Picture
	Link  string // what the code says
	Signs []string
}

// SheetFact is a labelled fact of a paper.
type SheetFact struct{ Label, Text string }

// LoadSheetRow is a lot of a load in a bin.
type LoadSheetRow struct {
	N                      int
	Bin, Code, Name, Spec  string
	LotNo, Expires         string
	Unit, Qty, Pack        string
	Good, Damaged, Missing string // what was signed for, "" = to be written
}

// Dispatch paper has four rows of fields in the head of the triplicate, one line
// each whatever stands in them.
var (
	sheetWide   = slot{2060, lineHands}
	sheetNarrow = slot{1570, lineHands}
)

// SheetHead fits the fields of the head, three to a row.
func SheetHead(fields ...string) []Fitted {
	fitted := make([]Fitted, len(fields))
	for i, text := range fields {
		s := sheetNarrow
		if i%3 == 0 {
			s = sheetWide
		}
		fitted[i] = s.fit(text)
	}
	return fitted
}

// Lay lays the triplicate's lines out: where they are taken from, and room to
// write what was received.
func (p *LoadSheets) Lay(lines []VoucherLine) {
	p.LotHead = lotHead(lines)
	p.Sheets = newSheets(foldPieces(lines), func(l VoucherLine) SheetLine {
		return SheetLine{N: l.N, Code: paperCode.fit(l.Code), Name: paperName.fit(l.Name), Spec: paperSpec.fit(l.Spec), Unit: paperUnit.fit(l.Unit),
			Lot: paperLot.fit(l.LotNo), Expires: l.Expires, Qty: fitFigure(l.Qty, qtyRoom), Price: paperBin.fit(l.Bin)}
	})
	for i := range p.Sheets {
		p.Sheets[i].Amount = Fitted{}
	}
}
