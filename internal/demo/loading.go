package demo

import (
	"context"
	"strconv"

	"changbei/internal/directory"
	"changbei/internal/place"
	"changbei/internal/planning"
	"changbei/internal/store"
)

// loadingMinutes are how long loading a vehicle takes at a tier's depot. They
// and the lorry below are invented, and recorded as demo values.
var loadingMinutes = map[place.Tier]int{place.District: 45, place.Township: 30, place.Village: 20}

// The demo's lorry: five tonnes and twenty cubic metres.
const demoPayload, demoSpace = "5000", "20"

// loading says how long loading takes at each depot, and what a lorry carries.
func (f *filler) loading(ctx context.Context) error {
	who := f.planner
	who.Name += "（演示值）"
	for _, s := range f.sites {
		if s.LoadingMinutes > 0 { // by a fill that was cut off
			continue
		}
		d := s.Depot
		in := directory.DepotInput{Name: d.Name, Holder: d.Holder, Custodian: d.Custodian, Keeper: d.Keeper, Phone: d.Phone, Address: d.Address, Closed: d.Closed,
			Loading: strconv.Itoa(loadingMinutes[d.Tier])}
		changed, err := f.Directory.UpdateDepot(ctx, who, d.ID, in)
		if err != nil {
			return err
		}
		s.Depot = changed
	}
	v, err := f.Store.Read().Vehicle(ctx)
	if err != nil || v.Known() {
		return err
	}
	_, err = f.Planning.SaveSettings(ctx, who, planning.SettingsInput{Typed: map[string]string{store.VehiclePayload: demoPayload, store.VehicleSpace: demoSpace}})
	return err
}
