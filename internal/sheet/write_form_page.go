package sheet

import "github.com/xuri/excelize/v2"

// page sets A4 across, one page wide and as long as it takes.
func (w *formWriter) page() error {
	fit := true
	if err := w.file.SetSheetProps(w.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	orientation, paper, wide, long := "landscape", paperA4, 1, 0
	if err := w.file.SetPageLayout(w.name, &excelize.PageLayoutOptions{
		Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &long,
	}); err != nil {
		return err
	}
	side, top, bottom, footer, centred := sideMargin, topMargin, bottomMargin, footerMargin, true
	if err := w.file.SetPageMargins(w.name, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &bottom, Header: &footer, Footer: &footer,
		Horizontally: &centred,
	}); err != nil {
		return err
	}
	return w.file.SetHeaderFooter(w.name, &excelize.HeaderFooterOptions{OddFooter: pageFooter})
}
