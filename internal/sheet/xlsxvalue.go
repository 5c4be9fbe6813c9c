package sheet

import (
	"math"
	"strconv"
	"time"

	"changbei/internal/grid"
)

// days1904 is the distance of the two date systems.
const days1904 = 1462

// plainDigits is the length up to which a number without exponent is surely
// finite.
const plainDigits = 300

// validNumber accepts what workbooks store as numbers: a finite decimal with an
// optional exponent. Words such as NaN and Inf, hexadecimal and underscores,
// which Go's own parser takes, are refused.
func validNumber(b []byte) bool {
	i := skipSign(b, 0)
	whole := skipDigits(b, i)
	digits := whole - i
	i = whole
	if i < len(b) && b[i] == '.' {
		end := skipDigits(b, i+1)
		digits += end - i - 1
		i = end
	}
	if digits == 0 {
		return false
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		start := skipSign(b, i+1)
		end := skipDigits(b, start)
		if end == start {
			return false
		}
		i = end
	} else if len(b) <= plainDigits {
		return i == len(b)
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return i == len(b) && err == nil && !math.IsInf(v, 0)
}

func skipSign(b []byte, i int) int {
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		i++
	}
	return i
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

// rebase1904 moves a serial of the 1904 date system to the 1900 one. Times of
// day and plain numbers stay.
func rebase1904(raw string, form grid.DateForm) string {
	if form == grid.NoDate || form == grid.TimeOnly {
		return raw
	}
	if n, err := strconv.ParseInt(raw, 10, 32); err == nil {
		return strconv.FormatInt(n+days1904, 10)
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	return formatFloat(v + days1904)
}

// formatFloat writes a double as its shortest decimal, with an exponent only
// where plain digits would be absurdly many.
func formatFloat(v float64) string { return string(appendFloat(nil, v)) }

func appendFloat(dst []byte, v float64) []byte {
	if a := math.Abs(v); a != 0 && (a >= 1e21 || a < 1e-9) {
		return strconv.AppendFloat(dst, v, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64)
}

// parseISO turns a stored ISO 8601 date (t="d") into a serial of the 1900 date
// system. The clock and zone of the file's writer are not converted: what was
// seen is what counts.
func parseISO(text string) (serial string, form grid.DateForm, ok bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return serialOf(t), grid.FullDate, true
		}
	}
	for _, layout := range []string{"15:04:05", "15:04", "T15:04:05", "T15:04:05Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return formatFloat(secondsOf(t) / 86400), grid.TimeOnly, true
		}
	}
	return "", grid.NoDate, false
}

func secondsOf(t time.Time) float64 {
	return float64(t.Hour()*3600+t.Minute()*60+t.Second()) + float64(t.Nanosecond())/1e9
}

// serialOf counts days the way Excel does, with the 29 February 1900 that never
// was.
func serialOf(t time.Time) string {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	days := int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	if days <= 60 {
		days--
	}
	if seconds := secondsOf(t); seconds > 0 {
		return formatFloat(float64(days) + seconds/86400)
	}
	return strconv.Itoa(days)
}
