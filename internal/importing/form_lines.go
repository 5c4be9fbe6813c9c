package importing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/reading"
)

// ReturnedForm is a form that came back: what was sent, what they wrote, and
// what moved meanwhile.
type ReturnedForm struct {
	Form    Form
	Depot   string
	Sheet   string
	Lines   []FormLine
	Notes   []string // what stands on the sheet and belongs to no line
	Asks    int      // lines that wait for a reason
	Reason  FormReason
	First   *Batch // the return that was booked, when this is another
	Differs []FormDiffers

	on    day.Day // the day it is booked on
	past  bool    // its batch is settled: the books of today say nothing of it
	more  int     // the row of the heading over goods not listed, 0 = gone
	cells map[int]map[int]grid.Cell
	own   map[string]string // what the file has in cells that were mended
}

// Own gives the text the file itself has in a cell that a person typed over.
func (f *ReturnedForm) Own(ref string) string { return f.own[ref] }

// FormLine is a lot on its shelf as it was sent, and what they say of it.
type FormLine struct {
	Key      string // sheet!cell of the count
	Row      int    // of the sheet, 0 = the row is gone
	N        int    // the number printed in it
	Item     catalog.Item
	LotNo    string
	Produced string
	Expires  string
	Bin      string
	Sent     quantity.Q
	Filled   *quantity.Q // nil = not counted, or unreadable
	Now      quantity.Q  // on the shelf today
	Typed    string      // the count as it stands there
	Said     string      // the reason as it stands there
	Reason   FormReason  // that counts, "" = to be asked
	Remark   string
	Status   reading.Status
	Blank    bool // not counted
	Skipped  bool // not accepted
	Problems []Problem

	sent  sentRow
	shelf shelfNow
	bad   bool // the count cannot be read
}

// shelfNow is what stands on a line's shelf today.
type shelfNow struct {
	lot  ledger.Lot
	kind place.Kind
	free quantity.Q // on hand and not promised
	// other is another bin of the depot that the lot was moved to meanwhile.
	other    string
	otherQty quantity.Q
}

// Change is what they state: filled in less sent.
func (l FormLine) Change() quantity.Q {
	if l.Filled == nil {
		return 0
	}
	return *l.Filled - l.Sent
}

// Moved is what the books say happened since the form was sent.
func (l FormLine) Moved() quantity.Q { return l.Now - l.Sent }

// Ready reports a line that applying takes: counted, clear and accepted.
func (l FormLine) Ready() bool {
	return !l.Blank && !l.Skipped && l.Filled != nil && l.Status == reading.OK
}

// AllLines is the key of the reason for every line that gives none itself.
const AllLines = "*"

// lines reads the lines of a form, as they stand on the sheet with what was
// typed over it.
func (g *gridForm) lines(d Decisions) *ReturnedForm {
	f := &ReturnedForm{Form: g.form, Depot: g.sent.Depot, Sheet: g.sheet.Name, Reason: d.Reasons[AllLines], more: g.more, own: map[string]string{}}
	f.cells = g.cellRows(d, f.own)
	rows := g.place(f)
	for i, r := range g.sent.Rows {
		l := FormLine{N: i + 1, Row: rows[i], LotNo: r.LotNo, Produced: r.Produced, Expires: r.Expires, Bin: r.Bin, Sent: r.Qty, sent: r,
			Item: catalog.Item{ID: r.ItemID, Code: r.Code, Name: r.Name, Spec: r.Spec, Unit: r.Unit, Decimals: r.Decimals}, Status: reading.OK}
		l.Key = fmt.Sprintf("%s!%d", f.Sheet, -l.N)
		if l.Row > 0 {
			l.Key = f.Sheet + "!" + grid.Ref(l.Row, atCount)
			cells := f.cells[l.Row]
			l.Typed, l.Said, l.Remark = textOf(cells[atCount]), textOf(cells[atReason]), textOf(cells[atRemark])
		}
		f.Lines = append(f.Lines, l)
	}
	g.strays(f, rows)
	return f
}

func textOf(c grid.Cell) string { return strings.TrimSpace(c.Raw) }

// cellRows gives the cells of the sheet, mended ones as they were mended; own
// takes what the file has there.
func (g *gridForm) cellRows(d Decisions, own map[string]string) map[int]map[int]grid.Cell {
	rows := map[int]map[int]grid.Cell{}
	put := func(c grid.Cell) {
		if rows[c.Row] == nil {
			rows[c.Row] = map[int]grid.Cell{}
		}
		rows[c.Row][c.Col] = c
	}
	for _, c := range g.sheet.Cells {
		put(c)
	}
	for ref, text := range d.Sheets[g.sheet.Name].Cells {
		if row, col := position(ref); col == atCount || col == atReason || col == atRemark {
			own[ref] = textOf(rows[row][col])
			put(grid.Cell{Row: row, Col: col, Kind: grid.Text, Raw: text})
		}
	}
	return rows
}

// place finds each line's row: its own while that still says what was sent,
// else the one that says it now. A sheet is guarded against moving rows, but
// not with a password, and a count must never reach another lot.
func (g *gridForm) place(f *ReturnedForm) []int {
	rows := make([]int, len(g.sent.Rows))
	taken := map[int]bool{}
	for i, r := range g.sent.Rows {
		if row := g.sent.First + g.shift + i; says(f.cells[row], i+1, r) {
			rows[i], taken[row] = row, true
		}
	}
	moved := map[string]int{} // rows by the number printed in them
	for row, cells := range f.cells {
		if row >= g.sent.First+g.shift && !taken[row] {
			moved[textOf(cells[atSeq])] = row
		}
	}
	for i, r := range g.sent.Rows {
		if row := moved[fmt.Sprint(i+1)]; rows[i] == 0 && says(f.cells[row], i+1, r) {
			rows[i] = row
		}
	}
	return rows
}

// says reports that a row's locked cells are those of a line.
func says(cells map[int]grid.Cell, n int, r sentRow) bool {
	qty, err := quantity.Parse(cells[atBook].Raw)
	return err == nil && qty.Q == r.Qty && textOf(cells[atSeq]) == fmt.Sprint(n) && textOf(cells[atCode]) == r.Code &&
		textOf(cells[atName]) == strings.TrimSpace(r.Name) && textOf(cells[atLotNo]) == strings.TrimSpace(r.LotNo) &&
		textOf(cells[atProduced]) == r.Produced && textOf(cells[atExpires]) == r.Expires && textOf(cells[atBin]) == strings.TrimSpace(r.Bin)
}

// strays tells of rows between the headings that are no line, so that nothing
// written there is passed over in silence.
func (g *gridForm) strays(f *ReturnedForm, rows []int) {
	if g.more == 0 {
		f.Notes = append(f.Notes, "表下面“账上没有的物资”一栏的表头找不到了。那里填的内容没有读，请用原来发出的文件重填。")
	}
	for _, row := range slices.Sorted(rowsOf(f.cells)) {
		if row < g.sent.First+g.shift || g.more > 0 && row >= g.more-1 || slices.Contains(rows, row) {
			continue
		}
		var texts []string
		for col := 1; col <= formColumns; col++ {
			if text := textOf(f.cells[row][col]); text != "" {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("第 %d 行“%s”不是发出时的行，没有读。账上没有的物资请填在表下面的空白行。", row, clip(strings.Join(texts, " "), 40)))
		}
	}
}

func rowsOf(cells map[int]map[int]grid.Cell) func(func(int) bool) {
	return func(yield func(int) bool) {
		for row := range cells {
			if !yield(row) {
				return
			}
		}
	}
}

// judge reads a line's count and reason and holds them against the books.
func (l *FormLine) judge(f *ReturnedForm, d Decisions, lexicon *reading.Lexicon) {
	l.Skipped = d.Skip[l.Key]
	if l.Row == 0 {
		l.fail(reading.CountedQty, "第 %d 号「%s」这一行在交回的表里找不到了，或灰色的格被改过。请在原来发出的文件里填写，或不接受这一行。", l.N, l.Item.Label())
		return
	}
	l.count(f.cells[l.Row][atCount], lexicon)
	if l.Blank || l.bad {
		return
	}
	l.reason(d, f)
	if l.Change() < 0 && !f.past {
		l.judgeLess(f)
	}
}

func (l *FormLine) count(c grid.Cell, lexicon *reading.Lexicon) {
	q, unit, err := lexicon.Figure(c)
	switch {
	case l.Typed == "" || errs.CodeOf(err) == quantity.CodeMissing:
		if l.Blank = true; l.Said != "" {
			l.Blank = false
			l.fail(reading.CountedQty, "第 %d 行「%s」写了变动原因“%s”，没有填实有数量。请补上，或不接受这一行。", l.Row, l.Item.Label(), clip(l.Said, 20))
		}
	case err != nil:
		l.fail(reading.CountedQty, "第 %d 行「%s」的实有数量：%s", l.Row, l.Item.Label(), errs.MessageOf(err))
	case unit != "" && !lexicon.SameUnit(unit, l.Item.Unit):
		l.fail(reading.CountedQty, "第 %d 行「%s」按%s计，实有数量写的是“%s”。请改成多少%s。", l.Row, l.Item.Label(), l.Item.Unit, clip(l.Typed, 20), l.Item.Unit)
	case q < 0:
		l.fail(reading.CountedQty, "第 %d 行「%s」的实有数量是负数 %s。没有了请填 0。", l.Row, l.Item.Label(), q)
	case !q.Fits(l.Item.Decimals):
		l.fail(reading.CountedQty, "第 %d 行「%s」的实有数量 %s 的小数太多，单位「%s」最多 %d 位小数。", l.Row, l.Item.Label(), q, l.Item.Unit, l.Item.Decimals)
	case l.sent.Serial && q > l.Sent:
		l.fail(reading.CountedQty, "第 %d 行「%s」逐件管理，编号 %s 只有一件，实有数量只能填 0 或 1。多出来的请填在下面的空白行。", l.Row, l.Item.Label(), l.LotNo)
	default:
		l.Filled = &q
		return
	}
	l.bad = !l.Blank
}

// reason settles why the figure changed: what a person chose here, what they
// wrote, or the one answer for all lines that say nothing.
func (l *FormLine) reason(d Decisions, f *ReturnedForm) {
	if l.Change() == 0 {
		return
	}
	said := FormReason(l.Said)
	if !slices.Contains(FormReasons, said) {
		said = ""
	}
	l.Reason = cmp.Or(d.Reasons[l.Key], said)
	if all := d.Reasons[AllLines]; l.Reason == "" && all.Explains(l.Change()) {
		l.Reason = all
	}
	switch {
	case l.Reason == "" && l.Said != "":
		l.ask("第 %d 行「%s」的变动原因写的是“%s”，不是表上的四种之一。请选择按哪一种入账。", l.Row, l.Item.Label(), clip(l.Said, 20))
	case l.Reason == "":
		l.ask("第 %d 行「%s」没有写变动原因。请选择按哪一种入账。", l.Row, l.Item.Label())
	case !l.Reason.Explains(l.Change()):
		l.fail(reading.DiffReason, "第 %d 行「%s」填报比发出时%s，和变动原因“%s”对不上。请改变动原因或实有数量。", l.Row, l.Item.Label(), moreOrLess(l.Change(), l.Item.Unit), l.Reason)
	}
	if l.Status == reading.Confirm && !l.Skipped {
		f.Asks++
	}
}

// Explains reports that a reason can be why a figure changed so.
func (r FormReason) Explains(change quantity.Q) bool {
	switch r {
	case FormCounted:
		return true
	case FormReceived:
		return change > 0
	case FormIssued, FormDisposed:
		return change < 0
	}
	return false
}

func moreOrLess(q quantity.Q, unit string) string {
	if q < 0 {
		return fmt.Sprintf("少 %s %s", (-q).Grouped(), unit)
	}
	return fmt.Sprintf("多 %s %s", q.Grouped(), unit)
}

// judgeLess refuses to take more than is there now, and to issue what may not
// leave.
func (l *FormLine) judgeLess(f *ReturnedForm) {
	less, moved := -l.Change(), ""
	if l.Moved() != 0 {
		moved = "（发出后账上已" + moreOrLess(l.Moved(), l.Item.Unit) + "）"
	}
	switch {
	case less > l.shelf.free && l.shelf.otherQty > 0 && l.Now < l.Sent:
		l.fail(reading.CountedQty, "第 %d 行「%s」填报比发出时少 %s %s，但发出后这一批已移库：这个货位现在账上只能动 %s %s，货位 %s 有 %s %s。请先移回来再入账，或不接受这一行。",
			l.Row, l.Item.Label(), less.Grouped(), l.Item.Unit, l.shelf.free.Grouped(), l.Item.Unit, l.shelf.other, l.shelf.otherQty.Grouped(), l.Item.Unit)
	case less > l.shelf.free:
		l.fail(reading.CountedQty, "第 %d 行「%s」填报比发出时少 %s %s，但这一批现在账上只能动 %s %s%s，不能再减这么多。请和街镇核对后改实有数量，或不接受这一行。",
			l.Row, l.Item.Label(), less.Grouped(), l.Item.Unit, l.shelf.free.Grouped(), l.Item.Unit, moved)
	case l.Reason != FormIssued:
	case l.shelf.lot.Held:
		l.fail(reading.DiffReason, "第 %d 行「%s」这一批已冻结待检，不能作领用出库。请先解除冻结，或改变动原因。", l.Row, l.Item.Label())
	case l.shelf.lot.Expired(f.on):
		l.fail(reading.DiffReason, "第 %d 行「%s」这一批有效期至 %s，已过期，不能作领用出库。请改作报废损失，或改变动原因。", l.Row, l.Item.Label(), l.shelf.lot.Expires)
	case l.shelf.kind == place.Quarantine:
		l.fail(reading.DiffReason, "第 %d 行「%s」放在待检区，不能作领用出库。请改变动原因。", l.Row, l.Item.Label())
	}
}

func (l *FormLine) fail(field reading.Field, format string, args ...any) {
	l.Status = reading.Error
	l.problem(field, reading.Error, format, args...)
}

func (l *FormLine) ask(format string, args ...any) {
	l.Status = reading.Confirm
	l.problem(reading.DiffReason, reading.Confirm, format, args...)
}

func (l *FormLine) problem(field reading.Field, severity reading.Status, format string, args ...any) {
	p := Problem{Field: string(field), Message: fmt.Sprintf(format, args...), Severity: severity}
	if l.Row > 0 {
		p.Cell = grid.Ref(l.Row, atCount)
		if field == reading.DiffReason {
			p.Cell = grid.Ref(l.Row, atReason)
		}
	}
	l.Problems = append(l.Problems, p)
}
