package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Margins in inches. The left one leaves room for binding at the top or side;
// the lower one holds the page number.
const (
	sideMargin   = 0.59 // 1.5 cm
	topMargin    = 0.71
	bottomMargin = 0.71
	footerMargin = 0.35
)

// pageFooter names the font, because Excel's own for footers has no Chinese.
const pageFooter = `&C&"宋体,常规"&9第 &P 页 / 共 &N 页`

// appendPage sets A4, one page wide and as long as it takes.
func (d *Document) appendPage(b []byte) []byte {
	orientation := "portrait"
	if d.Landscape {
		orientation = "landscape"
	}
	b = append(b, `<printOptions horizontalCentered="1"/><pageMargins`...)
	for _, m := range []struct {
		name  string
		width float64
	}{{"left", sideMargin}, {"right", sideMargin}, {"top", topMargin}, {"bottom", bottomMargin}, {"header", footerMargin}, {"footer", footerMargin}} {
		b = append(b, ` `+m.name+`="`+strconv.FormatFloat(m.width, 'f', -1, 64)+`"`...)
	}
	b = append(b, `/><pageSetup paperSize="`+strconv.Itoa(paperA4)+`" orientation="`+orientation+`" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>`...)
	return append(appendEscaped(b, pageFooter), `</oddFooter></headerFooter>`...)
}

// names tells which rows repeat on each page and what is printed.
func (w *sheetWriter) names(f *excelize.File, name string) error {
	last, err := excelize.ColumnNumberToName(len(w.shapes))
	if err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	if err := f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: name,
		RefersTo: fmt.Sprintf("%s!$A$1:$%s$%d", quoted, last, w.row),
	}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: name,
		RefersTo: fmt.Sprintf("%s!$%d:$%d", quoted, w.head.from, w.head.to),
	})
}
