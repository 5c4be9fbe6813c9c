package order_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"changbei/internal/order"
)

func TestCheckIDSaysWhatIsWrong(t *testing.T) {
	for no, part := range map[string]string{
		"11010519491231002X": "", "440524188001010014": "", "": "没有填", "130503670401001": "15 位", "110105194912310021": "校验位", "11010519491331002X": "出生日期",
		"1101051949123100": "现有 16 位", "11010519491231002Y": "不是 18 位", "4301121990010110": "不是 18 位",
	} {
		got := order.CheckID(no)
		if (got == "") != (part == "") || !strings.Contains(got, part) {
			t.Errorf("%s: %q, want %q", no, got, part)
		}
		if no != "" && len(no) > 7 && strings.Contains(got, no[3:14]) {
			t.Errorf("%q says the number", got)
		}
	}
	if got := order.TidyID(" １１０１０５ 19491231-002ｘ"); got != "11010519491231002X" {
		t.Errorf("tidied to %q", got)
	}
}

func TestNumbersAreMasked(t *testing.T) {
	for in, want := range map[string]string{"11010519491231002X": "110***********002X", "13900001234": "139****1234", "0731-88880000": "073******0000", "1234567": "*******", "": ""} {
		if got := order.MaskNumber(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"代领：李四13900001234": "代领：李四139****1234", "3 组 12 号": "3 组 12 号", "2026-11-25 10:30": "2026-11-25 10:30", "20261125": "20261125", "20261325": "202*1325",
		"139 0000 1234": "139 **** 1234", "139-0000-1234": "139-****-1234", "１３９００００１２３４": "１３９****１２３４", "大米 100 袋": "大米 100 袋", "1234567": "*******"} {
		if got := order.MaskText(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// Whatever stands around it, of a long number never more than seven digits in a
// row stay.
func TestNoLongNumberStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		no := rapid.StringMatching(`\d{9,20}`).Draw(t, "number")
		text := rapid.String().Draw(t, "before") + no + rapid.String().Draw(t, "after")
		masked := order.MaskText(text)
		if strings.Contains(masked, no) || len([]rune(masked)) != len([]rune(text)) {
			t.Fatalf("%q gives %q", text, masked)
		}
		run := 0
		for _, r := range masked {
			if unicode.IsDigit(r) {
				run++
			} else {
				run = 0
			}
			if run >= 8 {
				t.Fatalf("%q gives %q", text, masked)
			}
		}
	})
}
