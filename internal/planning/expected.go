package planning

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// ExpectedRow is goods that will come, with what pages name them by.
type ExpectedRow struct {
	plan.Expected
	Depot    place.Depot
	Item     catalog.Item
	Late     int // days past the day it was due, of an open one
	MayClose bool
}

// ExpectedList is what a person may see of what is expected.
type ExpectedList struct {
	Open   []ExpectedRow // by the day it is due
	Closed []ExpectedRow // the last ones, latest first
	Depots []place.Depot // where the person may add some
}

// maxClosed is how many closed rows are shown: a year of a district.
const maxClosed = 100

// mayExpect reports that somebody may say what will come to a depot: planners,
// and those who will book it in.
func mayExpect(actor access.Actor, depot id.ID) bool {
	return actor.May(access.PlanEdit, depot) || actor.May(access.VoucherPost, depot)
}

// requireExpect refuses those who may say so nowhere, before anything else of
// the request is looked at.
func requireExpect(actor access.Actor) error {
	if actor.MayAnywhere(access.PlanEdit) || actor.MayAnywhere(access.VoucherPost) {
		return nil
	}
	return actor.Require(access.PlanEdit, 0)
}

// ExpectedList lists what is expected at the depots in the actor's scope.
func (s *Service) ExpectedList(ctx context.Context, actor access.Actor) (ExpectedList, error) {
	var list ExpectedList
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return list, err
	}
	c := s.store.Read()
	f, err := frameOf(ctx, c)
	if err != nil {
		return list, err
	}
	for _, d := range f.depots.List() {
		if !d.Closed && mayExpect(actor, d.ID) {
			list.Depots = append(list.Depots, d)
		}
	}
	open, err := c.Expecteds(ctx, sc, plan.ExpectedOpen)
	if err != nil {
		return list, err
	}
	closed, err := c.ClosedExpecteds(ctx, sc, maxClosed)
	list.Open, list.Closed = s.expectedRows(actor, f, open), s.expectedRows(actor, f, closed)
	return list, err
}

func (s *Service) expectedRows(actor access.Actor, f *frame, list []plan.Expected) []ExpectedRow {
	rows := make([]ExpectedRow, len(list))
	for i, e := range list {
		r := ExpectedRow{Expected: e}
		r.Depot, _ = f.depots.Depot(e.DepotID)
		r.Item, _ = f.goods.Item(e.ItemID)
		if e.Status == plan.ExpectedOpen {
			r.MayClose, r.Late = mayExpect(actor, e.DepotID), plan.DaysLate(e.DueOn, s.Today())
		}
		rows[i] = r
	}
	return rows
}

// ExpectedInput is the form of what will come, as typed. Field names in errors:
// kind, depot, item, qty, due_on, partner, reference.
type ExpectedInput struct {
	Kind               string
	DepotID            id.ID
	Item, Qty          string
	DueOn              string
	Partner, Reference string
}

// Bounds of the day goods are due: one long past is no expectation, one years
// ahead is a slip.
const (
	expectedPastMonths  = 12
	expectedAheadMonths = 36
)

// SaveExpected notes goods that will come to a depot.
func (s *Service) SaveExpected(ctx context.Context, actor access.Actor, in ExpectedInput) (plan.Expected, error) {
	var saved plan.Expected
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := requireExpect(actor); err != nil {
			return err
		}
		e, it, depot, err := s.checkExpected(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		e.ID, e.Status, e.ActorName, e.CreatedAt = tx.NewID(), plan.ExpectedOpen, actor.Name, tx.NowMicro()
		if err := tx.InsertExpected(ctx, e); err != nil {
			return err
		}
		saved = e
		return tx.Audit(ctx, e.DepotID, record(actor, "expected.create", depot.Name+" "+it.Label(), describeExpected(e, it)))
	})
	return saved, err
}

func describeExpected(e plan.Expected, it catalog.Item) string {
	return fmt.Sprintf("%s %s%s，预计 %s，%s %s", e.Kind.Name(), e.Qty, it.Unit, e.DueOn, e.Partner, e.Reference)
}

func (s *Service) checkExpected(ctx context.Context, tx *store.Tx, actor access.Actor, in ExpectedInput) (plan.Expected, catalog.Item, place.Depot, error) {
	e := plan.Expected{Kind: plan.ExpectedKind(in.Kind), DepotID: in.DepotID, Partner: tidy(in.Partner), Reference: tidy(in.Reference)}
	var c errs.Check
	items, err := tx.Items(ctx)
	if err != nil {
		return e, catalog.Item{}, place.Depot{}, err
	}
	depot, err := s.checkExpectedDepot(ctx, tx, actor, &c, in.DepotID)
	if err != nil {
		return e, catalog.Item{}, depot, err
	}
	if !slices.Contains(plan.ExpectedKinds, e.Kind) {
		c.Add("kind", "请选择类型：采购到货或借出归还。")
	}
	it, _ := newNamed(items).item(&c, "item", "", in.Item)
	e.ItemID, e.Qty = it.ID, checkQty(&c, "qty", "", in.Qty, it)
	e.DueOn = s.checkDayWithin(&c, "due_on", "预计日期", in.DueOn, s.Today().AddMonths(-expectedPastMonths), s.Today().AddMonths(expectedAheadMonths))
	checkText(&c, "partner", "对方单位", e.Partner, 100)
	checkText(&c, "reference", "依据", e.Reference, 100)
	return e, it, depot, c.Err()
}

// checkExpectedDepot gives the depot, or says what is wrong with it.
func (s *Service) checkExpectedDepot(ctx context.Context, tx *store.Tx, actor access.Actor, c *errs.Check, depot id.ID) (place.Depot, error) {
	if depot == 0 {
		c.Add("depot", "请选择储备库。")
		return place.Depot{}, nil
	}
	d, err := tx.Depot(ctx, depot)
	switch {
	case errors.Is(err, errs.NotFound), err == nil && !mayExpect(actor, depot):
		c.Add("depot", "没有这个储备库，或您无权在那里登记，请从列表中重新选择。")
	case err != nil:
		return d, err
	case d.Closed:
		c.Add("depot", "「%s」已停用，不能再收物资。请选择在用的储备库。", d.Name)
	}
	return d, nil
}

// CloseExpected ends an open one: ExpectedDone when the goods came, which books
// nothing, or ExpectedCancelled when they will not.
func (s *Service) CloseExpected(ctx context.Context, actor access.Actor, expected id.ID, status string) (plan.Expected, error) {
	var closed plan.Expected
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := requireExpect(actor); err != nil {
			return err
		}
		e, err := tx.Expected(ctx, expected)
		if errors.Is(err, errs.NotFound) || err == nil && !mayExpect(actor, e.DepotID) {
			return errs.New(errs.NotFound, "没有这条预计到货，或您无权办理。请从列表重新进入。")
		}
		if err != nil {
			return err
		}
		if status != plan.ExpectedDone && status != plan.ExpectedCancelled {
			return errs.New(errs.Invalid, "请选择已到或取消。")
		}
		if err := tx.CloseExpected(ctx, expected, status, actor.Name); err != nil {
			return err
		}
		items, err := tx.ItemsByID(ctx, []id.ID{e.ItemID})
		if err != nil {
			return err
		}
		closed = e
		closed.Status = status
		return tx.Audit(ctx, e.DepotID, record(actor, "expected."+status, items[e.ItemID].Label(), describeExpected(e, items[e.ItemID])))
	})
	return closed, err
}
