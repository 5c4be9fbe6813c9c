package importing_test

import (
	"bytes"
	"errors"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/store/storetest"
)

const twoDepots = "储备库,物资名称,规格型号,单位,数量,截至2026年10月31日\n区级中心库,棉被,2kg,床,5,\n高塘岭储备点,棉被,2kg,床,6,\n"

func holder(n id.ID, role access.Role, depots ...place.Depot) access.Actor {
	a := access.Actor{ID: n, Name: "某", Grants: nil}
	for _, d := range depots {
		a.Grants = append(a.Grants, access.Grant{Role: role, DepotID: d.ID})
	}
	return a
}

// uses are the use cases of one batch.
func (d *desk) uses(actor access.Actor, batch id.ID) map[string]error {
	told := map[string]error{}
	_, told["preview"] = d.imp.Preview(d.ctx, actor, batch)
	_, told["decide"] = d.imp.Decide(d.ctx, actor, batch, 0, func(c *importing.Decisions) {})
	_, _, told["file"] = d.imp.File(d.ctx, actor, batch)
	_, told["vouchers"] = d.imp.Vouchers(d.ctx, actor, batch)
	return told
}

func (d *desk) listed(actor access.Actor, batch id.ID) bool {
	rows, _, err := d.imp.Batches(d.ctx, actor, 0, 0)
	if err != nil && errs.KindOf(err) != errs.Forbidden {
		d.t.Fatal(err)
	}
	for _, b := range rows {
		if b.ID == batch {
			return true
		}
	}
	return false
}

func TestRightsOfABatch(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	other := d.secondDepot()
	uploader := holder(21, access.Street, d.depot, other)
	b, err := d.imp.Upload(d.ctx, uploader, "两库.csv", bytes.NewReader([]byte(twoDepots)))
	if err != nil {
		t.Fatal(err)
	}
	keeperA, keeperB, both := holder(22, access.Keeper, d.depot), holder(23, access.Keeper, other), holder(24, access.Keeper, d.depot, other)
	may := func(outcome string, actor access.Actor, want bool) {
		t.Helper()
		for use, err := range d.uses(actor, b.ID) {
			if want && err != nil || !want && !errors.Is(err, errs.NotFound) {
				t.Errorf("%s: %s said %v", outcome, use, err)
			}
		}
		if d.listed(actor, b.ID) != want {
			t.Errorf("%s: listed is not %v", outcome, want)
		}
	}
	mapTo := func(depots map[string]id.ID) {
		t.Helper()
		if _, err := d.imp.Decide(d.ctx, uploader, b.ID, 0, func(c *importing.Decisions) { c.Depots = depots }); err != nil {
			t.Fatal(err)
		}
	}
	moved := uploader
	moved.Grants = []access.Grant{{Role: access.Keeper, DepotID: 99}}
	admin := uploader
	admin.Grants = []access.Grant{{Role: access.System}}

	may("unmapped: the uploader", uploader, true)
	may("unmapped: the uploader, now elsewhere", moved, true)
	may("unmapped: the uploader, now an administrator", admin, false)
	may("unmapped: a keeper", keeperA, false)
	may("unmapped: a planner", d.planner, true)
	mapTo(map[string]id.ID{"区级中心库": d.depot.ID})
	may("one mapped of two: its keeper", keeperA, false)
	may("one mapped of two: the uploader", uploader, true)
	mapTo(map[string]id.ID{"区级中心库": d.depot.ID, "高塘岭储备点": other.ID})
	for _, c := range []struct {
		who   string
		actor access.Actor
		want  bool
	}{{"the uploader", uploader, true}, {"the uploader, now elsewhere", moved, false}, {"the uploader, now an administrator", admin, false},
		{"keeper of the first", keeperA, false}, {"keeper of the second", keeperB, false}, {"keeper of both", both, true}, {"planner", d.planner, true}} {
		may("mapped: "+c.who, c.actor, c.want)
	}
	for who, actor := range map[string]access.Actor{"keeper of one": keeperA, "administrator": admin} {
		if err := d.imp.Discard(d.ctx, actor, b.ID); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s may discard: %v", who, err)
		}
		if _, err := d.imp.Undo(d.ctx, actor, b.ID); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s may undo: %v", who, err)
		}
		if _, err := d.imp.Apply(d.ctx, actor, b.ID, importing.Yes{OnlyClean: true}); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s may apply: %v", who, err)
		}
	}
	t.Run("nobody maps to a depot that is not his", func(t *testing.T) {
		own, err := d.imp.Upload(d.ctx, keeperA, "两库.csv", bytes.NewReader([]byte(twoDepots)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.imp.Decide(d.ctx, keeperA, own.ID, 0, func(c *importing.Decisions) { c.Depots["高塘岭储备点"] = other.ID })
		if !errors.Is(err, errs.Forbidden) {
			t.Errorf("said %v", err)
		}
	})
	t.Run("a twin of others is not told", func(t *testing.T) {
		p := d.decideOwn(both, b.ID)
		if _, err := d.imp.Apply(d.ctx, both, p.Batch.ID, importing.Yes{OnlyClean: false}); err != nil {
			t.Fatal(err)
		}
		own, err := d.imp.Upload(d.ctx, keeperA, "同文件.csv", bytes.NewReader([]byte(twoDepots)))
		if err != nil {
			t.Fatal(err)
		}
		if p, err := d.imp.Preview(d.ctx, keeperA, own.ID); err != nil || p.Twin != nil {
			t.Errorf("%v, %v", p.Twin, err)
		}
		if p, err := d.imp.Preview(d.ctx, both, d.uploadBy(both, twoDepots).ID); err != nil || p.Twin == nil {
			t.Errorf("his own twin is not told, %v", err)
		}
	})
}

func (d *desk) uploadBy(actor access.Actor, content string) importing.Batch {
	d.t.Helper()
	b, err := d.imp.Upload(d.ctx, actor, "台账.csv", bytes.NewReader([]byte(content)))
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desk) decideOwn(actor access.Actor, batch id.ID) *importing.Preview {
	d.t.Helper()
	p, err := d.imp.Preview(d.ctx, actor, batch)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err = d.imp.Decide(d.ctx, actor, batch, 0, func(c *importing.Decisions) {
		c.AsOf = "2026-10-31"
		for _, w := range p.Words {
			c.Items[w.Key] = importing.Choice{Create: true}
		}
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}
