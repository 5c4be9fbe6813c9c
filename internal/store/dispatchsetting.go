package store

import (
	"context"
	"strconv"

	"changbei/internal/order"
	"changbei/internal/place"
)

// The settings of dispatching, as whole numbers; "" = the default.
const (
	PaperHours     = "dispatch.paper_hours"
	TransitHours   = "dispatch.transit_hours"
	RankDistrict   = "dispatch.rank.district"
	RankTownship   = "dispatch.rank.township"
	RankVillage    = "dispatch.rank.village"
	RankDepartment = "dispatch.rank.department"
	RankFirm       = "dispatch.rank.firm"
)

// DispatchDefaults are what holds until the bureau sets something else: papers
// within 48 hours; goods half a day on the road are late; the bureau's own depots before those of streets, and the
// district's own system before other departments and firms (先近后远, own level
// first).
var DispatchDefaults = map[string]int{PaperHours: order.PaperHours, TransitHours: 12, RankDistrict: 0, RankTownship: 1, RankVillage: 1, RankDepartment: 2, RankFirm: 2}

// DispatchNumber gives one of these settings.
func (c *Conn) DispatchNumber(ctx context.Context, name string) (int, error) {
	text, err := c.Setting(ctx, name)
	if n, bad := strconv.Atoi(text); bad == nil {
		return n, err
	}
	return DispatchDefaults[name], err
}

// DispatchRanks gives how late each kind of depot is asked, by a depot of it.
func (c *Conn) DispatchRanks(ctx context.Context) (func(place.Depot) int, error) {
	ranks := map[string]int{}
	for name := range DispatchDefaults {
		n, err := c.DispatchNumber(ctx, name)
		if err != nil {
			return nil, err
		}
		ranks[name] = n
	}
	return func(d place.Depot) int {
		switch {
		case d.Holder == place.HeldByDepartment:
			return ranks[RankDepartment]
		case d.Holder == place.HeldByFirm:
			return ranks[RankFirm]
		case d.Tier == place.Township:
			return ranks[RankTownship]
		case d.Tier == place.Village:
			return ranks[RankVillage]
		}
		return ranks[RankDistrict]
	}, nil
}
