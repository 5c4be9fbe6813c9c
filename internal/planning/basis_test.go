package planning_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

var (
	basisCtx     = context.Background()
	basisNoon    = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	basisPlanner = access.Actor{ID: 1, Name: "计划员", Grants: []access.Grant{{Role: access.Planner}}}
	basisLeader  = access.Actor{ID: 2, Name: "领导", Grants: []access.Grant{{Role: access.Leader}}}
	basisSystem  = access.Actor{ID: 3, Name: "系统管理员", Grants: []access.Grant{{Role: access.System}}}
)

const (
	basisDistrict = "430112000000"
	basisStreetA  = "430112001000"
	basisStreetB  = "430112003000"
	basisVillage  = "430112001201"
)

// basisWorld is a district with two streets and a village, three depots and
// the catalogue of a new installation.
type basisWorld struct {
	*planning.Service
	store  *store.Store
	dir    *directory.Service
	raw    *sql.DB
	plans  int64
	depots []place.Depot
}

func newBasisWorld(t *testing.T, e storetest.Engine) *basisWorld {
	t.Helper()
	e, options := e.Fixed(t)
	st := e.Open(t, func() time.Time { return basisNoon })
	w := &basisWorld{Service: planning.New(st), store: st, dir: directory.New(st, directory.Options{}), raw: storetest.Raw(t, options)}
	if err := w.dir.Bootstrap(basisCtx); err != nil {
		t.Fatal(err)
	}
	w.tx(t, func(tx *store.Tx) error {
		return tx.InsertDivisions(basisCtx, place.Division{Code: basisDistrict, Name: "望城区", Kind: "区"},
			place.Division{Code: basisStreetA, Name: "甲街道", Kind: "街道", Parent: basisDistrict},
			place.Division{Code: basisVillage, Name: "甲一村", Kind: "村", Parent: basisStreetA},
			place.Division{Code: basisStreetB, Name: "乙街道", Kind: "街道", Parent: basisDistrict})
	})
	for _, in := range []directory.DepotInput{{Code: "QU", Name: "区库", Tier: place.District}, {Code: "AA", Name: "甲街道库", Tier: place.Township, Division: basisStreetA},
		{Code: "BB", Name: "乙街道库", Tier: place.Township, Division: basisStreetB}} {
		d, err := w.dir.CreateDepot(basisCtx, basisPlanner, in)
		if err != nil {
			t.Fatal(err)
		}
		w.depots = append(w.depots, d)
	}
	return w
}

func (w *basisWorld) tx(t *testing.T, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := w.store.Tx(basisCtx, fn); err != nil {
		t.Fatal(err)
	}
}

// item finds goods of the catalogue by name.
func (w *basisWorld) item(t *testing.T, name string) catalog.Item {
	t.Helper()
	g, err := w.Goods(basisCtx, basisPlanner)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range g.Items() {
		if it.Name == name && !it.Draft {
			return it
		}
	}
	t.Fatalf("no %s in the catalogue", name)
	return catalog.Item{}
}

// plan makes a plan in some status.
func (w *basisWorld) plan(t *testing.T, name string, status plan.Status, lines ...plan.Line) {
	t.Helper()
	w.plans++
	if err := insertBasisPlan(w.raw, id.ID(w.plans), name, status, lines); err != nil {
		t.Fatal(err)
	}
}

func (w *basisWorld) lastAct(t *testing.T) string {
	t.Helper()
	list, err := w.store.Read().AuditPage(basisCtx, 0, 0, "", 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("audit = %v, %v", list, err)
	}
	return list[0].Act + " " + list[0].Object + " " + list[0].Detail
}

// basisRefused asserts an error's kind and the fields it names.
func basisRefused(t *testing.T, err error, kind errs.Kind, fields ...string) {
	t.Helper()
	var names []string
	for _, f := range errs.FieldsOf(err) {
		if f.Message == "" {
			t.Errorf("field %s has no sentence", f.Name)
		}
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	slices.Sort(fields)
	if err == nil || errs.KindOf(err) != kind || !slices.Equal(names, fields) {
		t.Errorf("err = %v; want %v with fields %v", err, kind, fields)
	}
}

func (w *basisWorld) record(t *testing.T, year string, values map[string]string) int {
	t.Helper()
	n, err := w.RecordFigures(basisCtx, basisPlanner, planning.FiguresInput{Name: plan.MovedPeople, Unit: "人", Year: year, Source: "摸底", Values: values})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFiguresAreOnlyAdded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newBasisWorld(t, e)
		if n := w.record(t, "2026", map[string]string{basisStreetA: "120", basisStreetB: "80人", basisVillage: ""}); n != 2 {
			t.Errorf("%d recorded", n)
		}
		if n := w.record(t, "２０２６", map[string]string{basisStreetA: "150", basisStreetB: "80", basisVillage: " "}); n != 1 {
			t.Errorf("%d recorded the second time: only what changed is", n)
		}
		if act := w.lastAct(t); !strings.Contains(act, "figure.record 需转移人口 2026年") || !strings.Contains(act, "甲街道 120→150") || strings.Contains(act, "乙街道") {
			t.Errorf("the trail says %s", act)
		}
		if n := w.record(t, "2026", map[string]string{basisStreetA: "150"}); n != 0 {
			t.Errorf("%d recorded where nothing changed", n)
		}
		t.Run("the newest counts and the one before is shown", func(t *testing.T) {
			list, err := w.Figures(basisCtx, basisLeader)
			if err != nil || len(list) != 2 {
				t.Fatalf("%v, %v", list, err)
			}
			sheet, err := w.FigureSheet(basisCtx, basisLeader, planning.FigureQuery{})
			if err != nil || len(sheet.Rows) != 3 || sheet.Chosen.Unit != "人" || sheet.Year != 2026 {
				t.Fatalf("%+v, %v", sheet, err)
			}
			a := sheet.Rows[1]
			if a.Area.Code != basisStreetA || a.Now.Value != quantity.Of(150) || a.Before.Value != quantity.Of(120) || a.Now.ActorName != "计划员" || a.Parts != 1 {
				t.Errorf("%+v", a)
			}
		})
		t.Run("another year shows last year's beside it, a street its villages", func(t *testing.T) {
			sheet, err := w.FigureSheet(basisCtx, basisLeader, planning.FigureQuery{Name: "需转移 人口", Year: 2027})
			if err != nil || sheet.Rows[1].Now.ID != 0 || sheet.Rows[1].Before.Value != quantity.Of(150) {
				t.Errorf("%+v, %v", sheet, err)
			}
			sheet, err = w.FigureSheet(basisCtx, basisLeader, planning.FigureQuery{Under: basisStreetA})
			if err != nil || len(sheet.Rows) != 1 || sheet.Rows[0].Area.Code != basisVillage || sheet.Parent.Name != "甲街道" {
				t.Errorf("%+v, %v", sheet, err)
			}
			_, err = w.FigureSheet(basisCtx, basisLeader, planning.FigureQuery{Under: "1"})
			basisRefused(t, err, errs.NotFound)
		})
		good := planning.FiguresInput{Name: "堤防长度", Unit: "千米", Year: "2026", Source: "水利局", Values: map[string]string{basisStreetA: "12.5"}}
		for _, tc := range []struct {
			name   string
			change func(*planning.FiguresInput)
			fields []string
		}{
			{"a negative and an unreadable value", func(in *planning.FiguresInput) {
				in.Values = map[string]string{basisStreetA: "-1", basisStreetB: "很长"}
			}, []string{"value." + basisStreetA, "value." + basisStreetB}},
			{"another unit behind the value", func(in *planning.FiguresInput) { in.Values = map[string]string{basisStreetA: "3里"} }, []string{"value." + basisStreetA}},
			{"half a person", func(in *planning.FiguresInput) {
				in.Name, in.Unit, in.Values = plan.MovedPeople, "人", map[string]string{basisStreetA: "1.5"}
			}, []string{"value." + basisStreetA}},
			{"a year long ago", func(in *planning.FiguresInput) { in.Year = "1999" }, []string{"year"}},
			{"a year far ahead", func(in *planning.FiguresInput) { in.Year = "2032" }, []string{"year"}},
			{"no year, source, name and unit", func(in *planning.FiguresInput) { in.Year, in.Source, in.Name, in.Unit = "", " ", "", "" }, []string{"name", "source", "unit", "year"}},
			{"an unknown division", func(in *planning.FiguresInput) { in.Values = map[string]string{"999": "1"} }, []string{"value.999"}},
			{"another unit than the figure has", func(in *planning.FiguresInput) {
				in.Name, in.Unit, in.Values = plan.MovedPeople, "户", map[string]string{basisStreetA: "1"}
			}, []string{"unit"}},
			{"nothing typed", func(in *planning.FiguresInput) { in.Values = nil }, []string{"value"}},
		} {
			t.Run(tc.name+" is refused", func(t *testing.T) {
				in := good
				tc.change(&in)
				_, err := w.RecordFigures(basisCtx, basisPlanner, in)
				basisRefused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("a leader looks and does not write, a system administrator sees nothing", func(t *testing.T) {
			_, err := w.RecordFigures(basisCtx, basisLeader, good)
			basisRefused(t, err, errs.Forbidden)
			_, err = w.PreviewFigures(basisCtx, basisLeader, good)
			basisRefused(t, err, errs.Forbidden)
			_, err = w.Figures(basisCtx, basisSystem)
			basisRefused(t, err, errs.Forbidden)
			_, err = w.FigureEffects(basisCtx, access.Actor{})
			basisRefused(t, err, errs.Unauthenticated)
		})
		t.Run("fractions of a km are kept", func(t *testing.T) {
			if n, err := w.RecordFigures(basisCtx, basisPlanner, good); n != 1 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	})
}

func TestAnOfficeWithoutDivisionsHasItsDepotsAreas(t *testing.T) {
	st := storetest.SQLite().Open(t, func() time.Time { return basisNoon })
	dir, s := directory.New(st, directory.Options{}), planning.New(st)
	if _, err := dir.CreateDepot(basisCtx, basisPlanner, directory.DepotInput{Code: "AA", Name: "甲街道库", Tier: place.Township, Division: basisStreetA}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RecordFigures(basisCtx, basisPlanner, planning.FiguresInput{Name: plan.MovedPeople, Unit: "人", Year: "2026", Source: "x", Values: map[string]string{basisStreetA: "3"}}); err != nil {
		t.Error(err)
	}
	sheet, err := s.FigureSheet(basisCtx, basisPlanner, planning.FigureQuery{})
	if err != nil || len(sheet.Rows) != 1 || !strings.Contains(sheet.Rows[0].Area.Name, "甲街道库") {
		t.Errorf("%+v, %v", sheet, err)
	}
}

func TestAChangedFigureShowsWhatItWouldChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newBasisWorld(t, e)
		w.record(t, "2026", map[string]string{basisStreetA: "100", basisStreetB: "100"})
		quilt := plan.Target{Kind: plan.OfItem, ID: w.item(t, "棉被").ID}
		line := func(no int, depot place.Depot, area string, used int64) plan.Line {
			return plan.Line{No: no, Scope: plan.Scope{Kind: plan.AtDepot, DepotID: depot.ID}, Target: quilt, Unit: "床", Standard: quantity.Of(used + used/2),
				Basis: plan.Basis{Kind: plan.PerHead, Division: area, Figure: plan.MovedPeople, Year: 2026, Value: quantity.Of(used), Per: 1500}}
		}
		w.plan(t, "汛期计划", plan.Approved, line(1, w.depots[1], basisStreetA, 100), line(2, w.depots[2], basisStreetB, 100),
			plan.Line{No: 3, Scope: plan.Scope{Kind: plan.District}, Target: quilt, Unit: "床", Standard: quantity.Of(5)})
		w.plan(t, "旧计划", plan.Superseded, line(1, w.depots[1], basisStreetA, 10))
		effects := func(actor access.Actor) []planning.Effect {
			t.Helper()
			list, err := w.FigureEffects(basisCtx, actor)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := effects(basisPlanner); len(list) != 0 {
			t.Errorf("nothing changed yet: %+v", list)
		}
		in := planning.FiguresInput{Name: plan.MovedPeople, Unit: "人", Year: "2026", Source: "核实", Values: map[string]string{basisStreetA: "121", basisStreetB: "100"}}
		list, err := w.PreviewFigures(basisCtx, basisPlanner, in)
		if err != nil || len(list) != 1 || list[0].Plan != "汛期计划" || list[0].LineNo != 1 || list[0].Area != "甲街道" || list[0].Was.Value != quantity.Of(100) ||
			list[0].Now.Value != quantity.Of(121) || list[0].Standard != quantity.Of(150) || list[0].Becomes != quantity.Of(182) || !list[0].Computed {
			t.Errorf("preview: %+v, %v", list, err)
		}
		if got := effects(basisPlanner); len(got) != 0 {
			t.Errorf("the preview saved: %+v", got)
		}
		if _, err := w.RecordFigures(basisCtx, basisPlanner, in); err != nil {
			t.Fatal(err)
		}
		if got := effects(basisPlanner); len(got) != 1 || got[0].Becomes != quantity.Of(182) {
			t.Errorf("after saving: %+v", got)
		}
		t.Run("lines of depots out of sight are left out", func(t *testing.T) {
			at := func(depot id.ID) access.Actor {
				return access.Actor{ID: 9, Name: "保管员", Grants: []access.Grant{{Role: access.Keeper, DepotID: depot}}}
			}
			if a, b := effects(at(w.depots[1].ID)), effects(at(w.depots[2].ID)); len(a) != 1 || len(b) != 0 {
				t.Errorf("%d and %d", len(a), len(b))
			}
		})
		t.Run("the figure of a later year counts, a correction of an earlier one does not", func(t *testing.T) {
			w.record(t, "2025", map[string]string{basisStreetB: "7"})
			if got := effects(basisPlanner); len(got) != 1 {
				t.Errorf("%+v", got)
			}
			w.record(t, "2027", map[string]string{basisStreetB: "0"})
			got := effects(basisPlanner)
			if len(got) != 2 || got[1].Now.Year != 2027 || got[1].Computed {
				t.Errorf("%+v", got)
			}
		})
	})
}

// insertBasisPlan writes a plan by hand: these tests stand on figures and
// groups, not on how plans are made.
func insertBasisPlan(db *sql.DB, key id.ID, name string, status plan.Status, lines []plan.Line) error {
	_, err := db.Exec(`INSERT INTO reserve_plan (id, plan_year, season, version_no, name, status, from_on, to_on, window_days, based_on_id, remark,
		author_id, author_name, created_at, submitted_id, submitted_name, submitted_at, decided_id, decided_name, decided_at, document_no, signed_on,
		decision, content_hash, lock_no) VALUES (?, 2026, 'year', ?, ?, ?, '2026-01-01', '2026-12-31', 90, 0, '', 1, '', 0, 0, '', 0, 0, '', 0, '', '', '', '', 1)`,
		int64(key), int64(key), name, string(status))
	for i, l := range lines {
		basis, _ := json.Marshal(l.Basis)
		if err == nil {
			_, err = db.Exec(`INSERT INTO plan_line (id, plan_id, line_no, scope, depot_id, tier, target, target_id, unit, minimum, standard, maximum, forms,
				responsible, fund, basis, basis_text, remark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 'physical', '', '', ?, '', '')`,
				int64(key)*100+int64(i), int64(key), l.No, string(l.Scope.Kind), int64(l.Scope.DepotID), string(l.Scope.Tier), string(l.Target.Kind),
				int64(l.Target.ID), l.Unit, int64(l.Standard), string(basis))
		}
	}
	return err
}
