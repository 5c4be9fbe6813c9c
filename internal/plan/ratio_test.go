package plan_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"changbei/internal/plan"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

// exact is q × num ÷ den, rounded down or up, without any bound.
func exact(q, num, den int64, up bool) int64 {
	n := new(big.Int).Mul(big.NewInt(q), big.NewInt(num))
	if up {
		n.Add(n, big.NewInt(den-1))
	}
	return n.Div(n, big.NewInt(den)).Int64()
}

var ratios = rapid.Custom(func(t *rapid.T) plan.Ratio {
	return plan.Ratio{Num: rapid.Int64Range(1, 100_000).Draw(t, "num"), Den: rapid.Int64Range(1, 100_000).Draw(t, "den")}
})

func TestRatioRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, r := rapid.Int64Range(0, int64(quantity.Max)).Draw(t, "q"), ratios.Draw(t, "ratio")
		if got, want := int64(r.Down(quantity.Q(q))), exact(q, r.Num, r.Den, false); got != want {
			t.Fatalf("%d down by %v is %d and not %d", q, r, got, want)
		}
		if got, want := int64(r.Up(quantity.Q(q))), exact(q, r.Num, r.Den, true); got != want {
			t.Fatalf("%d up by %v is %d and not %d", q, r, got, want)
		}
		if r.Down(quantity.Q(-q)) != -r.Up(quantity.Q(q)) {
			t.Fatal("what is missing is not rounded the same way as what is there")
		}
		if back := r.Down(r.Inverse().Up(quantity.Q(q))); back < quantity.Q(q) {
			t.Fatalf("what was taken for %d counts %d only", q, back)
		}
	})
}

func TestRatioWithoutBounds(t *testing.T) {
	for _, c := range []struct {
		r    plan.Ratio
		q    quantity.Q
		want quantity.Q
	}{
		{plan.Ratio{}, 5, 0}, {plan.Ratio{Num: 1}, 5, 0}, {plan.Ratio{Den: 1}, 5, 0}, {plan.Same, 5, 5}, {plan.Same, -5, -5},
		{plan.Ratio{Num: math.MaxInt64, Den: 1}, quantity.Max, math.MaxInt64}, {plan.Ratio{Num: 1000, Den: 24_000}, quantity.Of(25), 1041},
		{plan.Ratio{Num: 1 << 62, Den: 1 << 37}, 1 << 39, math.MaxInt64}, // one more than 64 bits can hold
	} {
		if got := c.r.Down(c.q); got != c.want {
			t.Errorf("%v of %d is %d and not %d", c.r, c.q, got, c.want)
		}
	}
}

// TestAmountsConvert: in another unit the columns still add up, nothing is
// below nothing, and what counts is never more than there is.
func TestAmountsConvert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a plan.Amounts
		usable := quantity.Q(rapid.Int64Range(0, 1_000_000_000).Draw(t, "usable"))
		a.Add(plan.Usable, usable, 0)
		for _, w := range plan.Whys {
			if w != plan.Allocated {
				a.Add(w, quantity.Q(rapid.Int64Range(0, 1_000_000).Draw(t, w.Key())), 0)
			}
		}
		promised := quantity.Q(rapid.Int64Range(0, int64(usable)).Draw(t, "allocated"))
		a.Add(plan.Usable, 0, promised)
		if a.Usable() != usable-promised {
			t.Fatalf("%d usable and not %d", a.Usable(), usable-promised)
		}
		r := ratios.Draw(t, "ratio")
		b := a.In(r)
		left := b.Book
		for _, w := range plan.Whys {
			if b.Out[w] < 0 {
				t.Fatalf("%s is %d", w.Name(), b.Out[w])
			}
			left -= b.Out[w]
		}
		if b.Book != r.Down(a.Book) || b.Usable() != left || left < 0 || b.Usable() > r.Down(a.Usable()) {
			t.Fatalf("%+v by %v is %+v: %d usable of %d", a, r, b, b.Usable(), r.Down(a.Usable()))
		}
	})
}

func TestRateOf(t *testing.T) {
	for _, c := range []struct {
		have, want quantity.Q
		rate       plan.Rate
	}{
		{0, 0, 10000}, {5, 0, 10000}, {0, 5, 0}, {-5, 5, 0}, {1, 3, 3333}, {2, 3, 6666}, {3, 3, 10000}, {4, 3, 13333},
		{999_999, 1_000_000, 9999}, {quantity.Max, quantity.Max, 10000}, {quantity.Max - 1, quantity.Max, 9999},
	} {
		if got := plan.RateOf(c.have, c.want); got != c.rate {
			t.Errorf("%d of %d is %d and not %d", c.have, c.want, got, c.rate)
		}
	}
}

func TestBands(t *testing.T) {
	for rate, want := range map[plan.Rate]plan.Band{20000: plan.Full, 10000: plan.Full, 9999: plan.Near, 9000: plan.Near, 8999: plan.Low, 7500: plan.Low,
		7499: plan.Short, 6000: plan.Short, 5999: plan.Severe, 0: plan.Severe} {
		if got := plan.BandOf(rate); got != want {
			t.Errorf("%d is %s and not %s", rate, got.Name(), want.Name())
		}
	}
}

// TestMean: more than all of one thing makes up for nothing else, and only all
// of everything is all.
func TestMean(t *testing.T) {
	var m plan.Mean
	if _, ok := m.Rate(); ok {
		t.Error("a mean of nothing")
	}
	m.Add(30000)
	m.Add(0)
	if rate, ok := m.Rate(); rate != 5000 || !ok {
		t.Errorf("the mean of plenty and nothing is %d", rate)
	}
	var near plan.Mean
	for range 9999 {
		near.Add(plan.Whole)
	}
	near.Add(plan.Whole - 1)
	if rate, _ := near.Rate(); rate != 9999 {
		t.Errorf("almost all of everything is %d", rate)
	}
}

func TestBasisStandard(t *testing.T) {
	people := func(per quantity.Q, days int) plan.Basis {
		return plan.Basis{Kind: plan.PerHead, Per: per, Days: days}
	}
	for _, c := range []struct {
		b        plan.Basis
		value    quantity.Q
		decimals int
		want     quantity.Q
		ok       bool
	}{
		{people(quantity.Of(1), 0), quantity.Of(500), 0, quantity.Of(500), true},
		{people(quantity.Of(1), 3), quantity.Of(500), 0, quantity.Of(1500), true},
		{people(333, 1), quantity.Of(10), 0, quantity.Of(4), true}, // 3.33 boxes are four
		{people(333, 1), quantity.Of(10), 1, 3400, true},
		{people(333, 1), quantity.Of(10), 2, 3330, true},
		{people(333, 1), quantity.Of(10), 3, 3330, true},
		{people(1, 1), 1, 3, 1, true}, // a millionth is a thousandth at least
		{plan.Basis{Kind: plan.PerKm, Per: quantity.Of(200)}, 1500, 0, quantity.Of(300), true},
		{plan.Basis{Kind: plan.PerKm, Per: quantity.Of(200), Factor: 1200}, 1500, 0, quantity.Of(360), true},
		{people(quantity.Of(1), 1), 0, 0, 0, false},
		{people(0, 1), quantity.Of(5), 0, 0, false},
		{plan.Basis{Kind: plan.Fixed, Per: quantity.One}, quantity.Of(5), 0, 0, false},
		{people(quantity.Max, 1), quantity.Max, 0, 0, false},
		{people(quantity.Max, 1), quantity.Of(1), 0, quantity.Max, true},
		{people(quantity.Max, 2), quantity.Of(1), 0, 0, false},
	} {
		if got, ok := c.b.Standard(c.value, c.decimals); ok != c.ok || ok && got != c.want {
			t.Errorf("%+v of %d with %d decimals is %d, %v and not %d, %v", c.b, c.value, c.decimals, got, ok, c.want, c.ok)
		}
	}
}

func TestParseForms(t *testing.T) {
	for text, want := range map[string]string{"": "physical", "physical": "physical", "kept, physical": "physical,kept", "社会": "physical",
		"social,agreement,capacity,social": "agreement,capacity,social", " agreement ,nonsense": "agreement"} {
		if got := plan.JoinForms(plan.ParseForms(text)); got != want {
			t.Errorf("%q is %q and not %q", text, got, want)
		}
		if n := strings.Count(want, ",") + 1; len(plan.ParseForms(text)) != n {
			t.Errorf("%q has %d forms and not %d", text, len(plan.ParseForms(text)), n)
		}
	}
}
