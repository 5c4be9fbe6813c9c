package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

type handoverRow struct {
	ID            id.ID     `db:"id"`
	ShipmentID    id.ID     `db:"shipment_id"`
	VoucherID     id.ID     `db:"voucher_id"`
	Way           order.Way `db:"way"`
	Signer        string    `db:"signer"`
	Remark        string    `db:"remark"`
	At            int64     `db:"at"`
	ActorID       id.ID     `db:"actor_id"`
	ActorName     string    `db:"actor_name"`
	RecordedAt    int64     `db:"recorded_at"`
	UndoneAt      int64     `db:"undone_at"`
	UndoneName    string    `db:"undone_name"`
	UndoVoucherID id.ID     `db:"undo_voucher_id"`
	ClientKey     string    `db:"client_key"`
	RequestHash   string    `db:"request_hash"`
}

func (r handoverRow) handover() order.Handover {
	return order.Handover{ID: r.ID, ShipmentID: r.ShipmentID, VoucherID: r.VoucherID, Way: r.Way, Signer: r.Signer, Remark: r.Remark, At: r.At,
		ActorID: r.ActorID, ActorName: r.ActorName, RecordedAt: r.RecordedAt, UndoneAt: r.UndoneAt, UndoneName: r.UndoneName,
		UndoVoucherID: r.UndoVoucherID, ClientKey: r.ClientKey, RequestHash: r.RequestHash}
}

type handoverLineRow struct {
	HandoverID     id.ID      `db:"handover_id"`
	ShipmentLineID id.ID      `db:"shipment_line_id"`
	Good           quantity.Q `db:"good"`
	Damaged        quantity.Q `db:"damaged"`
	Missing        quantity.Q `db:"missing"`
}

// InsertHandover writes a signing with its lines. A client key used before is
// ErrDuplicate.
func (t *Tx) InsertHandover(ctx context.Context, h order.Handover) error {
	_, err := t.exec(ctx, "handover-insert", M{"id": h.ID, "shipment_id": h.ShipmentID, "voucher_id": h.VoucherID, "way": h.Way, "signer": h.Signer,
		"remark": h.Remark, "at": h.At, "actor_id": h.ActorID, "actor_name": h.ActorName, "recorded_at": h.RecordedAt, "client_key": h.ClientKey,
		"request_hash": h.RequestHash})
	if err != nil {
		return err
	}
	rows := make([]M, len(h.Lines))
	for i, l := range h.Lines {
		rows[i] = M{"handover_id": h.ID, "shipment_line_id": l.ShipmentLineID, "good": l.Good, "damaged": l.Damaged, "missing": l.Missing}
	}
	return t.insertMany(ctx, "handover-line-insert", rows)
}

// HandoverByKey finds the signing a form's key made, or NotFound.
func (c *Conn) HandoverByKey(ctx context.Context, clientKey string) (order.Handover, error) {
	var r handoverRow
	err := c.get(ctx, &r, "handover-by-key", M{"client_key": clientKey})
	return r.handover(), err
}

// Handovers lists the signings of an order's loads with their lines, in the
// order they were keyed.
func (c *Conn) Handovers(ctx context.Context, of id.ID) ([]order.Handover, error) {
	return c.handovers(ctx, M{"orders": []id.ID{of}})
}

func (c *Conn) handovers(ctx context.Context, args M) ([]order.Handover, error) {
	var rows []handoverRow
	if err := c.list(ctx, &rows, "handovers-of", args); err != nil || len(rows) == 0 {
		return nil, err
	}
	var lines []handoverLineRow
	if err := c.list(ctx, &lines, "handover-lines-of", args); err != nil {
		return nil, err
	}
	by := map[id.ID][]order.HandoverLine{}
	for _, r := range lines {
		by[r.HandoverID] = append(by[r.HandoverID], order.HandoverLine{ShipmentLineID: r.ShipmentLineID, Good: r.Good, Damaged: r.Damaged, Missing: r.Missing})
	}
	list := make([]order.Handover, len(rows))
	for i, r := range rows {
		list[i] = r.handover()
		list[i].Lines = by[r.ID]
	}
	return list, nil
}

// UndoHandover takes a signing back, once.
func (t *Tx) UndoHandover(ctx context.Context, h order.Handover) error {
	return t.mustMatch(ctx, "handover-undo", M{"id": h.ID, "undone_at": h.UndoneAt, "undone_name": h.UndoneName, "undo_voucher_id": h.UndoVoucherID})
}

type clearingRow struct {
	ID             id.ID       `db:"id"`
	ShipmentID     id.ID       `db:"shipment_id"`
	ShipmentLineID id.ID       `db:"shipment_line_id"`
	Stage          order.Stage `db:"stage"`
	Fate           order.Fate  `db:"kind"`
	Qty            quantity.Q  `db:"qty"`
	VoucherID      id.ID       `db:"voucher_id"`
	RollID         id.ID       `db:"roll_id"`
	Note           string      `db:"note"`
	At             int64       `db:"at"`
	ActorID        id.ID       `db:"actor_id"`
	ActorName      string      `db:"actor_name"`
	RecordedAt     int64       `db:"recorded_at"`
	UndoneAt       int64       `db:"undone_at"`
	UndoneName     string      `db:"undone_name"`
	UndoVoucherID  id.ID       `db:"undo_voucher_id"`
}

// InsertClearings writes what became of goods.
func (t *Tx) InsertClearings(ctx context.Context, list []order.Clearing) error {
	rows := make([]M, len(list))
	for i, c := range list {
		rows[i] = M{"id": c.ID, "shipment_id": c.ShipmentID, "shipment_line_id": c.ShipmentLineID, "stage": c.Stage, "kind": c.Fate, "qty": c.Qty,
			"voucher_id": c.VoucherID, "roll_id": c.RollID, "note": c.Note, "at": c.At, "actor_id": c.ActorID, "actor_name": c.ActorName,
			"recorded_at": c.RecordedAt}
	}
	return t.insertMany(ctx, "clearing-insert", rows)
}

// Clearings lists what became of the goods of an order.
func (c *Conn) Clearings(ctx context.Context, of id.ID) ([]order.Clearing, error) {
	return c.clearings(ctx, M{"orders": []id.ID{of}})
}

func (c *Conn) clearings(ctx context.Context, args M) ([]order.Clearing, error) {
	var rows []clearingRow
	err := c.list(ctx, &rows, "clearings-of", args)
	list := make([]order.Clearing, len(rows))
	for i, r := range rows {
		list[i] = order.Clearing(r)
	}
	return list, err
}

// UndoClearings takes back what one voucher cleared and says how many lines.
func (t *Tx) UndoClearings(ctx context.Context, voucher id.ID, c order.Clearing) (int64, error) {
	return t.exec(ctx, "clearing-undo", M{"voucher_id": voucher, "undone_at": c.UndoneAt, "undone_name": c.UndoneName, "undo_voucher_id": c.UndoVoucherID})
}

// booked is what was booked of the lines of some loads.
type booked struct {
	came  map[id.ID]order.HandoverLine
	fates map[id.ID]map[order.Fate]quantity.Q
}

func (c *Conn) booked(ctx context.Context, args M) (booked, error) {
	b := booked{came: map[id.ID]order.HandoverLine{}, fates: map[id.ID]map[order.Fate]quantity.Q{}}
	handovers, err := c.handovers(ctx, args)
	if err != nil {
		return b, err
	}
	for _, h := range handovers {
		if h.UndoneAt != 0 {
			continue
		}
		for _, l := range h.Lines {
			sum := b.came[l.ShipmentLineID]
			sum.Good, sum.Damaged, sum.Missing = sum.Good+l.Good, sum.Damaged+l.Damaged, l.Missing
			b.came[l.ShipmentLineID] = sum
		}
	}
	clearings, err := c.clearings(ctx, args)
	for _, x := range clearings {
		if x.UndoneAt != 0 {
			continue
		}
		if b.fates[x.ShipmentLineID] == nil {
			b.fates[x.ShipmentLineID] = map[order.Fate]quantity.Q{}
		}
		b.fates[x.ShipmentLineID][x.Fate] += x.Qty
	}
	return b, err
}

func (b booked) onto(l *order.ShipmentLine) {
	came, fates := b.came[l.ID], b.fates[l.ID]
	l.Good, l.Damaged, l.Missing = came.Good, came.Damaged, came.Missing
	l.Back, l.RoadLost = fates[order.Back], fates[order.RoadLost]
	l.Used, l.Returned, l.Repair, l.Scrapped, l.Lost = fates[order.Used], fates[order.Returned], fates[order.Repair], fates[order.Scrapped], fates[order.Lost]
}
