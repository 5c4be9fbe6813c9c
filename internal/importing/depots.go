package importing

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// mapDepots lists each depot the ledger names, with the choice made or the
// depot whose name fits. A proposal is never taken by itself: a person maps.
func (p *Preview) mapDepots(ctx context.Context, c *store.Conn, actor access.Actor) error {
	if p.Form != nil { // it says itself whose it is
		p.Depots = []DepotChoice{{DepotID: p.Form.Form.DepotID, Rows: len(p.Result.Rows)}}
		return nil
	}
	depots, err := c.Depots(ctx)
	if err != nil {
		return err
	}
	depots = slices.DeleteFunc(depots, func(d place.Depot) bool { return d.Closed || !actor.May(access.LedgerImport, d.ID) })
	at := map[string]int{}
	for n := range p.Result.Rows {
		r := &p.Result.Rows[n]
		i, seen := at[r.Depot]
		if !seen {
			i = len(p.Depots)
			at[r.Depot] = i
			p.Depots = append(p.Depots, DepotChoice{Written: r.Depot, Proposed: cmp.Or(p.proposal(r, depots), p.onlyOfTier(r, depots))})
		}
		if p.kindOf(r) == p.Kind {
			p.Depots[i].Rows++
		}
	}
	if !p.Act.placed() {
		p.Depots = nil
	}
	for i := range p.Depots {
		if chosen := p.Decisions.Depots[p.Depots[i].Written]; actor.May(access.LedgerImport, chosen) && chosen != 0 {
			p.Depots[i].DepotID = chosen
		}
		p.Depots[i].Left = p.Act == DraftPlan && p.Decisions.Leave[p.Depots[i].Written]
		if p.Depots[i].Left {
			p.Depots[i].DepotID = 0
		}
	}
	return nil
}

// proposal gives the depot that a row's ledger seems to be of: one whose whole
// name stands in the sheet's name, the title or the file's name, else the one
// that the place they give fits.
func (p *Preview) proposal(r *reading.Row, depots []place.Depot) id.ID {
	if r.Cells.At(reading.Depot) == "" {
		for _, text := range []string{r.Sheet, p.Result.Title, p.Batch.FileName} {
			if d := namedIn(text, r.Depot, depots); d != 0 {
				return d
			}
		}
	}
	return propose(r.Depot, depots)
}

// onlyOfTier proposes for 县级库 in a plan the one depot of that tier, where
// there is only one.
func (p *Preview) onlyOfTier(r *reading.Row, depots []place.Depot) (only id.ID) {
	if p.Act != DraftPlan || r.Extra.PlaceLevel != "county" {
		return 0
	}
	for _, d := range depots {
		if d.Tier != place.District {
			continue
		}
		if only != 0 {
			return 0
		}
		only = d.ID
	}
	return only
}

// namedIn finds the longest whole name of a depot in a text that speaks of the
// place written.
func namedIn(text, written string, depots []place.Depot) id.ID {
	key, best, length := catalog.Key(text), id.ID(0), 0
	for _, d := range depots {
		name := catalog.Key(d.Name)
		if len(name) > length && strings.Contains(key, name) && strings.Contains(name, catalog.Key(written)) {
			best, length = d.ID, len(name)
		}
	}
	return best
}

// propose gives the depot a written name fits, or the only one there is where
// nothing is written. The longest name that fits wins: 桥头村 lies in 桥头镇's
// name too.
func propose(written string, depots []place.Depot) id.ID {
	key := catalog.Key(written)
	if key == "" {
		if len(depots) == 1 {
			return depots[0].ID
		}
		return 0
	}
	best, length := id.ID(0), 0
	for _, d := range depots {
		name := catalog.Key(d.Name)
		short := catalog.Key(strings.TrimSuffix(d.Name, "储备点"))
		if name == key {
			return d.ID
		}
		if n := len(short); n > length && (strings.Contains(name, key) || strings.Contains(key, short)) {
			best, length = d.ID, n
		}
	}
	return best
}

func (p *Preview) depotOf(written string) id.ID {
	for _, d := range p.Depots {
		if d.Written == written {
			return d.DepotID
		}
	}
	return 0
}
