package ledger_test

import (
	"testing"

	"changbei/internal/ledger"
)

func TestBlankNumbers(t *testing.T) {
	for _, n := range []int64{1, 12, 999_999, 1_000_000} {
		number := ledger.BlankNumber("WC01", 2026, n)
		if year, got, ok := ledger.ParseBlankNumber(number); !ok || year != 2026 || got != n {
			t.Errorf("%s reads as %d %d %t", number, year, got, ok)
		}
	}
	if got := ledger.BlankNumber("WC01", 2026, 12); got != "KB-WC01-2026-000012" {
		t.Error(got)
	}
	for _, text := range []string{"", "KB", "KB-WC01-2026-12", "RK-WC01-2026-000012", "KB-WC01-2026-000012 ", "KB-TOOLONG-2026-000012", "kb-WC01-2026-000012", "KB-WC01-2026-0000000000012"} {
		if _, _, ok := ledger.ParseBlankNumber(text); ok {
			t.Errorf("%q is taken for a blank's number", text)
		}
	}
}

// TestABlankIsPartOfTheHash keeps the number on the paper from being changed,
// and the hashes of vouchers without one what they are.
func TestABlankIsPartOfTheHash(t *testing.T) {
	v := ledger.Voucher{ID: 1, DepotID: 2, Type: ledger.Receipt, Number: "RK-WC01-2026-000001", ClientKey: "k"}
	before := v.ContentHash()
	v.BlankNo = "KB-WC01-2026-000001"
	one := v.ContentHash()
	v.BlankNo = "KB-WC01-2026-000002"
	if one == before || one == v.ContentHash() {
		t.Error("the hash does not cover the blank's number")
	}
}
