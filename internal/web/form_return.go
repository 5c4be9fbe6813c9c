package web

import (
	"changbei/internal/importing"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/web/view"
)

// Bounds of one page of a form's lines; those left out come up as the ones
// before them are settled.
const (
	formPageLines = 800
	formPageRest  = 2000
)

// returned shows a form that came back: what was sent, what they wrote, what
// moved meanwhile. It comes last, over what any ledger shows.
func (d *importDesk) returned(p *view.ImportPreview) {
	f := d.Form
	if f == nil {
		return
	}
	p.Depots, p.Sheets, p.Chips, p.Problems = nil, nil, nil, false // a form says itself whose it is and how it is read
	p.Submit = "确定全部入账？按每一行的变动原因生成入库单、出库单、报废单或盘点调整单。"
	d.open = d.open && f.Form.Status == importing.FormSent // else nothing of it can be booked any more
	v := &view.ImportForm{Depot: f.Depot, Day: f.Form.BusinessOn, SentBy: f.Form.SentName, SentAt: view.When(f.Form.SentAt), Open: d.open, Notes: f.Notes, Asks: f.Asks}
	for _, r := range importing.FormReasons {
		v.Reasons = append(v.Reasons, view.Option{Value: string(r), Label: string(r), Checked: r == f.Reason})
	}
	if f.First != nil {
		v.First = &view.ImportTwin{URL: importURL(f.First.ID, ""), File: f.First.FileName, Who: f.Form.ClosedName, When: view.When(f.Form.ClosedAt)}
	}
	for _, x := range f.Differs {
		v.Differs = append(v.Differs, view.FormDiffers(x))
	}
	for _, l := range f.Lines {
		d.countLine(v, l)
		switch {
		case l.Blank || l.Change() == 0 && l.Status == reading.OK:
			if len(v.Rest) < formPageRest {
				v.Rest = append(v.Rest, formLine(l))
			}
		case len(v.Lines) == formPageLines:
			v.More++
		default:
			v.Lines = append(v.Lines, d.line(len(v.Lines)+1, l))
		}
	}
	p.Form = v
}

func (d *importDesk) countLine(v *view.ImportForm, l importing.FormLine) {
	switch {
	case l.Blank:
		v.Blank++
	case l.Filled != nil && l.Change() == 0:
		v.Counted++
		v.Same++
	case l.Filled != nil:
		v.Counted++
	}
	if l.Status == reading.Error && !l.Skipped {
		v.Bad++
	}
}

// dropLines leaves out the lines that cannot be booked.
func dropLines(p *importing.Preview, d *importChoices) (n int) {
	if p.Form == nil {
		return 0
	}
	for _, l := range p.Form.Lines {
		if l.Status == reading.Error && !l.Skipped {
			n++
			d.add(func(c *importing.Decisions) { c.Skip[l.Key] = true })
		}
	}
	return n
}

// formLine writes a line's figures.
func formLine(l importing.FormLine) view.FormLine {
	v := view.FormLine{Row: l.Row, Code: l.Item.Code, Name: l.Item.Name, Spec: l.Item.Spec, Unit: l.Item.Unit, LotNo: l.LotNo, Expires: l.Expires, Bin: l.Bin,
		Sent: l.Sent.Grouped(), Filled: l.Typed, Now: l.Now.Grouped(), Reason: l.Said, Remark: l.Remark, Less: l.Change() < 0}
	if l.Moved() != 0 {
		v.Moved = signed(l.Moved())
	}
	if l.Filled != nil {
		v.Filled, v.Change, v.After = l.Filled.Grouped(), signed(l.Change()), (l.Now + l.Change()).Grouped()
	}
	return v
}

func signed(q quantity.Q) string {
	if q > 0 {
		return "+" + q.Grouped()
	}
	return q.Grouped()
}

var formLineTags = map[reading.Status]view.Tag{reading.OK: {Text: "可入账", Tone: "is-ok", Icon: "circle-check"},
	reading.Confirm: {Text: "待确认", Tone: "is-warn", Icon: "alert-triangle"}, reading.Error: {Text: "不能入账", Tone: "is-bad", Icon: "circle-x"}}

// line writes a line with what can be chosen on it.
func (d *importDesk) line(n int, l importing.FormLine) view.FormLine {
	v := formLine(l)
	v.N, v.Key, v.Status = n, importKeyMark+l.Key, formLineTags[l.Status]
	v.Tone = map[reading.Status]string{reading.Confirm: "is-warn", reading.Error: "is-bad"}[l.Status]
	if l.Skipped {
		v.Status, v.Tone = view.Tag{Text: "不接受", Icon: "ban"}, "is-skipped"
	}
	for _, x := range l.Problems {
		v.Problems = append(v.Problems, importProblem(x))
	}
	if v.ReasonWas = string(l.Reason); l.Reason != "" {
		v.Reason = v.ReasonWas
	}
	if !d.open {
		if v.Status = (view.Tag{}); !l.Ready() || d.Batch.Status != importing.Applied {
			v.Status = view.Tag{Text: "没有入账", Icon: "ban"}
		}
		return v
	}
	v.MayTake, v.Taken = true, !l.Skipped
	if v.Taken {
		v.Was = "1"
	}
	if l.Change() != 0 {
		for _, r := range importing.FormReasons {
			if r.Explains(l.Change()) || r == l.Reason {
				v.Reasons = append(v.Reasons, view.Option{Value: string(r), Label: string(r), Checked: r == l.Reason})
			}
		}
	}
	d.mendCount(&v, l)
	return v
}

// mendCount opens the count for typing where it cannot be booked as it is.
func (d *importDesk) mendCount(v *view.FormLine, l importing.FormLine) {
	sheet, ref := splitCell(l.Key)
	_, mended := d.Decisions.Mended(sheet, ref)
	if l.Row == 0 || l.Status != reading.Error && !mended {
		return
	}
	d.mends++
	own := l.Typed
	if mended {
		own = d.Form.Own(ref)
	}
	v.Mend = &view.ImportMend{N: d.mends, ID: "cell-" + sheet + "-" + ref, Key: v.Key, Text: l.Typed, Was: l.Typed, Own: own}
}
