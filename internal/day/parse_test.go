package day

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"changbei/internal/errs"
)

var today = Of(2026, 5, 20)

func TestParseReadsDays(t *testing.T) {
	for text, want := range map[string]struct{ day, doubt string }{
		"2026-03-05": {"2026-03-05", ""}, "2026/3/5": {"2026-03-05", ""}, "2026.3.5": {"2026-03-05", ""}, "20260305": {"2026-03-05", ""},
		"2026年3月5日": {"2026-03-05", ""}, "2026年03月05号": {"2026-03-05", ""}, "2026年3月": {"2026-03", ""}, "2026-03": {"2026-03", ""}, "2023.01": {"2023-01", ""},
		"2026": {"2026", ""}, "2026年": {"2026", ""}, "202603": {"2026-03", ""}, " 2023. 11. 11 ": {"2023-11-11", ""},
		"2023-12-05 00:00:00": {"2023-12-05", ""}, "2023-12-05T08:30:00Z": {"2023-12-05", ""}, "２０１９．１０．８": {"2019-10-08", ""}, "2024年2月29日": {"2024-02-29", ""},
		"二〇二六年三月十五日": {"2026-03-15", ""}, "二○二五年十二月": {"2025-12", ""}, "二〇二五年二十一日": {"", CodeInvalid},
		"260305": {"2026-03-05", DoubtTwoDigitYear}, "22.4.20": {"2022-04-20", DoubtTwoDigitYear}, "22年4月": {"2022-04", DoubtTwoDigitYear}, "98-12-31": {"1998-12-31", DoubtTwoDigitYear},
		"200512": {"2005-12", DoubtAmbiguous}, "3月5日": {"2026-03-05", DoubtYearInferred}, "6月1日": {"2025-06-01", DoubtYearInferred}, "2月29日": {"2024-02-29", DoubtYearInferred},
		"5.3": {"2026-05-03", DoubtAmbiguous}, "3/5/2026": {"2026-03-05", DoubtAmbiguous}, "25/12/2025": {"2025-12-25", DoubtAmbiguous},
		"": {"", ""}, "长期": {"", ""}, "无": {"", ""}, "/": {"", ""}, "——": {"", ""}, "永久": {"", ""},
		"2026-02-30": {"", CodeInvalid}, "2023.13.5": {"", CodeInvalid}, "0026-01-01": {"", CodeInvalid}, "0026": {"", CodeInvalid}, "1949": {"", CodeInvalid}, "2101-01-01": {"", CodeInvalid},
		"2022.13": {"", CodeInvalid}, "2026-00-10": {"", CodeInvalid}, "2月30日": {"", CodeInvalid}, "20261301": {"", CodeInvalid},
		"去年底": {"", CodeUnreadable}, "2024年底": {"", CodeUnreadable}, "45225": {"", CodeUnreadable}, "3月": {"", CodeUnreadable}, "12": {"", CodeUnreadable}, "2024.5-2025.5": {"", CodeUnreadable},
		"2022-4-2023": {"", CodeUnreadable}, "abc": {"", CodeUnreadable},
	} {
		t.Run(text+" is "+want.day+want.doubt, func(t *testing.T) {
			r, err := Parse(text, today)
			got := r.Doubt + errs.CodeOf(err)
			if diff := cmp.Diff(want.day+" "+want.doubt, r.Day.String()+" "+got); diff != "" {
				t.Error(diff)
			}
			if err != nil && (!errors.Is(err, errs.Invalid) || errs.MessageOf(err) == "") {
				t.Errorf("no sentence for people: %v", err)
			}
		})
	}
}

func TestTypedDaysHaveNoTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-05": "2026-03-05", "２０２６．３．５": "2026-03-05", "2026年3月5日": "2026-03-05", "2026-03": "2026-03", "": "", "长期": "",
		"2026-03-05T18:00:00Z": CodeUnreadable, "2026-03-05T00:00:00": CodeUnreadable, "2026-03-05 08:30": CodeUnreadable, "2026-03-05 8时30分": CodeUnreadable,
		"2026-03-05T18:00:00+08:00": CodeUnreadable, "2026-03-05 18：00": CodeUnreadable, "2026-03-05Z": CodeUnreadable, "2026-02-30": CodeInvalid,
	} {
		r, err := Typed(text, today)
		if got := r.Day.String() + errs.CodeOf(err); got != want {
			t.Errorf("Typed(%q) = %s, want %s", text, got, want)
		}
		if timed := strings.ContainsAny(text, ":：时"); timed && !strings.Contains(errs.MessageOf(err), "时刻") {
			t.Errorf("Typed(%q) says %q", text, errs.MessageOf(err))
		}
	}
}

func TestFromSerial(t *testing.T) {
	for raw, want := range map[string]string{"45225": "2023-10-26", "46000": "2025-12-09", "45225.75": "2023-10-26", "4.5225E4": "2023-10-26", "18264": "1950-01-01"} {
		if d, err := FromSerial(raw); err != nil || d.String() != want {
			t.Errorf("FromSerial(%s) = %s, %v; want %s", raw, d, err, want)
		}
	}
	for raw, code := range map[string]string{"60": CodeInvalid, "-1": CodeInvalid, "0": CodeInvalid, "99999": CodeInvalid, "1e300": CodeInvalid, "NaN": CodeUnreadable, "x": CodeUnreadable, "": CodeUnreadable} {
		if d, err := FromSerial(raw); errs.CodeOf(err) != code {
			t.Errorf("FromSerial(%s) = %s, %v; want %s", raw, d, err, code)
		}
	}
}

func TestWrittenDaysReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Of(firstYear, 1, 1).AddDays(rapid.IntRange(0, 55_000).Draw(t, "days"))
		d.Precision = Precision(rapid.IntRange(0, 2).Draw(t, "precision"))
		switch d.Precision {
		case ToMonth:
			d.First = d.First[:8] + "01"
		case ToYear:
			d.First = d.First[:5] + "01-01"
		}
		for _, text := range []string{d.String(), d.Chinese(), " " + d.String() + " "} {
			r, err := Parse(text, today)
			if err != nil || r.Day != d || r.Doubt != "" {
				t.Fatalf("Parse(%q) = %+v, %v; want %+v", text, r, err, d)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026年3月5日", "二〇二六年三月十五日", "22.4.20", "3月5日", "200512", "2023-12-05 00:00:00", "45225.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text, today)
		if err == nil && !r.Day.IsZero() && (r.Day.Year() < firstYear || r.Day.Year() > lastYear) {
			t.Errorf("Parse(%q) = %v is out of bounds", text, r.Day)
		}
		if err != nil && errs.CodeOf(err) == "" {
			t.Errorf("Parse(%q): an error without a code: %v", text, err)
		}
		if d, err := FromSerial(text); err == nil && d.IsZero() {
			t.Errorf("FromSerial(%q) gave no day and no error", text)
		}
	})
}
