package planning

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// ScoreFilter narrows the list of scores; zero values narrow nothing.
type ScoreFilter struct {
	DepotID id.ID
	Tier    place.Tier
	Street  string // code of a street: its own depots and those of its villages
	Failing bool   // only those that do not meet every rule
}

// ScoreRow is a depot with its score.
type ScoreRow struct {
	Depot    place.Depot
	Division place.Division // of the depot, zero = not filled in
	Street   place.Division // the street it belongs to, itself for a street's
	Score    plan.Score
	Open     map[plan.Rule]string // open rectifications with the day they are due

	MayRectify bool // the actor, here
}

// Missing lists what fails and is not being put right.
func (r ScoreRow) Missing() []plan.Verdict {
	return slices.DeleteFunc(r.Score.Failing(), func(v plan.Verdict) bool { return r.Open[v.Rule] != "" })
}

// TierScore sums a tier up: the mean of its depots in points, how many meet
// every rule, and how many of its divisions have no depot at all.
type TierScore struct {
	Tier   place.Tier
	Depots int
	Mean   int // points, rounded down
	Met    int
	Bare   int // divisions without a depot; counted for those who see the district
}

// ScoreBoard is the list with what stands around it.
type ScoreBoard struct {
	On      day.Day
	Rows    []ScoreRow // streets, each followed by its villages
	Tiers   []TierScore
	Streets []place.Division // to choose from
	All     bool             // the actor sees the whole district
}

// scoredTiers are the tiers that are judged: 六有 and 三有.
var scoredTiers = []place.Tier{place.Township, place.Village}

// Scores judges the street and village depots in the actor's sight as they
// stand now. The tiers sum up all of them, whatever the filter.
func (s *Service) Scores(ctx context.Context, actor access.Actor, f ScoreFilter) (ScoreBoard, error) {
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return ScoreBoard{}, err
	}
	b := ScoreBoard{On: s.Today(), All: sc.All}
	err = s.store.Snapshot(ctx, func(c *store.Conn) error {
		rows, areas, err := scoreRows(ctx, c, actor, sc, b.On)
		if err != nil {
			return err
		}
		b.Streets = scoredStreets(rows)
		b.Tiers = tierScores(rows, areas, sc.All)
		b.Rows = slices.DeleteFunc(rows, func(r ScoreRow) bool { return !f.takes(r) })
		return nil
	})
	return b, err
}

func (f ScoreFilter) takes(r ScoreRow) bool {
	return (f.DepotID == 0 || r.Depot.ID == f.DepotID) && (f.Tier == "" || r.Depot.Tier == f.Tier) &&
		(f.Street == "" || r.Street.Code == f.Street) && (!f.Failing || r.Score.Grade() != plan.GradeMet)
}

// scored reports a depot that is judged: an open one of a street or a village.
// What other departments hold is theirs to keep.
func scored(d place.Depot) bool {
	return !d.Closed && d.Holder != place.HeldByDepartment && slices.Contains(scoredTiers, d.Tier)
}

// scoreRows judges all depots in scope, streets first, each with its villages.
func scoreRows(ctx context.Context, c *store.Conn, actor access.Actor, sc store.Scope, today day.Day) ([]ScoreRow, areas, error) {
	depots, err := c.Depots(ctx)
	if err != nil {
		return nil, nil, err
	}
	divisions, err := c.Divisions(ctx)
	if err != nil {
		return nil, nil, err
	}
	facts, err := depotFacts(ctx, c, sc, depots, today)
	if err != nil {
		return nil, nil, err
	}
	open, err := c.OpenRectifications(ctx)
	if err != nil {
		return nil, nil, err
	}
	in, rows := divisionsByCode(divisions), []ScoreRow{}
	for _, d := range depots {
		if !scored(d) || !sc.All && !slices.Contains(sc.Depots, d.ID) {
			continue
		}
		r := ScoreRow{Depot: d, Division: in[d.Division], Street: in.street(d), Score: plan.Judge(facts[d.ID], today), Open: map[plan.Rule]string{},
			MayRectify: actor.May(access.Rectify, d.ID)}
		for _, rule := range plan.Rules {
			if due := open[store.RectificationKey{DepotID: d.ID, Rule: rule}]; due != "" {
				r.Open[rule] = due
			}
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, byStreet)
	return rows, in, nil
}

// byStreet orders by the official codes; a street's own depot stands before
// those of its villages, and depots without a division stand last.
func byStreet(a, b ScoreRow) int {
	return cmp.Or(cmp.Compare(cmp.Or(a.Street.Code, "~"), cmp.Or(b.Street.Code, "~")),
		cmp.Compare(slices.Index(scoredTiers, a.Depot.Tier), slices.Index(scoredTiers, b.Depot.Tier)),
		cmp.Compare(a.Division.Code, b.Division.Code), cmp.Compare(a.Depot.Code, b.Depot.Code))
}

// depotFacts completes the live facts by what stands on the depots.
func depotFacts(ctx context.Context, c *store.Conn, sc store.Scope, depots []place.Depot, today day.Day) (map[id.ID]plan.Facts, error) {
	phones := make(map[id.ID]string, len(depots))
	for _, d := range depots {
		phones[d.ID] = d.Phone
	}
	facts, err := c.DepotFacts(ctx, sc, today.First, today.AddMonths(-plan.ListMonths).First, phones)
	if err != nil {
		return nil, err
	}
	for _, d := range depots {
		f := facts[d.ID]
		f.Keeper, f.Phone = d.Keeper, d.Phone
		facts[d.ID] = f
	}
	return facts, nil
}

// areas are the divisions by code.
type areas map[string]place.Division

func divisionsByCode(list []place.Division) areas {
	in := make(areas, len(list))
	for _, d := range list {
		in[d.Code] = d
	}
	return in
}

// street gives the street a depot belongs to. A village whose division is not
// known belongs to none.
func (in areas) street(d place.Depot) place.Division {
	own := in[d.Division]
	if d.Tier == place.Village {
		return in[own.Parent]
	}
	return own
}

// tierOf says of which tier a division's depot would be: villages lie below
// streets, streets below the district.
func (in areas) tierOf(d place.Division) place.Tier {
	parent, below := in[d.Parent]
	if !below {
		return place.District
	}
	if _, below = in[parent.Parent]; below {
		return place.Village
	}
	return place.Township
}

func scoredStreets(rows []ScoreRow) []place.Division {
	var list []place.Division
	for _, r := range rows {
		if r.Street.Code != "" && !slices.Contains(list, r.Street) {
			list = append(list, r.Street)
		}
	}
	return list
}

func tierScores(rows []ScoreRow, in areas, all bool) []TierScore {
	var list []TierScore
	for _, tier := range scoredTiers {
		t, points, housed := TierScore{Tier: tier}, 0, map[string]bool{}
		for _, r := range rows {
			if r.Depot.Tier != tier {
				continue
			}
			t.Depots, points, housed[r.Depot.Division] = t.Depots+1, points+r.Score.Points, true
			if r.Score.Grade() == plan.GradeMet {
				t.Met++
			}
		}
		if t.Depots > 0 {
			t.Mean = points / t.Depots
		}
		for code, d := range in {
			if all && in.tierOf(d) == tier && !housed[code] {
				t.Bare++
			}
		}
		list = append(list, t)
	}
	return list
}

// scoreOf judges one depot now.
func scoreOf(ctx context.Context, c *store.Conn, d place.Depot, today day.Day) (plan.Score, error) {
	facts, err := depotFacts(ctx, c, store.Scope{Depots: []id.ID{d.ID}}, []place.Depot{d}, today)
	return plan.Judge(facts[d.ID], today), err
}

// DepotScore judges one depot, for its own page; judged is false for one that
// is not scored, such as the district's. It comes with the last calls there.
func (s *Service) DepotScore(ctx context.Context, actor access.Actor, depot id.ID) (score plan.Score, calls []store.DepotCall, judged bool, err error) {
	d, err := depotFor(ctx, s.store.Read(), actor, access.PlanView, depot)
	if err != nil {
		return score, nil, false, err
	}
	err = s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if calls, err = c.DepotCalls(ctx, depot, shownCalls); err != nil || !scored(d) {
			return err
		}
		score, err = scoreOf(ctx, c, d, s.Today())
		return err
	})
	return score, calls, scored(d), err
}

// shownCalls is how many calls a depot's page lists.
const shownCalls = 5

// PhoneInput is the form of a call to a depot. Field names in errors: result,
// on, remark, phone.
type PhoneInput struct {
	Result string // CallReached or CallMissed
	On     string // the day of the call, "" = today
	Remark string
}

// The results of a call.
const (
	CallReached = "reached"
	CallMissed  = "missed"
)

// CheckPhone records that somebody called the number of a depot, and whether
// anybody answered. The same call sent twice is one.
func (s *Service) CheckPhone(ctx context.Context, actor access.Actor, depot id.ID, in PhoneInput) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		d, err := depotFor(ctx, tx.Conn, actor, access.Rectify, depot)
		if err != nil {
			return err
		}
		call, err := s.checkDepotCall(in, d)
		if err != nil {
			return err
		}
		call.ActorID, call.ActorName = actor.ID, actor.Name
		last, err := tx.DepotCalls(ctx, depot, 1)
		if err != nil || len(last) == 1 && sameCall(last[0], call) {
			return err
		}
		if err := tx.InsertDepotCall(ctx, call); err != nil {
			return err
		}
		result := "未接通"
		if call.Reached {
			result = "已接通"
		}
		return tx.Audit(ctx, depot, record(actor, "depot.call", d.Code+" "+d.Name, call.CalledOn+" 拨打 "+d.Phone+"，"+result+"。"+call.Remark))
	})
}

func (s *Service) checkDepotCall(in PhoneInput, d place.Depot) (store.DepotCall, error) {
	var c errs.Check
	call := store.DepotCall{DepotID: d.ID, Reached: in.Result == CallReached, Phone: d.Phone, Remark: tidy(in.Remark)}
	if in.Result != CallReached && in.Result != CallMissed {
		c.Add("result", "请选择电话已接通还是未接通。")
	}
	if d.Phone == "" {
		c.Add("phone", "「%s」没有登记联系电话，请先在储备库资料中填写。", d.Name)
	}
	call.CalledOn = cmp.Or(s.checkDay(&c, "on", "通话日期", in.On, false), s.Today().First)
	if call.CalledOn > s.Today().First {
		c.Add("on", "通话日期 %s 还没有到，请填今天或以前的日期。", call.CalledOn)
	}
	checkText(&c, "remark", "备注", call.Remark, 200)
	return call, c.Err()
}

// sameCall reports a second tap of the form.
func sameCall(a, b store.DepotCall) bool {
	return a.CalledOn == b.CalledOn && a.Reached == b.Reached && a.Phone == b.Phone && a.Remark == b.Remark && a.ActorID == b.ActorID
}

// gone words a row that is not there or out of sight.
func gone(err error, message string) error {
	if errors.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "%s", message)
	}
	return err
}
