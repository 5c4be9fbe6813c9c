package web

import (
	"strings"

	"changbei/internal/grid"
	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/web/view"
)

// columns gives the columns to show of a table, each with the choice of what it
// means. A pivot's columns, one for each place or item, become one column of
// what they stand for: each of their cells is a row of its own.
func (d *importDesk) columns(t reading.Table) []importColumn {
	var columns []importColumn
	pivot, counted := reading.Field(""), false
	for _, c := range t.Columns {
		if c.Field == reading.PlaceQty || c.Field == reading.ItemQty {
			pivot = c.Field
			continue
		}
		known := importFields[c.Field]
		col := importColumn{ImportColumn: view.ImportColumn{Letter: c.Col, Header: c.Header, Field: meaningLabel(c.Field), Num: known.num}, field: c.Field,
			number: columnNumber(c.Col)}
		if d.open {
			col.Meaning = d.numbered.choice(t, c)
		}
		columns = append(columns, col)
		counted = counted || c.Field == reading.Quantity
	}
	if pivot == reading.PlaceQty {
		columns = append(columns, derived("各储备点", reading.Depot))
	}
	if pivot == reading.ItemQty {
		columns = append(columns, derived("各物资", reading.Item))
	}
	if !counted && t.DocKind != reading.ItemCatalogue && t.DocKind != reading.DepotList {
		columns = append(columns, derived("数量", reading.Quantity))
	}
	return columns
}

// derived is a column that stands in no one column of the sheet.
func derived(header string, f reading.Field) importColumn {
	known := importFields[f]
	return importColumn{ImportColumn: view.ImportColumn{Header: header, Field: known.label, Num: known.num}, field: f}
}

func columnNumber(letters string) int {
	n := 0
	for _, r := range letters {
		n = n*26 + int(r-'A') + 1
	}
	return n
}

func (d *importDesk) row(n int, r importing.Row, columns []importColumn, words map[string]int) view.ImportRow {
	stand := standing(r)
	v := view.ImportRow{N: n, Row: r.Row.Row, Key: importKeyMark + r.Key, Tone: rowTones[stand], Status: rowStatus(stand), Known: r.Known,
		Label: strings.TrimSpace(r.Row.Item + " " + r.Spec), MaySkip: d.open && !r.Aside, Skipped: r.Skipped,
		MayAccept: d.open && !r.Aside && (r.Row.Status == reading.Confirm || r.Asked()), Accepted: d.Decisions.Accept[r.Key]}
	v.Was = rowBoxes(v)
	if at := d.tickedAt[v.Key]; at > 0 && d.open {
		v.Accepted, v.Skipped = d.sent.Checked(numbered("accept", at)), d.sent.Checked(numbered("skip", at))
	}
	for _, c := range columns {
		v.Cells = append(v.Cells, d.cell(r, c))
	}
	for _, x := range r.Problems {
		d.place(&v, x, r, columns, words)
	}
	for i := range v.Cells {
		d.mend(&v.Cells[i], r, columns[i])
	}
	return v
}

func (d *importDesk) cell(r importing.Row, c importColumn) view.ImportCell {
	f, shown := importFields[c.field]
	cell := view.ImportCell{Label: meaningLabel(c.field), Num: f.num}
	if shown {
		cell.Text = f.text(r)
	} else {
		cell.Tone = "is-skip"
	}
	if cell.Text == "" && c.number > 0 { // what stands there though nothing was read of it
		cell.Text = d.Result.Text(r.Sheet, r.Row.Row, c.number)
	}
	if c.field == reading.Item {
		cell.Note = bookedAs(r)
	}
	if c.field == reading.Quantity && r.Packed != "" && r.Item != nil {
		cell.Note = "记 " + r.Amount.Grouped() + " " + r.Item.Unit
	}
	return cell
}

// place puts a problem into the cell it is about, or on the row.
func (d *importDesk) place(v *view.ImportRow, x importing.Problem, r importing.Row, columns []importColumn, words map[string]int) {
	problem := importProblem(x)
	if (x.Field == string(reading.Item) || x.Field == string(reading.Unit)) && x.Code == "" {
		if problem.Word = words[importKeyMark+importing.WordKey(r.Row)]; problem.Word > 0 {
			problem.Text = "认不准是目录中的哪一种。" // the whole reason stands above, once for all its rows
			if x.Field == string(reading.Unit) {
				problem.Text = "单位要换算。"
			}
		}
	}
	at := columnOf(x, r, columns)
	if at < 0 {
		v.Problems = append(v.Problems, problem)
		return
	}
	cell := &v.Cells[at]
	cell.Problems = append(cell.Problems, problem)
	if cell.Tone = problemTone(problem); cell.Tone == "is-warn" && v.Accepted && problem.Word == 0 {
		cell.Tone = ""
	}
}

// mend opens a cell for typing: at once where something is wrong with it, on
// demand elsewhere. Where a word has to be chosen the choice is made for all
// its rows, above.
func (d *importDesk) mend(cell *view.ImportCell, r importing.Row, c importColumn) {
	ref := d.refOf(r, c)
	if !d.open || ref == "" || r.Aside {
		return
	}
	key := importKeyMark + r.Sheet + "!" + ref
	_, cell.Mended = d.Decisions.Mended(r.Sheet, ref)
	cell.Ref = key
	suggestion, wrong := "", cell.Mended
	for _, p := range cell.Problems {
		if p.Word != 0 {
			continue
		}
		wrong = true
		if p.Suggestion != "" {
			suggestion = p.Suggestion
		}
	}
	if !wrong {
		return
	}
	d.mends++
	row, col := positionOf(ref)
	text := d.Result.Text(r.Sheet, row, col)
	cell.Mend = &view.ImportMend{N: d.mends, ID: "cell-" + r.Sheet + "-" + ref, Key: key, Text: text, Was: text, Own: d.own(r.Sheet, ref, text), Suggestion: suggestion}
}

// own gives what the file has in a cell a person typed over.
func (d *importDesk) own(sheet, ref, text string) string {
	if _, mended := d.Decisions.Mended(sheet, ref); !mended {
		return text
	}
	row, col := positionOf(ref)
	return d.Result.Own(sheet, row, col)
}

// refOf names the cell that is shown in a column of a row: the one the field
// was read from, which may be merged over several rows, else the row's own.
func (d *importDesk) refOf(r importing.Row, c importColumn) string {
	if c.number > 0 {
		if ref := r.Cells.At(c.field); ref != "" && strings.TrimRight(ref, "0123456789") == c.Letter {
			return ref
		}
		return grid.Ref(r.Row.Row, c.number)
	}
	if c.field == reading.Quantity {
		return r.Cell
	}
	return ""
}

func positionOf(ref string) (row, col int) {
	for i, r := range ref {
		if r >= '0' && r <= '9' {
			for _, digit := range ref[i:] {
				row = row*10 + int(digit-'0')
			}
			return row, columnNumber(ref[:i])
		}
	}
	return 0, 0
}
