package access_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
)

// rights is the whole table, written out: who may do what. A change of rights
// is a change of this table too, and is meant to be seen in review.
const rights = `
                keeper planner leader street system security audit
public          yes    yes     yes    yes    yes    yes      yes
signed-in       yes    yes     yes    yes    yes    yes      yes
stock.view      yes    yes     yes    yes    -      -        yes
voucher.post    yes    -       -      -      -      -        -
ledger.import   yes    yes     -      yes    -      -        -
catalog.edit    -      yes     -      -      -      -        -
depot.edit      -      yes     -      -      -      -        -
bin.edit        yes    yes     -      -      -      -        -
account.view    -      -       -      -      yes    yes      -
account.manage  -      -       -      -      yes    -        -
audit.view      -      -       -      -      -      yes      yes
period.close    -      yes     -      -      -      -        -
period.reopen   -      yes     yes    -      -      -        -
lot.hold        yes    yes     -      -      -      -        -
lot.release     -      yes     -      -      -      -        -
template.edit   -      yes     -      -      -      -        -
plan.view       yes    yes     yes    yes    -      -        yes
plan.edit       -      yes     -      -      -      -        -
plan.approve    -      -       yes    -      -      -        -
depot.rectify   yes    yes     -      yes    -      -        -
machine.check   yes    yes     -      -      -      -        -
dispatch.view   yes    yes     yes    yes    -      -        yes
response.edit   -      yes     yes    -      -      -        -
request.send    yes    yes     -      yes    -      -        -
order.propose   -      yes     -      -      -      -        -
order.approve   -      -       yes    -      -      -        -
order.word      yes    yes     yes    -      -      -        -
order.clear     yes    yes     -      -      -      -        -
goods.sign      yes    yes     -      yes    -      -        -
roll.view       -      yes     -      yes    -      -        -
webhook.edit    -      -       -      -      yes    -        -
`

func table(t *testing.T) (roles []access.Role, want map[access.Permission]map[access.Role]bool) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(rights), "\n")
	for _, r := range strings.Fields(lines[0]) {
		roles = append(roles, access.Role(r))
	}
	want = make(map[access.Permission]map[access.Role]bool)
	for _, l := range lines[1:] {
		cells := strings.Fields(l)
		if len(cells) != len(roles)+1 {
			t.Fatalf("row %q", l)
		}
		row := make(map[access.Role]bool)
		for i, r := range roles {
			row[r] = cells[i+1] == "yes"
		}
		want[access.Permission(cells[0])] = row
	}
	return roles, want
}

const here, there = id.ID(7), id.ID(8)

func holder(depot id.ID, roles ...access.Role) access.Actor {
	a := access.Actor{ID: 1, Login: "a", Name: "某"}
	for _, r := range roles {
		a.Grants = append(a.Grants, access.Grant{Role: r, DepotID: depot})
	}
	return a
}

func TestRoleTimesPermission(t *testing.T) {
	roles, want := table(t)
	if !slices.Equal(roles, access.Roles) || len(want) != len(access.Permissions) {
		t.Fatalf("the table has roles %v and %d permissions; the code %v and %d", roles, len(want), access.Roles, len(access.Permissions))
	}
	for _, p := range access.Permissions {
		row, ok := want[p]
		if !ok {
			t.Errorf("permission %s has no row", p)
		}
		for _, r := range access.Roles {
			t.Run(fmt.Sprintf("%s %s", r, p), func(t *testing.T) { checkCell(t, r, p, row[r]) })
		}
	}
}

// checkCell asks one cell of the table in every way there is: at the whole
// district, at the grant's depot and at another.
func checkCell(t *testing.T, r access.Role, p access.Permission, may bool) {
	wide, local := holder(0, r), holder(here, r)
	anywhere := p == access.Public || p == access.SignedIn // bound to no depot
	for _, c := range []struct {
		what  string
		actor access.Actor
		depot id.ID
		want  bool
	}{
		{"district grant, district", wide, 0, may}, {"district grant, a depot", wide, here, may},
		{"depot grant, that depot", local, here, may}, {"depot grant, another depot", local, there, may && anywhere},
		{"depot grant, district", local, 0, may && anywhere},
	} {
		if got := c.actor.May(p, c.depot); got != c.want {
			t.Errorf("%s: %t", c.what, got)
		}
		err := c.actor.Require(p, c.depot)
		if (err == nil) != c.want || err != nil && (!errors.Is(err, errs.Forbidden) || strings.Contains(err.Error(), "这里的权限")) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	if wide.MayAnywhere(p) != may || local.MayAnywhere(p) != may {
		t.Errorf("anywhere: %t and %t", wide.MayAnywhere(p), local.MayAnywhere(p))
	}
	all, depots := local.Depots(p)
	if wantAll := may && anywhere; all != wantAll || slices.Equal(depots, []id.ID{here}) != (may && !wantAll) {
		t.Errorf("depots: all %t, %v", all, depots)
	}
	if all, depots := wide.Depots(p); all != may || depots != nil {
		t.Errorf("depots of the district: all %t, %v", all, depots)
	}
	if got := wide.Has(r) && local.Has(r); !got {
		t.Error("does not hold the role held")
	}
}

func TestNobodyMayNothing(t *testing.T) {
	forged := access.Actor{Grants: []access.Grant{{Role: access.Planner}, {Role: access.System}, {Role: access.Keeper, DepotID: here}}} // grants without a person
	for _, a := range []access.Actor{{}, forged} {
		for _, p := range access.Permissions {
			if got := a.May(p, here); got != (p == access.Public) {
				t.Errorf("%s: %t", p, got)
			}
			if err := a.Require(p, here); p != access.Public && !errors.Is(err, errs.Unauthenticated) {
				t.Errorf("%s: %v", p, err)
			}
			if all, depots := a.Depots(p); p != access.Public && (all || len(depots) > 0) {
				t.Errorf("%s: %t %v", p, all, depots)
			}
		}
	}
	stranger := access.Actor{ID: 1, Grants: []access.Grant{{Role: "king"}}}
	if stranger.May(access.StockView, here) || !stranger.May(access.SignedIn, here) {
		t.Error("an unknown role must give nothing but being signed in")
	}
}

func TestSeveralGrants(t *testing.T) {
	a := access.Actor{ID: 1, Grants: []access.Grant{{Role: access.Keeper, DepotID: here}, {Role: access.Street, DepotID: there}, {Role: access.Keeper, DepotID: here}}}
	if all, depots := a.Depots(access.LedgerImport); all || !slices.Equal(depots, []id.ID{here, there}) {
		t.Errorf("import at %v", depots)
	}
	if !a.May(access.VoucherPost, here) || a.May(access.VoucherPost, there) || a.MayAnywhere(access.CatalogEdit) {
		t.Error("one depot's right holds at another")
	}
	a.Grants = append(a.Grants, access.Grant{Role: access.Leader})
	if all, depots := a.Depots(access.StockView); !all || depots != nil {
		t.Errorf("view at all %t, %v", all, depots)
	}
}

func TestCheckRoles(t *testing.T) {
	admin := []access.Role{access.System, access.Security, access.Audit}
	for _, a := range access.Roles {
		if err := access.CheckRoles(holder(0, a).Grants); err != nil {
			t.Errorf("%s alone: %v", a, err)
		}
		err := access.CheckRoles(holder(here, a).Grants)
		if local := a == access.Keeper || a == access.Street; (err == nil) != local || local == a.DistrictWide() {
			t.Errorf("%s at one depot: %v", a, err)
		}
		if a.Administrative() != slices.Contains(admin, a) {
			t.Errorf("%s administrative: %t", a, a.Administrative())
		}
		for _, b := range access.Roles {
			err := access.CheckRoles(holder(0, a, b).Grants)
			mayGo := a == b || !slices.Contains(admin, a) && !slices.Contains(admin, b)
			if (err == nil) != mayGo || err != nil && (!errors.Is(err, errs.Invalid) || !strings.Contains(err.Error(), a.Name()) || !strings.Contains(err.Error(), b.Name())) {
				t.Errorf("%s with %s: %v; may go together: %t", a, b, err, mayGo)
			}
		}
	}
	for what, grants := range map[string][]access.Grant{
		"none": nil, "unknown": {{Role: "king"}}, "unnamed": {{}}, "third of three": holder(0, access.Keeper, access.Planner, access.Audit).Grants,
	} {
		if err := access.CheckRoles(grants); !errors.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestEverythingHasAName(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range access.Roles {
		if r.Name() == "" || seen[r.Name()] {
			t.Errorf("role %s is called %q", r, r.Name())
		}
		seen[r.Name()] = true
	}
}
