package importing

import (
	"context"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// takenBack books the rows in red of a depot that take back a whole line of a
// voucher naming the same document: as reversals of it. The others come back in
// left; they are booked as opposite movements.
func (c *clerk) takenBack(ctx context.Context, pp paper) (left []Row, err error) {
	for _, r := range pp.rows {
		orig, entries, err := c.lineOf(ctx, pp, r)
		if err != nil {
			return nil, err
		}
		if entries == nil {
			left = append(left, r)
			continue
		}
		if err := c.reverse(ctx, orig, entries, r, pp.on); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// lineOf finds the line that a row in red takes back: of the same document and
// item, the other way, of just that quantity, and not taken back before.
func (c *clerk) lineOf(ctx context.Context, pp paper, r Row) (ledger.Voucher, []ledger.Entry, error) {
	if !r.Extra.Reversal || r.Extra.DocNo == "" {
		return ledger.Voucher{}, nil, nil
	}
	named, err := c.tx.VouchersByReference(ctx, pp.depot, clip(r.Extra.DocNo, 200))
	if err != nil {
		return ledger.Voucher{}, nil, err
	}
	for _, v := range named {
		if v.BusinessOn.First > pp.on.First {
			continue
		}
		for _, line := range linesOf(v) {
			if !c.isLine(line, pp.depot, r) {
				continue
			}
			free, err := c.untouched(ctx, line)
			if err != nil || free {
				return v, line, err
			}
		}
	}
	return ledger.Voucher{}, nil, nil
}

// linesOf groups the entries of a voucher by the paper's lines.
func linesOf(v ledger.Voucher) [][]ledger.Entry {
	var lines [][]ledger.Entry
	at := map[int]int{}
	for _, e := range v.Entries {
		i, ok := at[e.Line]
		if !ok {
			i = len(lines)
			at[e.Line] = i
			lines = append(lines, nil)
		}
		lines[i] = append(lines[i], e)
	}
	return lines
}

func (c *clerk) isLine(line []ledger.Entry, depot id.ID, r Row) bool {
	var moved quantity.Q
	for _, e := range line {
		if e.ItemID != r.Item.ID {
			return false
		}
		if e.DepotID == depot {
			moved += e.Qty
		}
	}
	want := -r.Amount // of what came in; Amount is negative
	if r.Extra.Direction == reading.GoesOut {
		want = r.Amount
	}
	return moved == want
}

// untouched reports that nothing of a line was reversed or returned.
func (c *clerk) untouched(ctx context.Context, line []ledger.Entry) (bool, error) {
	ids := make([]id.ID, len(line))
	for i, e := range line {
		ids[i] = e.ID
	}
	reversed, err := c.tx.ReversedEntries(ctx, ids)
	if err != nil || len(reversed) > 0 {
		return false, err
	}
	returned, err := c.tx.ReturnedQty(ctx, ids)
	return len(returned) == 0, err
}

func (c *clerk) reverse(ctx context.Context, orig ledger.Voucher, line []ledger.Entry, r Row, on day.Day) error {
	v := ledger.Voucher{ID: c.tx.NewID(), DepotID: orig.DepotID, Type: ledger.Reversal, BusinessOn: on, Reason: "红冲", Counterparty: orig.Counterparty,
		Reference: orig.Number, Remark: clip("台账导入 "+c.p.Batch.FileName, 200), ReversesID: orig.ID}
	for _, e := range line {
		v.Entries = append(v.Entries, e.Opposite())
	}
	record := store.ImportRow{BatchID: c.p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content, VoucherID: v.ID}
	if err := c.tx.InsertImportRows(ctx, []store.ImportRow{record}); err != nil {
		return err
	}
	return c.post(ctx, v)
}
