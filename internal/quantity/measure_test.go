package quantity_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changbei/internal/errs"
	"changbei/internal/quantity"
)

func TestWeightsAndVolumesAreExact(t *testing.T) {
	for text, want := range map[string]int64{"12.5": 12_500, "0.001": 1, "１２．５": 12_500, "1,200": 1_200_000, "12.5kg": 12_500, "12.5 公斤": 12_500, "12.5KG": 12_500, "500克": 500,
		"1.2吨": 1_200_000, "": 0, "0": 0, "/": 0, "—": 0, "100000": quantity.MaxGram, "3.": 3000} {
		if got, err := quantity.Gram(text); err != nil || got != want {
			t.Errorf("%q is %d g, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]int64{"0.25": 250_000, "0.000001": 1, "0.02m³": 20_000, "0.02 M3": 20_000, "30升": 30_000, "30L": 30_000, "500cm3": 500, "1.5立方米": 1_500_000,
		"": 0, "1000": quantity.MaxCm3, "0.1方": 100_000} {
		if got, err := quantity.Cm3(text); err != nil || got != want {
			t.Errorf("%q is %d cm³, %v; want %d", text, got, err, want)
		}
	}
}

func TestWeightsAndVolumesThatAreNoneAreRefused(t *testing.T) {
	for text, says := range map[string]string{"12.3456": "小数太多", "约12": "不是重量", "-1": "不是重量", "12斤": "单位不能换算", "1e3": "单位不能换算", "12.5.5": "不是重量", "100000.001": "太大",
		"十二": "不是重量", "1 2": "不是重量", "0.5克": "小数太多", "12\u200b5": "不是重量", strings.Repeat("1", 300): "不是重量"} {
		if got, err := quantity.Gram(text); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), says) {
			t.Errorf("%q is %d g, %v; want %q", text, got, err, says)
		}
	}
	for text, says := range map[string]string{"0.0000001": "小数太多", "1000.5": "太大", "2米": "单位不能换算", "2×3×4": "不是体积", "1-2": "不是体积"} {
		if got, err := quantity.Cm3(text); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), says) {
			t.Errorf("%q is %d cm³, %v; want %q", text, got, err, says)
		}
	}
}

func TestCellsOfWeightsAndVolumes(t *testing.T) {
	for _, c := range []struct {
		raw, unit string
		want      int64
	}{{"12.5", "", 12_500}, {"0.30000000000000004", "", 300}, {"500", "克", 500}, {"1.2E1", "kg", 12_000}, {"1.5", "吨", 1_500_000}, {"2", "件", 2000}, {"0", "", 0}} {
		if got, err := quantity.GramCell(c.raw, c.unit); err != nil || got != c.want {
			t.Errorf("%+v: %d, %v", c, got, err)
		}
	}
	for raw, want := range map[string]int64{"0.25": 250_000, "2.9999999999999999E-2": 30_000, "1.0E-6": 1} {
		if got, err := quantity.Cm3Cell(raw, ""); err != nil || got != want {
			t.Errorf("%s: %d, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"-1", "x", "", "1e999", "12.3456", "1" + strings.Repeat("0", 60)} {
		if got, err := quantity.GramCell(raw, ""); err == nil {
			t.Errorf("%q is %d g", raw, got)
		}
	}
}

func TestWeightsAndVolumesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gram, cm3 := rapid.Int64Range(0, quantity.MaxGram).Draw(t, "gram"), rapid.Int64Range(0, quantity.MaxCm3).Draw(t, "cm3")
		if got, err := quantity.Gram(quantity.KgText(gram)); err != nil || got != gram {
			t.Fatalf("%d g is %s, read as %d, %v", gram, quantity.KgText(gram), got, err)
		}
		if got, err := quantity.Cm3(quantity.M3Text(cm3)); err != nil || got != cm3 {
			t.Fatalf("%d cm³ is %s, read as %d, %v", cm3, quantity.M3Text(cm3), got, err)
		}
		q := quantity.Q(rapid.Int64Range(0, int64(quantity.Max)).Draw(t, "q"))
		want := new(big.Int).Mul(big.NewInt(int64(q)), big.NewInt(gram))
		want.Add(want, big.NewInt(999)).Div(want, big.NewInt(1000))
		if got := q.Times(gram); want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%s × %d g is %d, want %s", q, gram, got, want)
		}
	})
	if got := quantity.Max.Times(quantity.MaxCm3); got != 1_000_000_000_000_000_000 {
		t.Errorf("the most there can be is %d", got)
	}
}
