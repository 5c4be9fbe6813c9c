package planning

import (
	"context"
	"slices"

	"changbei/internal/place"
	"changbei/internal/store"
)

// areaList is the areas figures may be of, a street before its villages.
type areaList []place.Division

// areasOf gives the divisions, and where depots name one that is not among
// them, that: an office that loaded no divisions still has its streets.
func areasOf(ctx context.Context, c *store.Conn) (areaList, error) {
	divisions, err := c.Divisions(ctx)
	if err != nil {
		return nil, err
	}
	depots, err := c.Depots(ctx)
	if err != nil {
		return nil, err
	}
	list := areaList(divisions)
	for _, d := range depots {
		if d.Division != "" && list.find(d.Division).Code == "" {
			list = append(list, place.Division{Code: d.Division, Name: d.Name + "所在区划", Kind: d.Tier.Name()})
		}
	}
	return list, nil
}

func (l areaList) find(code string) place.Division {
	if at := slices.IndexFunc(l, func(d place.Division) bool { return d.Code == code }); at >= 0 {
		return l[at]
	}
	return place.Division{}
}

func (l areaList) name(code string) string { return l.find(code).Name }

// under lists the areas right below one.
func (l areaList) under(code string) areaList {
	var list areaList
	for _, d := range l {
		if d.Parent == code {
			list = append(list, d)
		}
	}
	return list
}

// upper lists the areas of the top and those right below them: the district
// and its streets.
func (l areaList) upper() areaList {
	var list areaList
	for _, d := range l {
		if d.Parent == "" || l.find(d.Parent).Parent == "" {
			list = append(list, d)
		}
	}
	return list
}
