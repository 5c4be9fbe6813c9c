package importing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// takeForm makes a preview that of a form: its depot and its day stand in it.
func (p *Preview) takeForm(actor access.Actor, g *gridForm) error {
	if !actor.May(access.LedgerImport, g.form.DepotID) {
		return errs.New(errs.Forbidden, "这份核对表是发给「%s」的，您没有它的台账导入权限。请由该储备库的人员或计划员上传。", g.sent.Depot)
	}
	p.Decisions.Depots = map[string]id.ID{"": g.form.DepotID}
	p.Decisions.Kind, p.Decisions.Act = "", ""
	p.Form = g.lines(p.Decisions)
	on, note := g.dayOf(p.Decisions, p.today)
	if p.AsOf, p.Form.on = on, on; note != "" {
		p.Form.Notes = append(p.Form.Notes, note)
	}
	return nil
}

// judgeForm holds the lines of a form against the books, and against the return
// that was booked before it.
func (s *Service) judgeForm(ctx context.Context, c *store.Conn, p *Preview) error {
	f := p.Form
	if f == nil {
		return nil
	}
	f.past = p.Batch.Status != Uploaded
	if err := f.lookUp(ctx, c, p.today.First); err != nil {
		return err
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		if it, ok := p.items[l.Item.ID]; ok {
			l.takeItem(it, f.past)
		}
		l.judge(f, p.Decisions, s.lexicon)
	}
	if f.Form.Status != FormReturned || f.Form.BatchID == p.Batch.ID || f.past {
		return nil
	}
	return s.compareForms(ctx, c, p)
}

// lookUp reads what stands on the shelves of the lines today.
func (f *ReturnedForm) lookUp(ctx context.Context, c *store.Conn, today string) error {
	shelves, err := c.ShelvesOn(ctx, f.Form.DepotID, today)
	if err != nil {
		return err
	}
	type key struct{ place, lot id.ID }
	at := make(map[key]store.DayShelf, len(shelves))
	for _, s := range shelves {
		at[key{s.PlaceID, s.Lot.ID}] = s
	}
	sent := make(map[key]bool, len(f.Lines))
	for _, l := range f.Lines {
		sent[key{l.sent.PlaceID, l.sent.LotID}] = true
	}
	moved := map[id.ID]store.DayShelf{} // lots on shelves that the form does not list
	for k, s := range at {
		if !sent[k] && s.Now > moved[k.lot].Now {
			moved[k.lot] = s
		}
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		s, m := at[key{l.sent.PlaceID, l.sent.LotID}], moved[l.sent.LotID]
		l.Now, l.shelf = s.Now, shelfNow{lot: s.Lot, kind: s.Kind, free: s.Now - s.Allocated, other: m.Bin, otherQty: m.Now}
	}
	return nil
}

// takeItem takes an item as the catalogue has it now. Figures in a unit that is
// another one by now mean nothing.
func (l *FormLine) takeItem(it catalog.Item, past bool) {
	l.Item = it
	if !past && (it.Unit != l.sent.Unit || it.Decimals != l.sent.Decimals) {
		l.fail(reading.Unit, "第 %d 号「%s」发出时按%s计，现在目录中按%s计，不能再按这份表入账。请重新发一份核对表，或不接受这一行。", l.N, it.Label(), l.sent.Unit, it.Unit)
	}
}

// blocked says why a form can book nothing; goods is how many rows of goods not
// listed there are.
func (f *ReturnedForm) blocked(b Batch, goods int) string {
	switch {
	case f.Form.Status == FormReturned && f.Form.BatchID != b.ID:
		return fmt.Sprintf("这份核对表已由%s于 %s 交回入账，一份只能入账一次。要改的请先撤销那一次导入，或重新发一份核对表。", f.Form.ClosedName, moment(f.Form.ClosedAt))
	case f.Form.Status == FormWithdrawn:
		return fmt.Sprintf("这份核对表已由%s于 %s 撤回，或另发了新的，不能再入账。请改填最新发出的那一份。", f.Form.ClosedName, moment(f.Form.ClosedAt))
	}
	for _, l := range f.Lines {
		if !l.Blank {
			return ""
		}
	}
	if goods > 0 {
		return ""
	}
	return "这份核对表还没有填写：实有数量和空白行都是空的。请填好后再上传。"
}

// count adds the lines to a preview's counts; those not counted stand nowhere.
func (f *ReturnedForm) count(n *Counts) {
	if f == nil {
		return
	}
	for _, l := range f.Lines {
		switch {
		case l.Blank:
		case l.Skipped:
			n.Skipped++
		case l.Status == reading.Error:
			n.Error++
		case l.Status == reading.Confirm:
			n.Confirm++
		default:
			n.OK++
		}
	}
}

// stamp writes the books a person held the lines against. What people choose
// on the lines is not in it: that may be sent along with the yes.
func (f *ReturnedForm) stamp(b *strings.Builder) {
	if f == nil {
		return
	}
	for _, l := range f.Lines {
		if !l.Blank {
			fmt.Fprintf(b, "%d=%s;", l.N, l.Now)
		}
	}
}

// marks lists what is wrong with the lines, for the sheet that goes back.
func (f *ReturnedForm) marks() []sheet.Mark {
	var list []sheet.Mark
	if f == nil {
		return nil
	}
	for _, l := range f.Lines {
		if l.Row == 0 || l.Skipped || l.Status == reading.OK {
			continue
		}
		for _, x := range l.Problems {
			list = append(list, sheet.Mark{Sheet: f.Sheet, Row: l.Row, Col: columnOf(x.Cell), Text: plainly(x), Bad: x.Severity == reading.Error})
		}
	}
	return list
}

// FormDiffers is a line that two returns of one form fill in otherwise.
type FormDiffers struct {
	Where        string // 第 9 行「棉被」
	First, Again string
}

// compareForms tells what a second return of a form says otherwise than the one
// that was booked.
func (s *Service) compareForms(ctx context.Context, c *store.Conn, p *Preview) error {
	b, err := c.Import(ctx, p.Form.Form.BatchID)
	if err != nil {
		return err
	}
	p.Form.First = &b
	d, err := unpack(b)
	if err != nil {
		return err
	}
	wb, err := s.workbook(s.path(b.FileHash), b)
	if err != nil {
		p.Form.Notes = append(p.Form.Notes, "先交回的那一份文件读不出来，比不出两份的差别："+errs.MessageOf(err))
		return nil
	}
	g, _, _, err := s.formIn(ctx, c, wb)
	if err != nil || g == nil {
		return err
	}
	p.Form.Differs = g.lines(d.Decisions).differs(p.Form)
	return nil
}

// differs lists where another return says otherwise.
func (f *ReturnedForm) differs(again *ReturnedForm) []FormDiffers {
	var list []FormDiffers
	for i, l := range f.Lines {
		a, b := said(l), said(again.Lines[i])
		if a != b {
			list = append(list, FormDiffers{fmt.Sprintf("第 %d 号「%s」", l.N, again.Lines[i].Item.Label()), a, b})
		}
	}
	first, second := f.goods(), again.goods()
	for _, text := range first {
		if !slices.Contains(second, text) {
			list = append(list, FormDiffers{"账上没有的物资", text, ""})
		}
	}
	for _, text := range second {
		if !slices.Contains(first, text) {
			list = append(list, FormDiffers{"账上没有的物资", "", text})
		}
	}
	return list
}

// said writes what a line says, its figure as a figure.
func said(l FormLine) string {
	text := l.Typed
	if r, err := quantity.Parse(text); err == nil && r.Doubt == "" {
		text = r.Q.String()
	}
	return strings.Join(strings.Fields(text+" "+l.Said+" "+l.Remark), " ")
}

// goods writes the rows of goods not listed, one text each.
func (f *ReturnedForm) goods() []string {
	var list []string
	for _, row := range slices.Sorted(rowsOf(f.cells)) {
		if f.more == 0 || row <= f.more {
			continue
		}
		var texts []string
		for col := atName; col <= formColumns; col++ {
			if text := textOf(f.cells[row][col]); text != "" {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			list = append(list, strings.Join(texts, " "))
		}
	}
	return list
}
