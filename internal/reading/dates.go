package reading

import (
	"regexp"
	"strconv"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/grid"
)

// Numbers between these are Excel serials (1954 to 2119) when they stand in a
// date column.
const (
	firstSerial = 20_000
	lastSerial  = 80_000
)

// serialForm is a serial kept as text.
var serialForm = regexp.MustCompile(`^[2-7]\d{4}$`)

// ambiguousMonth is the number 2022.1, which Excel also shows for 2022.10.
var ambiguousMonth = regexp.MustCompile(`^\d{4}\.1$`)

// readDay reads a date cell by its type and format.
func readDay(c cell, ref day.Day) (day.Reading, error) {
	if c.Kind == grid.Number {
		return readDayNumber(c, ref)
	}
	if c.Kind == grid.Text && serialForm.MatchString(fold(c.text)) {
		d, err := day.FromSerial(fold(c.text))
		return day.Reading{Day: d, Doubt: day.DoubtAmbiguous}, err
	}
	return day.Parse(c.text, ref)
}

func readDayNumber(c cell, ref day.Day) (day.Reading, error) {
	f, err := strconv.ParseFloat(c.Raw, 64)
	serial := err == nil && f >= firstSerial && f < lastSerial
	if c.Date == grid.TimeOnly || !serial {
		r, err := day.Parse(c.Raw, ref)
		if err == nil && ambiguousMonth.MatchString(c.Raw) {
			r.Doubt = day.DoubtAmbiguous
		}
		return r, err
	}
	d, err := day.FromSerial(c.Raw)
	if err != nil {
		return day.Reading{}, err
	}
	r := day.Reading{Day: d}
	switch c.Date {
	case grid.YearMonth:
		r.Day = day.Day{First: d.First[:8] + "01", Precision: day.ToMonth}
	case grid.YearOnly:
		r.Day = day.Day{First: d.First[:5] + "01-01", Precision: day.ToYear}
	case grid.MonthDay:
		r.Doubt = day.DoubtYearInferred
	}
	return r, nil
}

var dayDoubts = map[string]string{
	day.DoubtTwoDigitYear: "“%s”的年份只有两位，读作 %s。请确认。",
	day.DoubtYearInferred: "“%s”没有写年份，按 %s 理解。请确认。",
	day.DoubtAmbiguous:    "“%s”有不止一种读法，暂读作 %s。请确认，或改成 2026-03-05 的样子。",
}

// day reads one date field of the row. Bad dates are errors, doubtful ones are
// asked; a date after the ledger's own day is asked where it cannot be.
func (d *draft) day(f Field) day.Day {
	if f == Date && d.t.col(Date) == 0 && d.t.col(Month) > 0 {
		return d.dayInParts()
	}
	c, ok := d.t.cellOf(d.Row.Row, f)
	if !ok {
		return day.Day{}
	}
	d.Cells.put(f, c.Row, c.Col)
	if d.t.l.isDitto(c.text) {
		above := d.t.lastDays[f]
		if above.IsZero() {
			d.flag(f, c.Ref(), day.CodeUnreadable, Error, c.text, "“%s”上面没有可以照抄的日期。请改成日期，例如 2026-03-05。", clip(c.text))
		}
		return above
	}
	v := d.ownDay(f, c)
	d.t.lastDays[f] = v
	return v
}

// ownDay reads what a date cell itself says.
func (d *draft) ownDay(f Field, c cell) day.Day {
	if d.t.l.isEmpty(c.text) || f == Date && d.t.l.openingLabel(c.text) {
		return day.Day{}
	}
	if c.Kind == grid.Fault || c.Kind == grid.FormulaOnly {
		d.flag(f, c.Ref(), codeFormula, Error, c.text, "公式没有结果（%s）。请直接填写日期，例如 2026-03-05。", clip(c.text))
		return day.Day{}
	}
	r, err := readDay(c, d.t.yearEnd())
	if r.Doubt == day.DoubtYearInferred && c.numeric() && c.Date == grid.MonthDay && d.t.states(r.Day.Year()) {
		r.Doubt = "" // the format hides the year, the file has it, and the title says the same
	}
	if err == nil && d.t.b.plain && ambiguousMonth.MatchString(c.text) {
		r.Doubt = day.DoubtAmbiguous // a number once, before it became text
	}
	if err != nil {
		d.flag(f, c.Ref(), errs.CodeOf(err), Error, c.text, "%s", errs.MessageOf(err))
		return day.Day{}
	}
	if r.Doubt != "" {
		d.flag(f, c.Ref(), r.Doubt, Confirm, c.text, dayDoubts[r.Doubt], clip(c.text), r.Day)
		d.suggest(r.Day.String())
	}
	return r.Day
}

// days reads the dates of the row and holds them against each other.
func (d *draft) days() {
	d.Date, d.ProductionDate, d.Expiry = d.day(Date), d.day(Production), d.day(Expiry)
	if !d.Expiry.IsZero() && !d.ProductionDate.IsZero() && d.Expiry.Last() < d.ProductionDate.First {
		d.flag(Expiry, d.t.refSeen(d.Row.Row, Expiry), codeExpiryBefore, Error, d.Expiry.String(), "有效期 %s 早于生产日期 %s。请改正其中写错的一个。", d.Expiry, d.ProductionDate)
	}
	d.future(Date, d.Date)
	d.future(Production, d.ProductionDate)
}

func (d *draft) future(f Field, v day.Day) {
	if v.IsZero() || v.First <= d.t.limit.Last() {
		return
	}
	until := "今天"
	if !d.t.heads.asOf.IsZero() {
		until = "台账日期"
	}
	d.flag(f, d.t.refSeen(d.Row.Row, f), codeDateFuture, Confirm, v.String(), "%s 晚于%s %s。请确认，或改正日期。", v, until, d.t.limit)
}

// refSeen names the cell a field was read from, the merged region's first cell
// where there is one.
func (t *table) refSeen(row int, f Field) string {
	if c, ok := t.cellOf(row, f); ok {
		return c.Ref()
	}
	return t.ref(row, f)
}
