// Package day holds calendar days as the offices mean them: a date in
// Asia/Shanghai, known to the day, the month or the year.
//
// Days are text ("2026-03-05") made in Go; no database function ever makes or
// changes one, so every engine and time zone gives the same day. A leaf.
package day

import (
	"fmt"
	"time"
)

// Precision says how much of a day is known.
type Precision uint8

// The three precisions a ledger cell can have.
const (
	ToDay Precision = iota
	ToMonth
	ToYear
)

// Day is a date with its precision. The zero Day means "not stated".
// First is the first day it can mean ("2026-03-01" for 2026年3月).
type Day struct {
	First     string
	Precision Precision
}

// shanghai is fixed: the People's Republic has one time without daylight
// saving, so no zone database is needed on an office machine.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Zone is the business time zone.
func Zone() *time.Location { return shanghai }

// Of makes a full day; it panics on a day that does not exist and is meant for
// constants. Input from people goes through Parse.
func Of(year, month, dayOfMonth int) Day {
	d, ok := make3(year, month, dayOfMonth)
	if !ok {
		panic(fmt.Sprintf("day: no such day %d-%d-%d", year, month, dayOfMonth))
	}
	return d
}

func make3(y, m, d int) (Day, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return Day{}, false
	}
	return Day{First: t.Format(time.DateOnly)}, true
}

// At gives the business day of an instant.
func At(t time.Time) Day { return Day{First: t.In(shanghai).Format(time.DateOnly)} }

// Stored rebuilds a Day from its two columns.
func Stored(first string, p Precision) Day {
	if first == "" {
		return Day{}
	}
	return Day{First: first, Precision: p}
}

// IsZero reports "not stated".
func (d Day) IsZero() bool { return d.First == "" }

// Time gives midnight UTC of the first day; only for arithmetic.
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, d.First)
	return t
}

// Year gives the year, 0 for the zero Day.
func (d Day) Year() int {
	if d.IsZero() {
		return 0
	}
	return d.Time().Year()
}

// Last gives the last day it can mean: an expiry of 2026年3月 holds through
// 2026-03-31.
func (d Day) Last() string {
	if d.IsZero() {
		return ""
	}
	t := d.Time()
	switch d.Precision {
	case ToMonth:
		t = t.AddDate(0, 1, -1)
	case ToYear:
		t = t.AddDate(1, 0, -1)
	}
	return t.Format(time.DateOnly)
}

// String writes ISO 8601 at its own precision: 2026-03-05, 2026-03 or 2026.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	switch d.Precision {
	case ToMonth:
		return d.First[:7]
	case ToYear:
		return d.First[:4]
	}
	return d.First
}

// Chinese writes 2026年3月5日, as papers do.
func (d Day) Chinese() string {
	if d.IsZero() {
		return ""
	}
	t := d.Time()
	switch d.Precision {
	case ToMonth:
		return fmt.Sprintf("%d年%d月", t.Year(), t.Month())
	case ToYear:
		return fmt.Sprintf("%d年", t.Year())
	}
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

// AddDays moves a full day.
func (d Day) AddDays(n int) Day { return Day{First: d.Time().AddDate(0, 0, n).Format(time.DateOnly)} }

// AddMonths moves by months and keeps the precision; a day past the end of the
// target month becomes its last day (31 January + 1 month = 28 February).
func (d Day) AddMonths(n int) Day {
	if d.IsZero() {
		return d
	}
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	dom := min(t.Day(), last)
	return Day{First: first.AddDate(0, 0, dom-1).Format(time.DateOnly), Precision: d.Precision}
}

// Until counts days from d's first day to the last day of e; negative when e
// is over.
func (d Day) Until(e Day) int {
	end, _ := time.Parse(time.DateOnly, e.Last())
	return int(end.Sub(d.Time()).Hours() / 24)
}
