// Package inventory is the keeper's work: drafting, posting and reversing
// vouchers, and looking at stock and stock cards.
//
// Each method is one use case: it checks the actor's right at the depot, runs
// its rules in one transaction, and answers with errs. It may import the
// domain, posting and store; it knows no HTTP and no workbook.
package inventory

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
)

// Service holds what the use cases need.
type Service struct {
	store     *store.Store
	catalogue catalogue
	shelving  shelving
}

// New makes the service.
func New(st *store.Store) *Service { return &Service{store: st} }

// Today is the business day of the store's clock.
func (s *Service) Today() day.Day { return day.At(s.store.Now()) }

// scope turns the actor's right into the depots a list may show. Nobody's
// scope is an error, not an empty list, so that a missing right is seen.
func scope(actor access.Actor, p access.Permission) (store.Scope, error) {
	all, depots := actor.Depots(p)
	if !all && len(depots) == 0 {
		return store.Scope{}, actor.Require(p, 0)
	}
	return store.Scope{All: all, Depots: depots}, nil
}

// depotFor gives a depot the actor has a permission at. A depot out of scope
// is NotFound: a stranger learns nothing of it.
func depotFor(ctx context.Context, c *store.Conn, actor access.Actor, p access.Permission, depot id.ID) (place.Depot, error) {
	if err := mayAt(actor, p, depot); err != nil {
		return place.Depot{}, err
	}
	return c.Depot(ctx, depot)
}

func mayAt(actor access.Actor, p access.Permission, depot id.ID) error {
	if depot == 0 || !actor.May(access.StockView, depot) {
		return errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	return actor.Require(p, depot)
}
