package inventory

import (
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// kind is how a type of voucher is keyed: what its reasons are called, where
// its goods may come from and where they go.
type kind struct {
	label   string // of the reason
	reasons []string
	from    []place.Kind // inside places it takes from, nil = goods come from outside
	barred  bool         // takes expired and held lots too, each chosen by hand
	lands   []place.Kind // inside places it puts goods into, nil = goods leave
}

var shelvesOnly, anywhere = []place.Kind{place.Bin}, []place.Kind{place.Bin, place.Quarantine}

var kinds = map[ledger.Type]kind{
	ledger.Receipt:  {label: "入库类型", reasons: sources(), lands: anywhere},
	ledger.Issue:    {label: "出库用途", reasons: ledger.IssueReasons, from: shelvesOnly},
	ledger.Transfer: {label: "调拨事由", reasons: ledger.TransferReasons, from: shelvesOnly, lands: anywhere},
	ledger.BinMove:  {label: "移库原因", reasons: ledger.MoveReasons, from: anywhere, barred: true, lands: anywhere},
	ledger.Disposal: {label: "报废原因", reasons: ledger.DisposalReasons, from: anywhere, barred: true},
}

// Keyed lists the types a form keys in, in the order menus show them.
var Keyed = []ledger.Type{ledger.Receipt, ledger.Issue, ledger.Transfer, ledger.BinMove, ledger.Disposal}

// Reasons gives what a type's reason is called and the reasons there are; ""
// for a type that no form keys.
func Reasons(t ledger.Type) (label string, reasons []string) { return kinds[t].label, kinds[t].reasons }

func sources() []string {
	var list []string
	for _, s := range ledger.Sources {
		list = append(list, string(s))
	}
	return list
}
