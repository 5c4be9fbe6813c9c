package quantity

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"changbei/internal/errs"
)

func TestParseReadsAmounts(t *testing.T) {
	for text, want := range map[string]Reading{
		"30":           {Q: Of(30)},
		" 1200 ":       {Q: Of(1200)},
		"15,000":       {Q: Of(15000)},
		"１，２００":        {Q: Of(1200)},
		"１２００":         {Q: Of(1200)},
		"4　":           {Q: Of(4)},
		"1 200":        {Q: Of(1200)},
		"-3":           {Q: Of(-3)},
		"－３":           {Q: Of(-3)},
		"负3":           {Q: Of(-3)},
		"0":            {},
		"262.5":        {Q: 262500},
		"0.125吨":       {Q: 125, Unit: "吨"},
		"50套":          {Q: Of(50), Unit: "套"},
		"80 把":         {Q: Of(80), Unit: "把"},
		"5千克":          {Q: Of(5), Unit: "千克"},
		"25m3":         {Q: Of(25), Unit: "m3"},
		"500㎡":         {Q: Of(500), Unit: "㎡"},
		"1台（5kW）":      {Q: Of(1), Unit: "台", Note: "5kW"},
		"120（部分受潮）":    {Q: Of(120), Note: "部分受潮"},
		"1.5万条":        {Q: Of(15000), Unit: "条", Multiplier: 10000},
		"36.02万":       {Q: Of(360200), Multiplier: 10000},
		"1.23456万":     {Q: 12345600, Multiplier: 10000},
		"3千":           {Q: Of(3000), Multiplier: 1000},
		"约200":         {Q: Of(200), Doubt: DoubtApproximate},
		"（约）200":       {Q: Of(200), Note: "约", Doubt: DoubtApproximate},
		"200左右":        {Q: Of(200), Doubt: DoubtApproximate},
		"40余个":         {Q: Of(40), Unit: "个", Doubt: DoubtApproximate},
		"1万余件":         {Q: Of(10000), Unit: "件", Multiplier: 10000, Doubt: DoubtApproximate},
		"200+":         {Q: Of(200), Doubt: DoubtApproximate},
		"二千":           {Q: Of(2000), Doubt: DoubtChinese},
		"五百六十":         {Q: Of(560), Doubt: DoubtChinese},
		"一百二":          {Q: Of(120), Doubt: DoubtChinese},
		"三万五":          {Q: Of(35_000), Doubt: DoubtChinese},
		"两千一百零五":       {Q: Of(2105), Doubt: DoubtChinese},
		"一百零二":         {Q: Of(102), Doubt: DoubtChinese},
		"一万二千条":        {Q: Of(12000), Unit: "条", Doubt: DoubtChinese},
		"一二〇":          {Q: Of(120), Doubt: DoubtChinese},
		"一台（借给水利站）":    {Q: Of(1), Unit: "台", Note: "借给水利站", Doubt: DoubtChinese},
		"10箱（每箱24瓶）":   {Q: Of(10), Unit: "箱", Note: "每箱24瓶", Doubt: DoubtPack},
		"10箱（24瓶/箱）":   {Q: Of(10), Unit: "箱", Note: "24瓶/箱", Doubt: DoubtPack},
		"约40箱（每箱24瓶）":  {Q: Of(40), Unit: "箱", Note: "每箱24瓶", Doubt: DoubtApproximate},
		"999999999.99": {Q: 999999999990},
	} {
		if want.Multiplier == 0 {
			want.Multiplier = 1
		}
		t.Run(text, func(t *testing.T) {
			got, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParsePassesOverWhatStandsAround(t *testing.T) {
	for _, text := range []string{" 12 ", "\t12\r\n", "\ufeff12", "12\u200b", "\u200b 12 \ufeff", "　１２　", "12\n件", "12\u200b件", "12(借给\u200b水利站)"} {
		if r, err := Parse(text); err != nil || r.Q != Of(12) {
			t.Errorf("Parse(%q) = %+v, %v", text, r, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, code := range map[string]string{
		"": CodeMissing, " ": CodeMissing, "/": CodeMissing, "—": CodeMissing, "无": CodeMissing,
		"若干": CodeNotNumeric, "一批": CodeNotNumeric, "几十": CodeNotNumeric, "O": CodeNotNumeric, "1O0": CodeCompound,
		"1e5": CodeNotNumeric, "1E+05": CodeNotNumeric, "10^18": CodeNotNumeric, "NaN": CodeNotNumeric, "Inf": CodeNotNumeric,
		"0x10": CodeCompound, "50%": CodeNotNumeric, "￥5": CodeNotNumeric, "(3)": CodeNotNumeric, "2024.5.15": CodeNotNumeric,
		"1,5": CodeNotNumeric, "1,0000": CodeNotNumeric, "12 00": CodeCompound, "1。5": CodeCompound,
		"100-200": CodeRange, "100～200": CodeRange, "1500-3000": CodeRange, "100-200(单)": CodeRange, "5至8台": CodeRange,
		"2箱+15瓶": CodeCompound, "3台、2套": CodeCompound, "各100": CodeCompound, "每户2": CodeCompound, "10箱×24瓶": CodeCompound,
		"1箱24瓶": CodeCompound, "3万5千": CodeCompound, "一箱二十四瓶": CodeCompound, "120其中坏5": CodeCompound,
		"0.0005": CodeFraction, "1.23456789万": CodeFraction, "0.3000000001": CodeFraction,
		"1000000000000000000": CodeTooLarge, "99999亿": CodeTooLarge,
		strings.Repeat("9", 70): CodeNotNumeric,
		"7\x00":                 CodeNotNumeric, "1\u200b2": CodeNotNumeric, "1\ufeff2": CodeNotNumeric, "1\u200e2": CodeNotNumeric, "1\u00ad2": CodeNotNumeric, "1\x1f2": CodeNotNumeric,
		"12\n500": CodeNotNumeric, "1\t000": CodeNotNumeric, "1,\u200b000": CodeNotNumeric, "-\u200b5": CodeNotNumeric,
	} {
		t.Run(text+" is "+code, func(t *testing.T) {
			r, err := Parse(text)
			if errs.CodeOf(err) != code {
				t.Fatalf("got %+v, %v", r, err)
			}
			if !errors.Is(err, errs.Invalid) || errs.MessageOf(err) == "" {
				t.Errorf("no sentence for people: %v", err)
			}
		})
	}
}

func TestParseNumberKeepsEveryDigit(t *testing.T) {
	for raw, want := range map[string]Q{
		"30": Of(30), "-3": Of(-3), "0.30000000000000004": 300, "262.49999999999994": 262500, "1E+05": Of(100000), "1.5e3": Of(1500),
		"123456789.123": 123456789123, ".5": 500, "5.": 5000, "2.5E-1": 250, "-0": 0,
	} {
		if got, err := ParseNumber(raw); err != nil || got != want {
			t.Errorf("ParseNumber(%q) = %v, %v; want %v", raw, got, err, want)
		}
	}
	for raw, code := range map[string]string{
		"": CodeNotNumeric, "NaN": CodeNotNumeric, "Inf": CodeNotNumeric, "1,000": CodeNotNumeric, "0.3333333333": CodeFraction, "0.30001": CodeFraction,
		"1e18": CodeTooLarge, "1e999999999": CodeTooLarge, "1e99999999999999999999": CodeTooLarge, "-2e9": CodeTooLarge, ".": CodeNotNumeric,
		strings.Repeat("1", 50): CodeTooLarge,
	} {
		if got, err := ParseNumber(raw); errs.CodeOf(err) != code {
			t.Errorf("ParseNumber(%q) = %v, %v; want %s", raw, got, err, code)
		}
	}
}

func TestCheckNamesTheUnit(t *testing.T) {
	if err := Check(Of(3), "台", 0); err != nil {
		t.Error(err)
	}
	if err := Check(Of(-3), "台", 0); errs.CodeOf(err) != CodeNegative {
		t.Error(err)
	}
	err := Check(2500, "台", 0)
	if errs.CodeOf(err) != CodeFraction || !strings.Contains(errs.MessageOf(err), "台") {
		t.Error(err)
	}
	if err := Check(1250, "米", 1); errs.CodeOf(err) != CodeFraction {
		t.Error(err)
	}
}

func TestWrittenQuantitiesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Q(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "q"))
		for _, text := range []string{q.String(), q.Grouped(), q.String() + "件", " " + q.Grouped() + " 公斤 "} {
			got, err := Parse(text)
			if err != nil || got.Q != q || got.Doubt != "" {
				t.Fatalf("Parse(%q) = %+v, %v; want %d", text, got, err, q)
			}
		}
		if got, err := ParseNumber(q.String()); err != nil || got != q {
			t.Fatalf("ParseNumber(%q) = %v, %v", q, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"约1.5万条（旧）", "二千", "2箱+15瓶", "1E+05", "1 200", "-3", "壹仟零五拾"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err == nil && (r.Q > Max || r.Q < -Max) {
			t.Errorf("Parse(%q) = %d is out of bounds", text, r.Q)
		}
		if err != nil && (errs.CodeOf(err) == "" || errs.MessageOf(err) == "") {
			t.Errorf("Parse(%q): an error without code or sentence: %v", text, err)
		}
		if n, err := ParseNumber(text); err == nil && (n > Max || n < -Max) {
			t.Errorf("ParseNumber(%q) = %d is out of bounds", text, n)
		}
	})
}
