package sheet

import "github.com/xuri/excelize/v2"

const (
	bodyFont  = "宋体" // the font of official tables; also the workbook's default, so that widths count in it
	bodySize  = 11.0
	titleSize = 18.0
	noteSize  = 10.0
	headFill  = "D9D9D9"
	totalFill = "F2F2F2"
)

// The number formats. A workbook has no format that drops a decimal point with
// its decimals, so a quantity's format follows from its own decimals.
var quantityFormats = [4]string{"#,##0", "#,##0.0", "#,##0.00", "#,##0.000"}

const (
	integerFormat = "#,##0"
	ordinalFormat = "0"
	moneyFormat   = "#,##0.00"
	dateFormat    = "yyyy-mm-dd"
	textFormat    = 49 // the built-in one

	// What a formula gives may have decimals or none, and zero shows nothing.
	computedQuantity = "General;-General;"
	computedMoney    = "#,##0.00;-#,##0.00;"
)

// look is all that tells one cell's style from another's.
type look struct {
	size   float64
	bold   bool
	framed bool
	open   bool // may be typed into on a guarded sheet
	plain  bool // what is typed stays text
	fill   string
	align  string
	format string
}

// looks registers each look once in a workbook, in order of first use, so that
// the same document gives the same style numbers.
type looks struct {
	file *excelize.File
	ids  map[look]int
}

func (l *looks) id(k look) (int, error) {
	if id, ok := l.ids[k]; ok {
		return id, nil
	}
	id, err := l.file.NewStyle(k.style())
	if err != nil {
		return 0, err
	}
	l.ids[k] = id
	return id, nil
}

func (k look) style() *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: bodyFont, Size: k.size, Bold: k.bold},
		Alignment: &excelize.Alignment{Horizontal: k.align, Vertical: "center", WrapText: k.format == ""},
	}
	if k.framed {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	if k.open {
		s.Protection = &excelize.Protection{Locked: false}
	}
	if k.plain {
		s.NumFmt = textFormat
	}
	if k.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{k.fill}}
	}
	if k.format != "" {
		s.CustomNumFmt = &k.format
	}
	return s
}

// formatOf is the number format of a value, "" for text.
func formatOf(v Value, kind ValueKind) string {
	switch {
	case v.computed && v.form == moneyForm:
		return computedMoney
	case v.computed:
		return computedQuantity
	}
	switch v.form {
	case integerForm:
		if kind == OrdinalKind {
			return ordinalFormat
		}
		return integerFormat
	case quantityForm:
		return quantityFormats[decimalsOf(v.n)]
	case moneyForm:
		return moneyFormat
	case dayForm:
		return dateFormat
	}
	return ""
}

// decimalsOf counts the decimals that thousandths need.
func decimalsOf(thousandths int64) int {
	switch {
	case thousandths%1000 == 0:
		return 0
	case thousandths%100 == 0:
		return 1
	case thousandths%10 == 0:
		return 2
	}
	return 3
}

// alignOf places a cell: figures right, days and ordinals centred, text by how
// long its column's texts are. In a column of figures a word (若干) stands
// where the figures do.
func alignOf(v Value, kind ValueKind, s columnShape) string {
	switch {
	case kind == OrdinalKind || kind == DateKind || v.form == dayForm:
		return "center"
	case v.figure() || kind.figures():
		return "right"
	case s.centred:
		return "center"
	}
	return "left"
}
