package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/ledger"
)

// BlankPaper is a sheet of numbered blank paper and what became of it.
type BlankPaper struct {
	ID            id.ID       `db:"id"`
	DepotID       id.ID       `db:"depot_id"`
	Type          ledger.Type `db:"type"`
	Number        string      `db:"number"`
	BatchID       id.ID       `db:"batch_id"` // the printing it came from
	PrintedAt     int64       `db:"printed_at"`
	PrintedName   string      `db:"printed_name"`
	VoucherID     id.ID       `db:"voucher_id"` // what it became, 0 = not entered
	VoucherNumber string      `db:"voucher_number"`
	EnteredAt     int64       `db:"entered_at"`
	EnteredName   string      `db:"entered_name"`
	SpoiledAt     int64       `db:"spoiled_at"` // given up, 0 = it was not
	SpoiledName   string      `db:"spoiled_name"`
	SpoiledReason string      `db:"spoiled_reason"`
}

// BlankAct is who does something to a blank.
type BlankAct struct {
	Number    string
	ActorID   id.ID
	ActorName string
}

// InsertBlanks records the sheets of one printing. What it needs of each: id,
// depot, type, number and batch.
func (t *Tx) InsertBlanks(ctx context.Context, clientKey string, by BlankAct, list []BlankPaper) error {
	rows := make([]M, len(list))
	for i, b := range list {
		rows[i] = M{"id": b.ID, "depot_id": b.DepotID, "type": b.Type, "number": b.Number, "batch_id": b.BatchID, "client_key": clientKey,
			"printed_at": t.NowMicro(), "printed_id": by.ActorID, "printed_name": by.ActorName}
	}
	return t.insertMany(ctx, "blank-insert", rows)
}

// EnterBlank ties a blank to the voucher it became, once: false says that it is
// not an open blank of this depot and type.
func (t *Tx) EnterBlank(ctx context.Context, by BlankAct, depot id.ID, kind ledger.Type, voucher id.ID) (bool, error) {
	n, err := t.exec(ctx, "blank-enter", M{"number": by.Number, "depot_id": depot, "type": kind, "voucher_id": voucher, "at": t.NowMicro(),
		"actor_id": by.ActorID, "actor_name": by.ActorName})
	return n == 1, err
}

// SpoilBlank gives a blank up, once: false says that it is not open.
func (t *Tx) SpoilBlank(ctx context.Context, by BlankAct, reason string) (bool, error) {
	n, err := t.exec(ctx, "blank-spoil", M{"number": by.Number, "reason": reason, "at": t.NowMicro(), "actor_id": by.ActorID, "actor_name": by.ActorName})
	return n == 1, err
}

// Blank gives a blank by its number, or NotFound.
func (c *Conn) Blank(ctx context.Context, number string) (BlankPaper, error) {
	var b BlankPaper
	err := c.get(ctx, &b, "blank-get", M{"number": number})
	return b, err
}

// BlankBatchOfKey gives the printing a form asked for already, 0 = none.
func (c *Conn) BlankBatchOfKey(ctx context.Context, clientKey string) (id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "blank-batch-of-key", M{"client_key": clientKey})
	if len(ids) == 0 {
		return 0, err
	}
	return ids[0], err
}

// BlanksOfBatch gives the sheets of one printing by number.
func (c *Conn) BlanksOfBatch(ctx context.Context, batch id.ID) ([]BlankPaper, error) {
	var rows []BlankPaper
	err := c.list(ctx, &rows, "blank-of-batch", M{"batch_id": batch})
	return rows, err
}

// BlankFilter narrows the list of blanks; zero fields mean "any". State is
// open, entered or spoiled; Before… are the key of the last row shown.
type BlankFilter struct {
	Scope        Scope
	DepotID      id.ID
	State        string
	Number       string // a part of the number
	BeforeAt     int64
	BeforeNumber string
	Limit        int
}

// BlankPage lists blanks, the last printed first.
func (c *Conn) BlankPage(ctx context.Context, f BlankFilter) ([]BlankPaper, error) {
	var rows []BlankPaper
	err := c.list(ctx, &rows, "blank-page", M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "depot_id": f.DepotID, "state": f.State,
		"number": contains(f.Number), "before_at": f.BeforeAt, "before_number": f.BeforeNumber, "limit": f.Limit})
	return rows, err
}

// BlankCounts says how many blanks are in which state.
type BlankCounts struct {
	Open    int `db:"open_count"`
	Entered int `db:"entered_count"`
	Spoiled int `db:"spoiled_count"`
}

// BlankCounts counts the blanks in scope, of one depot or (0) of all.
func (c *Conn) BlankCounts(ctx context.Context, sc Scope, depot id.ID) (BlankCounts, error) {
	var n BlankCounts
	err := c.get(ctx, &n, "blank-counts", M{"all_depots": sc.All, "depots": sc.Depots, "depot_id": depot})
	return n, err
}

// AllBlanks gives every blank by number, for the ledger check. Names and the
// voucher's number are left out.
func (c *Conn) AllBlanks(ctx context.Context) ([]BlankPaper, error) {
	var rows []BlankPaper
	err := c.list(ctx, &rows, "check-blanks", nil)
	return rows, err
}
