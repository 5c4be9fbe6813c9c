package posting

import (
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// Outside says where the goods of a voucher come from or go to, outside the
// district's books, by its type and reason. Vouchers that stay inside have
// none: "".
func Outside(t ledger.Type, reason string) place.Kind {
	switch t {
	case ledger.Opening:
		return place.Opened
	case ledger.Receipt:
		return receivedFrom(reason)
	case ledger.Issue:
		if reason == ledger.HandedOver {
			return place.Upper
		}
		return place.Used
	case ledger.Disposal:
		if reason == ledger.Missing {
			return place.Lost
		}
		return place.Scrapped
	case ledger.Adjustment: // what a count finds had been lost, what it misses is
		return place.Lost
	}
	return ""
}

func receivedFrom(reason string) place.Kind {
	switch reason {
	case ledger.FromAbove:
		return place.Upper
	case ledger.Donated:
		return place.Donor
	}
	return place.Supplier
}
