// Package planning is the planner's work: reserve plans with their approval,
// the figures they are computed from, agreements, and stock held against them:
// coverage, people and days, proposals, scenarios, the state of street depots.
//
// Each method is one use case: it checks the actor's right, runs its rules in
// one transaction or over one snapshot, and answers with errs. It may import
// the domain and store; it knows no HTTP and no workbook. Nothing here books
// goods: what is proposed becomes a draft of somebody's voucher.
package planning

import (
	"context"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Service runs the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
}

// New makes the service.
func New(st *store.Store) *Service { return &Service{store: st} }

// Today is the business day of the store's clock.
func (s *Service) Today() day.Day { return day.At(s.store.Now()) }

// scope turns a right into the depots a list may show. Nobody's scope is an
// error, not an empty list.
func scope(actor access.Actor, p access.Permission) (store.Scope, error) {
	all, depots := actor.Depots(p)
	if !all && len(depots) == 0 {
		return store.Scope{}, actor.Require(p, 0)
	}
	return store.Scope{All: all, Depots: depots}, nil
}

// frame is what every rule of plans needs to know: goods and depots.
type frame struct {
	goods      *plan.Goods
	depots     *plan.Depots
	categories []catalog.Category
}

// frameOf reads it whole: a district has some hundreds of each.
func frameOf(ctx context.Context, c *store.Conn) (*frame, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	categories, err := c.Categories(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := c.ItemGroups(ctx)
	if err != nil {
		return nil, err
	}
	depots, err := c.Depots(ctx)
	if err != nil {
		return nil, err
	}
	return &frame{plan.NewGoods(items, categories, groups), plan.NewDepots(depots), categories}, nil
}

// record is an audit record of one of this package's acts.
func record(actor access.Actor, act, object, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: clip(object, 200), Result: "ok",
		Detail: clip(detail, 500), IP: actor.IP, RequestID: actor.RequestID}
}

// clip keeps a text within its column.
func clip(text string, limit int) string {
	if r := []rune(text); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return text
}

// tidy trims a typed text and joins its lines.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }

// checkText refuses a text longer than its column.
func checkText(c *errs.Check, field, label, text string, limit int) {
	if n := len([]rune(text)); n > limit {
		c.Add(field, "%s有 %d 个字，最多 %d 个，请改短。", label, n, limit)
	}
}

// checkDay reads a typed day; "" stays "" and is refused where it is needed.
func (s *Service) checkDay(c *errs.Check, field, label, text string, needed bool) string {
	text = strings.TrimSpace(text)
	if text == "" {
		if needed {
			c.Add(field, "请填写%s。", label)
		}
		return ""
	}
	r, err := day.Typed(text, s.Today())
	switch {
	case err != nil:
		c.Add(field, "%s看不懂：%s", label, errs.MessageOf(err))
		return ""
	case r.Day.IsZero(): // 长期, 无 and the like: readable, but no day
		if needed {
			c.Add(field, "%s须是具体的日期，例如 %s。", label, s.Today())
		}
		return ""
	case r.Day.Precision != day.ToDay:
		c.Add(field, "%s须填到日，例如 %s。", label, s.Today())
		return ""
	}
	return r.Day.First
}

// depotFor gives a depot the actor has a right at. One out of sight is
// NotFound: a stranger learns nothing of it.
func depotFor(ctx context.Context, c *store.Conn, actor access.Actor, p access.Permission, depot id.ID) (place.Depot, error) {
	if depot == 0 || !actor.May(access.PlanView, depot) {
		return place.Depot{}, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	if err := actor.Require(p, depot); err != nil {
		return place.Depot{}, err
	}
	return c.Depot(ctx, depot)
}
