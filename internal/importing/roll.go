package importing

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/reading"
)

// RollDraft is what was read of a 发放花名册. The file itself is not kept.
type RollDraft struct {
	Title  string
	HeldOn string // 2006-01-02, "" = the list does not say
	Lines  []dispatching.RollLine
	Notes  []string
}

// maxRollPeople bounds a list before its people are looked at one by one.
const maxRollPeople = 5000

// ReadRoll reads a list of people and what they got: a column of goods each, or
// goods and amount in columns of their own.
func (s *Service) ReadRoll(ctx context.Context, actor access.Actor, name string, file io.Reader) (RollDraft, error) {
	var d RollDraft
	if !actor.MayAnywhere(access.RollView) {
		return d, actor.Require(access.RollView, 0)
	}
	// What is wrong with the file is said and logged under its name.
	p, err := s.readPaper(ctx, order.MaskText(name), file, reading.RollPaper)
	if err != nil {
		return d, err
	}
	if len(p.Rows) > maxRollPeople {
		return d, errs.New(errs.TooLarge, "花名册有 %d 人（户），一份最多 %d。请按村（社区）拆成几份。", len(p.Rows), maxRollPeople)
	}
	if !p.Has("qty") && !p.Has(reading.PaperGoods) {
		return d, errs.New(errs.Invalid, "没有认出发放的物资：请用“大米(袋)”这样的列名，每种物资一列；或用“物资名称”“数量”两列。")
	}
	if !order.HoldsNumber(p.Title) {
		d.Title = clip(p.Title, 100)
	}
	if on := dayIn(p.Labels["at"], day.At(s.store.Now())); !on.IsZero() {
		d.HeldOn = on.First
	}
	d.readRows(p)
	d.notes(p)
	return d, nil
}

func dayIn(c reading.PaperCell, today day.Day) day.Day {
	if on, _, ok := c.Moment(); ok {
		return on
	}
	r, err := day.Parse(c.Text, today)
	if err != nil || r.Day.Precision != day.ToDay || r.Day.First > today.First {
		return day.Day{}
	}
	return r.Day
}

func (d *RollDraft) readRows(p *reading.Paper) {
	var nothing []int
	for _, r := range p.Rows {
		before := len(d.Lines)
		person := rollPerson(p, r)
		for _, c := range p.Columns {
			if c.Field != reading.PaperGoods {
				continue
			}
			if v, there := r.Goods[c.Col]; there && !v.Blank() {
				l := person
				l.Word, l.Unit = c.Word, c.Unit
				d.add(l, v)
			}
		}
		if v, there := r.Cells["qty"]; there && !v.Blank() && p.Has("qty") {
			l := person
			l.Word, l.Unit = strings.TrimSpace(r.Cells[reading.PaperItem].Text+" "+r.Cells[reading.PaperSpec].Text), r.Cells[reading.PaperUnit].Text
			if l.Word == "" {
				l.Word = wordOfQty(p)
			}
			d.add(l, v)
		}
		if len(d.Lines) == before {
			nothing = append(nothing, r.Row)
		}
	}
	if len(nothing) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("第 %s 行没有填领取数量，没有读入。", severalRows(nothing)))
	}
}

// wordOfQty is what the one amount column of a list without names of goods is
// of: its own heading.
func wordOfQty(p *reading.Paper) string {
	at := slices.IndexFunc(p.Columns, func(c reading.PaperColumn) bool { return c.Field == "qty" })
	return p.Columns[at].Header
}

// severalRows names the first rows and says how many there are.
func severalRows(rows []int) string {
	const named = 8
	var texts []string
	for _, r := range rows[:min(len(rows), named)] {
		texts = append(texts, fmt.Sprint(r))
	}
	text := strings.Join(texts, "、")
	if len(rows) > named {
		text += fmt.Sprintf(" 等 %d", len(rows))
	}
	return text
}

// rollPerson reads who a row is about, with what is odd of it.
func rollPerson(p *reading.Paper, r reading.PaperRow) dispatching.RollLine {
	at := func(field string) reading.PaperCell { return r.Cells[field] }
	l := dispatching.RollLine{Row: r.Row, NameCell: at("name").Ref, IDCell: at("id_no").Ref, Person: at("name").Text, IDNo: at("id_no").Text, Phone: at("phone").Text,
		Village: at("village").Text, Address: at("address").Text, Received: receivedOn(at("at")), Signed: at("signed").Text, Remark: at(reading.PaperRemark).Text}
	if l.Village == "" {
		l.Village = r.Band
	}
	if l.Village == "" {
		l.Village = p.Labels["village"].Text
	}
	doubt := func(c reading.PaperCell, format string, args ...any) {
		l.Issues = append(l.Issues, order.RowIssue{Text: strings.TrimSpace(c.Ref + " " + fmt.Sprintf(format, args...))})
	}
	if c := at("household"); !c.Blank() {
		q, _, odd, err := c.Amount()
		if err != nil || odd != "" || q < 0 || q%quantity.One != 0 || q > quantity.Of(1000) {
			doubt(c, "人口数“%s”不是整数，没有读入。", clip(c.Text, 20))
		} else {
			l.Household = q.String()
		}
	}
	if c := at("id_no"); c.Number() && len(strings.Trim(c.Text, "0123456789")) == 0 && len(c.Text) > lostDigits {
		doubt(c, "身份证号被表格当成了数字，最后几位已经丢失。请把这一列改为文本，重新填写后再上传。")
	}
	if c := at("name"); c.Struck() {
		doubt(c, "这一行被划了删除线，请核对是否作废。")
	}
	if r.Hidden {
		doubt(at("name"), "第 %d 行在表里是隐藏的，请核对。", r.Row)
	}
	return l
}

// lostDigits is how many digits of a number a workbook keeps.
const lostDigits = 15

// receivedOn writes when something was handed over as it stands in the list.
func receivedOn(c reading.PaperCell) string {
	if on, minute, ok := c.Moment(); ok {
		if minute == 0 {
			return on.String()
		}
		return fmt.Sprintf("%s %02d:%02d", on, minute/60, minute%60)
	}
	return c.Text
}

// add keeps one amount of a person. What cannot be read stands as it is and
// must be mended.
func (d *RollDraft) add(l dispatching.RollLine, c reading.PaperCell) {
	l.Cell, l.Issues = c.Ref, slices.Clone(l.Issues)
	wrong := func(format string, args ...any) {
		l.Issues = append(l.Issues, order.RowIssue{Text: c.Ref + " " + fmt.Sprintf(format, args...), Wrong: true})
	}
	q, unit, doubt, err := c.Amount()
	switch {
	case err != nil:
		l.Typed = clip(c.Text, 60)
		wrong("%s", errs.MessageOf(err))
		d.Lines = append(d.Lines, l)
		return
	case c.Shared:
		wrong("这是合并单元格，一个数量盖住了几个人，请逐人填写。")
	case q < 0:
		wrong("数量是负数，请改正。")
	case doubt != "":
		wrong("“%s”不是一个确定的数，请改成准确的数量。", clip(c.Text, 30))
	case c.Struck():
		l.Issues = append(l.Issues, order.RowIssue{Text: c.Ref + " 数量被划了删除线，请核对。"})
	}
	if q == 0 {
		return // got nothing
	}
	l.Typed = q.String() + unit
	if unit == l.Unit && unit != "" {
		l.Typed = q.String()
	}
	d.Lines = append(d.Lines, l)
}

// notes says what the file as a whole leaves to be looked at.
func (d *RollDraft) notes(p *reading.Paper) {
	if len(p.Others) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("只读了行数最多的工作表“%s”，没有读 %s。", p.Sheet, strings.Join(p.Others, "、")))
	}
	for _, t := range p.Totals {
		for _, c := range p.Columns {
			stated, sum := t.Goods[c.Col], quantity.Q(0)
			if c.Field == "qty" {
				stated = t.Cells["qty"]
			} else if c.Field != reading.PaperGoods {
				continue
			}
			for _, r := range p.Rows {
				v := r.Goods[c.Col]
				if c.Field == "qty" {
					v = r.Cells["qty"]
				}
				if q, _, _, err := v.Amount(); err == nil {
					sum += q
				}
			}
			if q, _, _, err := stated.Amount(); err == nil && !stated.Blank() && q != sum {
				d.Notes = append(d.Notes, fmt.Sprintf("合计行 %s 写的是 %s，各行相加是 %s，请核对。", stated.Ref, q.Grouped(), sum.Grouped()))
			}
		}
	}
	d.Notes = append(append(d.Notes, unread(p)...), p.Notices...)
}
