package money

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changbei/internal/errs"
)

func TestParseReadsAmounts(t *testing.T) {
	for text, want := range map[string]Fen{
		"1,860.00": 186000, "￥12.8": 1280, "¥ 12.8": 1280, "12.8元": 1280, "１２．８": 1280, "0": 0, "-5.5": -550, "1.5万元": 1500000, "人民币100元整": 10000, "0.05": 5, "12.": 1200, "\ufeff12.8\r\n": 1280,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestParseRefusesWithASentence(t *testing.T) {
	for text, word := range map[string]string{"": "没有填", "12.345": "两位", "1.2345678万": "两位", "面议": "不是金额", "1,5": "不是金额", "1e5": "不是金额", "99999999999999": "太大", "12-15": "不是金额", "NaN": "不是金额",
		"7\x00": "看不见", "1\u200b2": "看不见", "1\ufeff2": "看不见", "12\n500": "看不见"} {
		if got, err := Parse(text); !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), word) {
			t.Errorf("Parse(%q) = %d, %v; want a sentence with %s", text, got, err, word)
		}
	}
}

func TestParseNumberTakesOffAFloatsTail(t *testing.T) {
	for raw, want := range map[string]Fen{"12.800000000000001": 1280, "375": 37500, "-0.29999999999999999": -30, "1E+05": 10000000, "1860.0000000001": 186000} {
		if got, err := ParseNumber(raw); err != nil || got != want {
			t.Errorf("ParseNumber(%q) = %d, %v; want %d", raw, got, err, want)
		}
	}
	for _, raw := range []string{"12.345", "NaN", "Inf", "1e99", "", "1e-9999"} {
		if got, err := ParseNumber(raw); !errors.Is(err, errs.Invalid) {
			t.Errorf("ParseNumber(%q) = %d, %v", raw, got, err)
		}
	}
}

func TestCapitalWritesVoucherAmounts(t *testing.T) {
	for f, want := range map[Fen]string{
		4646000: "肆万陆仟肆佰陆拾元整", 0: "零元整", 140950: "壹仟肆佰零玖元伍角整", 600714: "陆仟零柒元壹角肆分", 32504: "叁佰贰拾伍元零肆分", 50: "伍角整", 5: "伍分",
		10700053: "壹拾万柒仟元伍角叁分", 100000000: "壹佰万元整", 1000000100: "壹仟万零壹元整", 10000000000: "壹亿元整", 10000001000: "壹亿零壹拾元整", 1050000: "壹万零伍佰元整",
		-1280: "负壹拾贰元捌角整", 10000500000000: "壹仟亿零伍佰万元整", 10001000000: "壹亿零壹万元整", 1000: "壹拾元整",
	} {
		if got := f.Capital(); got != want {
			t.Errorf("%s in capitals is %s, want %s", f, got, want)
		}
	}
}

func TestWrittenAmountsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "fen"))
		for _, text := range []string{f.String(), f.Grouped(), "￥" + f.Grouped(), f.String() + "元"} {
			if got, err := Parse(text); err != nil || got != f {
				t.Fatalf("Parse(%q) = %d, %v; want %d", text, got, err, f)
			}
		}
		if got, err := ParseNumber(f.String()); err != nil || got != f {
			t.Fatalf("ParseNumber(%q) = %d, %v", f.String(), got, err)
		}
		if c := f.Capital(); strings.Contains(c, "零零") || strings.Contains(c, "零元") && f/100 != 0 {
			t.Fatalf("%s in capitals is %s", f, c)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,860.00", "￥12.8", "1.5万元", "12.345", "-0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := Parse(text); err == nil && (got > Max || got < -Max) {
			t.Errorf("Parse(%q) = %d is out of bounds", text, got)
		}
		if got, err := ParseNumber(text); err == nil && (got > Max || got < -Max) {
			t.Errorf("ParseNumber(%q) = %d is out of bounds", text, got)
		}
	})
}
