package sheet

import (
	"bytes"
	"testing"

	"changbei/internal/grid"
)

// TestWhatIsWrittenReadsBackTheSame joins the two halves of the package: an
// export must come back as the cells that went out.
func TestWhatIsWrittenReadsBackTheSame(t *testing.T) {
	d := ledger()
	for i, p := range payloads {
		d.Rows[1+i%20].Values[9] = Text(p)
	}
	b := written(t, d)
	book, err := Read(bytes.NewReader(b), int64(len(b)), "台账.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	sheet := book.Sheets[0]
	cells := map[string]grid.Cell{}
	for _, c := range sheet.Cells {
		cells[c.Ref()] = c
	}
	for i, r := range d.Rows {
		for col, v := range r.Values {
			c := cells[grid.Ref(firstDataRow-1+i, col+1)]
			switch {
			case v.blank():
				if c.Kind != grid.Empty {
					t.Errorf("%s holds %q and was blank", c.Ref(), c.Raw)
				}
			case v.form == textForm:
				if c.Kind != grid.Text || c.Raw != v.text || c.Formula != "" {
					t.Errorf("%s = %v %q formula %q, want the text %q", c.Ref(), c.Kind, c.Raw, c.Formula, v.text)
				}
			case v.form == dayForm:
				if c.Kind != grid.Number || c.Date != grid.FullDate {
					t.Errorf("%s = %v %q, date form %v", c.Ref(), c.Kind, c.Raw, c.Date)
				}
			default:
				if c.Kind != grid.Number || c.Date != grid.NoDate || thousandths(t, c.Raw) != int64(v.number()*1000+0.5) {
					t.Errorf("%s = %v %q, want %s", c.Ref(), c.Kind, c.Raw, v.plain())
				}
				if isSum := r.Kind == Subtotal || r.Kind == Total; isSum != (c.Formula != "") {
					t.Errorf("%s has the formula %q", c.Ref(), c.Formula)
				}
			}
		}
	}
	if len(sheet.Merges) == 0 {
		t.Error("the merges are gone")
	}
}
