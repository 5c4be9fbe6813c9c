package order

// FarthestMinutes is a day: no place of a district is farther, so that a load
// whose way nobody knows is overdue after it.
const FarthestMinutes = 24 * 60

const microsPerMinute = 60 * microsPerSecond

// DueAt is when a load that left should be at its target, by the minutes of its
// way; 0 = it has not left, or the way is not known.
func (s Shipment) DueAt(minutes int, known bool) int64 {
	if !known || s.LeftAt == 0 {
		return 0
	}
	return s.LeftAt + int64(minutes)*microsPerMinute
}

// Overdue reports a load that is still on the road after it should be there,
// and how long by now. One whose way is not known is overdue after a day.
func (s Shipment) Overdue(due, now int64) (by int64, late bool) {
	if s.Status != Left {
		return 0, false
	}
	if due == 0 {
		due = s.LeftAt + FarthestMinutes*microsPerMinute
	}
	return max(0, now-due), now > due
}
