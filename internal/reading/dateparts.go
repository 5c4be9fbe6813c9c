package reading

import (
	"regexp"
	"strconv"

	"changbei/internal/day"
)

// yearEnd is the day from which a missing year is completed: the ledger's own
// day, else the end of the year its titles speak of, else today.
func (t *table) yearEnd() day.Day {
	if t.heads.asOf.IsZero() {
		if y := t.statedYear(); y > 0 {
			return day.Of(y, 12, 31)
		}
	}
	return t.limit
}

// statedYear is the one year the lines above, the sheet's or the file's name
// speak of, 0 = none.
func (t *table) statedYear() int {
	if t.heads.year > 0 {
		return t.heads.year
	}
	if !t.heads.periodTo.IsZero() {
		return t.heads.periodTo.Year()
	}
	return t.planYear
}

// states reports a year that the titles speak of.
func (t *table) states(year int) bool {
	h := t.heads
	if !h.periodFrom.IsZero() && !h.periodTo.IsZero() {
		return h.periodFrom.Year() <= year && year <= h.periodTo.Year()
	}
	return year == t.statedYear() || !h.asOf.IsZero() && year == h.asOf.Year()
}

var yearNumber = regexp.MustCompile(`(?:19|20)\d\d`)

// headingYear is the year printed over the columns of months and days.
func (t *table) headingYear() int {
	c, _ := t.column(Month)
	y, _ := strconv.Atoi(yearNumber.FindString(fold(c.header)))
	return y
}

// dayInParts reads a date that stands in columns of its month and day, and
// perhaps its year. A blank or ditto month is that of the line above; the year
// is printed over the columns or in the title, and goes on when the months
// begin anew.
func (d *draft) dayInParts() day.Day {
	t := d.t
	month, monthRef, blankMonth, ok1 := d.part(Month)
	dayOf, ref, blankDay, ok2 := d.part(DayOfMonth)
	if ref == "" {
		ref = monthRef
	}
	if row, col, ok := parseRef(ref); ok {
		d.Cells.put(Date, row, col)
	}
	switch {
	case !ok1 || !ok2:
		text := d.t.textAt(d.Row.Row, Month) + "月" + d.t.textAt(d.Row.Row, DayOfMonth) + "日"
		d.flag(Date, ref, day.CodeUnreadable, Error, text, "“%s”不是能识别的月和日。请在两栏里分别填写数字，例如 3 和 5。", clip(text))
		return day.Day{}
	case blankMonth && blankDay:
		return day.Day{} // whoever reads the line decides whether that of the line above holds
	case blankMonth:
		month = t.lastMonth
	case blankDay && t.lastDay > 0 && month == t.lastMonth:
		dayOf = t.lastDay
	}
	year, doubt := d.partYear(month)
	v, err := day.Parse(strconv.Itoa(year)+"-"+strconv.Itoa(month)+"-"+strconv.Itoa(dayOf), t.limit)
	if err != nil {
		text := strconv.Itoa(month) + "月" + strconv.Itoa(dayOf) + "日"
		d.flag(Date, ref, day.CodeInvalid, Error, text, "“%s”不是存在的日期，请改正。", text)
		return day.Day{}
	}
	t.lastMonth, t.lastYear, t.lastDay = month, year, dayOf
	t.lastDays[Date] = v.Day
	if doubt {
		d.flag(Date, ref, day.DoubtYearInferred, Confirm, v.Day.String(), "没有写年份，按 %s 理解。请确认。", v.Day)
		d.suggest(v.Day.String())
	}
	return v.Day
}

// part reads a column of months or days; blank is also a ditto mark.
func (d *draft) part(f Field) (n int, ref string, blank, ok bool) {
	c, found := d.t.cellOf(d.Row.Row, f)
	if !found || d.t.l.isEmpty(c.text) {
		return 0, "", true, true
	}
	if d.t.l.isDitto(c.text) {
		if f == DayOfMonth {
			return d.t.lastDay, c.Ref(), false, d.t.lastDay > 0
		}
		return d.t.lastMonth, c.Ref(), f == Month && d.t.lastMonth == 0, d.t.lastMonth > 0 || f == Month
	}
	n, err := strconv.Atoi(trimPart(fold(c.text)))
	return n, c.Ref(), false, err == nil && n >= 1 && n <= 31
}

func trimPart(s string) string {
	for _, suffix := range []string{"月", "日", "号", ".0"} {
		if len(s) > len(suffix) && s[len(s)-len(suffix):] == suffix {
			s = s[:len(s)-len(suffix)]
		}
	}
	return s
}

// partYear finds the year of a month: its own column, the heading, the title.
// Where the period covers two years, months that begin anew are of the second.
func (d *draft) partYear(month int) (year int, doubt bool) {
	t := d.t
	if c, ok := t.cellOf(d.Row.Row, Year); ok {
		if y, err := strconv.Atoi(yearNumber.FindString(fold(c.text))); err == nil {
			return y, false
		}
	}
	if t.lastYear > 0 && t.col(Year) > 0 {
		return t.lastYear, false
	}
	first, last := t.headingYear(), 0
	if h := t.heads; first == 0 && !h.periodFrom.IsZero() && !h.periodTo.IsZero() {
		first, last = h.periodFrom.Year(), h.periodTo.Year()
	}
	if first == 0 {
		first = t.statedYear()
	}
	switch {
	case first == 0 && t.lastYear > 0:
		return t.lastYear, true
	case first == 0:
		return t.limit.Year(), true
	case last > first && t.lastYear > 0 && month < t.lastMonth:
		return min(t.lastYear+1, last), false
	case last > first && t.lastYear > 0:
		return t.lastYear, false
	}
	return first, false
}

func (t *table) textAt(row int, f Field) string {
	c, _ := t.cellOf(row, f)
	return c.text
}
