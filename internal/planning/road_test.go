package planning_test

import (
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/planning"
	"changbei/internal/store/storetest"
)

func TestRoads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newBasisWorld(t, e)
		hub, a, b := w.depots[0].ID, w.depots[1].ID, w.depots[2].ID
		save := func(in planning.RoadsInput) int {
			t.Helper()
			n, err := w.SaveRoads(basisCtx, basisPlanner, in)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		// From the later depot to the earlier ones: one row whichever way round.
		if n := save(planning.RoadsInput{DepotID: b, Source: "导航", Rows: []planning.RoadInput{{DepotID: hub, Minutes: "３０"}, {DepotID: a, Minutes: " "}}}); n != 1 {
			t.Errorf("%d changed", n)
		}
		if act := w.lastAct(t); !strings.Contains(act, "roads.change 乙街道库") || !strings.Contains(act, "区库 未知→30 分钟") {
			t.Errorf("the trail says %s", act)
		}
		roads, err := w.Roads(basisCtx, basisLeader)
		if there, ok := roads.Minutes(hub, b); err != nil || there != 30 || !ok {
			t.Errorf("%v, %v", roads, err)
		}
		if back, ok := roads.Minutes(b, hub); back != 30 || !ok {
			t.Errorf("the way back takes %d, %v", back, ok)
		}
		if _, ok := roads.Minutes(a, b); ok {
			t.Error("a pair nobody filled in is known")
		}
		sheet, err := w.RoadSheet(basisCtx, basisLeader, 0)
		if err != nil || sheet.Depot.ID != hub || len(sheet.Rows) != 2 || sheet.Known != 1 || sheet.Pairs != 3 || sheet.Rows[1].Minutes != 30 || sheet.Rows[1].Source != "导航" {
			t.Errorf("%+v, %v", sheet, err)
		}
		t.Run("a change of one row leaves the source of others, and blank makes a pair unknown", func(t *testing.T) {
			save(planning.RoadsInput{DepotID: hub, Source: "实测", Rows: []planning.RoadInput{{DepotID: a, Minutes: "12分钟"}, {DepotID: b, Was: "30", Minutes: "30"}}})
			sheet, _ := w.RoadSheet(basisCtx, basisLeader, hub)
			if sheet.Rows[0].Source != "实测" || sheet.Rows[1].Source != "导航" || sheet.Rows[0].ActorName != "计划员" {
				t.Errorf("%+v", sheet.Rows)
			}
			if n := save(planning.RoadsInput{DepotID: hub, Rows: []planning.RoadInput{{DepotID: a, Was: "12", Minutes: ""}}}); n != 1 {
				t.Errorf("%d changed", n)
			}
			if sheet, _ := w.RoadSheet(basisCtx, basisLeader, hub); sheet.Known != 1 || sheet.Rows[0].Minutes != 0 {
				t.Errorf("%+v", sheet)
			}
		})
		t.Run("what somebody else changed meanwhile is not undone", func(t *testing.T) {
			_, err := w.SaveRoads(basisCtx, basisPlanner, planning.RoadsInput{DepotID: hub, Source: "x", Rows: []planning.RoadInput{{DepotID: b, Was: "", Minutes: "44"}}})
			basisRefused(t, err, errs.Conflict, "minutes."+b.String())
			if n := save(planning.RoadsInput{DepotID: hub, Source: "x", Rows: []planning.RoadInput{{DepotID: b, Was: "", Minutes: "30"}}}); n != 0 {
				t.Errorf("%d changed where both say the same", n)
			}
		})
		for name, tc := range map[string]struct {
			row    planning.RoadInput
			source string
			fields []string
		}{
			"no minutes at all": {planning.RoadInput{DepotID: a, Minutes: "0"}, "x", []string{"minutes." + a.String()}},
			"more than a day":   {planning.RoadInput{DepotID: a, Minutes: "1441"}, "x", []string{"minutes." + a.String()}},
			"half a minute":     {planning.RoadInput{DepotID: a, Minutes: "1.5"}, "x", []string{"minutes." + a.String()}},
			"no source":         {planning.RoadInput{DepotID: a, Minutes: "5"}, " ", []string{"source"}},
			"the depot itself":  {planning.RoadInput{DepotID: hub, Minutes: "5"}, "x", []string{"minutes." + hub.String()}},
			"an unknown depot":  {planning.RoadInput{DepotID: 7, Minutes: "5"}, "x", []string{"minutes.7"}},
		} {
			t.Run(name+" is refused", func(t *testing.T) {
				_, err := w.SaveRoads(basisCtx, basisPlanner, planning.RoadsInput{DepotID: hub, Source: tc.source, Rows: []planning.RoadInput{tc.row}})
				basisRefused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("a leader looks and does not write", func(t *testing.T) {
			_, err := w.SaveRoads(basisCtx, basisLeader, planning.RoadsInput{DepotID: hub})
			basisRefused(t, err, errs.Forbidden)
			_, err = w.RoadSheet(basisCtx, basisSystem, 0)
			basisRefused(t, err, errs.Forbidden)
			_, err = w.RoadSheet(basisCtx, basisLeader, 99)
			basisRefused(t, err, errs.NotFound)
		})
	})
}
