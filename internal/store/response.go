package store

import (
	"context"
	"strings"

	"changbei/internal/id"
	"changbei/internal/order"
)

type eventRow struct {
	ID         id.ID  `db:"id"`
	Name       string `db:"name"`
	Kind       string `db:"kind"`
	Areas      string `db:"areas"`
	Place      string `db:"place"`
	Summary    string `db:"summary"`
	BegunAt    int64  `db:"begun_at"`
	AuthorID   id.ID  `db:"author_id"`
	AuthorName string `db:"author_name"`
	RecordedAt int64  `db:"recorded_at"`
}

func (r eventRow) event() order.Event {
	return order.Event{ID: r.ID, Name: r.Name, Kind: r.Kind, Areas: codes(r.Areas), Place: r.Place, Summary: r.Summary, BegunAt: r.BegunAt,
		AuthorID: r.AuthorID, AuthorName: r.AuthorName, RecordedAt: r.RecordedAt}
}

// codes reads a list of division codes; a column holds them by commas.
func codes(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// InsertEvent writes an event.
func (t *Tx) InsertEvent(ctx context.Context, e order.Event) error {
	_, err := t.exec(ctx, "event-insert", M{"id": e.ID, "name": e.Name, "kind": e.Kind, "areas": strings.Join(e.Areas, ","), "place": e.Place,
		"summary": e.Summary, "begun_at": e.BegunAt, "author_id": e.AuthorID, "author_name": e.AuthorName, "recorded_at": e.RecordedAt})
	return err
}

// Events lists all events, the newest first.
func (c *Conn) Events(ctx context.Context) ([]order.Event, error) {
	var rows []eventRow
	err := c.list(ctx, &rows, "event-list", nil)
	list := make([]order.Event, len(rows))
	for i, r := range rows {
		list[i] = r.event()
	}
	return list, err
}

// Event gives one or NotFound.
func (c *Conn) Event(ctx context.Context, event id.ID) (order.Event, error) {
	var r eventRow
	err := c.get(ctx, &r, "event-get", M{"id": event})
	return r.event(), err
}

type responseRow struct {
	ID          id.ID                `db:"id"`
	EventID     id.ID                `db:"event_id"`
	Nature      order.Nature         `db:"nature"`
	Name        string               `db:"name"`
	Areas       string               `db:"areas"`
	Level       order.Level          `db:"grade"`
	Status      order.ResponseStatus `db:"status"`
	WordFirst   bool                 `db:"word_first"`
	Flood       bool                 `db:"flood"`
	DocumentNo  string               `db:"document_no"`
	BegunAt     int64                `db:"begun_at"`
	EndedAt     int64                `db:"ended_at"`
	SettledAt   int64                `db:"settled_at"`
	SettledName string               `db:"settled_name"`
	AuthorID    id.ID                `db:"author_id"`
	AuthorName  string               `db:"author_name"`
	RecordedAt  int64                `db:"recorded_at"`
	LockNo      int64                `db:"lock_no"`
}

func (r responseRow) response() order.Response {
	return order.Response{ID: r.ID, EventID: r.EventID, Nature: r.Nature, Name: r.Name, Areas: codes(r.Areas), Level: r.Level, Status: r.Status,
		WordFirst: r.WordFirst, Flood: r.Flood, DocumentNo: r.DocumentNo, BegunAt: r.BegunAt, EndedAt: r.EndedAt, SettledAt: r.SettledAt,
		SettledName: r.SettledName, AuthorID: r.AuthorID, AuthorName: r.AuthorName, RecordedAt: r.RecordedAt, LockNo: r.LockNo}
}

func responseArgs(r order.Response) M {
	return M{"id": r.ID, "event_id": r.EventID, "nature": r.Nature, "name": r.Name, "areas": strings.Join(r.Areas, ","), "grade": r.Level,
		"status": r.Status, "word_first": r.WordFirst, "flood": r.Flood, "document_no": r.DocumentNo, "begun_at": r.BegunAt, "ended_at": r.EndedAt,
		"settled_at": r.SettledAt, "settled_name": r.SettledName, "author_id": r.AuthorID, "author_name": r.AuthorName, "recorded_at": r.RecordedAt,
		"lock_no": r.LockNo}
}

// InsertResponse writes a response.
func (t *Tx) InsertResponse(ctx context.Context, r order.Response) error {
	_, err := t.exec(ctx, "response-insert", responseArgs(r))
	return err
}

// Response gives one or NotFound.
func (c *Conn) Response(ctx context.Context, response id.ID) (order.Response, error) {
	var r responseRow
	err := c.get(ctx, &r, "response-get", M{"id": response})
	return r.response(), err
}

// maxResponses bounds the list: a district that has more looks at the newest.
const maxResponses = 500

// Responses lists those in some states, none = any: what runs first, then what
// is not settled.
func (c *Conn) Responses(ctx context.Context, statuses ...order.ResponseStatus) ([]order.Response, error) {
	var rows []responseRow
	err := c.list(ctx, &rows, "response-list", M{"any_status": len(statuses) == 0, "statuses": statuses, "limit": maxResponses})
	list := make([]order.Response, len(rows))
	for i, r := range rows {
		list[i] = r.response()
	}
	return list, err
}

// UpdateResponse changes a response as it stood under its state and lock
// number.
func (t *Tx) UpdateResponse(ctx context.Context, r order.Response, was order.ResponseStatus) error {
	args := responseArgs(r)
	args["was"] = was
	return t.mustMatch(ctx, "response-update", args)
}

// HoldResponse locks a response in one of some states for what is added to it;
// false says that it is in none of them.
func (t *Tx) HoldResponse(ctx context.Context, response id.ID, statuses ...order.ResponseStatus) (bool, error) {
	n, err := t.exec(ctx, "response-hold", M{"id": response, "statuses": statuses})
	return n == 1, err
}

// InsertChange writes a change of a response; it is never changed itself.
func (t *Tx) InsertChange(ctx context.Context, c order.Change) error {
	_, err := t.exec(ctx, "response-change-insert", M{"id": c.ID, "response_id": c.ResponseID, "act": c.Act, "grade": c.Level, "document_no": c.DocumentNo,
		"note": c.Note, "at": c.At, "actor_id": c.ActorID, "actor_name": c.ActorName, "recorded_at": c.RecordedAt})
	return err
}

// Changes lists the changes of a response in the order they took effect.
func (c *Conn) Changes(ctx context.Context, response id.ID) ([]order.Change, error) {
	var rows []struct {
		ID         id.ID       `db:"id"`
		ResponseID id.ID       `db:"response_id"`
		Act        order.Act   `db:"act"`
		Level      order.Level `db:"grade"`
		DocumentNo string      `db:"document_no"`
		Note       string      `db:"note"`
		At         int64       `db:"at"`
		ActorID    id.ID       `db:"actor_id"`
		ActorName  string      `db:"actor_name"`
		RecordedAt int64       `db:"recorded_at"`
	}
	err := c.list(ctx, &rows, "response-changes", M{"response_id": response})
	list := make([]order.Change, len(rows))
	for i, r := range rows {
		list[i] = order.Change(r)
	}
	return list, err
}

// Debts counts what keeps a response from being settled beside its goods.
type Debts struct {
	Orders   int `db:"orders"`   // proposed or under way
	Papers   int `db:"papers"`   // missing
	Requests int `db:"requests"` // without an answer
}

// Debts counts those of a response.
func (c *Conn) Debts(ctx context.Context, response id.ID) (Debts, error) {
	var d Debts
	err := c.get(ctx, &d, "response-debts", M{"id": response})
	return d, err
}
