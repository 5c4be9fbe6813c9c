package view

import (
	"fmt"
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
	Export   string // of the lines of these vouchers, "" = the filter is wrong
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
	BlankNo              string // of the blank it was written on
	Type                 Tag
	Reversed             bool   // some of it has been taken back
	Depot                string // of a transfer: 甲库 → 乙库
	BusinessOn           string
	Reason, Counterparty string
	Lines                int
	Actor, Recorded      string
}

// Voucher is a posted voucher with what stands around it.
type Voucher struct {
	ledger.Voucher
	Depot      place.Depot
	ToDepot    place.Depot      // of a transfer
	Reverses   *ledger.Voucher  // the voucher this one takes back
	Reversals  []ledger.Voucher // those that take this one back
	Returns    []ledger.Voucher // of an issue: what came back
	ReturnOf   *ledger.Voucher  // of a return: the issue
	Reversible bool             // some line is not reversed yet
	Returnable bool             // of an issue: something has not come back
}

// Depots writes where a voucher took place.
func (v Voucher) Depots() string { return Between(v.Depot.Name, v.ToDepot.Name) }

// Between writes one depot, or two of a transfer.
func Between(from, to string) string {
	if to == "" {
		return from
	}
	return from + " → " + to
}

// VoucherView is the page of one voucher.
type VoucherView struct {
	Base
	Export  Export // nothing without own layouts
	V       Voucher
	Type    Tag
	State   *Tag // nil = it stands as it was posted
	MayPost bool
	Posted  bool // just now: paper is the next step
	Own     bool // keyed by the person looking: what their browser kept is spent

	PrintURL, ReversalURL   string
	ReturnURL               string
	Recorded, Tail          string
	ReasonLabel, PartyLabel string

	Lines  VoucherLines
	Sums   string // per unit
	Total  string // of the lines with a price, "" = none has one
	Priced bool   // every line has a price
}

// VoucherLines is the table of a voucher's lines. Moved says that goods stay
// inside, so that each line has two places; LotHead is what the lots are called.
type VoucherLines struct {
	Rows                     []VoucherLine
	Moved                    bool
	LotHead, BinHead, ToHead string
}

// NewVoucherLines heads the lines of a type. paper is the type of what a
// reversal takes back.
func NewVoucherLines(paper ledger.Type, rows []VoucherLine) VoucherLines {
	l := VoucherLines{Rows: rows, Moved: paper == ledger.Transfer || paper == ledger.BinMove, LotHead: lotHead(rows), BinHead: "货位"}
	switch paper {
	case ledger.Transfer:
		l.BinHead, l.ToHead = "调出货位", "调入货位"
	case ledger.BinMove:
		l.BinHead, l.ToHead = "原货位", "移入货位"
	}
	return l
}

// lotHead names the column of lots: pieces go by numbers of their own.
func lotHead(rows []VoucherLine) string {
	pieces := 0
	for _, r := range rows {
		if r.Serial {
			pieces++
		}
	}
	switch pieces {
	case 0:
		return "批号"
	case len(rows):
		return "编号"
	}
	return "批号/编号"
}

// VoucherLine is one lot in one bin on a voucher. A line of the form that took
// several lots gives several of them, with the same number.
type VoucherLine struct {
	N                        int
	Code, Name, Spec, Unit   string
	LotNo, Produced, Expires string
	LotURL                   string
	Bin, ToBin               string
	Qty, Price, Amount       string
	Packed                   string // as it was typed: 5箱3瓶
	Serial                   bool   // one piece, LotNo is its number
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
		Expires: lot.Expires.String(), Owner: lot.Owner, Serial: lot.Serial, Qty: qty.Grouped(), exact: qty}
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

// Reversal is the form that takes a voucher back (红冲).
type Reversal struct {
	Base
	V                    Voucher
	Type                 Tag
	BackURL, ReversalURL string
	ClientKey            string
	Reason, BusinessOn   string // as typed
	Whole                bool
	Lines                VoucherLines
	Chosen               map[int]bool
}

// Return is the form that takes goods of an issue back in (归还).
type Return struct {
	Base
	V                  Voucher
	Type               Tag
	BackURL, ReturnURL string
	ClientKey          string
	Reason, BusinessOn string // as typed
	LotHead            string
	Lines              []ReturnLine
	Bins               []Option
	ErrorList          []EntryError
}

// ReturnLine is a line of the issue with what may still come back, and what was
// typed about it. N is the row of the form.
type ReturnLine struct {
	VoucherLine
	Row           int
	EntryID       string
	Back, Left    string // what has come back, and what may still
	TypedQty, Bin string
	Note          string
	Errors        map[string]string
	Packs         string
}

// Cell gives the id of a field of the row.
func (l ReturnLine) Cell(key string) string { return cellID(l.Row, key) }

// Field gives the name of a field of the row, as errors name it.
func (l ReturnLine) Field(key string) string { return fmt.Sprintf("line.%d.%s", l.Row, key) }

// Fail takes over what a use case said, puts it at the rows and lists it.
func (r *Return) Fail(err error) {
	r.Base.Fail(err)
	r.ErrorList = nil
	for _, f := range r.Fields {
		e := EntryError{Text: f.Message, Target: f.Name}
		for i := range r.Lines {
			l := &r.Lines[i]
			for _, key := range []string{"qty", "bin", "remark"} {
				if l.Field(key) == f.Name {
					e.Target = l.Cell(key)
					l.Errors[key] = short(f.Message, l.Row, "")
				}
			}
		}
		if f.Name == "lines" {
			e.Target = ""
		}
		r.ErrorList = append(r.ErrorList, e)
	}
}
