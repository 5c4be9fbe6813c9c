package planning

import (
	"context"
	"encoding/json"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Effect is a line of a plan that a changed figure would change. Nothing
// changes by itself: the planner computes the line anew, or does not.
type Effect struct {
	PlanID        id.ID
	Plan          string
	Status        plan.Status
	LineNo        int
	Scope, Target string // as people say them
	Unit          string
	Area, Figure  string
	Was, Now      plan.Figure // as the line used it; the newest
	Standard      quantity.Q
	Becomes       quantity.Q
	Computed      bool // Becomes is known
}

// FigureEffects lists the lines of plans in force or being made whose figure
// has another value by now.
func (s *Service) FigureEffects(ctx context.Context, actor access.Actor) ([]Effect, error) {
	figures, err := s.figures(ctx, actor)
	if err != nil {
		return nil, err
	}
	return s.effects(ctx, s.store.Read(), actor, figures)
}

// PreviewFigures lists what FigureEffects would list if typed values were
// recorded, and records nothing.
func (s *Service) PreviewFigures(ctx context.Context, actor access.Actor, in FiguresInput) ([]Effect, error) {
	if err := actor.Require(access.PlanEdit, 0); err != nil {
		return nil, err
	}
	c := s.store.Read()
	figures, err := figuresOf(ctx, c)
	if err != nil {
		return nil, err
	}
	areas, err := areasOf(ctx, c)
	if err != nil {
		return nil, err
	}
	changed, err := s.readFigures(ctx, c, in, figures, areas)
	if err != nil {
		return nil, err
	}
	for i, f := range changed {
		last, _ := figures.Of(f.Division, f.Name, f.Year)
		changed[i].RecordedAt = last.RecordedAt + 1
	}
	return s.effects(ctx, c, actor, figures.With(changed...))
}

func (s *Service) effects(ctx context.Context, c *store.Conn, actor access.Actor, figures *plan.Figures) ([]Effect, error) {
	lines, err := c.BasisLines(ctx)
	if err != nil {
		return nil, err
	}
	f, err := frameOf(ctx, c)
	if err != nil {
		return nil, err
	}
	areas, err := areasOf(ctx, c)
	if err != nil {
		return nil, err
	}
	today := s.Today().First
	var list []Effect
	for _, l := range lines {
		over := l.PlanStatus == plan.Approved && l.ToOn < today
		if over || l.Scope.Kind == plan.AtDepot && !actor.May(access.PlanView, l.Scope.DepotID) {
			continue
		}
		var b plan.Basis
		if json.Unmarshal([]byte(l.BasisJSON), &b) != nil || b.Figure == "" {
			continue // a fixed one
		}
		now, known := figures.Latest(b.Division, b.Figure)
		if !known || now.Value == b.Value {
			continue
		}
		e := Effect{PlanID: l.PlanID, Plan: l.PlanName, Status: l.PlanStatus, LineNo: l.No, Scope: f.depots.Label(l.Scope), Target: f.goods.Label(l.Target),
			Unit: l.Unit, Area: areas.name(b.Division), Figure: b.Figure, Standard: l.Standard, Now: now,
			Was: plan.Figure{Division: b.Division, Name: b.Figure, Unit: now.Unit, Year: b.Year, Value: b.Value}}
		e.Becomes, e.Computed = b.Standard(now.Value, f.goods.Decimals(l.Target))
		list = append(list, e)
	}
	return list, nil
}
