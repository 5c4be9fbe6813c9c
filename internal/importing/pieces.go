package importing

import (
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/reading"
)

// judgePieces holds a row of goods that are kept piece by piece against their
// numbers, which stand in the batch column: as many as the quantity says.
func (r *Row) judgePieces() {
	if !r.Item.Serial || *r.Quantity == 0 {
		return
	}
	numbers, err := catalog.ParseSerials(r.LotNo)
	switch {
	case err != nil:
		r.fail(reading.Field("lot_no"), "第 %d 行「%s」：%s", r.Row.Row, r.Item.Label(), errs.MessageOf(err))
	case quantity.Of(int64(len(numbers))) != r.Amount:
		r.fail(reading.Field("lot_no"), "第 %d 行「%s」逐件管理，%s %s要有 %s 个编号，批号栏写了 %d 个。请写成 FD-001至FD-003 的样子。",
			r.Row.Row, r.Item.Label(), *r.Quantity, r.Item.Unit, *r.Quantity, len(numbers))
	}
}

// lotsOf gives the lots of a row: one, or one for each piece.
func (r Row) lotsOf() []ledger.Lot {
	lot := ledger.Lot{ItemID: r.Item.ID, No: clipNo(r.LotNo), Produced: r.ProductionDate, Expires: r.Expiry, Received: r.Date,
		Source: ledger.Source(clip(r.Source, 60)), Price: r.Price, Owner: clip(r.Owner, 100)}
	if !r.Item.Serial || *r.Quantity == 0 {
		return []ledger.Lot{lot}
	}
	numbers, _ := catalog.ParseSerials(r.LotNo) // judged before
	lots := make([]ledger.Lot, len(numbers))
	for i, no := range numbers {
		lots[i] = lot
		lots[i].No, lots[i].Serial = clipNo(no), true
	}
	return lots
}

// clipNo shortens a number to what its columns hold, as written and folded.
func clipNo(no string) string {
	no = clip(no, 60)
	for !catalog.LotNoFits(no) {
		no = clip(no, len([]rune(no))-1)
	}
	return no
}

// vouchersOf cuts rows into what one voucher each can hold: a row of many
// pieces weighs as many lines.
func vouchersOf(rows []Row, lines int) [][]Row {
	var all [][]Row
	room := 0
	for _, r := range rows {
		weight := r.weight()
		if weight > room {
			all = append(all, nil)
			room = lines
		}
		all[len(all)-1] = append(all[len(all)-1], r)
		room -= weight
	}
	return all
}

// weight is how many lines a row takes in a voucher.
func (r Row) weight() int {
	if !r.Item.Serial || *r.Quantity == 0 {
		return 1
	}
	return max(1, int(r.Amount/quantity.One))
}
