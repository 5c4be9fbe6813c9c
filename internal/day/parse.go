package day

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/errs"
)

// Reading is what a text says of a day, and how sure that is.
type Reading struct {
	Day   Day
	Doubt string // "" = sure, else one of the Doubt codes
}

// The doubts: readable, but a person must say yes.
const (
	DoubtTwoDigitYear = "date_two_digit_year"
	DoubtYearInferred = "date_year_inferred"
	DoubtAmbiguous    = "date_ambiguous"
)

// The codes of refusals, as the contract of ledgers names them.
const (
	CodeInvalid    = "date_invalid"
	CodeUnreadable = "date_unreadable"
)

// The years goods can bear. Outside them a figure is a slip (0026, 20222).
const (
	firstYear = 1950
	lastYear  = 2100
)

// maxText bounds what is looked at and quoted in a message.
const maxText = 40

// notStated are the ways of writing that there is no day.
var notStated = map[string]bool{
	"": true, "/": true, "//": true, "-": true, "--": true, "—": true, "——": true, "\\": true, "无": true, "暂无": true, "长期": true, "长期有效": true,
	"永久": true, "永久有效": true, "无期限": true, "不限": true, "无限期": true, "n/a": true,
}

var (
	clock      = regexp.MustCompile(`[T ]\s*(?:上午|下午)?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?(?:秒|Z)?$`)
	timed      = regexp.MustCompile(`\d\s*[:时点]|\d[Tt]|\d[Zz]$`)
	separators = strings.NewReplacer("年", "-", "月", "-", ".", "-", "/", "-", "\\", "-", "—", "-", "–", "-", "。", "-", "、", "-", "日", "", "号", "")
	threeParts = regexp.MustCompile(`^(\d{1,4})-(\d{1,2})-(\d{1,4})$`)
	twoParts   = regexp.MustCompile(`^(\d{1,4})-(\d{1,2})$`)
	digitsOnly = regexp.MustCompile(`^\d+$`)
)

// Parse reads a day as people write it: 2026-03-05, 2026/3/5, 2026.3.5,
// 20260305, 2026年3月5日, 2026年3月, 2026-03, 2026, with a time behind it or
// not. A missing or short year is completed from today and doubted. 长期, 无
// and / give the zero Day. A day that does not exist is refused.
func Parse(text string, today Day) (Reading, error) {
	s := fold(text)
	if notStated[strings.ToLower(s)] {
		return Reading{}, nil
	}
	if len([]rune(s)) > maxText {
		return Reading{}, errs.Refuse(CodeUnreadable, "日期的文字太长，请只填日期，例如 2026-03-05。")
	}
	if loc := clock.FindStringIndex(s); loc != nil {
		s = strings.TrimSpace(s[:loc[0]])
	}
	s = strings.ReplaceAll(s, " ", "")
	plain := strings.TrimSuffix(separators.Replace(arabic(s)), "-")
	switch {
	case digitsOnly.MatchString(plain):
		return compact(s, plain)
	case threeParts.MatchString(plain):
		return three(s, threeParts.FindStringSubmatch(plain))
	case twoParts.MatchString(plain):
		return two(s, twoParts.FindStringSubmatch(plain), today)
	}
	return Reading{}, unreadable(s)
}

// Typed reads a day that a person keys or a program sends. Unlike a workbook's
// cell it has no time behind it: 2026-11-27T18:00:00Z is the 28th in Shanghai,
// and dropping the time would book it a day early.
func Typed(text string, today Day) (Reading, error) {
	if s := fold(text); timed.MatchString(s) {
		return Reading{}, errs.Refuse(CodeUnreadable, "“%s”里有时刻或时区，请只填当地的日期，例如 2026-03-05。", clip(s))
	}
	return Parse(text, today)
}

// compact reads 20260305, 202603, 260305 and 2026. A month or day with its own
// mark (3月, 5日) and no year says too little.
func compact(s, digits string) (Reading, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || strings.ContainsAny(s, "月日号") && len(digits) < 6 {
		return Reading{}, unreadable(s)
	}
	switch len(digits) {
	case 8:
		return sure(s, n/10000, n/100%100, n%100, ToDay)
	case 6:
		return six(s, n)
	case 4:
		return sure(s, n, 1, 1, ToYear)
	case 2:
		if strings.HasSuffix(s, "年") {
			r, err := sure(s, century(n), 1, 1, ToYear)
			r.Doubt = DoubtTwoDigitYear
			return r, err
		}
	}
	return Reading{}, unreadable(s)
}

// six reads 202603 or 260305; 200512 may be either.
func six(s string, n int) (Reading, error) {
	month, monthErr := sure(s, n/100, n%100, 1, ToMonth)
	full, fullErr := sure(s, century(n/10000), n/100%100, n%100, ToDay)
	switch {
	case monthErr != nil && fullErr != nil:
		return Reading{}, impossible(s)
	case monthErr != nil:
		full.Doubt = DoubtTwoDigitYear
		return full, nil
	case fullErr == nil:
		month.Doubt = DoubtAmbiguous
	}
	return month, nil
}

func three(s string, m []string) (Reading, error) {
	a, b, c := number(m[1]), number(m[2]), number(m[3])
	switch {
	case len(m[3]) > 2 && len(m[1]) <= 2:
		return trailingYear(s, a, b, c)
	case len(m[3]) > 2:
		return Reading{}, unreadable(s)
	case len(m[1]) == 2:
		r, err := sure(s, century(a), b, c, ToDay)
		r.Doubt = DoubtTwoDigitYear
		return r, err
	}
	return sure(s, a, b, c, ToDay)
}

// trailingYear reads 5/3/2026, which is 5 March or 3 May: never sure.
func trailingYear(s string, a, b, year int) (Reading, error) {
	r, err := sure(s, year, a, b, ToDay)
	if err != nil {
		r, err = sure(s, year, b, a, ToDay)
	}
	r.Doubt = DoubtAmbiguous
	return r, err
}

func two(s string, m []string, today Day) (Reading, error) {
	a, b := number(m[1]), number(m[2])
	switch {
	case len(m[1]) >= 3:
		return sure(s, a, b, 1, ToMonth)
	case strings.Contains(s, "年"), a > 12 && len(m[1]) == 2:
		r, err := sure(s, century(a), b, 1, ToMonth)
		r.Doubt = DoubtTwoDigitYear
		return r, err
	}
	r, err := inferYear(s, a, b, today)
	if err == nil && !strings.Contains(s, "月") {
		r.Doubt = DoubtAmbiguous
	}
	return r, err
}

// inferYear gives the last such day that is not after today, since ledgers
// speak of what has happened.
func inferYear(s string, month, dayOfMonth int, today Day) (Reading, error) {
	for year := today.Year(); year > today.Year()-8 && year >= firstYear; year-- {
		d, ok := make3(year, month, dayOfMonth)
		if ok && d.First <= today.First {
			return Reading{Day: d, Doubt: DoubtYearInferred}, nil
		}
	}
	return Reading{}, impossible(s)
}

// century completes a two-digit year: 98 is 1998, 26 is 2026.
func century(year int) int {
	if 1900+year >= firstYear+30 && year >= 80 {
		return 1900 + year
	}
	return 2000 + year
}

func sure(s string, year, month, dayOfMonth int, p Precision) (Reading, error) {
	d, ok := make3(year, month, dayOfMonth)
	if !ok || year < firstYear || year > lastYear {
		return Reading{}, impossible(s)
	}
	d.Precision = p
	return Reading{Day: d}, nil
}

// FromSerial reads a serial of Excel's 1900 system; the time of day is dropped.
// Serials before 1950-01-01, and so the day 1900-02-29 that never was, are
// refused with the years.
func FromSerial(raw string) (Day, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return Day{}, unreadable(raw)
	}
	if f < 1 || f >= 100_000 {
		return Day{}, impossible(raw)
	}
	d := Of(1899, 12, 30).AddDays(int(f))
	if d.Year() < firstYear || d.Year() > lastYear {
		return Day{}, impossible(raw)
	}
	return d, nil
}

func unreadable(s string) error {
	return errs.Refuse(CodeUnreadable, "“%s”不是能识别的日期，请写成 2026-03-05、2026-03 或 2026 的样子。", clip(s))
}

func impossible(s string) error {
	return errs.Refuse(CodeInvalid, "“%s”不是存在的日期（年份须在 %d 至 %d 之间），请改正，例如 2026-03-05。", clip(s), firstYear, lastYear)
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // the pattern has at most four digits
	return n
}

func clip(s string) string {
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText]) + "…"
	}
	return s
}
