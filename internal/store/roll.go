package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

type rollRow struct {
	ID          id.ID            `db:"id"`
	Number      string           `db:"number"`
	ShipmentID  id.ID            `db:"shipment_id"`
	ResponseID  id.ID            `db:"response_id"`
	DeskID      id.ID            `db:"desk_id"`
	Title       string           `db:"title"`
	HeldOn      string           `db:"held_on"`
	FileName    string           `db:"file_name"`
	Note        string           `db:"note"`
	Status      order.RollStatus `db:"status"`
	AuthorID    id.ID            `db:"author_id"`
	AuthorName  string           `db:"author_name"`
	MadeAt      int64            `db:"made_at"`
	AppliedID   id.ID            `db:"applied_id"`
	AppliedName string           `db:"applied_name"`
	AppliedAt   int64            `db:"applied_at"`
	UndoneName  string           `db:"undone_name"`
	UndoneAt    int64            `db:"undone_at"`
	Reason      string           `db:"reason"`
	ClientKey   string           `db:"client_key"`
	RequestHash string           `db:"request_hash"`
	LockNo      int64            `db:"lock_no"`
}

type rollPersonRow struct {
	ID        id.ID       `db:"id"`
	RollID    id.ID       `db:"roll_id"`
	No        int         `db:"row_no"`
	Line      int         `db:"sheet_row"`
	Cell      string      `db:"cell"`
	Person    string      `db:"person"`
	IDNo      string      `db:"id_no"`
	Phone     string      `db:"phone"`
	Household int64       `db:"household"`
	Village   string      `db:"village"`
	Address   string      `db:"address"`
	Word      string      `db:"word"`
	WordUnit  string      `db:"word_unit"`
	Typed     string      `db:"typed"`
	ItemID    id.ID       `db:"item_id"`
	Qty       quantity.Q  `db:"qty"`
	Received  string      `db:"received"`
	Signed    string      `db:"signature"`
	Remark    string      `db:"remark"`
	Left      bool        `db:"left_out"`
	Grade     order.Grade `db:"grade"`
	Issue     string      `db:"issue"`
}

// InsertRoll writes a distribution list with its rows. A client key used before
// is ErrDuplicate.
func (t *Tx) InsertRoll(ctx context.Context, r order.Roll, rows []order.RollRow) error {
	_, err := t.exec(ctx, "roll-insert", M{"id": r.ID, "number": r.Number, "shipment_id": r.ShipmentID, "response_id": r.ResponseID, "desk_id": r.DeskID,
		"title": r.Title, "held_on": r.HeldOn, "file_name": r.FileName, "note": r.Note, "author_id": r.AuthorID, "author_name": r.AuthorName,
		"made_at": r.MadeAt, "client_key": r.ClientKey, "request_hash": r.RequestHash})
	if err != nil {
		return err
	}
	list := make([]M, len(rows))
	for i, x := range rows {
		list[i] = M{"id": x.ID, "roll_id": r.ID, "row_no": x.No, "sheet_row": x.Line, "cell": x.Cell, "person": x.Person, "id_no": x.IDNo, "phone": x.Phone,
			"household": x.Household, "village": x.Village, "address": x.Address, "word": x.Word, "word_unit": x.WordUnit, "typed": x.Typed, "item_id": x.ItemID,
			"qty": x.Qty, "received": x.Received, "signature": x.Signed, "remark": x.Remark, "left_out": x.Left, "grade": x.Grade, "issue": x.Issue}
	}
	return t.insertMany(ctx, "roll-row-insert", list)
}

// Roll gives a list without its rows, or NotFound.
func (c *Conn) Roll(ctx context.Context, roll id.ID) (order.Roll, error) {
	var r rollRow
	err := c.get(ctx, &r, "roll-get", M{"id": roll})
	return order.Roll(r), err
}

// RollByKey finds the list a form's key made, or NotFound.
func (c *Conn) RollByKey(ctx context.Context, clientKey string) (order.Roll, error) {
	var roll id.ID
	if err := c.get(ctx, &roll, "roll-by-key", M{"client_key": clientKey}); err != nil {
		return order.Roll{}, err
	}
	return c.Roll(ctx, roll)
}

// RollRows gives the rows of a list in their order, with their personal data.
func (c *Conn) RollRows(ctx context.Context, roll id.ID) ([]order.RollRow, error) {
	var rows []rollPersonRow
	err := c.list(ctx, &rows, "roll-rows", M{"roll_id": roll})
	list := make([]order.RollRow, len(rows))
	for i, r := range rows {
		list[i] = order.RollRow(r)
	}
	return list, err
}

// RollFilter narrows a list of rolls; zero fields mean "any".
type RollFilter struct {
	Scope
	Status     order.RollStatus
	ResponseID id.ID
	BeforeAt   int64
	BeforeID   id.ID
}

// Rolls lists one page, the newest first, without rows.
func (c *Conn) Rolls(ctx context.Context, f RollFilter, limit int) ([]order.Roll, error) {
	var rows []rollRow
	err := c.list(ctx, &rows, "roll-page", M{"all_depots": f.All, "depots": f.Depots, "status": f.Status, "response_id": f.ResponseID,
		"before_at": f.BeforeAt, "before_id": f.BeforeID, "limit": limit})
	list := make([]order.Roll, len(rows))
	for i, r := range rows {
		list[i] = order.Roll(r)
	}
	return list, err
}

// RollSum is what a list takes of an item, and for how many people.
type RollSum struct {
	RollID id.ID      `db:"roll_id"`
	ItemID id.ID      `db:"item_id"`
	People int        `db:"people"`
	Qty    quantity.Q `db:"qty"`
}

// RollSums adds up what some lists take.
func (c *Conn) RollSums(ctx context.Context, rolls []id.ID) ([]RollSum, error) {
	var list []RollSum
	err := c.list(ctx, &list, "roll-sums", M{"rolls": rolls})
	return list, err
}

// TakeRoll holds a draft as it stood under its lock number; one that was
// changed, booked or discarded meanwhile is a Conflict.
func (t *Tx) TakeRoll(ctx context.Context, r order.Roll) error {
	return t.mustMatch(ctx, "roll-take", M{"id": r.ID, "lock_no": r.LockNo})
}

// UpdateRollRow writes what a person mended in a row of a draft.
func (t *Tx) UpdateRollRow(ctx context.Context, x order.RollRow) error {
	return t.mustMatch(ctx, "roll-row-update", M{"id": x.ID, "roll_id": x.RollID, "person": x.Person, "typed": x.Typed, "item_id": x.ItemID, "qty": x.Qty,
		"left_out": x.Left, "grade": x.Grade, "issue": x.Issue})
}

// ApplyRoll marks a draft booked, once.
func (t *Tx) ApplyRoll(ctx context.Context, r order.Roll) error {
	return t.mustMatch(ctx, "roll-apply", M{"id": r.ID, "applied_id": r.AppliedID, "applied_name": r.AppliedName, "applied_at": r.AppliedAt, "lock_no": r.LockNo})
}

// UndoRoll marks a booked list taken back, once.
func (t *Tx) UndoRoll(ctx context.Context, r order.Roll) error {
	return t.mustMatch(ctx, "roll-undo", M{"id": r.ID, "undone_name": r.UndoneName, "undone_at": r.UndoneAt, "reason": r.Reason})
}

// DiscardRoll takes a draft out with all its rows: people's data is not kept
// for nothing.
func (t *Tx) DiscardRoll(ctx context.Context, r order.Roll) error {
	if err := t.mustMatch(ctx, "roll-discard", M{"id": r.ID, "lock_no": r.LockNo}); err != nil {
		return err
	}
	_, err := t.exec(ctx, "roll-rows-discard", M{"roll_id": r.ID})
	return err
}

// RollClearings lists what was booked of a list, taken back or not.
func (c *Conn) RollClearings(ctx context.Context, roll id.ID) ([]order.Clearing, error) {
	var rows []clearingRow
	err := c.list(ctx, &rows, "clearings-of-roll", M{"roll_id": roll})
	list := make([]order.Clearing, len(rows))
	for i, r := range rows {
		list[i] = order.Clearing(r)
	}
	return list, err
}

// RollFault is a list that was booked and an item of which the books have
// another sum.
type RollFault struct {
	Number string     `db:"number"`
	ItemID id.ID      `db:"item_id"`
	Listed quantity.Q `db:"listed"`
	Booked quantity.Q `db:"booked"`
}

// RollFaults lists them.
func (c *Conn) RollFaults(ctx context.Context) ([]RollFault, error) {
	var list []RollFault
	err := c.list(ctx, &list, "check-rolls", nil)
	return list, err
}
