package sheet

import (
	"bytes"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// WriteTemplate writes a document whose table rows are placeholders, as a
// template to start from. Its rows are one line high: placeholders are longer
// than what comes in their place, and fill grows a row where it must.
func WriteTemplate(w io.Writer, d Document) error {
	var plain bytes.Buffer
	if err := Write(&plain, d); err != nil {
		return err
	}
	f, err := excelize.OpenReader(&plain)
	if err != nil {
		return fmt.Errorf("sheet: template: %w", err)
	}
	defer f.Close()
	f.SetZipWriter(newPartsWriter)
	first := d.headRows().to + 1
	for i := range d.Rows {
		if err := f.SetRowHeight(f.GetSheetName(0), first+i, heightOf(1, bodySize)); err != nil {
			return fmt.Errorf("sheet: template: %w", err)
		}
	}
	return f.Write(w)
}
