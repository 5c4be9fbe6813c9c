package planning

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// maxMinutes is a day: no place of a district is farther.
const maxMinutes = 24 * 60

const maxRoadSource = 60

// Roads gives the minutes between depots as far as they are known.
func (s *Service) Roads(ctx context.Context, actor access.Actor) (plan.Roads, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	rows, err := s.store.Read().Roads(ctx)
	roads := plan.Roads{}
	for _, r := range rows {
		roads[[2]id.ID{r.FromID, r.ToID}] = r.Minutes
	}
	return roads, err
}

// RoadRow is the way from a sheet's depot to another one; Minutes 0 = unknown.
type RoadRow struct {
	Depot place.Depot
	store.Road
}

// RoadSheet is one depot's ways to all others. Known counts the pairs of open
// depots whose minutes are known, of all Pairs there are.
type RoadSheet struct {
	Depots       []place.Depot
	Depot        place.Depot // zero = there is none
	Rows         []RoadRow
	Known, Pairs int
}

// RoadSheet gives the ways of a depot, 0 = the first one.
func (s *Service) RoadSheet(ctx context.Context, actor access.Actor, depot id.ID) (RoadSheet, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return RoadSheet{}, err
	}
	c := s.store.Read()
	depots, err := openDepots(ctx, c)
	if err != nil {
		return RoadSheet{}, err
	}
	known, err := roadsByPair(ctx, c)
	if err != nil {
		return RoadSheet{}, err
	}
	sheet := RoadSheet{Depots: depots, Pairs: len(depots) * (len(depots) - 1) / 2}
	at := 0
	if depot != 0 {
		if at = slices.IndexFunc(depots, func(d place.Depot) bool { return d.ID == depot }); at < 0 {
			return sheet, errs.New(errs.NotFound, "没有这个储备库，或已停用。请从列表重新选择。")
		}
	}
	if len(depots) > 0 {
		sheet.Depot = depots[at]
	}
	for i, d := range depots {
		for _, o := range depots[i+1:] {
			if _, ok := known[pairOf(d.ID, o.ID)]; ok {
				sheet.Known++
			}
		}
		if d.ID != sheet.Depot.ID {
			sheet.Rows = append(sheet.Rows, RoadRow{d, known[pairOf(d.ID, sheet.Depot.ID)]})
		}
	}
	return sheet, nil
}

func openDepots(ctx context.Context, c *store.Conn) ([]place.Depot, error) {
	all, err := c.Depots(ctx)
	return slices.DeleteFunc(all, func(d place.Depot) bool { return d.Closed }), err
}

func roadsByPair(ctx context.Context, c *store.Conn) (map[[2]id.ID]store.Road, error) {
	rows, err := c.Roads(ctx)
	m := make(map[[2]id.ID]store.Road, len(rows))
	for _, r := range rows {
		m[pairOf(r.FromID, r.ToID)] = r
	}
	return m, err
}

func pairOf(a, b id.ID) [2]id.ID { return [2]id.ID{min(a, b), max(a, b)} }

// RoadsInput is a depot's column of minutes as typed. Field names in errors:
// source, and minutes.<id> of the other depot.
type RoadsInput struct {
	DepotID id.ID
	Source  string // of what is changed
	Rows    []RoadInput
}

// RoadInput is the minutes to another depot: what the form showed and what is
// typed now, "" = unknown. Rows left as they were are not touched.
type RoadInput struct {
	DepotID      id.ID
	Was, Minutes string
}

// SaveRoads writes the ways of a depot that were changed and says how many.
// One that somebody else changed meanwhile is a Conflict.
func (s *Service) SaveRoads(ctx context.Context, actor access.Actor, in RoadsInput) (changed int, err error) {
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		changed = 0
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		depots, err := openDepots(ctx, tx.Conn)
		if err != nil {
			return err
		}
		known, err := roadsByPair(ctx, tx.Conn)
		if err != nil {
			return err
		}
		ways, err := readRoads(in, plan.NewDepots(depots), known)
		if err != nil || len(ways) == 0 {
			return err
		}
		var said []string
		for _, w := range ways {
			said = append(said, w.Depot.Name+" "+minutesText(known[pairOf(in.DepotID, w.Depot.ID)].Minutes)+"→"+minutesText(w.Minutes))
			if w.Minutes == 0 {
				err = tx.ForgetRoad(ctx, in.DepotID, w.Depot.ID)
			} else {
				w.ActorName = actor.Name
				err = tx.PutRoad(ctx, w.Road)
			}
			if err != nil {
				return err
			}
		}
		changed = len(ways)
		return tx.Audit(ctx, 0, record(actor, "roads.change", depotName(depots, in.DepotID), fmt.Sprintf("来源 %s；%s", tidy(in.Source), strings.Join(said, "、"))))
	})
	return changed, err
}

func depotName(depots []place.Depot, depot id.ID) string {
	at := slices.IndexFunc(depots, func(d place.Depot) bool { return d.ID == depot })
	return depots[at].Name
}

func minutesText(minutes int) string {
	if minutes == 0 {
		return "未知"
	}
	return strconv.Itoa(minutes) + " 分钟"
}

// readRoads gives the ways that were changed.
func readRoads(in RoadsInput, depots *plan.Depots, known map[[2]id.ID]store.Road) ([]RoadRow, error) {
	if _, ok := depots.Depot(in.DepotID); !ok {
		return nil, errs.New(errs.NotFound, "没有这个储备库，或已停用。请从列表重新选择。")
	}
	var c, late errs.Check
	var ways []RoadRow
	source := tidy(in.Source)
	for _, r := range in.Rows {
		field := "minutes." + r.DepotID.String()
		other, ok := depots.Depot(r.DepotID)
		if !ok || r.DepotID == in.DepotID {
			c.Add(field, "没有这个储备库，或已停用。请刷新页面重新填写。")
			continue
		}
		typed, was := catalog.Key(r.Minutes), catalog.Key(r.Was)
		if typed == was {
			continue
		}
		now := known[pairOf(in.DepotID, r.DepotID)]
		minutes := 0
		if typed != "" {
			var err error
			if minutes, err = strconv.Atoi(strings.TrimSuffix(typed, "分钟")); err != nil || minutes < 1 || minutes > maxMinutes {
				c.Add(field, "到%s的时间“%s”应为 1 到 %d 的整数（分钟）；不知道的留空。", other.Name, clip(r.Minutes, 20), maxMinutes)
				continue
			}
		}
		switch seen, _ := strconv.Atoi(was); {
		case minutes == now.Minutes: // as it is by now
		case seen != now.Minutes:
			late.Add(field, "到%s的时间刚刚被别人改过，现在是%s，请核对后再保存。", other.Name, minutesText(now.Minutes))
		default:
			ways = append(ways, RoadRow{other, store.Road{FromID: in.DepotID, ToID: r.DepotID, Minutes: minutes, Source: source}})
		}
	}
	checkText(&c, "source", "来源", source, maxRoadSource)
	if source == "" && slices.ContainsFunc(ways, func(w RoadRow) bool { return w.Minutes > 0 }) {
		c.Add("source", "请填写来源，例如 地图导航、实际行驶。")
	}
	if err := c.Err(); err != nil || late.OK() {
		return ways, err
	}
	return nil, &errs.Error{Kind: errs.Conflict, Message: late.Fields()[0].Message, Fields: late.Fields()}
}
