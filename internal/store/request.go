package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

type requestRow struct {
	ID          id.ID               `db:"id"`
	Number      string              `db:"number"`
	Direction   order.Direction     `db:"direction"`
	ResponseID  id.ID               `db:"response_id"`
	DepotID     id.ID               `db:"depot_id"`
	Division    string              `db:"division"`
	Kind        string              `db:"kind"`
	HappenedAt  int64               `db:"happened_at"`
	Place       string              `db:"place"`
	MovedPeople int64               `db:"moved_people"`
	Days        int64               `db:"days"`
	Contact     string              `db:"contact"`
	Phone       string              `db:"phone"`
	Remark      string              `db:"remark"`
	Status      order.RequestStatus `db:"status"`
	AuthorID    id.ID               `db:"author_id"`
	AuthorName  string              `db:"author_name"`
	SentAt      int64               `db:"sent_at"`
	DecidedID   id.ID               `db:"decided_id"`
	DecidedName string              `db:"decided_name"`
	DecidedAt   int64               `db:"decided_at"`
	Answer      string              `db:"answer"`
	ClientKey   string              `db:"client_key"`
	RequestHash string              `db:"request_hash"`
	LockNo      int64               `db:"lock_no"`
}

func (r requestRow) request() order.Request {
	return order.Request{ID: r.ID, Number: r.Number, Direction: r.Direction, ResponseID: r.ResponseID, DepotID: r.DepotID, Division: r.Division,
		Kind: r.Kind, HappenedAt: r.HappenedAt, Place: r.Place, MovedPeople: r.MovedPeople, Days: r.Days, Contact: r.Contact, Phone: r.Phone,
		Remark: r.Remark, Status: r.Status, AuthorID: r.AuthorID, AuthorName: r.AuthorName, SentAt: r.SentAt, DecidedID: r.DecidedID,
		DecidedName: r.DecidedName, DecidedAt: r.DecidedAt, Answer: r.Answer, ClientKey: r.ClientKey, RequestHash: r.RequestHash, LockNo: r.LockNo}
}

type needLineRow struct {
	ID        id.ID      `db:"id"`
	RequestID id.ID      `db:"request_id"`
	No        int        `db:"line_no"`
	Target    string     `db:"target"`
	TargetID  id.ID      `db:"target_id"`
	Unit      string     `db:"unit"`
	Needed    quantity.Q `db:"needed"`
	InStock   quantity.Q `db:"in_stock"`
	Used      quantity.Q `db:"used"`
	Asked     quantity.Q `db:"asked"`
	Basis     string     `db:"basis"`
	Remark    string     `db:"remark"`
}

// InsertRequest writes a request with its lines. A client key used before is
// ErrDuplicate.
func (t *Tx) InsertRequest(ctx context.Context, r order.Request) error {
	_, err := t.exec(ctx, "request-insert", M{"id": r.ID, "number": r.Number, "direction": r.Direction, "response_id": r.ResponseID, "depot_id": r.DepotID,
		"division": r.Division, "kind": r.Kind, "happened_at": r.HappenedAt, "place": r.Place, "moved_people": r.MovedPeople, "days": r.Days,
		"contact": r.Contact, "phone": r.Phone, "remark": r.Remark, "status": r.Status, "author_id": r.AuthorID, "author_name": r.AuthorName,
		"sent_at": r.SentAt, "client_key": r.ClientKey, "request_hash": r.RequestHash})
	if err != nil {
		return err
	}
	rows := make([]M, len(r.Lines))
	for i, l := range r.Lines {
		rows[i] = M{"id": t.NewID(), "request_id": r.ID, "line_no": l.No, "target": l.Target, "target_id": l.TargetID, "unit": l.Unit, "needed": l.Needed,
			"in_stock": l.InStock, "used": l.Used, "asked": l.Asked, "basis": l.Basis, "remark": l.Remark}
	}
	return t.insertMany(ctx, "need-line-insert", rows)
}

// Request gives one with its lines, or NotFound.
func (c *Conn) Request(ctx context.Context, request id.ID) (order.Request, error) {
	var r requestRow
	if err := c.get(ctx, &r, "request-get", M{"id": request}); err != nil {
		return order.Request{}, err
	}
	list := []order.Request{r.request()}
	err := c.fillRequests(ctx, list)
	return list[0], err
}

// RequestByKey finds the request a form's key made, or NotFound.
func (c *Conn) RequestByKey(ctx context.Context, clientKey string) (order.Request, error) {
	var request id.ID
	if err := c.get(ctx, &request, "request-by-key", M{"client_key": clientKey}); err != nil {
		return order.Request{}, err
	}
	return c.Request(ctx, request)
}

// RequestFilter narrows a list of requests; zero fields mean "any".
type RequestFilter struct {
	Scope
	Statuses   []order.RequestStatus
	Direction  order.Direction
	ResponseID id.ID
	BeforeAt   int64
	BeforeID   id.ID
}

// Requests lists one page with its lines, the newest first.
func (c *Conn) Requests(ctx context.Context, f RequestFilter, limit int) ([]order.Request, error) {
	var rows []requestRow
	err := c.list(ctx, &rows, "request-page", M{"any_status": len(f.Statuses) == 0, "statuses": f.Statuses, "direction": f.Direction,
		"response_id": f.ResponseID, "all_depots": f.All, "depots": f.Depots, "before_at": f.BeforeAt, "before_id": f.BeforeID, "limit": limit})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list := make([]order.Request, len(rows))
	for i, r := range rows {
		list[i] = r.request()
	}
	return list, c.fillRequests(ctx, list)
}

func (c *Conn) fillRequests(ctx context.Context, list []order.Request) error {
	ids := make([]id.ID, len(list))
	at := map[id.ID]*order.Request{}
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	var lines []needLineRow
	if err := c.list(ctx, &lines, "need-lines", M{"requests": ids}); err != nil {
		return err
	}
	for _, r := range lines {
		at[r.RequestID].Lines = append(at[r.RequestID].Lines, order.NeedLine(r))
	}
	return nil
}

// DecideRequest moves a request on from one of some states; false says that it
// is in none of them any more.
func (t *Tx) DecideRequest(ctx context.Context, r order.Request, from ...order.RequestStatus) (bool, error) {
	n, err := t.exec(ctx, "request-decide", M{"id": r.ID, "status": r.Status, "decided_id": r.DecidedID, "decided_name": r.DecidedName,
		"decided_at": r.DecidedAt, "answer": r.Answer, "statuses": from})
	return n == 1, err
}
