package plan

import (
	"math/bits"

	"changbei/internal/quantity"
)

// Ratio says what one unit of something counts in another unit: Num / Den.
// The zero Ratio counts nothing.
type Ratio struct{ Num, Den int64 }

// Same is one for one.
var Same = Ratio{1, 1}

// Down converts and drops what is less than a thousandth.
func (r Ratio) Down(q quantity.Q) quantity.Q { return r.convert(q, false) }

// Up converts and rounds what is left over up to a thousandth.
func (r Ratio) Up(q quantity.Q) quantity.Q { return r.convert(q, true) }

// Inverse turns the ratio round.
func (r Ratio) Inverse() Ratio { return Ratio{r.Den, r.Num} }

func (r Ratio) convert(q quantity.Q, up bool) quantity.Q {
	if r.Num <= 0 || r.Den <= 0 || q == 0 {
		return 0
	}
	if r.Num == r.Den {
		return q
	}
	if q < 0 { // never of stock; kept exact for differences
		return -r.convert(-q, !up)
	}
	return quantity.Q(mulDiv(uint64(q), uint64(r.Num), uint64(r.Den), up))
}

// mulDiv gives a × b ÷ c over 128 bits, held at the largest figure there is.
func mulDiv(a, b, c uint64, up bool) uint64 {
	const most = 1<<63 - 1
	hi, lo := bits.Mul64(a, b)
	if hi >= c {
		return most
	}
	q, rest := bits.Div64(hi, lo, c)
	if up && rest > 0 {
		q++
	}
	return min(q, most)
}

// timesUp multiplies two quantities, rounding up to a thousandth.
func timesUp(a, b quantity.Q) (quantity.Q, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(quantity.One) {
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, uint64(quantity.One))
	if rest > 0 {
		q++
	}
	return quantity.Q(q), q <= 1<<62
}

// Rate is a share in basis points: 10000 is all of it.
type Rate int64

// Whole is 100 %.
const Whole Rate = 10000

// RateOf is have ÷ want, not below 0; Whole where nothing is wanted.
func RateOf(have, want quantity.Q) Rate {
	if want <= 0 {
		return Whole
	}
	if have <= 0 {
		return 0
	}
	return Rate(mulDiv(uint64(have), uint64(Whole), uint64(want), false))
}

// Capped is the rate, but not more than all.
func (r Rate) Capped() Rate { return min(r, Whole) }

// Band is one of the five steps a rate is shown in, best first.
type Band int

// Bands of 计划完成率.
const (
	Full   Band = iota // ≥ 100 %
	Near               // ≥ 90 %
	Low                // ≥ 75 %
	Short              // ≥ 60 %
	Severe             // below
)

// Bands lists them, best first.
var Bands = []Band{Full, Near, Low, Short, Severe}

var bandNames = [...]string{"足额", "基本足额", "偏低", "不足", "严重不足"}

// Name is the band in words.
func (b Band) Name() string { return bandNames[b] }

var bandFloors = [...]Rate{Whole, 9000, 7500, 6000, 0}

// Floor is the lowest rate of the band.
func (b Band) Floor() Rate { return bandFloors[b] }

// BandOf gives the band a rate falls in.
func BandOf(r Rate) Band {
	for _, b := range Bands {
		if r >= b.Floor() {
			return b
		}
	}
	return Severe
}

// Mean adds rates up to their mean.
type Mean struct {
	Sum Rate
	N   int
}

// Add takes one rate in, capped.
func (m *Mean) Add(r Rate) { m.Sum += r.Capped(); m.N++ }

// Rate is the mean, rounded down so that only all of everything is 100 %; ok
// is false without any.
func (m Mean) Rate() (rate Rate, ok bool) {
	if m.N == 0 {
		return 0, false
	}
	return m.Sum / Rate(m.N), true
}
