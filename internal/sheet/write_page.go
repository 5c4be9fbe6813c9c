package sheet

import (
	"fmt"
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

// setPage sets A4, one page wide and as long as it takes. Fitting is lost when
// it is set after the stream is opened.
func setPage(f *excelize.File, name string, d *Document) error {
	fit := true
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	orientation, paper, wide, long := "portrait", paperA4, 1, 0
	if d.Landscape {
		orientation = "landscape"
	}
	if err := f.SetPageLayout(name, &excelize.PageLayoutOptions{
		Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &long,
	}); err != nil {
		return err
	}
	side, top, bottom, footer, centred := sideMargin, topMargin, bottomMargin, footerMargin, true
	if err := f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &bottom, Header: &footer, Footer: &footer,
		Horizontally: &centred,
	}); err != nil {
		return err
	}
	return f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: pageFooter})
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
