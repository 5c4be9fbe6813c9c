package demo

import (
	"context"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// demoBlanks is how many blanks of a type lie in the district's depot.
const demoBlanks = 4

// blanks prints blank paper for a day without power, enters one sheet and gives
// one up.
func (s *specials) blanks(ctx context.Context) error {
	in, err := s.printed(ctx, ledger.Receipt, 10)
	if err != nil {
		return err
	}
	out, err := s.printed(ctx, ledger.Issue, 11)
	if err != nil {
		return err
	}
	line := inventory.Line{ItemID: s.sack.ID, Item: s.sack.Label(), LotNo: "BZ-停电", Qty: "2捆", Price: "1.20", Bin: s.w.bins[0], Owner: s.w.owner}
	_, err = s.Inventory.PostDraft(ctx, s.w.keeper, inventory.Draft{Type: ledger.Receipt, DepotID: s.w.ID, BusinessOn: s.today.AddDays(-2).String(), Reason: "本级采购",
		Counterparty: suppliers[0], Remark: "停电时手写，来电后录入（演示）", BlankNo: in[0].Number, Lines: []inventory.Line{line}, ClientKey: keyOf(s.w.Code, 12, "special")})
	if err != nil {
		return err
	}
	if inventory.BlankStateOf(out[0]) != inventory.BlankOpen { // by a fill that was cut off
		return nil
	}
	_, err = s.Inventory.SpoilBlank(ctx, s.w.keeper, out[0].Number, "打印不清（演示）")
	return err
}

// printed gives the sheets of a printing, also where it was made before.
func (s *specials) printed(ctx context.Context, t ledger.Type, n int) ([]store.BlankPaper, error) {
	r := inventory.BlankRequest{DepotID: s.w.ID, Type: t, Count: demoBlanks, ClientKey: keyOf(s.w.Code, n, "special")}
	batch, err := s.Inventory.PrintBlanks(ctx, s.w.keeper, r)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.Read().BlanksOfBatch(ctx, batch)
	if err == nil && len(list) == 0 {
		err = errs.New(errs.Internal, "a printing without sheets")
	}
	return list, err
}
