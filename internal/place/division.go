package place

// Division is an administrative area with its official 12-digit code: the
// district, a street or town, a village or community. Parent is the code of
// the area above, "" at the top.
type Division struct {
	Code   string
	Name   string
	Kind   string // 区, 街道, 镇, 社区 or 村
	Parent string
	// Lng and Lat are millionths of a degree; both 0 = unknown.
	Lng int64
	Lat int64
}

// Located reports whether its coordinates are known.
func (d Division) Located() bool { return d.Lng != 0 || d.Lat != 0 }
