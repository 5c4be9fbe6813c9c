// Package dispatching is moving goods in an emergency: responses, what streets
// ask for, orders from the proposal to the signed receipt, goods that leave on
// a phone call before their papers, and the accounts afterwards.
//
// Each method is one use case: it checks the actor's right, runs its rules in
// one transaction and answers with errs. An act on an order takes the order's
// row first, then the heads of the depots, then stock: of two acts one comes
// after the other. Goods move through posting alone. It may import the domain,
// posting and store; it knows no HTTP and no workbook.
package dispatching

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store"
)

// Service runs the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
}

// New makes the service.
func New(st *store.Store) *Service { return &Service{store: st} }

// Now is the store's clock.
func (s *Service) Now() time.Time { return s.store.Now() }

// scope turns a right into the depots a list may show. Nobody's scope is an
// error, not an empty list.
func scope(actor access.Actor, p access.Permission) (store.Scope, error) {
	all, depots := actor.Depots(p)
	if !all && len(depots) == 0 {
		return store.Scope{}, actor.Require(p, 0)
	}
	return store.Scope{All: all, Depots: depots}, nil
}

// record is an audit record of one of this package's acts.
func record(actor access.Actor, act, object, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: object, Result: "ok", Detail: detail,
		IP: actor.IP, RequestID: actor.RequestID}
}

// tidy trims a typed text and joins its lines.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }

// checkText refuses a text longer than its column.
func checkText(c *errs.Check, field, label, text string, limit int) {
	if n := len([]rune(text)); n > limit {
		c.Add(field, "%s有 %d 个字，最多 %d 个，请改短。", label, n, limit)
	}
}

// needText refuses an empty text and one longer than its column.
func needText(c *errs.Check, field, label, text string, limit int) {
	if text == "" {
		c.Add(field, "请填写%s。", label)
	}
	checkText(c, field, label, text, limit)
}

// moment reads a typed minute that is not to come; "" is now.
func moment(c *errs.Check, field, label, text string, now time.Time) int64 {
	at, err := order.ParseMoment(text, now)
	switch {
	case err != nil:
		c.Add(field, "%s：%s", label, errs.MessageOf(err))
		return 0
	case at > now.Add(time.Minute).UnixMicro():
		c.Add(field, "%s %s 还没有到，请核对。", label, order.Clock(at))
	}
	return min(at, now.UnixMicro())
}

// dayOf is the business day of an instant.
func dayOf(at int64) day.Day { return day.At(time.UnixMicro(at)) }

// checkKey refuses a key no form of ours made.
func checkKey(key string) error {
	if len(key) < 16 || len(key) > 60 {
		return errs.New(errs.Invalid, "页面已过期，请重新打开后再填写。")
	}
	return nil
}

// hashOf covers a request's content for the idempotency check.
func hashOf(kind string, content any) string {
	b, _ := json.Marshal(content)
	sum := sha256.Sum256(append([]byte(kind+"\n"), b...))
	return hex.EncodeToString(sum[:])
}

// newToken makes the code of a shipment's paper.
func newToken() string {
	var raw [12]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

// done is what was found under a form's key.
type done struct {
	hash  string
	actor id.ID
	what  string // for the sentence that refuses another content
}

// once runs an act whose form carries a key. The same key with the same
// content is not done twice: after a failure, find looks what became of the
// key, detached from the request's own deadline, because an answer may have
// been lost after the commit.
func (s *Service) once(ctx context.Context, actor access.Actor, key, hash string, fn func(*store.Tx) error, find func(context.Context) (done, error)) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := s.store.Tx(ctx, fn)
	if err == nil {
		return nil
	}
	look, stop := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer stop()
	prior, found := find(look)
	switch {
	case errors.Is(found, errs.NotFound):
		return err
	case found != nil:
		return store.Unknown(errors.Join(err, found))
	case prior.hash != hash || prior.actor != actor.ID:
		return errs.New(errs.Conflict, "这一页已经提交过（%s），但内容与这次的不同。请打开核对；确需再办一次，请重新打开页面。", prior.what)
	}
	return nil
}

// lookTime bounds looking up what became of a request.
const lookTime = 5 * time.Second

// world is what an act reads of goods and depots.
type world struct {
	depots map[id.ID]place.Depot
	items  map[id.ID]catalog.Item
}

// readWorld reads depots and the items named.
func readWorld(ctx context.Context, c *store.Conn, items []id.ID) (world, error) {
	w := world{depots: map[id.ID]place.Depot{}}
	depots, err := c.Depots(ctx)
	if err != nil {
		return w, err
	}
	for _, d := range depots {
		w.depots[d.ID] = d
	}
	w.items, err = c.ItemsByID(ctx, items)
	return w, err
}

// itemsOf lists the items of an order's lines, each once.
func itemsOf(o order.Order) []id.ID {
	seen := map[id.ID]bool{}
	var list []id.ID
	for _, l := range o.Lines {
		if !seen[l.ItemID] {
			seen[l.ItemID] = true
			list = append(list, l.ItemID)
		}
	}
	return list
}
