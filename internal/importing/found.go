package importing

import (
	"context"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/place"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// tierOf are the tiers as the reading of ledgers names them.
var tierOf = map[string]place.Tier{"county": place.District, "township": place.Township, "village": place.Village}

// foundDepots adds the depots of a list. One the bureau has already is left as
// it is.
func (c *clerk) foundDepots(ctx context.Context) error {
	var list []directory.DepotInput
	var record []store.ImportRow
	for _, r := range c.p.Rows {
		if r.Skipped || r.Aside || r.Status != reading.OK {
			continue
		}
		e := r.Extra
		list = append(list, directory.DepotInput{Code: r.Code, Name: clip(r.Depot, 100), Tier: tierOf[e.PlaceLevel], Custodian: clip(r.Owner, 100),
			Keeper: clip(e.Keeper, 60), Phone: clip(e.Phone, 60), Address: clip(r.Location, 200)})
		record = append(record, store.ImportRow{BatchID: c.p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content})
	}
	if _, err := c.s.directory.ImportDepots(ctx, c.tx, c.actor, list); err != nil {
		return err
	}
	return c.tx.InsertImportRows(ctx, record)
}

// judgeDepots leaves out the depots the bureau has, and asks for the tier where
// neither the list nor the name tells it.
func (p *Preview) judgeDepots(ctx context.Context, c *store.Conn) error {
	depots, err := c.Depots(ctx)
	if err != nil {
		return err
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		if r.Aside {
			continue
		}
		if slices.ContainsFunc(depots, func(d place.Depot) bool { return catalog.Key(d.Name) == catalog.Key(r.Depot) }) {
			r.Known, r.Skipped = true, true
		} else if tierOf[r.Extra.PlaceLevel] == "" {
			r.fail(reading.Tier, "第 %d 行「%s」看不出是区级、街镇还是村社区的。请在级别一格写明。", r.Row.Row, r.Depot)
		}
	}
	return nil
}
