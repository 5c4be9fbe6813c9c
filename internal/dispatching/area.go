package dispatching

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/place"
	"changbei/internal/store"
)

// Streets lists the streets and towns of the district, for those who see some
// depot's dispatches.
func (s *Service) Streets(ctx context.Context, actor access.Actor) ([]place.Division, error) {
	if _, err := scope(actor, access.DispatchView); err != nil {
		return nil, err
	}
	all, err := s.store.Read().Divisions(ctx)
	return newTerrain(all).streets, err
}

// terrain is the divisions of the district by their codes.
type terrain struct {
	district place.Division
	streets  []place.Division
	byCode   map[string]place.Division
}

func newTerrain(list []place.Division) terrain {
	a := terrain{byCode: map[string]place.Division{}}
	for _, d := range list {
		a.byCode[d.Code] = d
		if d.Parent == "" && a.district.Code == "" {
			a.district = d
		}
	}
	for _, d := range list {
		if d.Parent != "" && d.Parent == a.district.Code {
			a.streets = append(a.streets, d)
		}
	}
	return a
}

func terrainOf(ctx context.Context, c *store.Conn) (terrain, error) {
	list, err := c.Divisions(ctx)
	return newTerrain(list), err
}

// streetOf gives the street a division lies in, itself for a street; the
// district for what lies in none, such as the district's own depots.
func (a terrain) streetOf(code string) place.Division {
	for range 3 { // village, street, district
		d, known := a.byCode[code]
		if !known {
			break
		}
		if d.Parent == a.district.Code && d.Code != a.district.Code {
			return d
		}
		code = d.Parent
	}
	return a.district
}
