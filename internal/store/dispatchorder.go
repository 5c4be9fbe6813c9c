package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

type orderRow struct {
	ID            id.ID        `db:"id"`
	Number        string       `db:"number"`
	ResponseID    id.ID        `db:"response_id"`
	RequestID     id.ID        `db:"request_id"`
	Nature        order.Nature `db:"nature"`
	ByWord        bool         `db:"by_word"`
	PlanKind      string       `db:"plan_kind"`
	Status        order.Status `db:"status"`
	Reason        string       `db:"reason"`
	Remark        string       `db:"remark"`
	RequestedAt   int64        `db:"requested_at"`
	RequestedName string       `db:"requested_name"`
	ProposedAt    int64        `db:"proposed_at"`
	ProposedID    id.ID        `db:"proposed_id"`
	ProposedName  string       `db:"proposed_name"`
	DecidedAt     int64        `db:"decided_at"`
	DecidedID     id.ID        `db:"decided_id"`
	DecidedName   string       `db:"decided_name"`
	WordOf        string       `db:"word_of"`
	DocumentNo    string       `db:"document_no"`
	SignedOn      string       `db:"signed_on"`
	Decision      string       `db:"decision"`
	DoneAt        int64        `db:"done_at"`
	ClientKey     string       `db:"client_key"`
	RequestHash   string       `db:"request_hash"`
	LockNo        int64        `db:"lock_no"`
}

func (r orderRow) order() order.Order {
	return order.Order{ID: r.ID, Number: r.Number, ResponseID: r.ResponseID, RequestID: r.RequestID, Nature: r.Nature, ByWord: r.ByWord,
		PlanKind: r.PlanKind, Status: r.Status, Reason: r.Reason, Remark: r.Remark, RequestedAt: r.RequestedAt, RequestedName: r.RequestedName,
		ProposedAt: r.ProposedAt, ProposedID: r.ProposedID, ProposedName: r.ProposedName, DecidedAt: r.DecidedAt, DecidedID: r.DecidedID,
		DecidedName: r.DecidedName, WordOf: r.WordOf, DocumentNo: r.DocumentNo, SignedOn: r.SignedOn, Decision: r.Decision, DoneAt: r.DoneAt,
		ClientKey: r.ClientKey, RequestHash: r.RequestHash, LockNo: r.LockNo}
}

type orderTargetRow struct {
	ID       id.ID  `db:"id"`
	OrderID  id.ID  `db:"order_id"`
	No       int    `db:"target_no"`
	DepotID  id.ID  `db:"depot_id"`
	DeskID   id.ID  `db:"desk_id"`
	Division string `db:"division"`
	Name     string `db:"name"`
	Address  string `db:"address"`
	Contact  string `db:"contact"`
	Phone    string `db:"phone"`
}

type orderLineRow struct {
	ID         id.ID      `db:"id"`
	OrderID    id.ID      `db:"order_id"`
	No         int        `db:"line_no"`
	TargetID   id.ID      `db:"target_id"`
	DepotID    id.ID      `db:"depot_id"`
	ItemID     id.ID      `db:"item_id"`
	NeedLineID id.ID      `db:"need_line_id"`
	Qty        quantity.Q `db:"qty"`
	Dropped    quantity.Q `db:"dropped"`
	Remark     string     `db:"remark"`
}

type orderPaperRow struct {
	OrderID    id.ID           `db:"order_id"`
	Kind       order.PaperKind `db:"kind"`
	DueAt      int64           `db:"due_at"`
	DoneAt     int64           `db:"done_at"`
	DoneID     id.ID           `db:"done_id"`
	DoneName   string          `db:"done_name"`
	DocumentNo string          `db:"document_no"`
	Note       string          `db:"note"`
}

// InsertOrder writes an order with its targets and lines. A client key used
// before is ErrDuplicate.
func (t *Tx) InsertOrder(ctx context.Context, o order.Order) error {
	_, err := t.exec(ctx, "order-insert", M{"id": o.ID, "number": o.Number, "response_id": o.ResponseID, "request_id": o.RequestID, "nature": o.Nature,
		"by_word": o.ByWord, "plan_kind": o.PlanKind, "status": o.Status, "reason": o.Reason, "remark": o.Remark, "requested_at": o.RequestedAt,
		"requested_name": o.RequestedName, "proposed_at": o.ProposedAt, "proposed_id": o.ProposedID, "proposed_name": o.ProposedName,
		"decided_at": o.DecidedAt, "decided_id": o.DecidedID, "decided_name": o.DecidedName, "word_of": o.WordOf, "document_no": o.DocumentNo,
		"signed_on": o.SignedOn, "client_key": o.ClientKey, "request_hash": o.RequestHash})
	if err != nil {
		return err
	}
	targets := make([]M, len(o.Targets))
	for i, r := range o.Targets {
		targets[i] = M{"id": r.ID, "order_id": o.ID, "target_no": r.No, "depot_id": r.DepotID, "desk_id": r.DeskID, "division": r.Division, "name": r.Name,
			"address": r.Address, "contact": r.Contact, "phone": r.Phone}
	}
	if err := t.insertMany(ctx, "order-target-insert", targets); err != nil {
		return err
	}
	return t.InsertOrderLines(ctx, o.ID, o.Lines)
}

// InsertOrderLines adds lines to an order.
func (t *Tx) InsertOrderLines(ctx context.Context, of id.ID, lines []order.Line) error {
	rows := make([]M, len(lines))
	for i, l := range lines {
		rows[i] = M{"id": l.ID, "order_id": of, "line_no": l.No, "target_id": l.TargetID, "depot_id": l.DepotID, "item_id": l.ItemID,
			"need_line_id": l.NeedLineID, "qty": l.Qty, "remark": l.Remark}
	}
	return t.insertMany(ctx, "order-line-insert", rows)
}

// Order gives an order whole, with its shipments and what was booked of them,
// or NotFound.
func (c *Conn) Order(ctx context.Context, of id.ID) (order.Order, error) {
	var r orderRow
	if err := c.get(ctx, &r, "order-get", M{"id": of}); err != nil {
		return order.Order{}, err
	}
	list := []order.Order{r.order()}
	err := c.fillOrders(ctx, list)
	return list[0], err
}

// OrderByKey finds the order a form's key made, or NotFound.
func (c *Conn) OrderByKey(ctx context.Context, clientKey string) (order.Order, error) {
	var of id.ID
	if err := c.get(ctx, &of, "order-by-key", M{"client_key": clientKey}); err != nil {
		return order.Order{}, err
	}
	return c.Order(ctx, of)
}

// OrderFilter narrows a list of orders; zero fields mean "any". Before is the
// last row of the page before.
type OrderFilter struct {
	Scope
	Statuses   []order.Status
	ResponseID id.ID
	RequestID  id.ID
	DepotID    id.ID
	Number     string
	BeforeAt   int64
	BeforeID   id.ID
}

// Orders lists one page, the newest first, each whole.
func (c *Conn) Orders(ctx context.Context, f OrderFilter, limit int) ([]order.Order, error) {
	var rows []orderRow
	err := c.list(ctx, &rows, "order-page", M{"any_status": len(f.Statuses) == 0, "statuses": f.Statuses, "response_id": f.ResponseID,
		"request_id": f.RequestID, "all_depots": f.All, "depots": f.Depots, "depot_id": f.DepotID, "number": contains(f.Number),
		"before_at": f.BeforeAt, "before_id": f.BeforeID, "limit": limit})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list := make([]order.Order, len(rows))
	for i, r := range rows {
		list[i] = r.order()
	}
	return list, c.fillOrders(ctx, list)
}

// OrdersByID gives some orders whole, in the order of the ids.
func (c *Conn) OrdersByID(ctx context.Context, ids []id.ID) ([]order.Order, error) {
	list := make([]order.Order, 0, len(ids))
	for _, of := range ids {
		var r orderRow
		if err := c.get(ctx, &r, "order-get", M{"id": of}); err != nil {
			return nil, err
		}
		list = append(list, r.order())
	}
	if len(list) == 0 {
		return nil, nil
	}
	return list, c.fillOrders(ctx, list)
}

// fillOrders reads what hangs on some orders.
func (c *Conn) fillOrders(ctx context.Context, list []order.Order) error {
	ids := make([]id.ID, len(list))
	at := make(map[id.ID]*order.Order, len(list))
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	args := M{"orders": ids}
	var targets []orderTargetRow
	if err := c.list(ctx, &targets, "order-targets", args); err != nil {
		return err
	}
	for _, r := range targets {
		at[r.OrderID].Targets = append(at[r.OrderID].Targets, order.Target(r))
	}
	var lines []orderLineRow
	if err := c.list(ctx, &lines, "order-lines", args); err != nil {
		return err
	}
	for _, r := range lines {
		at[r.OrderID].Lines = append(at[r.OrderID].Lines, order.Line(r))
	}
	var papers []orderPaperRow
	if err := c.list(ctx, &papers, "order-papers", args); err != nil {
		return err
	}
	for _, r := range papers {
		at[r.OrderID].Papers = append(at[r.OrderID].Papers, order.Paper(r))
	}
	return c.fillShipments(ctx, args, at)
}

// DecideOrder approves or refuses an order as it stood under its lock number.
// One that was decided meanwhile is a Conflict.
func (t *Tx) DecideOrder(ctx context.Context, o order.Order) error {
	return t.mustMatch(ctx, "order-decide", M{"id": o.ID, "status": o.Status, "decided_at": o.DecidedAt, "decided_id": o.DecidedID,
		"decided_name": o.DecidedName, "document_no": o.DocumentNo, "signed_on": o.SignedOn, "decision": o.Decision, "lock_no": o.LockNo})
}

// SayWord sets when an order that was just drawn up by word was given.
func (t *Tx) SayWord(ctx context.Context, o order.Order) error {
	return t.mustMatch(ctx, "order-word", M{"id": o.ID, "decided_at": o.DecidedAt, "requested_at": o.RequestedAt})
}

// TakeOrder locks an approved order, so that of two acts on it one comes after
// the other, and reads it whole. found is false when it is not approved.
func (t *Tx) TakeOrder(ctx context.Context, of id.ID) (o order.Order, found bool, err error) {
	n, err := t.exec(ctx, "order-take", M{"id": of})
	if err != nil || n != 1 {
		return o, false, err
	}
	o, err = t.Order(ctx, of)
	return o, true, err
}

// CloseOrder moves an order on from a state: cancelled, done, or open again.
func (t *Tx) CloseOrder(ctx context.Context, of id.ID, was, status order.Status, decision string, doneAt int64) error {
	return t.mustMatch(ctx, "order-close", M{"id": of, "was": was, "status": status, "decision": decision, "done_at": doneAt})
}

// OrdersStanding counts the orders of a request that stand or wait for a leader.
func (c *Conn) OrdersStanding(ctx context.Context, request id.ID) (n int, err error) {
	err = c.get(ctx, &n, "order-standing", M{"request_id": request})
	return n, err
}

// OrdersOpenAt counts what a depot still has to send or to sign for.
func (c *Conn) OrdersOpenAt(ctx context.Context, depot id.ID) (n int, err error) {
	err = c.get(ctx, &n, "order-open-at", M{"depot_id": depot})
	return n, err
}

// DropOrderLine gives up a part of a line, never more than it has.
func (t *Tx) DropOrderLine(ctx context.Context, line id.ID, qty quantity.Q) error {
	return t.mustMatch(ctx, "order-line-drop", M{"id": line, "qty": qty})
}

// InsertPapers writes the papers an order owes.
func (t *Tx) InsertPapers(ctx context.Context, list []order.Paper) error {
	rows := make([]M, len(list))
	for i, p := range list {
		rows[i] = M{"order_id": p.OrderID, "kind": p.Kind, "due_at": p.DueAt}
	}
	return t.insertMany(ctx, "order-paper-insert", rows)
}

// HandInPaper notes that a paper is there. False says that it was already.
func (t *Tx) HandInPaper(ctx context.Context, p order.Paper) (bool, error) {
	n, err := t.exec(ctx, "order-paper-done", M{"order_id": p.OrderID, "kind": p.Kind, "done_at": p.DoneAt, "done_id": p.DoneID, "done_name": p.DoneName,
		"document_no": p.DocumentNo, "note": p.Note})
	return n == 1, err
}

// ReopenReceipt takes the receipt of an order given by word back: what was
// signed for is on the road again. False = none was there.
func (t *Tx) ReopenReceipt(ctx context.Context, of id.ID) (bool, error) {
	n, err := t.exec(ctx, "order-paper-reopen", M{"order_id": of, "kind": order.SignedReceipt})
	return n == 1, err
}

// MissingPaper is a paper still owed, with its order's number.
type MissingPaper struct {
	order.Paper
	Number string
}

// MissingPapers lists what is owed, the most urgent first; response 0 = of all.
func (c *Conn) MissingPapers(ctx context.Context, response id.ID) ([]MissingPaper, error) {
	return c.missingPapers(ctx, "order-paper-missing", M{"response_id": response})
}

// LatePapers lists those past an instant of which nobody has been told.
func (c *Conn) LatePapers(ctx context.Context, now int64) ([]MissingPaper, error) {
	return c.missingPapers(ctx, "order-paper-late", M{"now": now})
}

// TellPaper marks that people are told of a late paper; false = they were.
func (t *Tx) TellPaper(ctx context.Context, p order.Paper) (bool, error) {
	n, err := t.exec(ctx, "order-paper-told", M{"order_id": p.OrderID, "kind": p.Kind, "at": t.NowMicro()})
	return n == 1, err
}

func (c *Conn) missingPapers(ctx context.Context, query string, args M) ([]MissingPaper, error) {
	var rows []struct {
		orderPaperRow
		Number string `db:"number"`
	}
	err := c.list(ctx, &rows, query, args)
	list := make([]MissingPaper, len(rows))
	for i, r := range rows {
		list[i] = MissingPaper{order.Paper(r.orderPaperRow), r.Number}
	}
	return list, err
}
