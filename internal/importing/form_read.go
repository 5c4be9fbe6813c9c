package importing

import (
	"context"
	"crypto/hmac"
	"errors"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/id"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// gridForm is a form found in a workbook: its cells by row and column.
type gridForm struct {
	form  Form
	sent  sentForm
	sheet *grid.Sheet
	shift int // rows it stands lower than it was sent
	more  int // the row of the heading over goods not listed, 0 = it is gone
}

// formIn finds the form a workbook is. Where it once was one and cannot be
// taken as one any more, note says why and rest is the workbook without the
// hidden part, to be read as any ledger.
func (s *Service) formIn(ctx context.Context, c *store.Conn, wb *grid.Workbook) (found *gridForm, rest *grid.Workbook, note string, err error) {
	at := slices.IndexFunc(wb.Sheets, isStamp)
	if at < 0 {
		if slices.ContainsFunc(wb.Sheets, func(s grid.Sheet) bool { return formHeading(&s) > 0 }) {
			note = "这份表像是发给街镇的核对表，但隐藏部分不在了（可能是抄到了新的文件里），认不出发出时的账面，所以按普通台账来读。要按核对表办理，请让街镇用原来发出的文件填写。"
		}
		return nil, wb, note, nil
	}
	copied := *wb
	copied.Sheets = slices.Delete(slices.Clone(wb.Sheets), at, at+1)
	key, err := c.Setting(ctx, formSecret)
	if err != nil {
		return nil, nil, "", err
	}
	st, genuine := readStamp(wb.Sheets[at], key)
	if !genuine {
		return nil, &copied, "这是一份核对表，但它的隐藏部分被改动过，认不出发出时的账面，所以按普通台账来读。要按核对表办理，请让街镇用原来发出的文件填写。", nil
	}
	f, err := c.Form(ctx, st)
	if errors.Is(err, errs.NotFound) {
		return nil, &copied, "这是一份核对表，但系统里没有发出它的记录，所以按普通台账来读。", nil
	}
	if err != nil {
		return nil, nil, "", err
	}
	g := &gridForm{form: f}
	if g.sent, err = contentOf(f); err != nil {
		return nil, nil, "", err
	}
	if !g.find(copied.Sheets) {
		return nil, &copied, "这是一份核对表，但表头被改动过，对不上发出时的各列，所以按普通台账来读。要按核对表办理，请让街镇用原来发出的文件填写。", nil
	}
	return g, &copied, "", nil
}

func isStamp(s grid.Sheet) bool {
	return strings.EqualFold(s.Name, formSheet) && len(s.Cells) > 0 && s.Cells[0].Ref() == "A1" && s.Cells[0].Raw == formMark
}

// readStamp gives the form that a hidden part names, and whether the part is
// as this database made it.
func readStamp(s grid.Sheet, key string) (form id.ID, genuine bool) {
	lines := map[int][]string{}
	last := 0
	for _, c := range s.Cells {
		if c.Col > stampWidth {
			continue // lists for the drop-downs
		}
		for len(lines[c.Row]) < c.Col {
			lines[c.Row] = append(lines[c.Row], "")
		}
		lines[c.Row][c.Col-1] = c.Raw
		last = max(last, c.Row)
	}
	var head, rows [][]string
	for row := 1; row <= last; row++ {
		switch {
		case row < stampRows-1:
			head = append(head, lines[row])
		case row >= stampRows:
			rows = append(rows, lines[row])
		}
	}
	if len(head) < stampRows-2 || len(head[1]) != 2 || len(lines[stampRows-1]) != 2 || key == "" {
		return 0, false
	}
	return id.Parse(head[1][1]), hmac.Equal([]byte(seal(key, head, rows)), []byte(lines[stampRows-1][1]))
}

// stampWidth is how many columns of the hidden sheet belong to the stamp.
const stampWidth = 5

// find finds the sheet with the form's heading, wherever it stands now.
func (g *gridForm) find(sheets []grid.Sheet) bool {
	for i := range sheets {
		if row := formHeading(&sheets[i]); row > 0 {
			g.sheet, g.shift = &sheets[i], row+1-g.sent.First
			g.more = g.findMore()
			return true
		}
	}
	return false
}

// formHeading gives the row of a form's heading on a sheet, 0 = none.
func formHeading(s *grid.Sheet) int {
	for _, c := range s.Cells {
		if c.Col != atCode || strings.TrimSpace(c.Raw) != headCode {
			continue
		}
		cells := rowCells(s, c.Row)
		if cells[atName] == headName && cells[atCount] == headCount && cells[atSeq] == headSeq {
			return c.Row
		}
	}
	return 0
}

// findMore finds the heading over goods not listed: where it was sent, else
// the first like it below.
func (g *gridForm) findMore() int {
	for _, c := range g.sheet.Cells {
		if c.Row < g.sent.First+g.shift || c.Col != atName || strings.TrimSpace(c.Raw) != headName {
			continue
		}
		if rowCells(g.sheet, c.Row)[atCount] == headQty {
			return c.Row
		}
	}
	return 0
}

func rowCells(s *grid.Sheet, row int) map[int]string {
	cells := map[int]string{}
	at, _ := slices.BinarySearchFunc(s.Cells, row, func(c grid.Cell, row int) int { return c.Row - row })
	for ; at < len(s.Cells) && s.Cells[at].Row == row; at++ {
		cells[s.Cells[at].Col] = strings.TrimSpace(s.Cells[at].Raw)
	}
	return cells
}

// readWorkbook reads a workbook: of a form the goods that were not listed, of
// any other all there is.
func (g *gridForm) readWorkbook(wb *grid.Workbook, note string, o reading.Options) (*reading.Result, error) {
	if g != nil {
		return g.readGoods(o)
	}
	r, err := reading.Read(wb, o)
	if err == nil && note != "" {
		r.Issues = append([]reading.Issue{{Code: codeFormChanged, Severity: reading.Confirm, Message: note}}, r.Issues...)
	}
	return r, err
}

// codeFormChanged marks the sentence about a form that is read as a ledger.
const codeFormChanged = "form_changed"

// readGoods reads the second table of a form as the ledger that it is, its rows
// where they stand.
func (g *gridForm) readGoods(o reading.Options) (*reading.Result, error) {
	own := grid.Sheet{Name: g.sheet.Name, HiddenRows: g.sheet.HiddenRows}
	filled := false
	said := o.Overrides.Sheets[g.sheet.Name]
	over := reading.SheetOverride{Cells: map[string]string{}, Tables: said.Tables}
	for _, c := range g.sheet.Cells {
		if g.more > 0 && c.Row >= g.more && c.Col <= formColumns {
			own.Cells = append(own.Cells, c)
			filled = filled || c.Row > g.more
		}
	}
	for ref, text := range said.Cells {
		if row, _ := position(ref); g.more > 0 && row > g.more {
			over.Cells[ref] = text
			filled = true
		}
	}
	r := &reading.Result{FileName: o.FileName, Sheets: []reading.Sheet{{Name: g.sheet.Name, Role: reading.RoleData}}}
	if filled {
		o.Overrides = reading.Overrides{Sheets: map[string]reading.SheetOverride{g.sheet.Name: over}}
		o.FileName = "" // the words in it are ours and would be read as the ledger's
		var err error
		if r, err = reading.Read(&grid.Workbook{Format: "xlsx", Sheets: []grid.Sheet{own}}, o); err != nil {
			return nil, err
		}
	}
	r.DocKind, r.Title = StreetForm, g.sent.Depot+"核对表"
	for i := range r.Tables {
		r.Tables[i].DocKind = StreetForm
	}
	for i := range r.Rows {
		r.Rows[i].Depot = ""
	}
	return r, nil
}

// position parts F4 into row 4 and column 6.
func position(ref string) (row, col int) {
	digits := strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	row, _ = strconv.Atoi(digits)
	return row, columnOf(ref)
}

// dayOf gives the day a form is booked on: what a person said, what the sheet
// says it was filled in, or today. note says why the sheet's day was not taken.
func (g *gridForm) dayOf(d Decisions, today day.Day) (on day.Day, note string) {
	if d.AsOf != "" {
		return day.Day{First: d.AsOf}, ""
	}
	for _, c := range g.sheet.Cells {
		if c.Row != g.sent.First+g.shift-2 || c.Col != atFilled+1 {
			continue
		}
		r, err := day.Parse(c.Raw, today)
		if c.Kind == grid.Number {
			r = day.Reading{}
			r.Day, err = day.FromSerial(c.Raw)
		}
		if read, ok := filledDay(r, g.form.BusinessOn, today.First); err == nil && ok {
			return read, ""
		}
		return today, "填报日期写的是“" + clip(c.Raw, 20) + "”，不是发出之后到今天之间的一天，暂按今天入账。需要时请改入账日期。"
	}
	return today, ""
}
