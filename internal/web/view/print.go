package view

import (
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/ledger"
)

// SheetLines is how many lines one sheet of triplicate paper (241×140 mm)
// holds; A4 keeps the same, so that both papers number their pages alike.
const SheetLines = 9

// VoucherPrint is a voucher on paper. Paper is form (triplicate) or a4.
type VoucherPrint struct {
	Base
	V                       Voucher
	Heading                 string
	Paper                   string
	FormURL, A4URL, BackURL string
	Unit                    Fitted
	Head                    []Fitted
	LotHead                 string
	PriceHead, AmountHead   string // a movement inside has places where others have money
	PriceClass, AmountClass string
	Sheets                  []Sheet
	Capital                 Fitted // amount in words, or that no line has a price
	Signers                 []Fitted
	Recorded, Tail, Copies  string
}

// Sheet is one page of paper. Blank fills it up, so that nothing can be
// written in after signing. Its sums are the page's own, on the last page the
// voucher's.
type Sheet struct {
	N, Of            int
	Last             bool
	Lines            []SheetLine
	Blank            []struct{}
	Quantity, Amount Fitted
}

// SheetLine is a line of the voucher as its cells can show it. Price and Amount
// are the two columns at the right, whatever stands in them.
type SheetLine struct {
	N                           int
	Code, Name, Spec, Unit, Lot Fitted
	Expires                     string
	Qty, Packed, Price, Amount  Fitted
}

// Lay heads the columns for a type's paper and lays the lines out on sheets.
func (p *VoucherPrint) Lay(paper ledger.Type, lines []VoucherLine) {
	p.LotHead, p.PriceHead, p.AmountHead, p.PriceClass, p.AmountClass = lotHead(lines), "单价", "金额", "is-r", "is-r"
	sum, any, all := Total(lines)
	capital := ""
	if any {
		capital = sum.Capital()
	}
	p.Capital = PaperCapital(capital, all)
	switch paper {
	case ledger.Transfer:
		p.PriceHead, p.PriceClass = "调入货位", ""
	case ledger.BinMove:
		p.PriceHead, p.AmountHead, p.PriceClass, p.AmountClass = "原货位", "移入货位", "", ""
		p.Capital = paperCapital.fit("合计")
	}
	p.Sheets = newSheets(foldPieces(lines), func(l VoucherLine) SheetLine { return newSheetLine(paper, l) })
	if paper == ledger.BinMove {
		for i := range p.Sheets {
			p.Sheets[i].Amount = Fitted{}
		}
	}
}

func newSheetLine(paper ledger.Type, l VoucherLine) SheetLine {
	s := SheetLine{N: l.N, Code: paperCode.fit(l.Code), Name: paperName.fit(l.Name), Spec: paperSpec.fit(l.Spec), Unit: paperUnit.fit(l.Unit),
		Lot: paperLot.fit(l.LotNo), Expires: l.Expires, Qty: fitFigure(l.Qty, qtyRoom), Packed: fitPacked(l.Packed),
		Price: fitFigure(l.Price, priceRoom), Amount: fitFigure(l.Amount, amountRoom)}
	switch paper {
	case ledger.Transfer:
		s.Price = paperBin.fit(l.ToBin)
	case ledger.BinMove:
		s.Price, s.Amount = paperBin.fit(l.Bin), paperBin.fit(l.ToBin)
	}
	return s
}

// foldPieces writes the pieces of one typed line as one line of paper, their
// numbers as runs: a receipt of a hundred lamps is not twelve sheets.
func foldPieces(lines []VoucherLine) []VoucherLine {
	var folded []VoucherLine
	var numbers []string
	for _, l := range lines {
		last := len(folded) - 1
		if last >= 0 && l.Serial && folded[last].alike(l) {
			numbers = append(numbers, l.LotNo)
			folded[last].add(l)
			folded[last].LotNo = runs(numbers)
			continue
		}
		numbers = []string{l.LotNo}
		folded = append(folded, l)
	}
	return folded
}

// alike reports pieces of one line that differ in their numbers alone.
func (l VoucherLine) alike(other VoucherLine) bool {
	return l.Serial && l.N == other.N && l.Code == other.Code && l.Expires == other.Expires && l.Price == other.Price && l.Bin == other.Bin && l.ToBin == other.ToBin
}

// add takes another piece into the line's figures.
func (l *VoucherLine) add(other VoucherLine) {
	l.exact += other.exact
	l.Qty = l.exact.Grouped()
	if l.fen != nil && other.fen != nil {
		sum := *l.fen + *other.fen
		l.fen, l.Amount = &sum, sum.Grouped()
	}
}

var numberEnd = regexp.MustCompile(`^(.*?)(\d{1,15})$`)

// runs writes numbers of pieces as people do: FD-001至FD-003、FD-007.
func runs(numbers []string) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i + 1
		for j < len(numbers) && follows(numbers[j-1], numbers[j]) {
			j++
		}
		if j-i < 3 {
			parts = append(parts, numbers[i:j]...)
		} else {
			parts = append(parts, numbers[i]+"至"+numbers[j-1])
		}
		i = j
	}
	return strings.Join(parts, "、")
}

// follows reports that a number comes right after another.
func follows(a, b string) bool {
	x, y := numberEnd.FindStringSubmatch(a), numberEnd.FindStringSubmatch(b)
	if x == nil || y == nil || x[1] != y[1] || len(x[2]) != len(y[2]) {
		return false
	}
	m, err1 := strconv.ParseInt(x[2], 10, 64)
	n, err2 := strconv.ParseInt(y[2], 10, 64)
	return err1 == nil && err2 == nil && n == m+1
}

// newSheets lays lines out on paper. A voucher without lines still gives one.
func newSheets(lines []VoucherLine, lay func(VoucherLine) SheetLine) []Sheet {
	of := max(1, (len(lines)+SheetLines-1)/SheetLines)
	sheets := make([]Sheet, of)
	for i := range sheets {
		part := lines[min(i*SheetLines, len(lines)):min((i+1)*SheetLines, len(lines))]
		s := Sheet{N: i + 1, Of: of, Last: i == of-1, Blank: make([]struct{}, SheetLines-len(part))}
		for _, l := range part {
			s.Lines = append(s.Lines, lay(l))
		}
		if s.Last {
			part = lines
		}
		quantity, amount := paperSums(part)
		s.Quantity, s.Amount = fitFigure(quantity, qtyRoom), fitFigure(amount, amountRoom)
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

// Fitted is a text with the hand that lets it stand in its place on paper.
// Places have a fixed size, so that a sheet is one page whatever is written on
// it; the hand is chosen here and not by the browser, which cannot shrink.
type Fitted struct{ Text, Class, Title string }

// Widths below are in hundredths of the place's font size. Both papers have
// the same columns in their own font, so one choice serves both.
const (
	qtyRoom    = 410
	priceRoom  = 440
	amountRoom = 710
)

// hand is a way to write: how many lines it has room for and how much of the
// full width a character takes, in hundredths. Its looks are in print.css.
type hand struct {
	class        string
	lines, scale int
}

// slot is a place for text: its width and the hands to try, the widest first.
type slot struct {
	room  int
	hands []hand
}

var (
	cellHands = []hand{{"", 1, 100}, {"is-narrow", 1, 80}, {"is-two", 2, 78}, {"is-slim", 2, 60}, {"is-three", 3, 55}}
	headHands = []hand{{"", 1, 100}, {"is-two", 2, 100}, {"is-three", 3, 72}, {"is-four", 4, 55}}
	lineHands = []hand{{"", 1, 100}, {"is-narrow", 1, 80}, {"is-half", 2, 55}}

	paperCode    = slot{410, cellHands}
	paperName    = slot{820, cellHands}
	paperSpec    = slot{680, cellHands}
	paperUnit    = slot{205, cellHands}
	paperLot     = slot{740, cellHands}
	paperBin     = slot{priceRoom, cellHands}
	paperCapital = slot{4020, cellHands}
	headWide     = slot{2060, headHands} // the first of three columns
	headNarrow   = slot{1570, headHands}
	paperHolder  = slot{2700, lineHands}
	paperSigner  = slot{1080, lineHands}
)

// PaperUnit fits the name above the heading beside the voucher's number.
func PaperUnit(name string) Fitted { return paperHolder.fit(name) }

// PaperSigner fits a place to sign.
func PaperSigner(text string) Fitted { return paperSigner.fit(text) }

// PaperHead fits the fields of the head, three to a row.
func PaperHead(fields ...string) []Fitted {
	fitted := make([]Fitted, len(fields))
	for i, text := range fields {
		s := headNarrow
		if i%3 == 0 {
			s = headWide
		}
		fitted[i] = s.fit(text)
	}
	return fitted
}

// PaperCapital fits the last line's sum in words.
func PaperCapital(words string, all bool) Fitted {
	label := "合计（大写）："
	switch {
	case words == "":
		return paperCapital.fit("合计：未登记单价")
	case !all:
		label = "已登记单价部分合计（大写）："
	}
	return paperCapital.fit(label + words)
}

// fit picks the first hand that shows a whole text. What not even the last
// one can show ends in 「…」; the whole stands in the title.
func (s slot) fit(text string) Fitted {
	for _, h := range s.hands {
		if h.holds(text, s.room) {
			return Fitted{Text: text, Class: h.class}
		}
	}
	last, runes := s.hands[len(s.hands)-1], []rune(text)
	for n := len(runes) - 1; n > 0; n-- {
		short := strings.TrimSpace(string(runes[:n])) + "…"
		if last.holds(short, s.room) {
			return Fitted{Text: short, Class: last.class, Title: text}
		}
	}
	return Fitted{Text: "…", Class: last.class, Title: text}
}

// holds wraps a text as the page does, anywhere between two characters.
func (h hand) holds(text string, room int) bool {
	room = room * 100 / h.scale
	if h.lines > 1 {
		room -= 100 // a closing mark may not begin a line and takes its neighbour along
	}
	lines, used := 1, 0
	for _, r := range text {
		w := runeWidth(r)
		if used += w; used > room {
			lines, used = lines+1, w
		}
	}
	return lines <= h.lines
}

// runeWidth is what a character takes in the widest of the fonts named in
// print.css; SimSun sets all of ASCII at 50.
func runeWidth(r rune) int {
	switch {
	case r > 0x7f: // Chinese; × and its like are as wide in Chinese fonts
		return 100
	case strings.ContainsRune("MWmw@%", r):
		return 95
	case r >= 'A' && r <= 'Z':
		return 68
	case r >= '0' && r <= '9':
		return 56
	}
	return 54
}

// figureHands write figures narrower in steps; only the last are lower too.
// The narrowest shows the largest amount there is, below zero, as a price.
var figureHands = []hand{{"", 1, 100}, {"is-f1", 1, 88}, {"is-f2", 1, 77}, {"is-f3", 1, 67}, {"is-f4", 1, 58}, {"is-f5", 1, 50}, {"is-f6", 1, 43}, {"is-f7", 1, 37}}

// fitFigure never shortens: a figure without its end is a wrong figure.
func fitFigure(figure string, room int) Fitted {
	for _, h := range figureHands {
		if h.holds(figure, room) {
			return Fitted{Text: figure, Class: h.class}
		}
	}
	return Fitted{Text: figure, Class: figureHands[len(figureHands)-1].class}
}

// packedHands write what was typed in packs small, below the figure it is.
var packedHands = []hand{{"is-p1", 1, 62}, {"is-p2", 1, 50}, {"is-p3", 1, 40}, {"is-p4", 1, 32}}

// fitPacked leaves out what has no room: the figure above it says the same.
func fitPacked(text string) Fitted {
	for _, h := range packedHands {
		if text != "" && h.holds(text, qtyRoom) {
			return Fitted{Text: text, Class: "cp-pack " + h.class}
		}
	}
	return Fitted{}
}
