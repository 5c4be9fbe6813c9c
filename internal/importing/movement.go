package importing

import (
	"cmp"
	"strings"

	"changbei/internal/ledger"
	"changbei/internal/reading"
)

// reasonWords tell the reason of a movement from the words offices write in
// 业务类型, 摘要 and 用途; the first that is found decides. A word that could
// mean two things is not here: then the reason is 其他.
type reasonWords struct {
	words  string // separated by |
	typ    ledger.Type
	reason string
}

var inReasons = []reasonWords{
	{"盘盈", ledger.Adjustment, ledger.Counted},
	{"捐", ledger.Receipt, ledger.Donated},
	{"采购|购置|购入|新购|购买|招标", ledger.Receipt, ledger.Purchased},
	{"调入|调拨|下拨|上级|配发|拨入|省厅|市局", ledger.Receipt, ledger.FromAbove},
}

var outReasons = []reasonWords{
	{"过期|失效|到期", ledger.Disposal, ledger.Outdated},
	{"丢失|遗失|被盗|盘亏", ledger.Disposal, ledger.Missing},
	{"报废|损坏|变质|破损|销毁", ledger.Disposal, ledger.Damaged},
	{"演练|训练|培训|拉练", ledger.Issue, ledger.Drill},
	{"调出|调拨|下拨|移交|拨付|支援", ledger.Issue, ledger.HandedOver},
	{"救灾|发放|安置|抢险|救助|受灾|转移|防汛|灭火|抗旱", ledger.Issue, ledger.Relief},
	{"领用|日常|办公|巡查|值班", ledger.Issue, ledger.DailyUse},
}

// movement says what kind of voucher a journal's line is, and why goods moved.
// A negative figure takes back an earlier line: goods go the other way.
func (r Row) movement() (ledger.Type, string) {
	e := r.Extra
	said := cmp.Or(e.DocType, "") + "|" + e.Purpose
	out := e.Direction == reading.GoesOut
	switch {
	case e.Direction == reading.Opens:
		return ledger.Opening, "期初"
	case r.Quantity != nil && *r.Quantity < 0 && out:
		return ledger.Receipt, ledger.Otherwise
	case r.Quantity != nil && *r.Quantity < 0:
		return ledger.Issue, ledger.Otherwise
	case out:
		return reasonOf(outReasons, said, ledger.Issue)
	}
	if e.Direction == "" && e.Purpose == "" && e.DocType == "" { // goods of a list, taken as received
		said = r.Source
	}
	return reasonOf(inReasons, said, ledger.Receipt)
}

func reasonOf(list []reasonWords, said string, otherwise ledger.Type) (ledger.Type, string) {
	for _, w := range list {
		for _, word := range strings.Split(w.words, "|") {
			if strings.Contains(said, word) {
				return w.typ, w.reason
			}
		}
	}
	return otherwise, ledger.Otherwise
}
