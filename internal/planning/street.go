package planning

import (
	"context"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Street is a street or town with its depots and the people who may have to be
// moved there.
type Street struct {
	place.Division
	Depots []id.ID // its own and its villages'
	People int64   // 需转移人口, 0 = not filled in
	Year   int     // of that figure
	Source string
}

// streetsOf lists the areas that have township depots, each with its villages'
// depots, and the newest figure of people to be moved.
func streetsOf(ctx context.Context, c *store.Conn, f *frame, year int) ([]Street, error) {
	areas, err := areasOf(ctx, c)
	if err != nil {
		return nil, err
	}
	records, err := c.Figures(ctx)
	if err != nil {
		return nil, err
	}
	figures := plan.NewFigures(records)
	var list []Street
	at := map[string]int{}
	for _, d := range f.depots.List() {
		if d.Tier != place.Township || d.Division == "" || d.Closed || d.Holder == place.HeldByDepartment {
			continue
		}
		i, seen := at[d.Division]
		if !seen {
			i = len(list)
			at[d.Division] = i
			figure, _ := figures.UpTo(d.Division, plan.MovedPeople, year)
			list = append(list, Street{Division: areas.find(d.Division), People: int64(figure.Value / 1000), Year: figure.Year, Source: figure.Source})
		}
		list[i].Depots = append(list[i].Depots, d.ID)
	}
	for _, d := range f.depots.List() {
		if d.Tier != place.Village || d.Closed || d.Holder == place.HeldByDepartment {
			continue
		}
		if i, ok := at[areas.find(d.Division).Parent]; ok {
			list[i].Depots = append(list[i].Depots, d.ID)
		}
	}
	slices.SortFunc(list, func(a, b Street) int { return strings.Compare(a.Code, b.Code) })
	return list, nil
}

// roadsOf reads the table of minutes.
func roadsOf(ctx context.Context, c *store.Conn) (plan.Roads, error) {
	rows, err := c.Roads(ctx)
	roads := make(plan.Roads, len(rows))
	for _, r := range rows {
		roads[[2]id.ID{min(r.FromID, r.ToID), max(r.FromID, r.ToID)}] = r.Minutes
	}
	return roads, err
}

// itemOf gives an item a use case found by id.
func itemOf(goods *plan.Goods, item id.ID) catalog.Item {
	it, _ := goods.Item(item)
	return it
}
