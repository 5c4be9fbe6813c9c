package view

// SheetLines is how many lines one sheet of triplicate paper (241×140 mm)
// holds; A4 keeps the same, so that both papers number their pages alike.
const SheetLines = 9

// VoucherPrint is a voucher on paper. Paper is form (triplicate) or a4.
type VoucherPrint struct {
	Base
	V                       Voucher
	Heading, Unit           string
	Paper                   string
	FormURL, A4URL, BackURL string
	ReasonLabel, PartyLabel string
	Sheets                  []Sheet
	Capital                 string // amount in words, "" = no line has a price
	Partly                  bool   // some line has none
	Signers                 []string
	Recorded, Tail, Copies  string
}

// Sheet is one page of paper. Blank fills it up, so that nothing can be
// written in after signing. Its sums are the page's own, on the last page the
// voucher's.
type Sheet struct {
	N, Of            int
	Last             bool
	Lines            []VoucherLine
	Blank            []struct{}
	Quantity, Amount string
}

// NewSheets lays lines out on paper. A voucher without lines still gives one.
func NewSheets(lines []VoucherLine) []Sheet {
	of := max(1, (len(lines)+SheetLines-1)/SheetLines)
	sheets := make([]Sheet, of)
	for i := range sheets {
		part := lines[min(i*SheetLines, len(lines)):min((i+1)*SheetLines, len(lines))]
		s := Sheet{N: i + 1, Of: of, Last: i == of-1, Lines: part, Blank: make([]struct{}, SheetLines-len(part))}
		if s.Last {
			part = lines
		}
		s.Quantity, s.Amount = paperSums(part)
		sheets[i] = s
	}
	return sheets
}

// paperSums gives a quantity only where all lines share one unit.
func paperSums(lines []VoucherLine) (quantity, amount string) {
	one := true
	for _, l := range lines {
		one = one && l.Unit == lines[0].Unit
	}
	if one && len(lines) > 0 {
		q := lines[0].exact
		for _, l := range lines[1:] {
			q += l.exact
		}
		quantity = q.Grouped()
	}
	if fen, any, _ := Total(lines); any {
		amount = fen.Grouped()
	}
	return quantity, amount
}
