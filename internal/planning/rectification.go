package planning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// RectifyInput opens rectifications for all that fails in a list of scores.
// Field names in errors: due_on, responsible.
type RectifyInput struct {
	Filter      ScoreFilter
	Responsible string // "" = each depot's keeper, else its custodian
	DueOn       string // "" = in RectifyDays
}

// OpenRectifications opens one for each rule that fails at the depots of a
// list where the actor may, and tells how many. What is open stays as it is,
// so a second click opens nothing.
func (s *Service) OpenRectifications(ctx context.Context, actor access.Actor, in RectifyInput) (opened int, err error) {
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return 0, err
	}
	if !actor.MayAnywhere(access.Rectify) {
		return 0, actor.Require(access.Rectify, 0)
	}
	who, due, err := s.checkRectify(in)
	if err != nil {
		return 0, err
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		opened = 0
		today := s.Today()
		rows, _, err := scoreRows(ctx, tx.Conn, actor, sc, today)
		if err != nil {
			return err
		}
		for _, r := range rows {
			missing := r.Missing()
			if !in.Filter.takes(r) || !r.MayRectify || len(missing) == 0 {
				continue
			}
			list := make([]plan.Rectification, len(missing))
			for i, v := range missing {
				list[i] = plan.Rectification{DepotID: r.Depot.ID, Rule: v.Rule, Text: clip(v.Todo, 300), DueOn: due, OpenedOn: today.First, OpenedName: actor.Name,
					Responsible: clip(cmp.Or(who, r.Depot.Keeper, r.Depot.Custodian, r.Depot.Name), 60)}
			}
			if err := tx.InsertRectifications(ctx, list); err != nil {
				return err
			}
			if err := tx.Audit(ctx, r.Depot.ID, record(actor, "rectification.open", r.Depot.Code+" "+r.Depot.Name, openedText(list))); err != nil {
				return err
			}
			opened += len(list)
		}
		return nil
	})
	return opened, err
}

func openedText(list []plan.Rectification) string {
	var parts []string
	for _, r := range list {
		parts = append(parts, r.Rule.Name()+"："+r.Text)
	}
	return fmt.Sprintf("%s 前由%s整改。%s", list[0].DueOn, list[0].Responsible, strings.Join(parts, ""))
}

func (s *Service) checkRectify(in RectifyInput) (who, due string, err error) {
	var c errs.Check
	today := s.Today()
	due = cmp.Or(s.checkDay(&c, "due_on", "整改期限", in.DueOn, false), today.AddDays(plan.RectifyDays).First)
	if due < today.First {
		c.Add("due_on", "整改期限 %s 已过，请填今天或以后的日期。", due)
	}
	who = tidy(in.Responsible)
	checkText(&c, "responsible", "责任人", who, 60)
	return who, due, c.Err()
}

// RectificationQuery narrows the list of rectifications.
type RectificationQuery struct {
	State   string // RectifyStates, "" = open
	Street  string
	DepotID id.ID
	AfterOn string // the last row of the page before
	AfterID id.ID
}

// The states of the list: what is open, of that what is late, what is closed.
const (
	StateOpen   = "open"
	StateLate   = "late"
	StateClosed = "closed"
)

// RectificationRow is one with its depot.
type RectificationRow struct {
	plan.Rectification
	Depot    place.Depot
	Late     bool
	MayClose bool // the actor, here
}

// RectificationPage is a page of the list. More says that it goes on.
type RectificationPage struct {
	Rows    []RectificationRow
	More    bool
	Open    int // of the filter, whatever the state
	Late    int
	Streets []place.Division
	Depots  []place.Depot // to choose from
}

// RectificationPageSize is the rows of a page.
const RectificationPageSize = 50

// Rectifications lists what must be or was put right at the depots in the
// actor's sight.
func (s *Service) Rectifications(ctx context.Context, actor access.Actor, q RectificationQuery) (RectificationPage, error) {
	var p RectificationPage
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return p, err
	}
	today := s.Today().First
	err = s.store.Snapshot(ctx, func(c *store.Conn) error {
		byID, narrowed, err := p.depots(ctx, c, sc, q.Street)
		if err != nil {
			return err
		}
		f := store.RectificationFilter{Scope: narrowed, DepotID: q.DepotID, Closed: q.State == StateClosed, AfterOn: q.AfterOn, AfterID: q.AfterID}
		if q.State == StateLate {
			f.LateBy = today
		}
		if p.Open, p.Late, err = c.RectificationCounts(ctx, f, today); err != nil {
			return err
		}
		rows, err := c.Rectifications(ctx, f, RectificationPageSize+1)
		if err != nil {
			return err
		}
		if p.More = len(rows) > RectificationPageSize; p.More {
			rows = rows[:RectificationPageSize]
		}
		for _, r := range rows {
			p.Rows = append(p.Rows, RectificationRow{Rectification: r, Depot: byID[r.DepotID], Late: r.Late(today),
				MayClose: r.Status == plan.RectifyOpen && actor.May(access.Rectify, r.DepotID)})
		}
		return nil
	})
	return p, err
}

// depots fills what there is to choose from and narrows the scope to a street.
func (p *RectificationPage) depots(ctx context.Context, c *store.Conn, sc store.Scope, street string) (map[id.ID]place.Depot, store.Scope, error) {
	all, err := c.Depots(ctx)
	if err != nil {
		return nil, sc, err
	}
	divisions, err := c.Divisions(ctx)
	if err != nil {
		return nil, sc, err
	}
	in, byID, narrowed := divisionsByCode(divisions), map[id.ID]place.Depot{}, store.Scope{}
	for _, d := range all {
		byID[d.ID] = d
		if !slices.Contains(scoredTiers, d.Tier) || !sc.All && !slices.Contains(sc.Depots, d.ID) {
			continue
		}
		p.Depots = append(p.Depots, d)
		at := in.street(d)
		if at.Code != "" && !slices.Contains(p.Streets, at) {
			p.Streets = append(p.Streets, at)
		}
		if at.Code == street {
			narrowed.Depots = append(narrowed.Depots, d.ID)
		}
	}
	if street == "" {
		narrowed = sc
	}
	return byID, narrowed, nil
}

// CloseInput writes a rectification off (销号). The one field in errors is
// evidence.
type CloseInput struct {
	Evidence string // what was done, and how it was checked
	LockNo   int64  // of the row as it was seen, 0 = as it is
}

// CloseRectification writes one off, once live data say that it is put right:
// nobody may close what still fails, whatever the reason. The same once more
// changes nothing and is no error.
func (s *Service) CloseRectification(ctx context.Context, actor access.Actor, rectification id.ID, in CloseInput) error {
	in.Evidence = tidy(in.Evidence)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		r, d, err := rectificationFor(ctx, tx, actor, rectification)
		if err != nil {
			return err
		}
		if r.Status == plan.RectifyClosed {
			if r.ClosedName == actor.Name && r.Evidence == in.Evidence {
				return nil
			}
			return errs.New(errs.Conflict, "这项整改已由%s于 %s 销号，不用再办。", r.ClosedName, r.ClosedOn)
		}
		var c errs.Check
		if in.Evidence == "" {
			c.Add("evidence", "请写明整改情况，例如：已清出过期食品 2 批并办理报废。")
		}
		checkText(&c, "evidence", "整改说明", in.Evidence, 300)
		if err := c.Err(); err != nil {
			return err
		}
		if err := s.putRight(ctx, tx.Conn, r, d); err != nil {
			return err
		}
		r.ClosedOn, r.ClosedName, r.Evidence, r.LockNo = s.Today().First, actor.Name, in.Evidence, cmp.Or(in.LockNo, r.LockNo)
		if err := tx.CloseRectification(ctx, r); err != nil {
			return err
		}
		return tx.Audit(ctx, d.ID, record(actor, "rectification.close", d.Code+" "+d.Name+" "+r.Rule.Name(), in.Evidence))
	})
}

// putRight refuses while the rule still fails. A depot that was closed since is
// judged by nobody, and what was open there may be written off.
func (s *Service) putRight(ctx context.Context, c *store.Conn, r plan.Rectification, d place.Depot) error {
	if !scored(d) {
		return nil
	}
	score, err := scoreOf(ctx, c, d, s.Today())
	if err != nil {
		return err
	}
	if v := score.Verdict(r.Rule); !v.Pass {
		return errs.New(errs.Conflict, "还没有整改到位：%s", v.Todo)
	}
	return nil
}

func rectificationFor(ctx context.Context, tx *store.Tx, actor access.Actor, rectification id.ID) (plan.Rectification, place.Depot, error) {
	const none = "没有这项整改，或您无权查看。请从整改清单中重新选择。"
	if !actor.MayAnywhere(access.Rectify) {
		return plan.Rectification{}, place.Depot{}, actor.Require(access.Rectify, 0)
	}
	r, err := tx.Rectification(ctx, rectification)
	if err != nil {
		return r, place.Depot{}, gone(err, none)
	}
	d, err := depotFor(ctx, tx.Conn, actor, access.Rectify, r.DepotID)
	return r, d, gone(err, none)
}
