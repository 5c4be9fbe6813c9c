package view

// FormList is the page that sends depots' stock out to be counted, with what
// became of each form (发给街镇).
type FormList struct {
	Base
	Depots []FormDepots // to send to, by tier
	Sent   *FormsSent   // just now
	Rows   []SentForm
	Empty  Empty
	Pager  Pager
}

// FormDepots are the depots of one tier.
type FormDepots struct {
	Tier, Field string // Field is the name of their boxes
	Depots      []FormDepot
}

// FormDepot is a depot to send to. Out says when a form went out that has not
// come back.
type FormDepot struct {
	ID, Name, Out string
	Checked       bool
}

// FormsSent is what was just made, to be fetched.
type FormsSent struct {
	Count int
	URL   string
}

// SentForm is a form that went out.
type SentForm struct {
	Depot, Day, File   string
	FileURL            string
	By, At             string
	Status             Tag
	ClosedBy, ClosedAt string
	BatchURL           string // the import that booked it
	WithdrawURL        string
	CSRF               string
}

// ImportForm is a form that came back, beside what was sent and what moved
// meanwhile.
type ImportForm struct {
	Depot, Day, SentBy, SentAt string
	Open                       bool
	Lines                      []FormLine // that change something or need an answer
	Rest                       []FormLine // counted without a change, or not counted
	More                       int        // left out of the page
	Counted, Same, Blank       int
	Notes                      []string
	First                      *ImportTwin // the return that was booked, when this is another
	Differs                    []FormDiffers
	Asks, Bad                  int      // lines without a reason, and that cannot be booked
	Reasons                    []Option // one for all of them
}

// FormLine is a line of it. Figures are written with their sign where they are
// changes.
type FormLine struct {
	N, Row                 int
	Key, Was, ReasonWas    string
	Tone                   string
	Status                 Tag
	Code, Name, Spec, Unit string
	LotNo, Expires, Bin    string
	Sent, Filled, Change   string
	Now, Moved, After      string
	Less                   bool
	MayTake, Taken         bool
	Reasons                []Option // nil = nothing to choose
	Reason, Remark         string
	Mend                   *ImportMend // of the count
	Problems               []ImportProblem
}

// FormDiffers is a line two returns fill in otherwise.
type FormDiffers struct{ Where, First, Again string }
