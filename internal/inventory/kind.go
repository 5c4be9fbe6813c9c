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
	from    []place.Kind                   // inside places it takes from, nil = goods come from outside
	barred  bool                           // takes expired and held lots too, each chosen by hand
	lands   []place.Kind                   // inside places it puts goods into, nil = goods leave
	outside func(reason string) place.Kind // where goods come from or go to, nil = they stay inside
}

// ReceiptReasons and the others are what a form lets people choose from; the
// sources of receipts are those of the field, the rest are the product's words.
var (
	ReceiptReasons  = ledger.Sources
	IssueReasons    = []string{"救灾发放", "调拨出库", "演练消耗", "日常领用", "其他"}
	TransferReasons = []string{"补充储备", "应急调拨", "轮换调整", "其他"}
	MoveReasons     = []string{"整理货位", "移入待检区", "检验合格移出", "其他"}
	DisposalReasons = []string{"过期失效", "损坏变质", "淘汰更新", "丢失", "其他"}
)

var shelvesOnly, anywhere = []place.Kind{place.Bin}, []place.Kind{place.Bin, place.Quarantine}

var kinds = map[ledger.Type]kind{
	ledger.Receipt:  {label: "入库类型", reasons: sources(), lands: anywhere, outside: receivedFrom},
	ledger.Issue:    {label: "出库用途", reasons: IssueReasons, from: shelvesOnly, outside: issuedTo},
	ledger.Transfer: {label: "调拨事由", reasons: TransferReasons, from: shelvesOnly, lands: anywhere},
	ledger.BinMove:  {label: "移库原因", reasons: MoveReasons, from: anywhere, barred: true, lands: anywhere},
	ledger.Disposal: {label: "报废原因", reasons: DisposalReasons, from: anywhere, barred: true, outside: disposedTo},
}

// Keyed lists the types a form keys in, in the order menus show them.
var Keyed = []ledger.Type{ledger.Receipt, ledger.Issue, ledger.Transfer, ledger.BinMove, ledger.Disposal}

// Reasons gives what a type's reason is called and the reasons there are; ""
// for a type that no form keys.
func Reasons(t ledger.Type) (label string, reasons []string) { return kinds[t].label, kinds[t].reasons }

func sources() []string {
	var list []string
	for _, s := range ReceiptReasons {
		list = append(list, string(s))
	}
	return list
}

func receivedFrom(reason string) place.Kind {
	switch reason {
	case "上级调拨":
		return place.Upper
	case "社会捐赠":
		return place.Donor
	}
	return place.Supplier
}

func issuedTo(reason string) place.Kind {
	if reason == "调拨出库" {
		return place.Upper
	}
	return place.Used
}

func disposedTo(reason string) place.Kind {
	if reason == "丢失" {
		return place.Lost
	}
	return place.Scrapped
}
