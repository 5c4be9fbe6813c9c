package view

import (
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// VoucherList is the list of posted vouchers (单据).
type VoucherList struct {
	Base
	MayPost  bool
	Types    []Option
	Depots   []Option
	From, To string // as typed
	Number   string
	Filtered bool
	Rows     []VoucherRow
	Pager    Pager
	Empty    Empty
}

// Refuse says what is wrong with the filter, above the page and where the rows
// would be: the filter's script takes over the list alone.
func (l *VoucherList) Refuse(sentence string) {
	l.Flash = append(l.Flash, Flash{Kind: "warn", Text: sentence})
	l.Empty = Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: sentence, URL: "/vouchers", Do: "重新查询"}
}

// VoucherRow is a voucher in a list.
type VoucherRow struct {
	Number, URL          string
	Type                 Tag
	Reversed             bool // some of it has been taken back
	Depot, BusinessOn    string
	Reason, Counterparty string
	Lines                int
	Actor, Recorded      string
}

// Voucher is a posted voucher with what stands around it.
type Voucher struct {
	ledger.Voucher
	Depot      place.Depot
	Reverses   *ledger.Voucher  // the voucher this one takes back
	Reversals  []ledger.Voucher // those that take this one back
	Reversible bool             // some line is not reversed yet
}

// VoucherView is the page of one voucher.
type VoucherView struct {
	Base
	V       Voucher
	Type    Tag
	State   *Tag // nil = it stands as it was posted
	MayPost bool
	Posted  bool // just now: paper is the next step

	PrintURL, ReversalURL   string
	Recorded, Tail          string
	ReasonLabel, PartyLabel string

	Lines  []VoucherLine
	Sums   string // per unit
	Total  string // of the lines with a price, "" = none has one
	Priced bool   // every line has a price
}

// VoucherLine is one lot in one bin on a voucher. A line of the form that took
// several lots gives several of them, with the same number.
type VoucherLine struct {
	N                        int
	Code, Name, Spec, Unit   string
	LotNo, Produced, Expires string
	LotURL                   string
	Bin, Qty, Price, Amount  string
	Remark, Owner            string
	CardURL                  string
	Reversed                 bool
	Repeat                   bool // the line above has the same number

	exact quantity.Q
	fen   *money.Fen
}

// NewVoucherLine writes a line's figures. A reversal shows them below zero, as
// a red figure on paper does.
func NewVoucherLine(it catalog.Item, lot ledger.Lot, qty quantity.Q, amount *money.Fen, red bool) VoucherLine {
	if red {
		qty = -qty
	}
	l := VoucherLine{Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: it.Unit, LotNo: lot.No, LotURL: "/lots/" + lot.ID.String(), Produced: lot.Produced.String(),
		Expires: lot.Expires.String(), Owner: lot.Owner, Qty: qty.Grouped(), exact: qty}
	if lot.Price != nil {
		l.Price = lot.Price.Grouped()
	}
	if amount != nil {
		fen := *amount
		if red {
			fen = -fen
		}
		l.fen, l.Amount = &fen, fen.Grouped()
	}
	return l
}

// Sums adds up the lines per unit, in the order the units come; quantities of
// different units are never added.
func Sums(lines []VoucherLine) string {
	sums, units := map[string]quantity.Q{}, []string{}
	for _, l := range lines {
		if _, seen := sums[l.Unit]; !seen {
			units = append(units, l.Unit)
		}
		sums[l.Unit] += l.exact
	}
	parts := make([]string, len(units))
	for i, u := range units {
		parts[i] = sums[u].Grouped() + " " + u
	}
	return strings.Join(parts, "，")
}

// Total adds up the lines with a price; any reports that there is one, all
// that no line lacks it.
func Total(lines []VoucherLine) (sum money.Fen, any, all bool) {
	all = true
	for _, l := range lines {
		if l.fen == nil {
			all = false
			continue
		}
		sum, any = sum+*l.fen, true
	}
	return sum, any, all
}

// VoucherLabels names the two head fields whose words depend on the type.
func VoucherLabels(t ledger.Type) (reason, party string) {
	switch t {
	case ledger.Receipt, ledger.Opening:
		return "入库类型", "供货/捐赠方"
	case ledger.Issue:
		return "出库用途", "领用单位"
	}
	return "事由", "往来单位"
}

// Reversal is the form that takes a voucher back (红冲).
type Reversal struct {
	Base
	V                    Voucher
	Type                 Tag
	BackURL, ReversalURL string
	ClientKey            string
	Reason, BusinessOn   string // as typed
	Whole                bool
	Lines                []VoucherLine
	Chosen               map[int]bool
}
