package store

import (
	"context"
	"fmt"

	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// The settings of the bureau's usual lorry, in 公斤 and 立方米 as people write
// them; "" = not set.
const (
	VehiclePayload = "vehicle.payload"
	VehicleSpace   = "vehicle.space"
)

// Vehicle gives the bureau's usual lorry, zero where it is not set.
func (c *Conn) Vehicle(ctx context.Context) (v plan.Vehicle, err error) {
	for _, s := range []struct {
		name string
		read func(string) (int64, error)
		into *int64
	}{{VehiclePayload, quantity.Gram, &v.PayloadGram}, {VehicleSpace, quantity.Cm3, &v.SpaceCm3}} {
		text, err := c.Setting(ctx, s.name)
		if err != nil {
			return v, err
		}
		if *s.into, err = s.read(text); err != nil {
			return v, fmt.Errorf("store: setting %s: %w", s.name, err)
		}
	}
	return v, nil
}
