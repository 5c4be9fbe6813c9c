package view

// Rotation is the plan of rotation (轮换计划): what expires soon and what it had
// best be used for.
type Rotation struct {
	Base
	On, Until string
	Depots    []Option
	Kinds     []Option
	Within    []Option
	Filtered  bool
	ExportURL string
	Kpis      []Kpi
	Uses      []RotationSum
	Quarters  []RotationSum
	Parts     []RotationPart
	Cut       string // why not all rows are listed
	Empty     Empty
}

// RotationSum is some lots together; Width is its part of the largest, in %.
type RotationSum struct {
	Label, Pieces, Amount string
	Lots, Width           int
}

// RotationPart is the lots of one depot.
type RotationPart struct {
	Depot, Amount, URL string
	Lots               int
	Rows               []RotationRow
}

// RotationRow is a lot that expires.
type RotationRow struct {
	Name, Spec, Category string
	LotNo, LotURL        string
	Expires              string
	Use                  string
	ExpiryTag, State     Tag
	Qty, Unit            string
	Price, Amount        string
}
