package importing

import (
	"maps"
	"slices"

	"changbei/internal/reading"
)

// sheet changes how one sheet is read. What the decisions were made from is
// shared with those before, so the inner maps are copied first.
func (d *Decisions) sheet(name string, change func(*reading.SheetOverride)) {
	o := d.Sheets[name]
	o.Cells, o.Tables = maps.Clone(o.Cells), maps.Clone(o.Tables)
	made(&o.Cells)
	made(&o.Tables)
	change(&o)
	d.Sheets[name] = o
	if o.Role == "" && o.Depot == "" && len(o.HeaderRows)+len(o.Cells)+len(o.Tables) == 0 {
		delete(d.Sheets, name)
	}
}

// SetRole says what a sheet is for; "" is as found.
func (d *Decisions) SetRole(sheet string, role reading.Role) {
	d.sheet(sheet, func(o *reading.SheetOverride) { o.Role = role })
}

// SetHeading says which rows head a sheet's first table; none is as found. What
// was said of the columns under another heading no longer holds.
func (d *Decisions) SetHeading(sheet string, rows []int) {
	d.sheet(sheet, func(o *reading.SheetOverride) {
		if !slices.Equal(o.HeaderRows, rows) {
			o.HeaderRows, o.Tables = rows, map[int]reading.Mapping{}
		}
	})
}

// SetKind says what kind of ledger a table is; head is the first row of its
// heading.
func (d *Decisions) SetKind(sheet string, head int, kind reading.Kind) {
	d.sheet(sheet, func(o *reading.SheetOverride) {
		m := o.Tables[head]
		m.Kind = kind
		o.Tables[head] = m
	})
}

// SetColumn says what a column of a table means.
func (d *Decisions) SetColumn(sheet string, head int, col string, field reading.Field) {
	d.sheet(sheet, func(o *reading.SheetOverride) {
		m := o.Tables[head]
		m.Columns = maps.Clone(m.Columns)
		made(&m.Columns)
		m.Columns[col] = field
		o.Tables[head] = m
	})
}

// Mend puts a text over a cell; nil takes it off again.
func (d *Decisions) Mend(sheet, ref string, text *string) {
	d.sheet(sheet, func(o *reading.SheetOverride) {
		if delete(o.Cells, ref); text != nil {
			o.Cells[ref] = *text
		}
	})
}

// Mended gives the text a person put over a cell.
func (d Decisions) Mended(sheet, ref string) (string, bool) {
	text, ok := d.Sheets[sheet].Cells[ref]
	return text, ok
}
