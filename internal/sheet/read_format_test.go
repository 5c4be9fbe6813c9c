package sheet

import (
	"testing"
	"time"

	"changbei/internal/grid"
)

func TestFormatCodesGiveDateForms(t *testing.T) {
	tests := map[string]grid.DateForm{
		"": grid.NoDate, "General": grid.NoDate, "0.00": grid.NoDate, "#,##0.00_ ;[Red]\\-#,##0.00\\ ": grid.NoDate,
		`0"件"`: grid.NoDate, `0"days"`: grid.NoDate, "0.00E+00": grid.NoDate, "[DBNum2]General": grid.NoDate, `0!.0,"万"`: grid.NoDate,
		"G/通用格式": grid.NoDate, "@": grid.NoDate, "[Red]0": grid.NoDate, "0%": grid.NoDate, `_-* #,##0_-;\-* #,##0_-`: grid.NoDate,
		"yyyy-mm-dd": grid.FullDate, "yyyy/m/d": grid.FullDate, `yyyy"年"m"月"d"日"`: grid.FullDate, `yyyy"年"m"月"d"日";@`: grid.FullDate,
		`[$-804]yyyy"年"m"月"d"日"`: grid.FullDate, `[DBNum1][$-804]yyyy"年"m"月"d"日"`: grid.FullDate, `yyyy\年m\月d\日`: grid.FullDate,
		"yyyy年m月d日": grid.FullDate, "m/d/yy h:mm": grid.FullDate, "[$-804]aaaa": grid.FullDate, "YYYY.MM.DD": grid.FullDate, "e-m-d": grid.FullDate,
		`yyyy"年"m"月"`: grid.YearMonth, "mmm-yy": grid.YearMonth, "yyyy-mm": grid.YearMonth, "yyyy": grid.YearOnly, `yyyy"年"`: grid.YearOnly,
		`m"月"d"日"`: grid.MonthDay, "m/d": grid.MonthDay, "d-mmm": grid.MonthDay,
		"h:mm": grid.TimeOnly, "mm:ss.0": grid.TimeOnly, "[h]:mm:ss": grid.TimeOnly, "[mm]:ss": grid.TimeOnly, `上午/下午h"时"mm"分"`: grid.TimeOnly,
		"h:mm AM/PM": grid.TimeOnly, `h"时"mm"分"`: grid.TimeOnly,
		`0;yyyy`: grid.NoDate, `"未结束`: grid.NoDate, "[未结束": grid.NoDate, `0\`: grid.NoDate,
	}
	for code, want := range tests {
		if got := dateFormOf(code); got != want {
			t.Errorf("%q = %v, want %v", code, got, want)
		}
	}
}

func TestBuiltinFormatsHaveTheirChineseMeaning(t *testing.T) {
	want := map[int]grid.DateForm{14: grid.FullDate, 15: grid.FullDate, 16: grid.MonthDay, 17: grid.YearMonth, 18: grid.TimeOnly,
		21: grid.TimeOnly, 22: grid.FullDate, 27: grid.YearMonth, 28: grid.MonthDay, 29: grid.MonthDay, 30: grid.FullDate, 31: grid.FullDate,
		32: grid.TimeOnly, 35: grid.TimeOnly, 36: grid.YearMonth, 45: grid.TimeOnly, 47: grid.TimeOnly, 50: grid.YearMonth, 51: grid.MonthDay,
		55: grid.TimeOnly, 57: grid.YearMonth, 58: grid.MonthDay, 0: grid.NoDate, 1: grid.NoDate, 9: grid.NoDate, 44: grid.NoDate, 49: grid.NoDate}
	for id, form := range want {
		if got := styleOf(id, nil).date; got != form {
			t.Errorf("format %d = %v, want %v", id, got, form)
		}
	}
	if got := styleOf(14, map[int]string{14: "0.00"}); got.date != grid.NoDate {
		t.Error("a code of the file must win over the built-in one")
	}
}

func TestNumbersAreRecognised(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-1.5": true, "+2": true, ".5": true, "5.": true, "1e3": true, "1E-3": true, "123456789012345678901234567890": true,
		"": false, "-": false, ".": false, "1e": false, "1e+": false, "0x10": false, "1_000": false, "NaN": false, "Inf": false, "1e309": false,
		"1,000": false, "1 2": false, "１": false, "--1": false, "1.2.3": false,
	} {
		if got := validNumber([]byte(text)); got != want {
			t.Errorf("validNumber(%q) = %v", text, got)
		}
	}
}

func TestDatesBecomeSerials(t *testing.T) {
	for day, want := range map[string]string{"1900-01-01": "1", "1900-02-28": "59", "1900-03-01": "61", "2025-12-09": "46000", "2000-01-01": "36526"} {
		parsed, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := serialOf(parsed); got != want {
			t.Errorf("%s = %s, want %s", day, got, want)
		}
	}
}

func TestFloatsAreWrittenPlainly(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1200: "1200", 0.1: "0.1", 123.45: "123.45", 1e15: "1000000000000000", 1e-5: "0.00001", 1e300: "1e+300"} {
		if got := formatFloat(v); got != want {
			t.Errorf("%v = %s, want %s", v, got, want)
		}
	}
}

func TestReferencesAreParsed(t *testing.T) {
	tests := map[string][2]int{"A1": {1, 1}, "xfd1048576": {MaxRow, MaxCol}, "Ab12": {12, 28}}
	for ref, want := range tests {
		if row, col, ok := parseRef([]byte(ref)); !ok || row != want[0] || col != want[1] {
			t.Errorf("%s = %d, %d, %v", ref, row, col, ok)
		}
	}
	for _, ref := range []string{"", "A", "1", "A0", "XFE1", "AAAA1", "A1048577", "A1B", "$A$1", "A-1", "A1 "} {
		if _, _, ok := parseRef([]byte(ref)); ok {
			t.Errorf("%q was taken", ref)
		}
	}
}
