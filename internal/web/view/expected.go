package view

// Expected is the list of goods that will come (预计到货), with the form that
// adds some.
type Expected struct {
	Base
	Rows   []ExpectedRow // open ones
	Late   int
	Closed []ExpectedRow
	Empty  Empty

	MayAdd        bool
	Today         string
	Kinds, Depots []Option
	Items         []Option // to choose from while goods are typed

	Item, Qty, DueOn   string // as typed
	Partner, Reference string
}

// ExpectedRow is goods that will come, or came.
type ExpectedRow struct {
	Kind, Depot            string
	Code, Name, Spec, Unit string
	Qty, DueOn             string
	Due                    Tag // how late, or how soon
	Partner, Reference     string
	Who, When              string // noted by
	Closed, ClosedBy       string
	State                  Tag // of a closed one
	MayClose               bool
	CloseURL               string
}
