package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

var monthToday = day.Of(2026, 11, 24)

func TestParseMonth(t *testing.T) {
	for text, want := range map[string]ledger.Month{"2026-10": "2026-10", " 2026年9月 ": "2026-09", "2026.1": "2026-01", "2026-02": "2026-02"} {
		if m, err := ledger.ParseMonth(text, monthToday); err != nil || m != want {
			t.Errorf("%q: %q %v, want %q", text, m, err, want)
		}
	}
	for _, text := range []string{"", "2026", "2026-10-05", "10月", "26-10", "2026-13", "0026-10", "x", "长期"} {
		if m, err := ledger.ParseMonth(text, monthToday); !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), "2026-11") {
			t.Errorf("%q: %q %v, want a refusal with an example", text, m, err)
		}
	}
}

func TestMonth(t *testing.T) {
	for m, want := range map[ledger.Month][4]string{
		"2026-10": {"2026-10-01", "2026-10-31", "2026-11", "2026-09"},
		"2026-12": {"2026-12-01", "2026-12-31", "2027-01", "2026-11"},
		"2028-02": {"2028-02-01", "2028-02-29", "2028-03", "2028-01"},
		"2027-02": {"2027-02-01", "2027-02-28", "2027-03", "2027-01"},
	} {
		if got := [4]string{m.First(), m.Last(), string(m.Add(1)), string(m.Add(-1))}; got != want {
			t.Errorf("%s: %v, want %v", m, got, want)
		}
	}
	if got := ledger.Month("2026-03").Chinese(); got != "2026年3月" {
		t.Error(got)
	}
	if ledger.MonthOf(day.Day{}) != "" || ledger.ClosedMonth("") != "" || ledger.ClosedMonth("2026-02-28") != "2026-02" {
		t.Error("months of no day and of a closed day")
	}
}

func TestCheckClose(t *testing.T) {
	for _, c := range []struct {
		month    ledger.Month
		closedOn string
		kind     error
		says     string
	}{
		{"2026-10", "", nil, ""},
		{"2024-03", "", nil, ""},
		{"2026-10", "2026-09-30", nil, ""},
		{"2026-11", "2026-10-31", errs.Invalid, "2026-12-01 起"},
		{"2027-01", "", errs.Invalid, "还没有过完"},
		{"2026-10", "2026-10-31", errs.Conflict, "已经月结"},
		{"2026-08", "2026-10-31", errs.Conflict, "已经月结"},
		{"2026-10", "2026-08-31", errs.Invalid, "先月结2026年9月"},
		{"1999-12", "", errs.Invalid, "核对年份"},
	} {
		err := c.month.CheckClose(c.closedOn, monthToday)
		if (c.kind == nil) != (err == nil) || err != nil && (!errors.Is(err, c.kind) || !strings.Contains(errs.MessageOf(err), c.says)) {
			t.Errorf("%s after %q: %v, want %v with %q", c.month, c.closedOn, err, c.kind, c.says)
		}
	}
}

func TestFlow(t *testing.T) {
	for _, c := range []struct{ net, original, received, issued quantity.Q }{
		{5, 5, 5, 0},   // a receipt
		{-5, -5, 0, 5}, // an issue
		{-5, 5, -5, 0}, // the reversal of a receipt
		{5, -5, 0, -5}, // the reversal of an issue
		{-3, 2, -3, 0}, // of a part, whatever its own sign
		{3, 0, 3, 0},   // of a part of what came to nothing
	} {
		if r, i := ledger.Flow(c.net, c.original); r != c.received || i != c.issued {
			t.Errorf("%d of %d: received %d issued %d", c.net, c.original, r, i)
		}
	}
}
