package inventory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// blankFact is a sheet of blank paper with what the books say of it.
type blankFact struct {
	store.BlankPaper
	named bool // by the voucher it says it became
}

// blankFacts are the blanks by number, and how many each depot has in a series.
type blankFacts struct {
	byNumber map[string]*blankFact
	counts   map[id.ID]map[string]int64
}

// readBlanks reads the blanks and proves their numbers: a depot's of a year
// have no gap, so that none can be taken out of the tray unseen.
func (k *checker) readBlanks(ctx context.Context) error {
	rows, err := k.conn.AllBlanks(ctx)
	if err != nil {
		return err
	}
	k.facts.blanks = blankFacts{map[string]*blankFact{}, map[id.ID]map[string]int64{}}
	nth := func(b store.BlankPaper) (year int, n int64) {
		year, n, _ = ledger.ParseBlankNumber(b.Number)
		return year, n
	}
	slices.SortStableFunc(rows, func(a, b store.BlankPaper) int {
		y, n := nth(a)
		z, m := nth(b)
		return cmp.Or(cmp.Compare(a.DepotID, b.DepotID), cmp.Compare(y, z), cmp.Compare(n, m))
	})
	for _, b := range rows {
		k.facts.blanks.byNumber[b.Number] = &blankFact{BlankPaper: b}
		if _, known := k.facts.depots[b.DepotID]; !known {
			k.add("orphan", "空白单 "+b.Number, "所属的储备库 %s 不存在", b.DepotID)
			continue
		}
		year, _ := nth(b)
		if want := ledger.BlankNumber(k.facts.code(b.DepotID), year, k.facts.blanks.count(b.DepotID, year)); b.Number != want {
			k.add("number", "空白单 "+b.Number, "按次序应为 %s", want)
		}
	}
	return nil
}

// count adds a blank to its series.
func (f *blankFacts) count(depot id.ID, year int) int64 {
	if f.counts[depot] == nil {
		f.counts[depot] = map[string]int64{}
	}
	f.counts[depot][ledger.BlankSeries(year)]++
	return f.counts[depot][ledger.BlankSeries(year)]
}

// blank proves that the blank a voucher names is its own.
func (b *booksWalk) blank(v *store.Walked) {
	if v.BlankNo == "" {
		return
	}
	object := "单据 " + v.Number
	f := b.facts.blanks.byNumber[v.BlankNo]
	switch {
	case f == nil:
		b.add("blank", object, "写着空白单 %s，没有这张空白单", v.BlankNo)
	case f.VoucherID != v.ID:
		b.add("blank", object, "写着空白单 %s，那张空白单登记的却是单据 %s", v.BlankNo, orNone(f.VoucherID))
	case f.DepotID != v.DepotID || f.Type != v.Type:
		b.add("blank", object, "与空白单 %s 的储备库或类型不符", v.BlankNo)
		f.named = true
	default:
		f.named = true
	}
}

func orNone(voucher id.ID) string {
	if voucher == 0 {
		return "（没有录入）"
	}
	return voucher.String()
}

// blanks proves of each blank that it is entered or spoiled but not both, that
// what it became names it, and that who gave it up is who the audit trail says.
func (k *checker) blanks(context.Context) error {
	for _, number := range slices.Sorted(maps.Keys(k.facts.blanks.byNumber)) {
		b, object := k.facts.blanks.byNumber[number], "空白单 "+number
		if b.VoucherID != 0 && b.SpoiledAt != 0 {
			k.add("blank", object, "既登记为已录入，又登记为作废")
		}
		if b.VoucherID != 0 && !b.named {
			k.add("blank", object, "登记为录入单据 %s，那张单据不存在，或写的不是这张空白单", b.VoucherID)
		}
		told, recorded := k.acts.spoiled[number]
		switch {
		case b.SpoiledAt == 0 && recorded:
			k.add("blank", object, "审计记录里由 %s 作废，登记里却没有作废", told.name)
		case b.SpoiledAt != 0 && told != (spoiledAct{b.SpoiledAt, b.SpoiledName, b.SpoiledReason}):
			k.add("blank", object, "作废的经办人、时间或原因与审计记录不符")
		}
		delete(k.acts.spoiled, number)
	}
	for _, number := range slices.Sorted(maps.Keys(k.acts.spoiled)) {
		k.add("blank", "空白单 "+number, "审计记录里由 %s 作废，登记里没有这张空白单", k.acts.spoiled[number].name)
	}
	return nil
}

// spoiledAct is a recorded giving up of a blank.
type spoiledAct struct {
	at           int64
	name, reason string
}

func (t *acts) blank(a *ledger.AuditRecord) {
	if t.spoiled == nil {
		t.spoiled = map[string]spoiledAct{}
	}
	t.spoiled[a.Object] = spoiledAct{a.At, a.ActorName, a.Detail}
}
