package inventory

import (
	"strings"

	"changbei/internal/ledger"
)

// PartyLabel names the other party of a type, "" where there is none.
func PartyLabel(t ledger.Type) string {
	switch t {
	case ledger.Receipt, ledger.Opening:
		return "供货/捐赠方"
	case ledger.Issue, ledger.Return:
		return "领用单位"
	case ledger.Transfer:
		return "承运单位"
	case ledger.Disposal:
		return "处置单位"
	case ledger.BinMove:
		return ""
	}
	return "往来单位"
}

// ReasonLabel is what a type's reason is called.
func ReasonLabel(t ledger.Type) string {
	if t == ledger.Opening {
		t = ledger.Receipt
	}
	if label, _ := Reasons(t); label != "" {
		return label
	}
	return "事由"
}

// Paper is the type whose paper a voucher is laid out as: a reversal looks like
// what it takes back.
func (v VoucherView) Paper() ledger.Type {
	if v.Reverses != nil {
		return v.Reverses.Type
	}
	return v.Type
}

// Heading is the paper's title; a reversal names what it takes back.
func (v VoucherView) Heading() string {
	if v.Reverses == nil {
		return v.Type.Name()
	}
	return strings.TrimSuffix(v.Reverses.Type.Name(), "单") + v.Type.Name()
}

// ReferenceLine says which paper the voucher rests on.
func (v VoucherView) ReferenceLine() string {
	switch {
	case v.Reverses != nil:
		return "冲销单据：" + v.Reference
	case v.ReturnOf != nil:
		return "原出库单：" + v.Reference
	}
	return "依据：" + v.Reference
}

// Signers are the places to sign; who keyed the voucher is printed.
func (v VoucherView) Signers() []string { return PaperSigners(v.Paper(), v.ActorName) }

// PaperSigners are the places to sign on a type's paper; clerk is who keyed it,
// "" = to be signed by hand.
func PaperSigners(t ledger.Type, clerk string) []string {
	third, last := "保管：", "往来方："
	switch t {
	case ledger.Receipt, ledger.Opening:
		third, last = "验收：", "交货："
	case ledger.Issue:
		third, last = "发货：", "领用："
	case ledger.Transfer:
		third, last = "调出库：", "调入库："
	case ledger.Return:
		third, last = "验收：", "归还："
	case ledger.Disposal:
		last = "监销："
	case ledger.BinMove:
		last = "复核："
	}
	return []string{"主管：", "审核：", third, "经办：" + clerk, last}
}
