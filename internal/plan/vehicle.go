package plan

// Vehicle is the bureau's usual lorry: what it carries and the room it has. 0 =
// not set; vehicles are then not counted by that.
type Vehicle struct {
	PayloadGram int64
	SpaceCm3    int64
}

// Known reports that vehicles can be counted at all.
func (v Vehicle) Known() bool { return v.PayloadGram > 0 || v.SpaceCm3 > 0 }

// Trips gives how many of it a load of a weight and a volume asks for: the more
// of the two, and 0 where neither is known. Goods are taken to be divisible, so
// that this is the least there can be.
func (v Vehicle) Trips(gram, cm3 int64) int64 {
	return max(trips(gram, v.PayloadGram), trips(cm3, v.SpaceCm3))
}

func trips(load, each int64) int64 {
	if load <= 0 || each <= 0 {
		return 0
	}
	return (load-1)/each + 1
}
