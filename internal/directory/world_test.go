package directory_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

var (
	ctx     = context.Background()
	noon    = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	planner = access.Actor{ID: 1, Name: "计划员", Grants: []access.Grant{{Role: access.Planner}}}
	system  = access.Actor{ID: 2, Name: "系统管理员", Grants: []access.Grant{{Role: access.System}}}
	nobody  = access.Actor{}
)

func keeperAt(depot id.ID) access.Actor {
	return access.Actor{ID: 3, Name: "保管员", Grants: []access.Grant{{Role: access.Keeper, DepotID: depot}}}
}

// world is a fresh installation with its catalogue.
type world struct {
	*directory.Service
	store *store.Store
	category,
	flood id.ID
}

func newWorld(t *testing.T, e storetest.Engine) world {
	t.Helper()
	st := e.Open(t, func() time.Time { return noon })
	w := world{Service: directory.New(st, directory.Options{}), store: st}
	if err := w.Bootstrap(ctx); err != nil {
		t.Fatal(err)
	}
	categories, err := w.Categories(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range categories {
		switch c.Code {
		case "SH":
			w.category = c.ID
		case "FX":
			w.flood = c.ID
		}
	}
	return w
}

func (w world) depot(t *testing.T, code, name string) place.Depot {
	t.Helper()
	d, err := w.CreateDepot(ctx, planner, directory.DepotInput{Code: code, Name: name, Tier: place.Township})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w world) item(t *testing.T, in directory.ItemInput) catalog.Item {
	t.Helper()
	if in.CategoryID == 0 {
		in.CategoryID = w.category
	}
	it, err := w.CreateItem(ctx, planner, in)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// refused asserts an error's kind and the fields it names.
func refused(t *testing.T, err error, kind errs.Kind, fields ...string) {
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
	if errs.KindOf(err) != kind || !slices.Equal(names, fields) || err == nil {
		t.Errorf("err = %v; want %v with fields %v", err, kind, fields)
	}
}

// lastAct gives the newest audit record.
func (w world) lastAct(t *testing.T) string {
	t.Helper()
	list, err := w.store.Read().AuditPage(ctx, 0, 0, "", 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("audit = %v, %v", list, err)
	}
	return list[0].Act + " " + list[0].Object
}
