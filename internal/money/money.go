// Package money holds amounts of yuan as whole fen (分). No float holds money.
// It is a leaf.
package money

import (
	"changbei/internal/quantity"
	"math/big"
	"strconv"
	"strings"
)

// Fen is an amount in 分: 100 is one yuan.
type Fen int64

// Max bounds one price or amount (10^13 分), so that sums never wrap.
const Max Fen = 10_000_000_000_000

// String writes yuan with two decimals: "1860.00".
func (f Fen) String() string {
	sign, u := "", uint64(f)
	if f < 0 {
		sign, u = "-", uint64(-f)
	}
	return sign + strconv.FormatUint(u/100, 10) + "." + strconv.FormatUint(100+u%100, 10)[1:]
}

// Grouped writes thousands separators: "1,860.00".
func (f Fen) Grouped() string {
	s := f.String()
	whole, cents := s[:len(s)-3], s[len(s)-3:]
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + cents
}

// Yuan gives the nearest float, for cells of a workbook only.
func (f Fen) Yuan() float64 { return float64(f) / 100 }

// Times gives price × quantity, rounded half away from zero to whole fen.
func (f Fen) Times(q quantity.Q) Fen {
	p := new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(int64(q)))
	half := big.NewInt(500)
	if p.Sign() < 0 {
		half.Neg(half)
	}
	p.Add(p, half).Quo(p, big.NewInt(1000))
	if !p.IsInt64() {
		if p.Sign() < 0 {
			return -1 << 62
		}
		return 1 << 62
	}
	return Fen(p.Int64())
}
